/**
 * Finds what differs between the deployed users and those of ElastiCache, and decides what to take
 * back. Pure.
 *
 * A stack update writes what is deployed before it changes users: for a time what was deployed
 * before it counts as deployed, too, so that no update is taken for a change by hand.
 */

import { type Drift, isRestorable } from '../../contract/access-report';
import { isSameAccess } from '../../contract/access-string';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import type { DeployedUser } from '../../contract/deployed-access';
import type { DeployedVersions, GroupView, MemberView } from './access-ports';
import type { Attached } from './ports';

/** Longer than a stack update takes, with its rollback. */
const UPDATE_MS_MAX = 24 * 60 * 60 * 1000;

export interface AccessSeen {
  readonly deployed: DeployedVersions;
  readonly epochMs: number;
  /** Absent if the group was deleted. */
  readonly group?: GroupView;
  /** Absent while ElastiCache is changing the replication group. */
  readonly attached?: Attached;
  /** By id; a user that was deleted is not in it. */
  readonly users: ReadonlyMap<string, MemberView>;
  /** Ids of users of which nothing is known but that they were deployed. */
  readonly unchecked?: ReadonlySet<string>;
}

export function driftsIn(seen: AccessSeen): readonly Drift[] {
  const { deployed, epochMs, group, users } = seen;
  const { current, sinceMs, proven } = deployed;
  const isRecent = epochMs - sinceMs < UPDATE_MS_MAX;
  if (proven !== 'current') {
    const kind = isRecent && proven === 'previous' ? 'secret-newer' : 'secret-edited';
    return [{ kind, user: 'the secret' }];
  }
  const previous = isRecent ? deployed.previous : undefined;
  const before = (id: string) => previous?.users.filter((user) => user.id === id) ?? [];
  const isNew = (id: string) => previous !== undefined && before(id).length === 0;
  const groups = [current.group, ...(previous ? [previous.group] : [])];
  const ofUsers = current.users.flatMap((user): readonly Drift[] => {
    if (seen.unchecked?.has(user.id)) return [];
    const live = users.get(user.id);
    if (live === undefined) {
      return isNew(user.id) ? [] : [{ kind: 'missing', user: user.name }];
    }
    if (!live.active) return [];
    const allowed = [user, ...before(user.id)].map(({ access }) => access);
    const isAllowed = allowed.some((each) => isSameAccess(each, live.accessString, current.engine));
    return [...(isAllowed ? [] : [ofRights(user, live)]), ...ofLogin(user, live)];
  });
  if (group === undefined) {
    const isNewGroup = previous !== undefined && previous.group !== current.group;
    return isNewGroup ? ofUsers : [...ofUsers, { kind: 'missing', user: 'the user group' }];
  }
  const ofCache = ofAttached(seen, groups);
  if (!group.active) return [...ofCache, ...ofUsers];
  return [...ofCache, ...ofUsers, ...ofMembers(group, seen, { before, isNew })];
}

/** `groups` are the ids that count as deployed: during a stack update, also the one before. */
function ofAttached(
  { attached, deployed: { current } }: AccessSeen,
  groups: readonly string[],
): readonly Drift[] {
  if (attached === undefined) return [];
  const { to, userGroups, hasPassword } = attached;
  const isDeployed = userGroups.length > 0 && userGroups.every((id) => groups.includes(id));
  if (isDeployed && !hasPassword) return [];
  const ids = userGroups.length > 0 ? userGroups.join(', ') : 'no user group';
  const found = hasPassword ? `${ids} and one password` : ids;
  return [{ kind: 'not-attached', user: to, deployed: current.group, found }];
}

function ofRights({ name, access }: DeployedUser, { accessString }: MemberView): Drift {
  return { kind: 'access-string', user: name, deployed: access, found: masked(accessString) };
}

/** Of a user with a password that rotates, its own check sees and repairs it. */
function ofLogin({ name, login }: DeployedUser, { authentication }: MemberView): readonly Drift[] {
  if (login === authentication || login === 'password') return [];
  return [{ kind: 'authentication', user: name, deployed: login, found: authentication }];
}

function ofMembers(
  { userIds }: GroupView,
  { deployed: { current }, users }: AccessSeen,
  { before, isNew }: { before(id: string): readonly DeployedUser[]; isNew(id: string): boolean },
): readonly Drift[] {
  const missing = current.users.filter(
    ({ id }) => users.has(id) && !userIds.includes(id) && !isNew(id),
  );
  const known = (id: string) =>
    current.users.some((user) => user.id === id) || before(id).length > 0;
  const isDefault = ({ name }: DeployedUser) => name === DEFAULT_USERNAME;
  const toldOf = (users: readonly DeployedUser[]) =>
    users.map(({ name }) => ({ kind: 'not-in-group', user: name }) as const);
  return [
    // First: it joins in one request with the leaving of the user that has taken its place.
    ...toldOf(missing.filter(isDefault)),
    ...userIds
      .filter((id) => !known(id))
      .map((id) => ({ kind: 'foreign-member', user: id }) as const),
    ...toldOf(missing.filter((user) => !isDefault(user))),
  ];
}

/** ElastiCache takes no password in an access string; nothing that looks like one is reported. */
function masked(accessString: string): string {
  return accessString.replaceAll(/(^|[\s(])([<>#!])\S+/g, '$1$2…');
}

export interface RestoreFacts {
  readonly settled: boolean;
  /** Settled for so long that a request of this invocation would be visible. */
  readonly quiet: boolean;
  readonly drifts: readonly Drift[];
  /** Whether ElastiCache has accepted a request for this drift. */
  readonly asked: (drift: Drift) => boolean;
  /** Whether this drift cannot be taken back: its request was refused, or had no effect. */
  readonly hasFailed: (drift: Drift) => boolean;
  /** Whether there is time for a wait and a further look before Lambda's timeout. */
  readonly timeLeft: boolean;
}

export type RestoreDecision =
  | { readonly kind: 'done' }
  | { readonly kind: 'wait' }
  /** The request for this drift had no effect: sending it again would have none, either. */
  | { readonly kind: 'give-up'; readonly drift: Drift }
  | { readonly kind: 'restore'; readonly drift: Drift };

/** One change at a time: ElastiCache refuses a second one meanwhile. */
export function decideRestore(facts: RestoreFacts): RestoreDecision {
  if (!facts.timeLeft) return { kind: 'done' };
  if (!facts.settled) return { kind: 'wait' };
  const drift = facts.drifts.find((each) => isRestorable(each) && !facts.hasFailed(each));
  if (drift === undefined) return { kind: 'done' };
  if (!facts.asked(drift)) return { kind: 'restore', drift };
  return facts.quiet ? { kind: 'give-up', drift } : { kind: 'wait' };
}
