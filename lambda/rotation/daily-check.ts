/**
 * The daily check: reads the secret, checks every node, revokes the previous password after its
 * grace period, and reports.
 *
 * Its loop is that of a rotation: observe, decide, perform one effect, repeat, without a catch. It
 * never sets a password other than the current one.
 */

import type { DailyCheck, DailyCheckReport } from '../../contract/daily-check';
import {
  type DailyCheckMemory,
  type DailyCheckSight,
  type DailyCheckTiming,
  observeDailyCheck,
} from './daily-check-facts';
import { type DailyCheckEffect, decideDailyCheck } from './daily-check-plan';
import { endAllSessions } from './end-sessions';
import { sinceOf } from './observe';
import type { Ports } from './ports';
import { known, RotationError } from './rotation-error';

/** More iterations than a daily check can need. Reached only by a defect. */
const ITERATIONS_MAX = 100;

/** Decides an iteration. Tests pass deliberately broken planners. */
export type DailyCheckPlanner = typeof decideDailyCheck;

/** @throws RotationError if AWS does not answer, or a version is not what this function wrote. */
export async function runDailyCheck(
  dailyCheck: DailyCheck,
  ports: Ports,
  timing: DailyCheckTiming,
  planner: DailyCheckPlanner = decideDailyCheck,
): Promise<DailyCheckReport> {
  const memory: DailyCheckMemory = {
    values: new Map(),
    asked: 'no',
    reasserted: false,
    waits: 0,
    waitsInARow: 0,
  };
  for (let iteration = 1; iteration <= ITERATIONS_MAX; iteration++) {
    const sight = await observeDailyCheck(dailyCheck, ports, timing, memory);
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

interface Iteration {
  readonly sight: DailyCheckSight;
  readonly ports: Ports;
  readonly timing: DailyCheckTiming;
  readonly memory: DailyCheckMemory;
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
