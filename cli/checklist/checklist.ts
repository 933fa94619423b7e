/**
 * `checklist`: the rotation checklist and the keys of a stage as Markdown, filled in, to keep as
 * evidence. It holds names and dates, never a secret.
 */

import type { DailyCheckReport } from '../../contract/daily-check';
import type { CommandResult } from '../terminal/screen';
import type { AskedCache } from './ask-caches';
import type {
  CacheFacts,
  ChecklistFacts,
  IamUserFacts,
  KeyFacts,
  SecretFacts,
} from './checklist-facts';
import { daysBetween, dueOf, isBefore, titleOf } from './due';
import { code, plain } from './markdown';
import type { Allowed } from './readers';

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
const BY_IAM = 'by IAM: a token of 15 minutes';

export function checklist(input: ChecklistInput): CommandResult {
  const { of, version, at, facts, asked, drillDate } = input;
  const due = dueOf(facts, asked, at);
  const dueLines = due.map(
    ({ what, run }) => `* ${plain(what)}${run === undefined ? '' : `: run ${code(run)}`}`,
  );
  return {
    exitCode: due.length === 0 ? 0 : 1,
    lines: [
      `# Rotation checklist: ${plain(of)}`,
      '',
      `Made ${at.slice(0, 16)}Z by cdk-secure-redis ${version}, from the templates` +
        `${plain(ofStage(of))}${asked ? ' and from AWS' : '; AWS was not asked'}. It holds no ` +
        'secret: keep it as',
      'evidence of the review. A person ticks the boxes.',
      '',
      ...(due.length === 0 ? [] : ['**To do:**', '', ...dueLines, '']),
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
  const { name, engine, secrets, iamUsers, graceDays, alarms, silentAlarms } = cache;
  const found = input.asked?.[name];
  const grace = graceDays === undefined ? '' : `, ${plain(graceDays)} days after each rotation`;
  const firing = found === undefined ? NOT_ASKED : plain(found.firing.join(', ')) || 'none';
  const silent =
    silentAlarms.length === 0
      ? 'each with an action'
      : `these without an action: ${plain(silentAlarms.join(', '))}`;
  const boxesOfPasswords = [
    box('Each password above is rotated, and by a schedule of at most 90 days'),
    box('The last rotation is no longer ago than the schedule says'),
    box(`The previous password is revoked${grace}`),
    box('Each reader above needs the password, and no other policy of the account lets more read'),
  ];
  return [
    `## ${plain(name)} (${plain(engine)})`,
    '',
    '| login of | rotates | last rotation | next rotation | previous password |',
    '|---|---|---|---|---|',
    ...secrets.map((secret) => `| ${cellsOf(secret, input, found).join(' | ')} |`),
    ...iamUsers.map((user) => `| ${plain(titleOf(user))} | ${BY_IAM} | - | - | - |`),
    '',
    ...secrets.flatMap(readerLines),
    ...iamUsers.flatMap(connectLines),
    ...(secrets.length === 0 ? [] : boxesOfPasswords),
    ...(iamUsers.length === 0
      ? []
      : [box('Each principal that may log in by IAM needs to, and no other policy lets more')]),
    box(`Alarms: ${alarms} in the template, ${silent}; in ALARM state: ${firing}`),
    box('Somebody is subscribed to the topic of the alarms, and answers it'),
    '',
  ];
}

function box(text: string): string {
  return `- [ ] ${text}`;
}

function cellsOf(
  secret: SecretFacts,
  { asked, at }: ChecklistInput,
  found: AskedCache | undefined,
): readonly string[] {
  const { schedule, user = '' } = secret;
  const first = [plain(titleOf(secret)), schedule === undefined ? '**never**' : plain(schedule)];
  if (asked === undefined) return [...first, NOT_ASKED, NOT_ASKED, NOT_ASKED];
  const report = found?.reports[user];
  const unknown = `unknown: ${plain(found?.problem ?? 'no report')}`;
  if (report === undefined) return [...first, unknown, unknown, unknown];
  const last = lastRotationOf(report);
  const next = report.nextRotationAt?.slice(0, 10) ?? 'unknown';
  return [...first, ...[last, next, previousOf(report, at)].map(plain)];
}

/** The first version of a secret was made by the deploy. */
function lastRotationOf({ current, previous, others = 'none' }: DailyCheckReport): string {
  const made = current?.createdAt?.slice(0, 10);
  if (made === undefined) return 'unknown';
  return previous === undefined && others === 'none' ? `never: deployed on ${made}` : made;
}

function previousOf({ isRevoked, previous, graceEndsAt }: DailyCheckReport, at: string): string {
  if (isRevoked) return 'revoked';
  if (graceEndsAt !== undefined) {
    const day = graceEndsAt.slice(0, 10);
    if (isBefore(graceEndsAt, at)) return `not revoked, though its grace period ended on ${day}`;
    return `accepted until ${day}`;
  }
  return previous === undefined ? 'none' : 'not revoked';
}

function readerLines(secret: SecretFacts): readonly string[] {
  const { path, readers, key } = secret;
  const encrypted = key === undefined ? 'a key that is not in these templates' : code(key);
  const where = `${code(path)}, encrypted with ${encrypted}`;
  return [
    `May read the password of ${plain(titleOf(secret))} (${where}), by the policies of these ` +
      'templates:',
    '',
    ...allowedLines(readers),
    '',
  ];
}

function connectLines(user: IamUserFacts): readonly string[] {
  return [
    `May log in as ${plain(titleOf(user))} by IAM, by the policies of these templates:`,
    '',
    ...allowedLines(user.connecting),
    '',
  ];
}

function allowedLines({ principals, unclear }: Allowed): readonly string[] {
  const known = principals.map((each) => `* ${code(each)}`);
  const places = unclear.map(
    (each) => `* cannot tell: a policy is known only at deploy, of ${code(each)}`,
  );
  return known.length + places.length === 0 ? ['* nobody'] : [...known, ...places];
}

function keyLines(keys: readonly KeyFacts[]): readonly string[] {
  return [
    '## Keys',
    '',
    ...(keys.length === 0
      ? ['The templates have no key of these caches: the caches use a key of elsewhere.', '']
      : []),
    ...keys.flatMap(({ path, isRotating, decrypters, users, isKept, windowDays }) => [
      `${code(path)}: rotated ${isRotating ? 'every year by KMS' : '**never**'}; ` +
        `${isKept ? 'kept' : '**deleted**'} when the stack is deleted; a request to delete it ` +
        `can be taken back for ${windowDays} days.`,
      '',
      'May decrypt by its key policy:',
      '',
      ...allowedLines(decrypters),
      '',
      'May decrypt by policies of these templates:',
      '',
      ...allowedLines(users),
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
