/** Which version has which label, from what DescribeSecret says, typed by hand. */

import { labelsOf } from '../../lambda/rotation/labels';
import type { Labels } from '../../lambda/rotation/ports';

const NONE = {
  current: undefined,
  pending: undefined,
  newest: undefined,
  previous: undefined,
  revoked: undefined,
};
const since = (time: string) => `REVOKED@${time}`;

test.each<[string, Record<string, readonly string[]>, Labels]>([
  ['of no version', {}, NONE],
  ['of versions without a label', { v1: [], v2: ['OTHER'] }, NONE],
  [
    'of a version each',
    { v0: ['AWSPREVIOUS'], v1: ['AWSCURRENT'], v2: ['AWSPENDING'], v3: ['NEWEST'] },
    { ...NONE, current: 'v1', pending: 'v2', newest: 'v3', previous: 'v0' },
  ],
  [
    'of one version with several',
    { v1: ['OTHER', 'AWSCURRENT', 'NEWEST', since('Friday')] },
    { ...NONE, current: 'v1', newest: 'v1', revoked: { versionId: 'v1', since: 'Friday' } },
  ],
  [
    'REVOKED on a version that is not current, which proves nothing of the current one',
    { v0: [since('Monday')], v1: ['AWSCURRENT'] },
    { ...NONE, current: 'v1', revoked: { versionId: 'v0', since: 'Monday' } },
  ],
  [
    'REVOKED on two versions, after a crash: that of the current one',
    { v0: [since('Monday')], v1: ['AWSCURRENT', since('Friday')], v2: [since('Sunday')] },
    { ...NONE, current: 'v1', revoked: { versionId: 'v1', since: 'Friday' } },
  ],
  [
    'REVOKED within another label, which is none',
    { v1: [`MY-${since('Friday')}`, 'AWSCURRENT'] },
    { ...NONE, current: 'v1' },
  ],
])('Labels %s', (_what, stages, labels) => {
  expect(labelsOf(stages)).toStrictEqual(labels);
});
