/**
 * `checklist`: the rotation checklist and the keys of a stage as Markdown, filled in, to keep as
 * evidence. It holds names and dates, never a secret.
 */

import type { DailyCheckReport } from '../../contract/daily-check';
import type { CommandResult } from '../terminal/screen';
import type { AskedCache } from './ask-caches';
import type { CacheFacts, ChecklistFacts, KeyFacts, SecretFacts } from './checklist-facts';

export interface ChecklistInput {
  /** `stage prod`. */
  readonly of: string;
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  readonly facts: ChecklistFacts;
  /** Absent: AWS was not asked. */
  readonly asked?: Readonly<Record<string, AskedCache>>;
  /** The date of the last drill: `2026-11-01`. */
  readonly drillDate?: string;
}

const NOT_ASKED = 'not asked (`--ask`)';
const DAY_MS = 24 * 60 * 60 * 1_000;
/** A rotation begins up to a day after it is due, and takes up to two hours. */
const LATE_DAYS = 2;

export function checklist(input: ChecklistInput): CommandResult {
  const { of, version, at, facts, asked, drillDate } = input;
  const due = facts.caches.flatMap((cache) => dueOf(cache, input));
  return {
    exitCode: due.length === 0 ? 0 : 1,
    lines: [
      `# Rotation checklist: ${of}`,
      '',
      `Made ${at.slice(0, 16)}Z by cdk-secure-redis ${version}, from the templates${ofStage(of)}` +
        `${asked ? ' and from AWS' : '; AWS was not asked'}. It holds no secret: keep it as`,
      'evidence of the review. A person ticks the boxes.',
      '',
      ...(due.length === 0 ? [] : ['**To do:**', '', ...due.map((each) => `* ${each}`), '']),
      ...facts.caches.flatMap((cache) => cacheLines(cache, input)),
      ...keyLines(facts.keys),
      ...drillLines(drillDate, at),
    ],
    json: { of, version, at, ...facts, asked, drillDate, due },
  };
}

/** `templates` are what was given, not a stage. */
function ofStage(of: string): string {
  return of === 'templates' ? '' : ` of ${of}`;
}

function cacheLines(cache: CacheFacts, input: ChecklistInput): readonly string[] {
  const { name, engine, secrets, graceDays, alarms, silentAlarms } = cache;
  const found = input.asked?.[name];
  const grace = graceDays === undefined ? '' : `, ${graceDays} days after each rotation`;
  const firing = found === undefined ? NOT_ASKED : found.firing.join(', ') || 'none';
  const silent =
    silentAlarms.length === 0 ? 'each with an action' : `without one: ${silentAlarms.join(', ')}`;
  return [
    `## ${name} (${engine})`,
    '',
    '| password of | rotates | last rotation | next rotation | previous password |',
    '|---|---|---|---|---|',
    ...secrets.map((secret) => `| ${cellsOf(secret, input, found).join(' | ')} |`),
    '',
    ...secrets.flatMap(readerLines),
    box('Each password above is rotated, and by a schedule of at most 90 days'),
    box('The last rotation is no longer ago than the schedule says'),
    box(`The previous password is revoked${grace}`),
    box('Each reader above needs the password, and no other policy of the account lets more read'),
    box(`Alarms: ${alarms} in the template, ${silent}; in ALARM state: ${firing}`),
    box('Somebody is subscribed to the topic of the alarms, and answers it'),
    '',
  ];
}

function box(text: string): string {
  return `- [ ] ${text}`;
}

function titleOf({ user }: SecretFacts): string {
  return user === undefined ? 'the cache' : `user ${user}`;
}

function cellsOf(
  secret: SecretFacts,
  { asked }: ChecklistInput,
  found: AskedCache | undefined,
): readonly string[] {
  const { schedule = '**never**', user = '' } = secret;
  const first = [titleOf(secret), schedule];
  if (asked === undefined) return [...first, NOT_ASKED, NOT_ASKED, NOT_ASKED];
  const report = found?.reports[user];
  const unknown = `unknown: ${found?.problem ?? 'no report'}`;
  if (report === undefined) return [...first, unknown, unknown, unknown];
  return [
    ...first,
    report.current?.createdAt?.slice(0, 10) ?? 'unknown',
    report.nextRotationAt?.slice(0, 10) ?? 'unknown',
    previousOf(report),
  ];
}

