/**
 * The daily check: reads the secret, checks every node, revokes the previous password after its
 * grace period, and reports.
 *
 * Its loop is that of a rotation: observe, decide, perform one effect, repeat, without a catch. It
 * never sets a password other than the current one.
 */

import type {
  Answer,
  DailyCheck,
  DailyCheckReport,
  NodeReport,
  Others,
} from '../../contract/daily-check';
import type { StoredCredentials } from '../../contract/secret-json';
import { type DailyCheckEffect, type DailyCheckFacts, decideDailyCheck } from './daily-check-plan';
import { reportOf } from './daily-check-report';
import { endAllSessions } from './end-sessions';
import type { Logins } from './logins';
import { sinceOf } from './observe';
import type { CacheView, Labels, Login, NodeAddress, Ports } from './ports';
import { known, RotationError } from './rotation-error';

const DAY_MS = 24 * 60 * 60 * 1000;

/** More iterations than a daily check can need. Reached only by a defect. */
const ITERATIONS_MAX = 100;

export interface DailyCheckTiming {
  readonly pollIntervalMs: number;
  readonly quietMs: number;
  /** Days for which the previous password stays accepted. */
  readonly graceDays: number;
}

/** Decides an iteration. Tests pass deliberately broken planners. */
export type DailyCheckPlanner = typeof decideDailyCheck;

/** State between iterations of a daily check. */
interface Memory {
  readonly values: Map<string, StoredCredentials>;
  asked: DailyCheckFacts['asked'];
  reasserted: boolean;
  waits: number;
  settledSinceMs?: number;
}

interface Sight {
  readonly facts: DailyCheckFacts;
  readonly labels: Labels;
  readonly view: CacheView;
  readonly current?: StoredCredentials;
  readonly report: DailyCheckReport;
}

/** @throws RotationError if AWS does not answer, or a version is not what this function wrote. */
export async function runDailyCheck(
  dailyCheck: DailyCheck,
  ports: Ports,
  timing: DailyCheckTiming,
  planner: DailyCheckPlanner = decideDailyCheck,
): Promise<DailyCheckReport> {
  const memory: Memory = { values: new Map(), asked: 'no', reasserted: false, waits: 0 };
  for (let iteration = 1; iteration <= ITERATIONS_MAX; iteration++) {
    const sight = await observe(dailyCheck, ports, timing, memory);
    const decision = planner(sight.facts);
    ports.log({ dailyCheck, iteration, facts: sight.facts, decision });
    if (decision.kind === 'done') {
      const { outcome } = decision;
      const report = { ...sight.report, outcome, isRevoked: outcome === 'revoked' };
      const isAlone = outcome === 'revoked' || outcome === 'nothing-to-revoke';
      if (dailyCheck !== 'leaked' || !isAlone) return report;
      // Only now: before the revocation, the leaked password could log in again.
      const nodes = await endAllSessions(report.nodes, known(sight.current), ports);
      return { ...report, nodes };
    }
    await perform(decision.effect, { sight, ports, timing, memory });
  }
  throw new RotationError('StillSettling', { detail: `${ITERATIONS_MAX} iterations` });
}

async function observe(
  dailyCheck: DailyCheck,
  ports: Ports,
  timing: DailyCheckTiming,
  memory: Memory,
): Promise<Sight> {
  const { secrets, cache, clock } = ports;
  const labels = await secrets.labels();
  const history = await secrets.history();
  const view = await cache.look();
  if (!view.settled) memory.settledSinceMs = undefined;
  else memory.settledSinceMs ??= clock.nowMs();
  const read = (id: string | undefined) => readOnce(id, ports, memory);
  const [current, previous, newest] = [
    await read(labels.current),
    await read(labels.previous),
    await read(labels.newest),
  ];
  const isPending = labels.pending !== undefined && labels.pending !== labels.current;
  const pending = isPending ? await read(labels.pending) : undefined;
  const revoked = labels.revoked !== undefined && labels.revoked.versionId === labels.current;
  const labelled = newestOf(labels, { current, newest });
  const others = othersOf(labelled, { current, previous });
  const tried = {
    current,
    previous: revoked || others !== 'previous' ? undefined : previous,
    pending,
  };
  const nodes = await Promise.all(view.nodes.map((node) => ask(node, tried, ports)));
  const isRefused = labelled === 'other' && (await isRefusedByAll(newest, view, ports));
  const graceEndsMs = (history.changedMs ?? Number.POSITIVE_INFINITY) + timing.graceDays * DAY_MS;
  const now = clock.nowMs();
  const facts: DailyCheckFacts = {
    mayRevoke: dailyCheck !== 'report',
    newest: isRefused ? 'refused' : labelled,
    // Not if AWS has left AWSPENDING on a version whose copy was edited.
    rotating: isPending && sameValue(pending, newest) && !sameValue(pending, current) && !isRefused,
    settled: view.settled,
    quiet: memory.settledSinceMs !== undefined && now - memory.settledSinceMs >= timing.quietMs,
    revoked,
    changedSince: revoked && labels.revoked?.since !== sinceOf(view),
    others,
    graceOver: dailyCheck === 'revoke' || dailyCheck === 'leaked' || clock.epochMs() >= graceEndsMs,
    currentLogins: count(nodes, 'current'),
    previousLogins: tried.previous && count(nodes, 'previous'),
    asked: memory.asked,
    reasserted: memory.reasserted,
    waits: memory.waits,
  };
  const isPendingValued = pending !== undefined;
  const isInForce = others !== 'none' && !revoked;
  const seen = {
    labels,
    history,
    view,
    nodes,
    graceEndsMs: isInForce ? graceEndsMs : undefined,
    isPending,
    isPendingValued,
    edited: current?.editedKeys?.(cache.username, view.endpoints) ?? [],
    others,
  };
  return { facts, labels, view, current, report: reportOf(clock.epochMs(), seen) };
}

