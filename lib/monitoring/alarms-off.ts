/** `alarms.off`: which kinds of alarms of a cache are turned off, each with its reason. */

import { SizeRoundingBehavior, Token } from 'aws-cdk-lib/core';
import { nearest } from '../../contract/nearest';
import type { Problems } from '../validation/setting-error';
import type { AlarmThresholds } from './alarm-thresholds';
import { ALARM_KINDS, type AlarmRow } from './alarms';

/** The kinds that are turned off, with their reasons. */
export type AlarmsOff = ReadonlyMap<string, string>;

/** The reason is in the template: long enough for a sentence and a ticket. */
export const REASON_LENGTH_MAX = 500;

const KINDS = Object.keys(ALARM_KINDS);
const REASON = `a reason of 1 to ${REASON_LENGTH_MAX} characters`;

/**
 * Resolves `alarms.off` and adds a problem per kind that is unknown, has no reason, or has a
 * threshold too.
 */
export function resolveAlarmsOff(problems: Problems, given: AlarmThresholds): AlarmsOff {
  const off = new Map<string, string>();
  const reasons: Readonly<Record<string, string | undefined>> = given.off ?? {};
  for (const [kind, reason] of Object.entries(reasons)) {
    if (reason === undefined) continue;
    if (!KINDS.includes(kind)) {
      const near = nearest(kind, KINDS);
      const advice = near === undefined ? `use one of ${KINDS.join(', ')}` : `use \`${near}\``;
      problems.add(`alarms.off.${kind}`, kind, 'a kind of alarm', advice);
      continue;
    }
    const isReason = Token.isUnresolved(reason) || isBounded(reason.trim());
    if (!isReason) {
      problems.add(`alarms.off.${kind}`, reason, REASON, 'say why the alarm is not needed');
    }

    checkThreshold(problems, given, kind);
    off.set(kind, reason.trim());
  }
  return off;
}

/** The threshold that sets when an alarm of a kind fires, if it has one. */
export function thresholdOf(kind: string): keyof AlarmThresholds | undefined {
  const { threshold }: AlarmRow = ALARM_KINDS[kind as keyof typeof ALARM_KINDS] ?? {};
  return typeof threshold === 'string' ? threshold : undefined;
}

/** A threshold of an alarm that is not created would have no effect. */
function checkThreshold(problems: Problems, given: AlarmThresholds, kind: string): void {
  const name = thresholdOf(kind);
  if (name === undefined || given[name] === undefined) return;
  const value = {
    ...given,
    replicationLag: given.replicationLag?.toSeconds({ integral: false }),
    swap: given.swap && given.swap.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) / 1024,
  }[name];
  const allowed = `nothing beside \`alarms.off.${kind}\`, which turns the alarm off`;
  problems.add(`alarms.${name}`, value, allowed, 'remove one of them');
}

function isBounded({ length }: string): boolean {
  return length > 0 && length <= REASON_LENGTH_MAX;
}
