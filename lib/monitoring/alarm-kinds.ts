/** The kinds of alarms of a cache by their names, and which of them are turned off, with why. */

import { Token } from 'aws-cdk-lib/core';
import { nearest } from '../validation/nearest';
import type { Problems } from '../validation/setting-error';

/** What each kind watches, as the schema of a stage file says it. */
export const ALARM_KINDS = {
  authenticationFailures: 'failed logins on a node',
  commandAuthorizationFailures: 'forbidden commands on a node',
  keyAuthorizationFailures: 'forbidden keys on a node',
  processor: 'the processor of a node',
  connections: 'the connections of a node',
  trafficManagement: 'traffic that ElastiCache holds back on a node',
  memory: 'the memory of a node',
  evictions: 'evicted keys on a node',
  swap: 'the swapped memory of a node',
  replicationLag: 'how far a replica is behind',
  functionErrors: 'errors of the rotation function',
  rotationFailed: 'rotations that Secrets Manager reports as failed',
  keyAtRisk: 'a key that is disabled or scheduled for deletion',
  secretAtRisk: 'a secret that is scheduled for deletion',
  dailyCheckFailed: 'daily checks that fail or do not run',
  rotationOverdue: 'a password that is older than the rotation interval',
  rotationStuck: 'a rotation that is pending for a day',
  previousStillAccepted: 'a previous password that is still accepted',
  loginRefused: 'a node that refuses the password, or takes connections without one',
} as const;

export type AlarmKind = keyof typeof ALARM_KINDS;

/** The kinds that are turned off, each with its reason. */
export type AlarmsOff = ReadonlyMap<string, string>;

/** A reason is in the template: long enough for a sentence and a ticket. */
export const REASON_LENGTH_MAX = 500;

const KINDS = Object.keys(ALARM_KINDS);
const REASON = `a reason of 1 to ${REASON_LENGTH_MAX} characters`;

/** Resolves `alarms.off` and adds a problem for each kind that is unknown or without a reason. */
export function resolveAlarmsOff(
  problems: Problems,
  given: Readonly<Record<string, string | undefined>>,
): AlarmsOff {
  const off = new Map<string, string>();
  for (const [kind, reason] of Object.entries(given)) {
    if (reason === undefined) continue;
    if (!KINDS.includes(kind)) {
      const near = nearest(kind, KINDS);
      const advice = near === undefined ? `use one of ${KINDS.join(', ')}` : `use \`${near}\``;
      problems.add(`alarms.off.${kind}`, kind, 'a kind of alarm', advice);
      continue;
    }
    const isReason = Token.isUnresolved(reason) || isBounded(reason.trim());
    if (!isReason) {
      problems.add(`alarms.off.${kind}`, reason, REASON, 'say why nobody needs the alarm');
    }
    off.set(kind, reason.trim());
  }
  return off;
}

function isBounded({ length }: string): boolean {
  return length > 0 && length <= REASON_LENGTH_MAX;
}
