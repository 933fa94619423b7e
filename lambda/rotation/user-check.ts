/**
 * The daily check of a user: its facts and its effects.
 *
 * It sends only lists that contain the current password.
 */

import type { DailyCheck, NodeReport, Others } from '../../contract/daily-check';
import type { StoredCredentials } from '../../contract/secret-json';
import {
  askNode,
  type CheckIteration,
  type CheckSight,
  type DailyCheckTiming,
  graceEndOf,
  hasTimeForWait,
  loginsOfNodes,
} from './daily-check-facts';
import { reportOf } from './daily-check-report';
import { some } from './logins';
import { isRevokedIn, isSamePassword, type Memory, Observer } from './observe';
import type { CacheView, Labels, Ports, UserCache, UserView } from './ports';
import { known } from './rotation-error';
import type { UserCheckEffect, UserCheckFacts } from './user-check-plan';
import { listFor, type UserValues } from './user-list';

/** State between iterations of a daily check of a user. */
export interface UserCheckMemory extends Memory {
  asked: boolean;
  /** Whether this check must prove by logins that nodes refuse the previous password. */
  proves: boolean;
  /** Whether this check has set the passwords again, since a node refused the current one. */
  repaired: boolean;
  waits: number;
}

/** Input of effects besides the facts. Holds passwords: never log it. */
export interface UserCheckSight extends CheckSight<UserCheckFacts> {
  readonly values: Partial<UserValues>;
}

export const newUserCheckMemory = (): UserCheckMemory => ({
  values: new Map(),
  asked: false,
  proves: false,
  repaired: false,
  waits: 0,
  waitsInARow: 0,
});

export async function observeUserCheck(
  dailyCheck: DailyCheck,
  ports: Ports<UserCache>,
  timing: DailyCheckTiming,
  memory: UserCheckMemory,
): Promise<UserCheckSight> {
  const { secrets, cache, clock } = ports;
  const observer = new Observer(ports, memory);
  const labels = await secrets.labels();
  const history = await secrets.history();
  const user = await cache.lookAtUser();
  const group = await cache.look();
  const view = { ...group, settled: group.settled && user.active };
  observer.note(view.settled);
  const { current, pending, previous } = await readValues(labels, observer);
  // AWS leaves AWSPENDING on the last rotation: a version with the current password is none.
  const rotated = isSamePassword(pending, current) ? undefined : pending;
  const revoked = isRevokedIn(labels);
  const isForced = dailyCheck === 'revoke' || dailyCheck === 'leaked';
  // Otherwise the number of passwords suffices, or the second one is pending: a refused login would
  // raise an alarm.
  const isUnexplained = user.passwordCount !== 1 && rotated === undefined;
  memory.proves ||= dailyCheck === 'leaked' || (isForced && !revoked) || isUnexplained;
  const tried = { current, pending, previous: memory.proves ? previous : undefined };
  const nodes = await Promise.all(view.nodes.map((node) => askNode(node, tried, ports)));
  const graceEndsMs = graceEndOf(history, timing);
  const graceOver = isForced || revoked || clock.epochMs() >= graceEndsMs;
  const isPending = labels.pending !== undefined && labels.pending !== labels.current;
  const previousLogins = tried.previous && loginsOfNodes(nodes, 'previous');
  const facts: UserCheckFacts = {
    mayChange: dailyCheck !== 'report',
    mayRevoke: dailyCheck !== 'report' && dailyCheck !== 'updated',
    settled: view.settled,
    quiet: observer.isQuiet(timing.quietMs),
    hasCurrent: current !== undefined,
    currentLogins: loginsOfNodes(nodes, 'current'),
    previousLogins,
    hasPrevious: previous !== undefined,
    previousUnread: !graceOver && labels.previous !== undefined && !observer.knows(labels.previous),
    pending: pendingOf(isPending, rotated),
    authentication: user.authentication,
    lockedOut: lockedOutOf(user, group),
    passwordCount: user.passwordCount,
    revoked,
    graceOver,
    asked: memory.asked,
    waits: memory.waits,
    timeLeft: hasTimeForWait(clock, timing),
  };
  const others = othersOf(facts, nodes);
  const report = reportOf(clock.epochMs(), {
    labels,
    history,
    view,
    nodes,
    graceEndsMs: others === 'none' || revoked ? undefined : graceEndsMs,
    isPending,
    isPendingValued: pending !== undefined,
    edited: current?.editedKeys?.(cache.username, view.endpoints) ?? [],
    others,
  });
  const repaired = memory.repaired || undefined;
  const authentication = user.authentication === 'password' ? undefined : user.authentication;
  const { lockedOut } = facts;
  return {
    facts,
    labels,
    current,
    values: { current, pending: rotated, previous: graceOver ? undefined : previous },
    report: { ...report, user: cache.username, repaired, authentication, lockedOut },
  };
}

function lockedOutOf({ isOff, userGroups }: UserView, { attached }: CacheView) {
  if (isOff) return 'off';
  if (userGroups === undefined || attached === undefined) return undefined;
  const isIn = userGroups.some((id) => attached.userGroups.includes(id));
  return isIn ? undefined : 'not-in-group';
}

/** The number of passwords says nothing of which they are, if a node refuses the current one. */
function othersOf(facts: UserCheckFacts, nodes: readonly NodeReport[]): Others {
  const { passwordCount, currentLogins, pending, hasPrevious } = facts;
  if (some(facts.previousLogins)) return 'previous';
  if (currentLogins.refused > 0) return 'unknown';
  if (passwordCount === 1 || nodes.some((node) => node.pending === 'accepted')) return 'none';
  // Until its request is accepted, a rotation leaves the previous password in force.
  return pending === 'with-value' && hasPrevious ? 'previous' : 'unknown';
}

async function readValues(labels: Labels, observer: Observer): Promise<Partial<UserValues>> {
  const { current: currentId, pending: pendingId, previous: previousId } = labels;
  const current = await observer.read(currentId);
  const pending = pendingId === currentId ? undefined : await observer.read(pendingId);
  const previous = await observer.read(previousId);
  // An edited secret leaves the current password on two versions.
  return { current, pending, previous: isSamePassword(previous, current) ? undefined : previous };
}

function pendingOf(
  isPending: boolean,
  value: StoredCredentials | undefined,
): UserCheckFacts['pending'] {
  if (!isPending) return 'none';
  return value ? 'with-value' : 'without-value';
}

export async function performUserCheck(
  effect: UserCheckEffect,
  { sight, ports, timing, memory }: CheckIteration<UserCache, UserCheckSight, UserCheckMemory>,
): Promise<void> {
  const { labels, values } = sight;
  const current = known(values.current);
  switch (effect) {
    case 'repair':
      memory.repaired = true;
      return send(listFor({ ...values, current }));
    case 'revoke':
      return send(listFor({ current }));
    case 'record':
      if (labels.revoked) {
        await ports.secrets.unmarkRevoked(labels.revoked.versionId, labels.revoked.since);
      }
      return ports.secrets.markRevoked(known(labels.current), sight.report.at);
    case 'wait':
      memory.waits += 1;
      return ports.clock.wait(timing.pollIntervalMs);
  }

  async function send(list: ReturnType<typeof listFor>): Promise<void> {
    memory.settledSinceMs = undefined;
    memory.asked = (await ports.cache.askList(list)) === 'asked' || memory.asked;
    memory.waits += 1;
    return ports.clock.wait(timing.pollIntervalMs);
  }
}
