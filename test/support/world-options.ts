/** What may happen in a modelled world. */

import type { FaultOptions } from './faults';

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
