/** `status` of a cache with users: one line per user, and a diagnosis of each that needs one. */

import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import type {
  Answer,
  DailyCheckReport,
  FailedUserReport,
  UsersReport,
} from '../../contract/daily-check';
import { someAtOnce } from '../../contract/some-at-once';
import type { Answered, AnsweredOfUsers, Cloud } from '../aws/cloud';
import { type CommandResult, distance, type Screen } from '../terminal/screen';
import type { FoundCache } from './cache';
import { BUSY_LOOKS_MAX, diagnosisLines, type Pace } from './commands';
import { type Diagnosis, diagnose } from './diagnosis';
import { accessLines, needsPerson } from './drift';
import { alarmLines } from './status';

export interface UsersWork {
  readonly cloud: Cloud;
  readonly cache: FoundCache;
  readonly screen: Screen;
  readonly pace: Pace;
  /** Whether the operator has confirmed the consequences in advance: `--yes`. */
  readonly isYes: boolean;
}

interface UserState {
  readonly user: string;
  readonly report?: DailyCheckReport;
  readonly isRotationOn: boolean;
  readonly diagnosis: Diagnosis;
}

export async function statusOfUsers(work: UsersWork): Promise<CommandResult> {
  const { cloud, cache, screen } = work;
  const [answered, firing] = await Promise.all([
    reportOfUsers(work, BUSY_LOOKS_MAX),
    cloud.firing(cache.alarmPrefix),
  ]);
  const users = await statesOf(work, answered);
  const needy = users.filter(({ diagnosis }) => diagnosis.needsPerson);
  const access = answered.kind === 'users' ? answered.access : undefined;
  const isWell = needy.length === 0 && firing.length === 0 && !needsPerson(access);
  const verdict = isWell
    ? screen.styled('green', 'no action needed')
    : screen.styled('red', 'action needed');
  return {
    exitCode: isWell ? 0 : 1,
    json: { cache: cache.name, isWell, users, access, firing },
    lines: [
      `${screen.styled('bold', cache.name)}  ${verdict}`,
      ...tableOf(users, access),
      ...needy.flatMap(({ user, diagnosis }) => [
        '',
        `user ${user}`,
        ...diagnosisLines(diagnosis, screen),
      ]),
      ...(access ? paragraph(accessLines(access)) : []),
      '',
      ...alarmLines(firing, screen),
    ],
  };
}

const paragraph = (lines: readonly string[]) => (lines.length > 0 ? ['', ...lines] : []);

/** Retries for a short time while the function is busy. */
export async function reportOfUsers(
  { cloud, cache, pace }: UsersWork,
  looksMax: number,
): Promise<AnsweredOfUsers> {
  for (let looks = 1; looks < looksMax; looks++) {
    const answered = await cloud.reportOfUsers(cache.functionName);
    if (answered.kind !== 'busy') return answered;
    await sleep(pace.pollMs);
  }
  return cloud.reportOfUsers(cache.functionName);
}

/** Secrets that are read at once: Secrets Manager throttles. */
const AT_ONCE_MAX = 10;

function statesOf(
  { cloud, cache }: UsersWork,
  answered: AnsweredOfUsers,
): Promise<readonly UserState[]> {
  return someAtOnce(Array.from(cache.users), AT_ONCE_MAX, async ([user, secretArn]) => {
    const { labels, isRotationOn } = await cloud.secret(secretArn);
    const ofUser = answerOf(user, answered);
    const diagnosis = diagnose({ answered: ofUser, pendingId: labels.pending, isRotationOn });
    const report = ofUser.kind === 'report' ? ofUser.report : undefined;
    return { user, report, isRotationOn, diagnosis };
  });
}

/** What the function says about one user. */
function answerOf(user: string, answered: AnsweredOfUsers): Answered {
  if (answered.kind !== 'users') return answered;
  const found = answered.users.find((each) => each.user === user);
  if (found === undefined) {
    const words = `the function does not know the user ${user}; deploy the stack again`;
    return { kind: 'failed', code: 'UnknownUser', words };
  }
  return isFailed(found) ? failureIn(found) : { kind: 'report', report: found };
}

function isFailed(report: DailyCheckReport | FailedUserReport): report is FailedUserReport {
  return 'error' in report;
}

/** An error begins with its code, and may name a version. */
function failureIn({ error }: FailedUserReport): Answered {
  const [, code = 'Unknown', versionId] = /^(\w+)(?:.*?version ([\w-]+))?/.exec(error) ?? [];
  return { kind: 'failed', code, versionId, words: error };
}

const HEAD = ['user', 'state', 'nodes', 'password', 'previous', 'rotation', 'role'];

function tableOf(users: readonly UserState[], access: UsersReport['access']): readonly string[] {
  const { roles = {} } = access === undefined || 'error' in access ? {} : access;
  const known = users.map(({ user }) => user);
  // Users with IAM logins have no secret.
  const iam = Object.keys(roles).filter(
    (user) => user !== DEFAULT_USERNAME && !known.includes(user),
  );
  const rows = [
    HEAD,
    ...users.map((state) => [...rowOf(state), roles[state.user] ?? '']),
    ...iam.map((user) => [user, 'by IAM', '-', '-', '-', '-', roles[user] ?? '']),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf({ user, report, isRotationOn, diagnosis }: UserState): readonly string[] {
  if (report === undefined) return [user, diagnosis.id, '-', '-', '-', rotationOf(isRotationOn)];
  const { at, current, nodes } = report;
  const made = current?.createdAt === undefined ? 'unknown' : distance(current.createdAt, at);
  return [
    user,
    diagnosis.id,
    loginsOf(nodes.map((node) => node.current)),
    made,
    previousOf(report),
    rotationOf(isRotationOn, report),
  ];
}

/** The answers of the nodes to the current password. */
function loginsOf(answers: readonly Answer[]): string {
  const accepted = answers.filter((answer) => answer === 'accepted').length;
  return `${accepted} of ${answers.length} accept`;
}

function previousOf({ at, previous, isRevoked, graceEndsAt }: DailyCheckReport): string {
  if (previous === undefined) return 'none';
  if (isRevoked) return 'revoked';
  if (graceEndsAt === undefined) return 'not revoked';
  const isPast = Date.parse(graceEndsAt) <= Date.parse(at);
  return isPast ? 'due for revocation' : `revoked ${distance(graceEndsAt, at)}`;
}

function rotationOf(isRotationOn: boolean, report?: DailyCheckReport): string {
  if (!isRotationOn) return 'turned off';
  const next = report?.nextRotationAt;
  if (report === undefined || next === undefined) return 'on';
  return `next ${next.slice(0, 10)} (${distance(next, report.at)})`;
}
