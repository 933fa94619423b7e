/**
 * The rehearsal of a cache with users: rotates the password of each user under the traffic of all,
 * and checks logins, roles, rotation and revocation of each.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Password } from '../contract/password';
import type { UsersAccess } from './aws/access-blueprint';
import { graceDaysOf } from './aws/blueprint';
import type { DeployedSecret } from './aws/deployed-secret';
import type { Deployment } from './aws/deployment';
import {
  type CheckResult,
  checkLoopback,
  checkNodeParameters,
  checkNodes,
  checkShards,
} from './checks/checks';
import { checkLeaks } from './checks/leak-check';
import type { Transcript } from './checks/transcript';
import {
  checkDefaultUser,
  checkOtherSecrets,
  checkRoles,
  checkUserPasswords,
  checkUserUrls,
  rightsByUser,
} from './checks/user-checks';
import type { UserRights } from './checks/user-rights';
import { checkUsersAfterGrace } from './checks/users-daily-check';
import { callsMax, type RehearsalResult, type RotationFigures, refusedLogins } from './rehearse';
import { HABITS } from './traffic/habits';
import { IAM_HABITS, IamUsers } from './traffic/iam-users';
import { type UserLane, UserTraffic, workOf } from './traffic/user-traffic';
import { rotationResults, type UserRotation } from './user-rotations';
import { type TrafficFigures, userTable } from './user-table';
import { watchRotation } from './watched-rotation';

/** Milliseconds of traffic before and after the rotations. */
const CALM_MS = 500;
/** Maximum of AWS calls of a rotation without faults, apart from polls during a change. */
const CALLS_MAX = 18;

export async function rehearseUsers(
  deployment: Deployment,
  access: UsersAccess,
  transcript: Transcript,
  functionLines: readonly string[],
): Promise<RehearsalResult> {
  const checks: CheckResult[] = [];
  const record = (...results: readonly CheckResult[]) => {
    for (const result of results) transcript.check(result);
    checks.push(...results);
  };
  const rights = await rightsByUser(deployment, access);
  const iam = await iamOf(deployment, access);
  const created = passwordsOf(deployment);

  transcript.part('first rotation of each user, as the deploy runs them');
  record(await firstRotations(deployment, created));
  const first = passwordsOf(deployment);

  transcript.part('testing and verification');
  const [anyUser] = deployment.logins;
  if (anyUser) record(...(await checkNodes(deployment, anyUser)));
  record(await checkLoopback(deployment));
  if (Object.keys(deployment.blueprint.parameters).length > 0) {
    record(await checkNodeParameters(deployment));
  }
  if (deployment.blueprint.topology.isSharded) record(await checkShards(deployment));
  record(
    await checkUserUrls(deployment),
    await checkOtherSecrets(deployment),
    await checkDefaultUser(deployment, access),
    await checkRoles(deployment, rights),
  );
  if (iam) {
    record(await iam.users.checkLogins(), await iam.users.checkRefusals());
    record(await iam.users.checkRoles(iam.rights));
  }

  const habits = HABITS.join(', ');
  transcript.part(`rotation of one user after the other, under traffic: clients that ${habits}`);
  const rotated = await rotateEach(deployment, { rights, iam }, transcript);
  record(...rotated.results);
  const second = passwordsOf(deployment);
  record(
    await checkUserPasswords(deployment, first, {
      id: 'previous-accepted',
      claim: 'the previous password of each user is still accepted, for clients that hold it',
      expected: 'PONG',
    }),
    await checkUserPasswords(deployment, created, {
      id: 'initial-refused',
      claim: 'the first password of each user, which CloudFormation has seen, is refused',
      expected: 'WRONGPASS',
    }),
  );

  transcript.part(`${graceDaysOf(deployment.blueprint) + 1} days later: the daily check`);
  record(...(await checkUsersAfterGrace(deployment, functionLines)));
  record(
    await checkUserPasswords(deployment, first, {
      id: 'previous-revoked',
      claim: 'the previous password of each user is refused after the grace period',
      expected: 'WRONGPASS',
    }),
    await checkUserPasswords(deployment, second, {
      id: 'current-kept',
      claim: 'the current password of each user is still accepted',
      expected: 'PONG',
    }),
  );

  transcript.part('search for leaks');
  const passwords = [created, first, second].flatMap((each) => Array.from(each.values()));
  record(checkLeaks([...transcript.lines, ...functionLines], passwords));
  transcript.part('users');
  const all = new Map([...rights, ...(iam?.rights ?? [])]);
  for (const line of userTable(rotated.figures, all, rotated.iam)) transcript.detail(line);
  return { checks, rotations: rotated.figures };
}

/** Users that log in by IAM, and what they may do. */
interface Iam {
  readonly users: IamUsers;
  readonly rights: ReadonlyMap<string, UserRights>;
}