function previousOf({ isRevoked, previous, graceEndsAt }: DailyCheckReport): string {
  if (isRevoked) return 'revoked';
  if (graceEndsAt !== undefined) return `accepted until ${graceEndsAt.slice(0, 10)}`;
  return previous === undefined ? 'none' : 'not revoked';
}

function readerLines(secret: SecretFacts): readonly string[] {
  const { path, readers, key = 'the default key of AWS' } = secret;
  const where = `\`${path}\`, encrypted with \`${key}\``;
  return [
    `May read the password of ${titleOf(secret)} (${where}), by the policies of these templates:`,
    '',
    ...(readers.length === 0 ? ['* nobody'] : readers.map((each) => `* \`${each}\``)),
    '',
  ];
}

function keyLines(keys: readonly KeyFacts[]): readonly string[] {
  return [
    '## Keys',
    '',
    ...(keys.length === 0 ? ['The templates have no key: they use one that was given.', ''] : []),
    ...keys.flatMap(({ path, isRotating, decrypters, users, isKept, windowDays }) => [
      `\`${path}\`: rotated ${isRotating ? 'every year by KMS' : '**never**'}; ` +
        `${isKept ? 'kept' : '**deleted**'} when the stack is deleted; a request to delete it ` +
        `can be taken back for ${windowDays} days.`,
      '',
      'May decrypt by its key policy:',
      '',
      ...decrypters.map((each) => `* ${each}`),
      '',
      'May decrypt by policies of these templates:',
      '',
      ...users.map((each) => `* \`${each}\``),
      '',
      box('The key is rotated every year, and each principal above needs it'),
      box('No deletion of the key is pending (`aws kms describe-key`)'),
      '',
    ]),
  ];
}

function drillLines(drillDate: string | undefined, at: string): readonly string[] {
  const last =
    drillDate === undefined
      ? 'not recorded; give it as `--drill-date`'
      : `${drillDate}, ${daysBetween(drillDate, at)} days ago`;
  return [
    '## Drill and review',
    '',
    box(`Last drill of a leaked password (\`npm start -- --drill leaked-password\`): ${last}`),
    box('On-call knows `rotate --leaked`, `revoke` and `recover` (docs/operate.md)'),
    '',
    'Reviewed by: ____________________  Date: ____________________',
  ];
}

function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** What is wrong by the templates, or by the answers of AWS. */
function dueOf(cache: CacheFacts, { asked, at }: ChecklistInput): readonly string[] {
  const { name, secrets, silentAlarms } = cache;
  const found = asked?.[name];
  const due: string[] = [];
  for (const secret of secrets) {
    const title = `${name}: the password of ${titleOf(secret)}`;
    if (secret.schedule === undefined) due.push(`${title} is never rotated: give it a schedule`);
    if (asked === undefined) continue;
    const report = found?.reports[secret.user ?? ''];
    if (report === undefined) {
      due.push(`${title} has no report: run \`npx secure-redis status --cache ${name}\``);
    } else if (isLate(report, secret, at)) {
      due.push(`${title} was rotated later than its schedule: run \`npx secure-redis rotate\``);
    } else if (!report.isRevoked && report.graceEndsAt && report.graceEndsAt < at) {
      due.push(
        `${title} has a previous one past its grace period: run \`npx secure-redis revoke\``,
      );
    }
  }
  if (silentAlarms.length > 0) due.push(`${name}: alarms without an action: give it a topic`);
  for (const alarm of found?.firing ?? [])
    due.push(`${name}: the alarm ${alarm} is in ALARM state`);
  return due;
}

function isLate({ current }: DailyCheckReport, { schedule }: SecretFacts, at: string): boolean {
  const [, days] = /^rate\((\d+) days?\)$/.exec(schedule ?? '') ?? [];
  if (days === undefined || current?.createdAt === undefined) return false;
  return daysBetween(current.createdAt, at) > Number(days) + LATE_DAYS;
}
