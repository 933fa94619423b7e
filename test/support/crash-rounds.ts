/**
 * The rounds of the exploration: what may happen in the schedules of each, and how many there are.
 * A number that differs shows that something stopped being explored.
 */

import type { AnyScheduleOptions } from './replay';

export type Round = AnyScheduleOptions & {
  readonly schedules: number;
  /** Of all schedules: it shows a state that is shared and should not be, where all end well. */
  readonly calls: number;
  /**
   * Of these, how many end as they have to, since a change by hand or a stack update cannot be
   * helped.
   */
  readonly givenUp?: number;
};

export const SHALLOW: readonly Round[] = [
  { faultsMax: 0, searchLogs: true, schedules: 16, calls: 992 },
  { faultsMax: 1, searchLogs: true, schedules: 1_720, calls: 127_200 },
  { faultsMax: 2, schedules: 154_788, calls: 13_645_014 },
  { faultsMax: 0, dailyChecksMax: 2, schedules: 8_376, calls: 1_863_384 },
  { faultsMax: 1, crashAtReads: false, foreign: true, schedules: 852, calls: 64_610, givenUp: 28 },
  { faultsMax: 2, crashAtReads: false, takenBack: true, schedules: 36_924, calls: 3_383_560 },
  { faultsMax: 0, dailyChecksMax: 2, edited: true, schedules: 6_300, calls: 1_086_174 },
  { user: true, faultsMax: 0, searchLogs: true, schedules: 32, calls: 4_232 },
  { user: true, faultsMax: 1, searchLogs: true, schedules: 5_104, calls: 741_052 },
  { user: true, faultsMax: 2, crashAtReads: false, schedules: 116_640, calls: 18_275_080 },
  { user: true, faultsMax: 0, dailyChecksMax: 2, schedules: 4_864, calls: 893_760 },
  {
    user: true,
    faultsMax: 1,
    crashAtReads: false,
    foreign: true,
    schedules: 2_256,
    calls: 327_628,
    givenUp: 128,
  },
  {
    user: true,
    faultsMax: 1,
    crashAtReads: false,
    takenBack: true,
    schedules: 2_480,
    calls: 359_724,
  },
  { user: true, faultsMax: 0, stackUpdate: true, schedules: 1_536, calls: 198_516, givenUp: 832 },
  {
    user: true,
    faultsMax: 0,
    stackUpdate: true,
    checkedAfterUpdate: true,
    schedules: 1_536,
    calls: 232_092,
    givenUp: 832,
  },
];

/**
 * A process that dies at a read leaves behind what one leaves that died after the write before,
 * so the deep run leaves those to the shallow one.
 */
export const DEEP: readonly Round[] = [
  { faultsMax: 1, crashAtReads: false, schedules: 808, calls: 59_964 },
  { faultsMax: 2, crashAtReads: false, schedules: 32_964, calls: 3_012_612 },
  { faultsMax: 3, crashAtReads: false, schedules: 1_279_488, calls: 144_164_324 },
  { faultsMax: 1, dailyChecksMax: 1, crashAtReads: false, schedules: 66_192, calls: 13_506_228 },
  {
    faultsMax: 1,
    dailyChecksMax: 1,
    crashAtReads: false,
    foreign: true,
    schedules: 68_848,
    calls: 14_391_170,
    givenUp: 304,
  },
  {
    faultsMax: 2,
    crashAtReads: false,
    foreign: true,
    schedules: 38_006,
    calls: 3_928_012,
    givenUp: 2_042,
  },
  {
    faultsMax: 1,
    dailyChecksMax: 1,
    crashAtReads: false,
    edited: true,
    schedules: 104_232,
    calls: 17_442_264,
    givenUp: 24,
  },
  {
    user: true,
    faultsMax: 2,
    crashAtReads: false,
    takenBack: true,
    schedules: 159_264,
    calls: 25_027_584,
  },
  { user: true, faultsMax: 3, crashAtReads: false, schedules: 5_761_696, calls: 969_902_632 },
  {
    user: true,
    faultsMax: 1,
    crashAtReads: false,
    dailyChecksMax: 1,
    schedules: 56_936,
    calls: 9_851_738,
  },
  {
    user: true,
    faultsMax: 2,
    crashAtReads: false,
    foreign: true,
    schedules: 136_832,
    calls: 21_565_720,
    givenUp: 20_192,
  },
  {
    user: true,
    faultsMax: 1,
    crashAtReads: false,
    stackUpdate: true,
    schedules: 155_724,
    calls: 21_714_952,
    givenUp: 70_040,
  },
  {
    user: true,
    faultsMax: 1,
    crashAtReads: false,
    stackUpdate: true,
    checkedAfterUpdate: true,
    schedules: 176_140,
    calls: 29_196_006,
    givenUp: 81_336,
  },
];
