/**
 * Checks of the users of a cache: each logs in with its own secret alone, and its role refuses what
 * it must. A check covers all users, and names those that fail.
 */

import { Password } from '../../contract/password';
import type { UsersAccess } from '../aws/access-blueprint';
import type { DeployedSecret } from '../aws/deployed-secret';
import type { Deployment } from '../aws/deployment';
import { clientOf } from '../redis/client';
import { failureOf } from '../redis/failure-word';
import { logIn, type Seen } from '../redis/probe';
import type { RedisNode } from '../redis/redis-node';
import { type CheckResult, unique } from './checks';
import { categoriesBy, forbiddenTo, type UserRights, userRights } from './user-rights';

export interface UserClaim {
  readonly id: string;
  readonly claim: string;
  readonly expected: Seen;
}

/** Asks every node as every user. */
export async function checkEachUser(
  { logins, nodes }: Deployment,
  { id, claim, expected }: UserClaim,
  see: (login: DeployedSecret, node: RedisNode) => Promise<Seen>,
): Promise<CheckResult> {
  const wrong: string[] = [];
  for (const login of logins) {
    const seen = await Promise.all(nodes.map((node) => see(login, node)));
    const others = seen.filter((each) => each !== expected);
    if (others.length > 0) wrong.push(`${login.username}: ${unique(others)}`);
  }
  const asked = `${logins.length} users on ${nodes.length} nodes`;
  const pass = logins.length > 0 && nodes.length > 0 && wrong.length === 0;
  return { id, claim, pass, detail: `${asked}: ${pass ? expected : wrong.join('; ')}` };
}

/** Whether every node answers as expected to a password of each user. */
export function checkUserPasswords(
  deployment: Deployment,
  passwords: ReadonlyMap<string, Password>,
  claim: UserClaim,
): Promise<CheckResult> {
  const { caPem } = deployment.certificates;
  return checkEachUser(deployment, claim, async ({ username }, node) => {
    const password = passwords.get(username);
    return password === undefined ? 'no password' : logIn(node, caPem, username, password);
  });
}

/** How many of the other users each secret is tried with, to keep 40 users short. */
const OTHERS_MAX = 5;

/** No secret opens another user, nor `default`. */
export function checkOtherSecrets(deployment: Deployment): Promise<CheckResult> {
  const { logins, certificates } = deployment;
  const claim = {
    id: 'own-secret-only',
    claim: 'the secret of a user is refused for every other user and for `default`',
    expected: 'WRONGPASS',
  };
  return checkEachUser(deployment, claim, async (login, node) => {
    const at = logins.indexOf(login);
    const others = [...logins.slice(at + 1), ...logins.slice(0, at)].slice(0, OTHERS_MAX);
    const names = ['default', ...others.map(({ username }) => username)];
    const { password } = login.credentials();
    const seen: string[] = [];
    for (const name of names) seen.push(await logIn(node, certificates.caPem, name, password));
    return unique(seen);
  });
}

/** The user `default` is off: its own password is refused, too. */
export async function checkDefaultUser(
  deployment: Deployment,
  { users }: UsersAccess,
): Promise<CheckResult> {
  const { nodes, certificates } = deployment;
  const own = users.find(({ name }) => name === 'default')?.passwords ?? [];
  const passwords = own.map((each) => Password.of(deployment.resolve(each)));
  const logins = nodes.flatMap((node) => passwords.map((password) => ({ node, password })));
  const seen = await Promise.all(
    logins.map(({ node, password }) => logIn(node, certificates.caPem, 'default', password)),
  );
  return {
    id: 'default-refused',
    claim: 'the user `default` is refused, even with its own password',
    pass: seen.length > 0 && seen.every((each) => each === 'WRONGPASS'),
    detail: `${seen.length} nodes: ${unique(seen)}`,
  };
}

/** The rights of each user with a kind of login, by the access string of the template. */
export async function rightsByUser(
  { nodes: [node] }: Deployment,
  { users }: UsersAccess,
  login: 'password' | 'iam' = 'password',
): Promise<ReadonlyMap<string, UserRights>> {
  if (node === undefined) throw new Error('the cache has no node');
  const categories = await categoriesBy(node);
  const rotated = users.filter(({ credentials }) => credentials !== undefined);
  const asked = login === 'iam' ? users.filter((user) => user.login === 'iam') : rotated;
  return new Map(
    asked.map(({ name, accessString }) => [name, userRights(accessString, categories)]),
  );
}

/** What a role forbids is refused: a command, and a foreign key. */
export function checkRoles(
  deployment: Deployment,
  rights: ReadonlyMap<string, UserRights>,
): Promise<CheckResult> {
  const { caPem } = deployment.certificates;
  const claim = {
    id: 'roles',
    claim: 'each role refuses a command that it does not allow, and a key outside of its patterns',
    expected: 'NOPERM',
  };
  return checkEachUser(deployment, claim, async (login, node) => {
    const of = rights.get(login.username);
    const forbidden = of === undefined ? [] : forbiddenTo(of);
    const { username, password } = login.credentials();
    const seen: string[] = [];
    for (const command of forbidden) {
      seen.push(await logIn(node, caPem, username, password, command));
    }
    return unique(seen);
  });
}

/** Every user's application connects with the URL of its secret, to primary and replica. */
export async function checkUserUrls({
  logins,
  certificates,
  blueprint,
}: Deployment): Promise<CheckResult> {
  const wrong: string[] = [];
  for (const login of logins) {
    const { url, readerUrl } = JSON.parse(login.secretString());
    for (const each of [url, readerUrl]) {
      const seen = await connected(each, certificates.caPem, blueprint.topology.isSharded);
      if (seen !== 'PONG') wrong.push(`${login.username}: ${seen}`);
    }
  }
  return {
    id: 'url',
    claim: 'each application connects with the URL from the secret of its user as it is',
    pass: logins.length > 0 && wrong.length === 0,
    detail: wrong.length === 0 ? `${logins.length} users: PONG` : wrong.join('; '),
  };
}

async function connected(url: string, ca: string, isSharded: boolean): Promise<string> {
  const client = clientOf(url, ca, isSharded);
  // The command's own error is reported; without a listener ioredis prints it too.
  client.on('error', () => undefined);
  try {
    return await client.ping();
  } catch (error) {
    const failure = failureOf(error);
    // Refused by the role, after the login.
    return failure === 'NOPERM' ? 'PONG' : failure;
  } finally {
    client.disconnect();
  }
}