interface Iteration {
  readonly sight: Sight;
  readonly ports: Ports;
  readonly timing: DailyCheckTiming;
  readonly memory: Memory;
}

async function perform(effect: DailyCheckEffect, iteration: Iteration): Promise<void> {
  const { sight, ports, timing, memory } = iteration;
  const { labels, view } = sight;
  switch (effect) {
    case 'revoke': {
      memory.settledSinceMs = undefined;
      const answer = await ports.cache.askAlone(known(sight.current).password);
      if (answer !== 'busy') memory.asked = answer;
      memory.waits += 1;
      return ports.clock.wait(timing.pollIntervalMs);
    }
    case 'reassert':
      memory.settledSinceMs = undefined;
      await ports.cache.ask(known(sight.current).password);
      memory.reasserted = true;
      memory.asked = 'no';
      memory.waits += 1;
      return ports.clock.wait(timing.pollIntervalMs);
    case 'distrust':
      return ports.secrets.unmarkRevoked(known(labels.current), known(labels.revoked).since);
    case 'record':
      if (labels.revoked) {
        await ports.secrets.unmarkRevoked(labels.revoked.versionId, labels.revoked.since);
      }
      return ports.secrets.markRevoked(known(labels.current), sinceOf(view));
    case 'wait':
      memory.waits += 1;
      return ports.clock.wait(timing.pollIntervalMs);
  }
}

async function readOnce(id: string | undefined, ports: Ports, { values }: Memory) {
  if (id === undefined) return undefined;
  const value = values.get(id) ?? (await ports.secrets.read(id));
  if (value) values.set(id, value);
  return value;
}

async function isRefusedByAll(
  value: StoredCredentials | undefined,
  { nodes }: CacheView,
  { cache }: Ports,
): Promise<boolean> {
  if (!value) return false;
  const { username } = cache;
  const logins = await Promise.all(
    nodes.map((node) => cache.login(node, username, value.password)),
  );
  return logins.length > 0 && logins.every(({ answer }) => answer === 'refused');
}

type Value = StoredCredentials | undefined;

function sameValue(one: Value, other: Value): boolean {
  return one !== undefined && other !== undefined && one.password.equals(other.password);
}

/**
 * NEWEST moves before the request to the cache: without it, only the first password was ever set.
 */
function othersOf(
  newest: DailyCheckFacts['newest'],
  { current, previous }: { readonly current: Value; readonly previous: Value },
): Others {
  if (previous !== undefined && !sameValue(previous, current)) return 'previous';
  return newest === 'nobody' ? 'none' : 'unknown';
}

function newestOf(
  { newest: id, current: currentId }: Labels,
  { current, newest }: { readonly current: Value; readonly newest: Value },
): DailyCheckFacts['newest'] {
  if (id === undefined) return 'nobody';
  if (id === currentId) return 'current';
  if (!newest) return 'unreadable';
  return sameValue(newest, current) ? 'current' : 'other';
}

interface Tried {
  readonly current: Value;
  readonly previous: Value;
  readonly pending: Value;
}

async function ask(node: NodeAddress, tried: Tried, { cache }: Ports): Promise<NodeReport> {
  // Uses the engine's user, since the user name in the secret may have been edited.
  const logIn = (value: Value) => value && cache.login(node, cache.username, value.password);
  const [current, previous, pending, doors] = await Promise.all([
    logIn(tried.current),
    logIn(tried.previous),
    logIn(tried.pending),
    cache.probe(node),
  ]);
  const why = [current, previous, pending].find((login) => login?.answer === 'unreachable');
  return {
    host: node.host,
    port: node.port,
    current: current?.answer ?? 'unreachable',
    previous: previous?.answer,
    pending: pending?.answer,
    ...doors,
    why: whyOf(why),
  };
}

function whyOf(login: Login | undefined): string | undefined {
  return login?.answer === 'unreachable' ? login.why : undefined;
}

function count(nodes: readonly NodeReport[], which: 'current' | 'previous'): Logins {
  const of = (answer: Answer) => nodes.filter((node) => node[which] === answer).length;
  return { accepted: of('accepted'), refused: of('refused'), unreachable: of('unreachable') };
}
