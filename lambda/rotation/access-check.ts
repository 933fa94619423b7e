/**
 * The check of the users of a cache and their group: compares them with what was deployed, and on
 * request takes changes back.
 *
 * It logs in nowhere and changes no password.
 */

import { type AccessReport, type Drift, isRestorable } from '../../contract/access-report';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import type { DeployedUser } from '../../contract/deployed-access';
import { someAtOnce } from '../../contract/some-at-once';
import { type AccessSeen, decideRestore, driftsIn } from './access-drift';
import type { AccessPorts, ChangeAnswer, MemberView } from './access-ports';
import { type DailyCheckTiming, hasTimeForWait } from './daily-check-facts';
import { hasBeenQuiet, noteSettled, type SettledMemory } from './observe';
import { asRotationError, known, RotationError } from './rotation-error';

/** Users that are read at once. */
const READS_AT_ONCE = 5;

/** More iterations than fit into 15 minutes. Reached only by a defect. */
const ITERATIONS_MAX = 1_000;

export async function compareAccess(ports: AccessPorts): Promise<AccessReport> {
  return (await look(ports)).report;
}

/**
 * Takes back each change by hand that it can, one after the other, until the time is up.
 *
 * A request that AWS refuses does not stop the others.
 *
 * @throws RotationError with every change that is left, if a further invocation would not help.
 */
export async function restoreAccess(
  ports: AccessPorts,
  timing: DailyCheckTiming,
): Promise<AccessReport> {
  const { clock, log } = ports;
  const asked = new Set<string>();
  const failures = new Map<string, string>();
  const memory: SettledMemory = {};
  for (let iteration = 1; iteration <= ITERATIONS_MAX; iteration++) {
    const { seen, report } = await look(ports);
    const { isSettled: settled, drifts } = report;
    noteSettled(memory, settled, clock);
    const decision = decideRestore({
      settled,
      quiet: hasBeenQuiet(memory, timing.quietMs, clock),
      drifts,
      asked: (drift) => asked.has(keyOf(drift)),
      hasFailed: (drift) => failures.has(keyOf(drift)),
      timeLeft: hasTimeForWait(clock, timing),
    });
    log({ restore: decision.kind, iteration, settled, drifts });
    if (decision.kind === 'done') return withoutFailures(report, failures);
    if (decision.kind === 'give-up') failures.set(keyOf(decision.drift), NO_EFFECT);
    if (decision.kind === 'restore') {
      const { drift } = decision;
      // Reset before the request: if its answer is lost, it may still have been executed.
      memory.settledSinceMs = undefined;
      try {
        if ((await restore(drift, seen, report, ports)) === 'asked') asked.add(keyOf(drift));
      } catch (error) {
        failures.set(keyOf(drift), wordsOf(error));
      }
    }
    await clock.wait(timing.pollIntervalMs);
  }
  throw new RotationError('StillSettling', { detail: `${ITERATIONS_MAX} iterations` });
}

/** With what was found: another change of the same user is another drift. */
const keyOf = ({ kind, user, found = '' }: Drift) => `${kind} ${user} ${found}`;

function wordsOf(error: unknown): string {
  const { code, context } = asRotationError(error);
  return context.detail ?? code;
}

const NO_EFFECT = 'AWS accepted the request, and the difference remains';

/** The report, unless all that is left to take back has failed. */
function withoutFailures(
  report: AccessReport,
  failures: ReadonlyMap<string, string>,
): AccessReport {
  const left = report.drifts.filter(isRestorable);
  const words = left.flatMap((drift) => {
    const why = failures.get(keyOf(drift));
    return why === undefined ? [] : [`${drift.kind} of ${drift.user}: ${why}`];
  });
  if (!report.isSettled || left.length === 0 || words.length < left.length) return report;
  throw new RotationError('AwsCallFailed', { detail: words.join('; ') });
}

async function look({ users, cache, clock }: AccessPorts) {
  const deployed = await users.deployed();
  const { proven } = deployed;
  // Of an edited secret, nothing is believed: no id, no access string and no role.
  const current = proven === 'current' ? deployed.current : { ...deployed.current, users: [] };
  const group = await users.lookAtGroup(current.group);
  const members = new Map<string, MemberView>();
  const failures = new Map<string, string>();
  await someAtOnce(current.users, READS_AT_ONCE, async ({ id }) => {
    try {
      const member = await users.lookAtUser(id);
      if (member !== undefined) members.set(id, member);
    } catch (error) {
      failures.set(id, wordsOf(error));
    }
  });
  const { nodes, settled: isCacheSettled, attached } = await cache.look();
  const doors = await Promise.all(
    nodes.map(async (node) => ({ ...node, ...(await cache.probe(node)) })),
  );
  const epochMs = clock.epochMs();
  const unchecked = current.users.flatMap(({ id, name: user }) => {
    const why = failures.get(id);
    return why === undefined ? [] : [{ user, why }];
  });
  const ids = new Set(failures.keys());
  const seen: AccessSeen = {
    deployed,
    epochMs,
    group,
    attached: isCacheSettled ? attached : undefined,
    users: members,
    unchecked: ids,
  };
  const areActive = Array.from(members.values()).every(({ active }) => active);
  const isSettled = areActive && group?.active !== false;
  const report: AccessReport = {
    at: new Date(epochMs).toISOString(),
    drifts: driftsIn(seen),
    isSettled,
    isCacheSettled: seen.attached !== undefined,
    ...(unchecked.length > 0 && { unchecked }),
    roles: Object.fromEntries(current.users.map(({ name, role }) => [name, role])),
    nodes: doors,
  };
  return { seen, report };
}

/** Sends one request. A drift is taken back to what is deployed now. */
function restore(
  { kind, user }: Drift,
  seen: AccessSeen,
  { drifts }: AccessReport,
  { users }: AccessPorts,
): Promise<ChangeAnswer> {
  const { current } = seen.deployed;
  const named = (): DeployedUser => known(current.users.find(({ name }) => name === user));
  switch (kind) {
    case 'access-string':
      return users.setAccess(named().id, named().access);
    case 'authentication':
      return users.setIam(named().id);
    case 'not-in-group':
      return users.changeMembers(current.group, {
        joining: [named().id],
        // AWS demands exactly one user of this name: another one leaves in the same request.
        leaving: user === DEFAULT_USERNAME ? foreignIn(drifts) : undefined,
      });
    case 'foreign-member':
      return users.changeMembers(current.group, { leaving: [user] });
    case 'missing':
    case 'not-attached':
    case 'secret-newer':
    case 'secret-edited':
      throw new RotationError('Unexpected', { detail: `${kind} cannot be restored` });
  }
}

/** Ids of the members that were not deployed; absent without any, as AWS takes no empty list. */
function foreignIn(drifts: readonly Drift[]): readonly string[] | undefined {
  const ids = drifts.flatMap(({ kind, user }) => (kind === 'foreign-member' ? [user] : []));
  return ids.length > 0 ? ids : undefined;
}
