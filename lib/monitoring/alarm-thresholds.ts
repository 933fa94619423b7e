/** Alarm thresholds of a cache. */

import { Duration, Size } from 'aws-cdk-lib/core';
import { DEFAULT_THRESHOLDS } from '../settings/defaults';
import type { Purpose } from '../settings/purpose';
import { also, duration, NUMBER, objectOf, SIZE, TEXT } from '../settings/value-kinds';
import type { Kind, Kinds } from '../validation/kinds';
import {
  COUNT,
  checkLimit,
  LAG_SECONDS,
  type Limit,
  PERCENT,
  SWAP_MIB,
} from '../validation/limits';
import type { Problems } from '../validation/setting-error';

export interface AlarmThresholds {
  /**
   * Used memory, in percent of the node's memory for data, from 1 to 100.
   *
   * @default - 80 for sessions and queues; no alarm for a cache, which fills its memory by design
   */
  readonly memoryPercent?: number;

  /**
   * Load of the engine's vCPU, in percent, from 1 to 100.
   *
   * The engine uses one vCPU. With 4 vCPUs or more, AWS measures it separately and the alarm
   * watches that metric; on smaller nodes it watches the corresponding share of the whole node.
   *
   * @default 90
   */
  readonly enginePercent?: number;

  /**
   * Open connections, in percent of the node's maximum, from 1 to 100.
   *
   * @default 80
   */
  readonly connectionsPercent?: number;

  /**
   * Keys evicted within five minutes, 1 or more.
   *
   * @default - 1 for sessions and queues; no alarm for a cache, which evicts by design
   */
  readonly evictions?: number;

  /**
   * Maximum lag of a replica behind its primary, one second or more.
   *
   * @default Duration.seconds(10)
   */
  readonly replicationLag?: Duration;

  /**
   * Swapped memory of the node, one MiB or more.
   *
   * @default Size.mebibytes(50)
   */
  readonly swap?: Size;

  /**
   * Failed logins on a node within five minutes, 1 or more. A rotation causes none, the daily check
   * one or two per rotation, when it proves that the previous password is refused.
   *
   * @default 3
   */
  readonly authenticationFailures?: number;

  /**
   * Alarms to leave out, by kind, with a reason: `{ swap: 'no swap on …' }`. docs/operate.md,
   * Alarms, lists the kinds. The reasons are in the template, for reviewers.
   *
   * @default - all alarms are created
   */
  readonly off?: { readonly [kind: string]: string };
}

/** Without the advice to quote the value: `"true"` is no reason. */
const REASON: Kind = {
  ...TEXT,
  words: 'a text with the reason',
  advice: () => 'Say why the alarm is not needed.',
};

export const THRESHOLD_KINDS: Kinds<AlarmThresholds> = {
  memoryPercent: NUMBER,
  enginePercent: NUMBER,
  connectionsPercent: NUMBER,
  evictions: NUMBER,
  replicationLag: duration('seconds'),
  swap: SIZE,
  authenticationFailures: NUMBER,
  off: also(
    objectOf('an object of reasons by the kinds of alarms', { each: REASON }),
    'disabled',
    'turnedOff',
  ),
};

/** The thresholds with their defaults. `undefined` for no alarm. */
export interface Thresholds {
  readonly memoryPercent: number | undefined;
  readonly enginePercent: number;
  readonly connectionsPercent: number;
  readonly evictions: number | undefined;
  readonly replicationLagSeconds: number;
  readonly swapBytes: number;
  readonly authenticationFailures: number;
}

/** Resolves the thresholds and adds a problem per value out of bounds. */
export function resolveThresholds(
  problems: Problems,
  given: AlarmThresholds,
  { mustNotFill }: Purpose,
): Thresholds {
  const lag = given.replicationLag ?? Duration.seconds(DEFAULT_THRESHOLDS.replicationLagSeconds);
  const swapMiB = (given.swap ?? Size.mebibytes(DEFAULT_THRESHOLDS.swapMiB)).toKibibytes() / 1024;
  const resolved = {
    memoryPercent:
      given.memoryPercent ?? (mustNotFill ? DEFAULT_THRESHOLDS.memoryPercent : undefined),
    enginePercent: given.enginePercent ?? DEFAULT_THRESHOLDS.enginePercent,
    connectionsPercent: given.connectionsPercent ?? DEFAULT_THRESHOLDS.connectionsPercent,
    evictions: given.evictions ?? (mustNotFill ? DEFAULT_THRESHOLDS.evictions : undefined),
    replicationLagSeconds: lag.toSeconds({ integral: false }),
    swapBytes: swapMiB * 1024 * 1024,
    authenticationFailures:
      given.authenticationFailures ?? DEFAULT_THRESHOLDS.authenticationFailures,
  };
  const check = (name: string, value: number, limit: Limit, unit: string) =>
    checkLimit(problems, `alarms.${name}`, value, limit, unit);
  check('memoryPercent', resolved.memoryPercent ?? PERCENT.max, PERCENT, 'percent');
  check('enginePercent', resolved.enginePercent, PERCENT, 'percent');
  check('connectionsPercent', resolved.connectionsPercent, PERCENT, 'percent');
  check('evictions', resolved.evictions ?? COUNT.max, COUNT, 'keys');
  check('replicationLag', resolved.replicationLagSeconds, LAG_SECONDS, 'seconds');
  check('swap', swapMiB, SWAP_MIB, 'MiB');
  check('authenticationFailures', resolved.authenticationFailures, COUNT, 'logins');
  return resolved;
}
