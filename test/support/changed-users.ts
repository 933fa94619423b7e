/** Users of a cache as deployed, and as somebody has changed them. */

import type { DeployedAccess, DeployedUser } from '../../contract/deployed-access';
import type { AccessSeen } from '../../lambda/rotation/access-drift';
import type { AccessPorts, MemberView } from '../../lambda/rotation/access-ports';
import { failedCall } from '../../lambda/rotation/aws-call';
import type { Attached } from '../../lambda/rotation/ports';

export const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-28T03:00:00Z');

export const user = (name: string, access: string, login: 'password' | 'iam' = 'password') =>
  ({ name, id: `${name}-1`, access, login, role: `role of ${name}` }) satisfies DeployedUser;

export const OFF = user('default', 'off -@all');
export const APP = user('app', 'on ~app:* resetchannels -@all +@read');
export const JOBS = user('jobs', 'on ~jobs:* resetchannels -@all +@write', 'iam');

export const deployed = (...users: readonly DeployedUser[]): DeployedAccess => ({
  engine: { name: 'valkey', version: '8.0' },
  group: 'users-1',
  users,
});

export const live = (accessString: string, change: Partial<MemberView> = {}): MemberView => ({
  active: true,
  authentication: 'password',
  accessString,
  ...change,
});

const AS_DEPLOYED = new Map([
  // ElastiCache spells access strings its own way.
  ['default-1', live('off resetchannels -@all')],
  ['app-1', live('on ~app:* -@all +@read')],
  ['jobs-1', live('on ~jobs:* -@all +@write', { authentication: 'iam' })],
]);

export interface Change {
  readonly users?: Readonly<Record<string, MemberView | undefined>>;
  readonly members?: readonly string[];
  readonly isGroupActive?: boolean;
  readonly group?: undefined;
  readonly attached?: Partial<Attached> | undefined;
  readonly previous?: DeployedAccess;
  readonly ageMs?: number;
  readonly proven?: 'current' | 'previous' | undefined;
}

export function seen(change: Change): AccessSeen {
  const { users = {}, members = ['default-1', 'app-1', 'jobs-1'], isGroupActive = true } = change;
  const all = new Map<string, MemberView | undefined>([...AS_DEPLOYED, ...Object.entries(users)]);
  const { previous, ageMs = 48 * HOUR_MS } = change;
  const proven = 'proven' in change ? change.proven : 'current';
  return {
    deployed: { current: deployed(OFF, APP, JOBS), sinceMs: NOW_MS - ageMs, previous, proven },
    epochMs: NOW_MS,
    attached: attachedOf(change),
    group: 'group' in change ? undefined : { active: isGroupActive, userIds: members },
    users: new Map(Array.from(all).flatMap(([id, member]) => (member ? [[id, member]] : []))),
  };
}

function attachedOf(change: Change): Attached | undefined {
  if ('attached' in change && change.attached === undefined) return undefined;
  return { to: 'cache-1', userGroups: ['users-1'], hasPassword: false, ...change.attached };
}

const refused = (operation: string, name: string) =>
  failedCall(operation, Object.assign(new Error('any'), { name }));

interface Trouble {
  readonly refuses?: RegExp;
  readonly ignores?: RegExp;
  readonly undescribed?: RegExp;
}

/**
 * A cache whose changes take some time, during which every other request is busy. AWS refuses
 * `refuses`, and `ignores` has no effect, and
 * users that are `undescribed` cannot be seen.
 */
export function changed(
  change: Change,
  changeMs = 30_000,
  { refuses, ignores, undescribed }: Trouble = {},
) {
  const { deployed: versions, group, users } = seen(change);
  const members = new Map(users);
  const ids = new Set(group?.userIds);
  let [nowMs, busyUntilMs] = [0, 0];
  const calls: string[] = [];
  const ask = async (call: string, effect: () => unknown) => {
    if (nowMs < busyUntilMs) return 'busy' as const;
    calls.push(call);
    if (refuses?.test(call)) throw refused('ModifyUser', 'InvalidParameterValue');
    if (!ignores?.test(call)) effect();
    busyUntilMs = nowMs + changeMs;
    return 'asked' as const;
  };
  const set = (id: string, part: Partial<MemberView>) => {
    members.set(id, { ...live(''), ...members.get(id), ...part });
  };
  const ports: AccessPorts = {
    users: {
      deployed: async () => versions,
      lookAtUser: async (id) => {
        if (undescribed?.test(id)) throw refused('DescribeUsers', 'Throttling');
        const member = members.get(id);
        return member && { ...member, active: nowMs >= busyUntilMs };
      },
      lookAtGroup: async () => ({ active: nowMs >= busyUntilMs, userIds: Array.from(ids) }),
      setAccess: (id, accessString) =>
        ask(`access ${id} ${accessString}`, () => set(id, { accessString })),
      setIam: (id) => ask(`iam ${id}`, () => set(id, { authentication: 'iam' })),
      changeMembers: (_, { joining = [], leaving = [] }) => {
        const words = [...joining.map((id) => `add ${id}`), ...leaving.map((id) => `remove ${id}`)];
        return ask(words.join(', '), () => {
          const after = [...ids].filter((id) => !leaving.includes(id)).concat(joining);
          // AWS's own has this id; that of the cache is `default-1`.
          const defaults = after.filter((id) => id === 'default' || id === 'default-1');
          if (defaults.length === 0) throw refused('ModifyUserGroup', 'DefaultUserRequired');
          if (defaults.length > 1) throw refused('ModifyUserGroup', 'DuplicateUserName');
          ids.clear();
          for (const id of after) ids.add(id);
        });
      },
    },
    cache: {
      look: async () => ({
        settled: true,
        endpoints: { host: 'a', port: 1, readerHost: 'a' },
        nodes: [{ host: 'a', port: 1 }],
        attached: attachedOf(change),
      }),
      probe: async () => ({ noPassword: 'refused', plaintext: 'refused' }),
    },
    clock: {
      nowMs: () => nowMs,
      epochMs: () => NOW_MS,
      remainingMs: () => 900_000 - nowMs,
      wait: async (ms) => {
        nowMs += ms;
      },
    },
    log: () => undefined,
  };
  return { ports, calls, elapsedMs: () => nowMs };
}

export const ALL_CHANGED: Change = {
  users: {
    'default-1': live('on ~* +@all'),
    'app-1': live('on ~* +@all'),
    'jobs-1': live(JOBS.access),
  },
  members: ['default-1', 'jobs-1', 'x-1'],
};
