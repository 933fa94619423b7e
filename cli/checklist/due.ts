/** What is to do by the templates, or by the answers of AWS. Pure. */

import type { DailyCheckReport } from '../../contract/daily-check';
import { printable } from '../terminal/printable';
import type { AskedCache } from './ask-caches';
import type { CacheFacts, ChecklistFacts, KeyFacts, SecretFacts } from './checklist-facts';
import { longestInterval } from './rotation-interval';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A rotation begins up to a day after it is due, and takes up to two hours. */
const LATE_DAYS = 2;
const ROTATION_DAYS_MAX = 90;

export interface Due {
  /** Names of templates and of AWS are in it as they are. */
  readonly what: string;
  /** A command that can be copied into a shell. */
  readonly run?: string;
}

export function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

export function titleOf({ user }: Pick<SecretFacts, 'user'>): string {
  return user === undefined ? 'the cache' : `user ${user}`;
}

export function dueOf(
  { caches, keys }: ChecklistFacts,
  asked: Readonly<Record<string, AskedCache>> | undefined,
  at: string,
): readonly Due[] {
  const ofCaches = caches.flatMap((cache) => [
    ...cache.secrets.flatMap((secret) => {
      const title = `${cache.name}: the password of ${titleOf(secret)}`;
      const ofTemplate = scheduleDue(secret).map((each) => ({ what: `${title} ${each}` }));
      if (asked === undefined) return ofTemplate;
      const found = reportDue(cache, secret, asked[cache.name], at);
      return [...ofTemplate, ...found.map(({ what, run }) => ({ what: `${title} ${what}`, run }))];
    }),
    ...alarmsDue(cache, asked?.[cache.name]).map((what) => ({ what })),
  ]);
  return [...ofCaches, ...keys.flatMap(keyDue).map((what) => ({ what }))];
}

function scheduleDue({ schedule }: SecretFacts): readonly string[] {
  if (schedule === undefined) return ['is never rotated: give it a schedule'];
  const days = longestInterval(schedule);
  if (days === undefined) {
    return [`has the schedule ${schedule}, whose interval is unknown: compare it with 90 days`];
  }
  if (days <= ROTATION_DAYS_MAX) return [];
  return [`is rotated only every ${days} days: give it a schedule of at most 90 days`];
}

function reportDue(
  { name }: CacheFacts,
  { user, schedule }: SecretFacts,
  found: AskedCache | undefined,
  at: string,
): readonly Due[] {
  const due = (what: string, command: string) => ({ what, run: commandFor(command, name, user) });
  const report = found?.reports[user ?? ''];
  if (report === undefined) {
    const problem = found?.problem === undefined ? '' : ` (${found.problem})`;
    return [due(`has no report${problem}`, 'status')];
  }
  const { current, nextRotationAt, isRevoked, graceEndsAt } = report;
  const isPast = !isRevoked && graceEndsAt !== undefined && isBefore(graceEndsAt, at);
  const all: readonly (readonly [isDue: boolean, what: string, command: string])[] = [
    [isLate(report, schedule, at), 'was not rotated when its schedule said', 'rotate'],
    [current?.createdAt === undefined, 'has no known date of its last rotation', 'status'],
    [nextRotationAt === undefined, 'has no known date of its next rotation', 'status'],
    [isPast, 'has a previous password, valid after its grace period', 'revoke'],
  ];
  return all.flatMap(([isDue, what, command]) => (isDue ? [due(what, command)] : []));
}

function commandFor(command: string, name: string, user: string | undefined): string {
  const ofUser = user === undefined ? '' : ` --user ${quoted(user)}`;
  return `npx secure-redis ${command} --cache ${quoted(name)}${ofUser}`;
}

function quoted(text: string): string {
  const shown = printable(text);
  return /^[\w./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

export function isBefore(one: string, other: string): boolean {
  return Date.parse(one) < Date.parse(other);
}

function isLate(
  { current, nextRotationAt }: DailyCheckReport,
  schedule: string | undefined,
  at: string,
): boolean {
  if (nextRotationAt !== undefined && daysBetween(nextRotationAt, at) > LATE_DAYS) return true;
  const days = schedule === undefined ? undefined : longestInterval(schedule);
  if (days === undefined || current?.createdAt === undefined) return false;
  return daysBetween(current.createdAt, at) > days + LATE_DAYS;
}

function alarmsDue(
  { name, silentAlarms }: CacheFacts,
  found: AskedCache | undefined,
): readonly string[] {
  const silent =
    silentAlarms.length === 0
      ? []
      : [`${name}: give a topic to the alarms without an action: ${silentAlarms.join(', ')}`];
  const firing = (found?.firing ?? []).map(
    (each) => `${name}: the alarm ${each} is in ALARM state`,
  );
  return [...silent, ...firing];
}

function keyDue({ path, isRotating, isKept }: KeyFacts): readonly string[] {
  const rotation = isRotating ? [] : [`${path}: the key is never rotated: enable key rotation`];
  const kept = isKept
    ? []
    : [`${path}: the key is deleted with its stack: retain it, unless its data may be lost`];
  return [...rotation, ...kept];
}