/** Of a sharded cache, clients would follow redirections past the proxies that verify tokens. */
async function iamOf(deployment: Deployment, access: UsersAccess): Promise<Iam | undefined> {
  const { iam } = deployment;
  if (iam === undefined) return undefined;
  const users = new IamUsers(deployment, iam, access.users);
  return { users, rights: await rightsByUser(deployment, access, 'iam') };
}

function lanesOf(deployment: Deployment, iam: Iam | undefined): readonly UserLane[] {
  if (iam === undefined || deployment.blueprint.topology.isSharded) return [];
  return Array.from(iam.rights, ([username, rights]) => workOf(username, rights)).flatMap((work) =>
    IAM_HABITS.map((habit) => ({
      username: work.username,
      name: `${work.username}-${habit}`,
      client: iam.users.client(work, habit),
    })),
  );
}

/** The current passwords by user. */
function passwordsOf({ logins }: Deployment): ReadonlyMap<string, Password> {
  return new Map(logins.map((login) => [login.username, login.credentials().password]));
}

/** All at once, as after a deploy: the function takes one event after the other. */
async function firstRotations(
  deployment: Deployment,
  created: ReadonlyMap<string, Password>,
): Promise<CheckResult> {
  const { logins } = deployment;
  const done = await Promise.all(
    logins.map(async ({ runsAtDeploy, service }) => runsAtDeploy && (await service.rotate())),
  );
  const undone = logins.filter((login, index) => {
    const { password, endpoints } = login.credentials();
    const isNew = created.get(login.username)?.equals(password) === false;
    return done[index] !== true || !isNew || endpoints === undefined;
  });
  return {
    id: 'first-rotation',
    claim: 'the deploy itself replaces the password of each user that CloudFormation has seen',
    pass: logins.length > 0 && undone.length === 0,
    detail: `${namesOf(logins)}; not replaced: ${namesOf(undone)}`,
  };
}

function namesOf(logins: readonly DeployedSecret[]): string {
  return logins.map(({ username }) => username).join(', ') || 'none';
}

interface RotatedUsers {
  /** Of the users that log in by IAM. */
  readonly iam: readonly TrafficFigures[];
  readonly figures: readonly RotationFigures[];
  readonly results: readonly CheckResult[];
}

async function rotateEach(
  deployment: Deployment,
  { rights, iam }: { readonly rights: ReadonlyMap<string, UserRights>; readonly iam?: Iam },
  transcript: Transcript,
): Promise<RotatedUsers> {
  // The log is short, and the checks of the roles have filled it.
  for (const node of deployment.nodes) await node.admin('ACL', 'LOG', 'RESET');
  const works = Array.from(rights, ([username, each]) => workOf(username, each));
  const lanes = lanesOf(deployment, iam);
  const startedMs = performance.now();
  const traffic = new UserTraffic(deployment, works, { more: lanes });
  await sleep(CALM_MS);
  transcript.say(`traffic runs: ${traffic.commands} commands so far`);
  const rotations: UserRotation[] = [];
  for (const login of deployment.logins) {
    const rotation = await rotateUser(deployment, login);
    transcript.detail(rotationLine(rotation));
    rotations.push(rotation);
  }
  await sleep(CALM_MS);
  if (iam && lanes.length > 0) await iam.users.passHours(startedMs);
  const max = callsMax(deployment, CALLS_MAX);
  const { failures } = await traffic.stop();
  const refused = await refusedLogins(deployment);
  const figures = rotations.map(({ user, apiCalls, polls, durationMs }) => {
    return { user, ...traffic.figures(user), apiCalls, polls, durationMs };
  });
  const ofIam = (lanes.length > 0 ? (iam?.users.names ?? []) : []).map((user) => {
    return { user, ...traffic.figures(user) };
  });
  const results = rotationResults({ rotations, figures, failures, refused, max });
  const renewed = iam && lanes.length > 0 ? [iam.users.checkRenewals(sumOf(ofIam))] : [];
  return { figures, iam: ofIam, results: [...results, ...renewed] };
}

function sumOf(figures: readonly TrafficFigures[]) {
  const sum = (of: (each: TrafficFigures) => number) =>
    figures.reduce((total, each) => total + of(each), 0);
  return { commands: sum(({ commands }) => commands), failed: sum(({ failed }) => failed) };
}

async function rotateUser(deployment: Deployment, login: DeployedSecret): Promise<UserRotation> {
  const { finished, isNew, watch, apiCalls, polls, durationMs } = await watchRotation(
    deployment,
    login,
  );
  await watch.look();
  return {
    user: login.username,
    isDone: finished && isNew,
    moments: watch.moments,
    refusals: watch.refusals.length,
    apiCalls,
    polls,
    durationMs,
  };
}

function rotationLine({ user, isDone, durationMs, apiCalls, polls }: UserRotation): string {
  const end = isDone ? 'new password' : 'failed';
  const took = (durationMs / 1_000).toFixed(1);
  return `${user}: ${end} (${took} s, ${apiCalls} calls, ${polls} polls)`;
}
