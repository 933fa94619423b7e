/** `alarms.off`: which kinds of alarms of a cache are turned off, each with its reason. */

import { Token } from 'aws-cdk-lib/core';
import { nearest } from '../validation/nearest';
import type { Problems } from '../validation/setting-error';
import { ALARM_KINDS } from './alarms';

/** The kinds that are turned off, with their reasons. */
export type AlarmsOff = ReadonlyMap<string, string>;

/** The reason is in the template: long enough for a sentence and a ticket. */
export const REASON_LENGTH_MAX = 500;

const KINDS = Object.keys(ALARM_KINDS);
const REASON = `a reason of 1 to ${REASON_LENGTH_MAX} characters`;

/** Resolves `alarms.off` and adds a problem per kind that is unknown or without a reason. */
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
