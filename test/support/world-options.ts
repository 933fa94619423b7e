/** Options of the model of AWS, and its times. */

import type { RunTiming } from '../../lambda/rotation/effects';
import type { FaultOptions } from './faults';

/** So much time is a tick, in which a change of the cache goes on. */
export const TICK_MS = 10;

export const TIMING: RunTiming = { pollIntervalMs: TICK_MS, quietMs: 20, iterationMsMax: 10 };

export interface WorldOptions extends FaultOptions {
  /** Whether each log line is searched for passwords, which costs most of the time. */
  readonly searchLogs: boolean;
  /** How many daily checks come between the invocations of rotations. */
  readonly dailyChecksMax: number;
  /** Whether somebody may change the passwords by hand, which counts as a fault. */
  readonly foreign: boolean;
  /** Whether the operator may take a rotation back while a step waits, which counts as one, too. */
  readonly takenBack: boolean;
}

export interface UserWorldOptions extends WorldOptions {
  /** Whether a stack update sets the passwords of the user, once, at any time. */
  readonly stackUpdate: boolean;
  /** Whether an update of the user sets off two checks. */
  readonly checkedAfterUpdate: boolean;
}
