/**
 * The facts of a daily check and its report, without passwords.
 *
 * Observes every node and every label at once, since the report shows all of them.
 */

import type { DailyCheck, DailyCheckReport, NodeReport, Others } from '../../contract/daily-check';
import type { StoredCredentials } from '../../contract/secret-json';
import type { DailyCheckFacts } from './daily-check-plan';
import { reportOf } from './daily-check-report';
import { type Logins, loginsOf } from './logins';
import {
  isRevokedIn,
  isSamePassword,
  type Memory,
  Observer,
  ownerOf,
  sinceOf,
  whyUnreachable,
} from './observe';
import type { CachePort, CacheView, Clock, History, Labels, NodeAddress, Ports } from './ports';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface DailyCheckTiming {
  readonly pollIntervalMs: number;
  readonly quietMs: number;
  /** Days for which the previous password stays accepted. */
  readonly graceDays: number;
  /** With less time left, in milliseconds, a check of a user does not wait. */
  readonly iterationMsMax: number;
}

/** Whether there is time for a wait and a further look before Lambda's timeout. */
export function hasTimeForWait(
  clock: Clock,
  { iterationMsMax, pollIntervalMs }: DailyCheckTiming,
): boolean {
  return clock.remainingMs() > iterationMsMax + pollIntervalMs;
}

/** State between iterations of a daily check. */
export interface DailyCheckMemory extends Memory {
  asked: DailyCheckFacts['asked'];
  reasserted: boolean;
  waits: number;
}

export const newDailyCheckMemory = (): DailyCheckMemory => ({
  values: new Map(),
  asked: 'no',
  reasserted: false,
  waits: 0,
  waitsInARow: 0,
});

/** Input of effects besides the facts. Holds passwords: never log it. */
export interface CheckSight<Facts> {
  readonly facts: Facts;
  readonly labels: Labels;
  readonly current?: StoredCredentials;
  readonly report: DailyCheckReport;
}

export interface DailyCheckSight extends CheckSight<DailyCheckFacts> {
  readonly view: CacheView;
}

export interface CheckIteration<Cache extends CachePort, Sight, State> {
  readonly sight: Sight;
  readonly ports: Ports<Cache>;
  readonly timing: DailyCheckTiming;
  readonly memory: State;
}

export async function observeDailyCheck(
  dailyCheck: DailyCheck,
  ports: Ports,
  timing: DailyCheckTiming,
  memory: DailyCheckMemory,
): Promise<DailyCheckSight> {
  const { secrets, cache, clock } = ports;
  const observer = new Observer(ports, memory);
  const labels = await secrets.labels();
  const history = await secrets.history();
  const view = await observer.look();
  const current = await observer.read(labels.current);
  const previous = await observer.read(labels.previous);
  const newest = await observer.read(labels.newest);
  const isPending = labels.pending !== undefined && labels.pending !== labels.current;
  const pending = isPending ? await observer.read(labels.pending) : undefined;
  const revoked = isRevokedIn(labels);
  const labelled = newestOf(labels, { current, newest });
  const others = othersOf(labelled, { current, previous });
  const tried = {
    current,
    previous: revoked || others !== 'previous' ? undefined : previous,
    pending,
  };
  const nodes = await Promise.all(view.nodes.map((node) => askNode(node, tried, ports)));
  const isRefused =
    labelled === 'other' &&
    newest !== undefined &&
    isRefusedByAll(await observer.logIn(view, newest));
  const graceEndsMs = graceEndOf(history, timing);
  const facts: DailyCheckFacts = {
    mayRevoke: dailyCheck !== 'report',
    newest: isRefused ? 'refused' : labelled,
    // Not if AWS has left AWSPENDING on a version whose copy was edited.
    rotating:
      isPending &&
      isSamePassword(pending, newest) &&
      !isSamePassword(pending, current) &&
      !isRefused,
    settled: view.settled,
    quiet: observer.isQuiet(timing.quietMs),
    revoked,
    changedSince: revoked && labels.revoked?.since !== sinceOf(view),
    others,
    graceOver: dailyCheck === 'revoke' || dailyCheck === 'leaked' || clock.epochMs() >= graceEndsMs,
    currentLogins: loginsOfNodes(nodes, 'current'),
    previousLogins: tried.previous && loginsOfNodes(nodes, 'previous'),
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

type Value = StoredCredentials | undefined;

/** The time of the last change of the secret, and the grace period; infinite if it is unknown. */
export function graceEndOf({ changedMs }: History, { graceDays }: DailyCheckTiming): number {
  return (changedMs ?? Number.POSITIVE_INFINITY) + graceDays * DAY_MS;
}

function isRefusedByAll({ accepted, refused, unreachable }: Logins): boolean {
  return refused > 0 && accepted + unreachable === 0;
}

/**
 * NEWEST moves before the request to the cache: without it, only the first password was ever set.
 */
function othersOf(
  newest: DailyCheckFacts['newest'],
  { current, previous }: { readonly current: Value; readonly previous: Value },
): Others {
  if (previous !== undefined && !isSamePassword(previous, current)) return 'previous';
  return newest === 'nobody' ? 'none' : 'unknown';
}

function newestOf(
  labels: Labels,
  { current, newest }: { readonly current: Value; readonly newest: Value },
): DailyCheckFacts['newest'] {
  if (labels.newest === undefined) return 'nobody';
  return ownerOf(labels.newest, newest, [{ name: 'current', id: labels.current, value: current }]);
}

interface Tried {
  readonly current?: Value;
  readonly previous?: Value;
  readonly pending?: Value;
}

export async function askNode(
  node: NodeAddress,
  tried: Tried,
  { cache }: Ports<CachePort>,
): Promise<NodeReport> {
  // Uses the engine's user, since the user name in the secret may have been edited.
  const logIn = (value: Value) => value && cache.login(node, cache.username, value.password);
  const [current, previous, pending, doors] = await Promise.all([
    logIn(tried.current),
    logIn(tried.previous),
    logIn(tried.pending),
    cache.probe(node),
  ]);
  return {
    host: node.host,
    port: node.port,
    current: current?.answer ?? 'unreachable',
    previous: previous?.answer,
    pending: pending?.answer,
    ...doors,
    why: [current, previous, pending].map(whyUnreachable).find((why) => why !== undefined),
  };
}

export function loginsOfNodes(nodes: readonly NodeReport[], which: 'current' | 'previous'): Logins {
  return loginsOf(nodes.flatMap((node) => node[which] ?? []));
}
