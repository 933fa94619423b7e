/**
 * The daily check: reads the secret, checks every node, revokes the previous password after its
 * grace period, and reports.
 *
 * Its loop is that of a rotation: observe, decide, perform one effect, repeat, without a catch. It
 * never sets passwords without the current one.
 */

import type { DailyCheck, DailyCheckOutcome, DailyCheckReport } from '../../contract/daily-check';
import type { CheckIteration, CheckSight, DailyCheckTiming } from './daily-check-facts';
import type { CheckDecision } from './daily-check-plan';
import { endAllSessions } from './end-sessions';
import type { CachePort, Ports } from './ports';
import { known, RotationError } from './rotation-error';

/** More iterations than a daily check can need. Reached only by a defect. */
const ITERATIONS_MAX = 100;

/** What differs between the daily checks of the cache's own password and of a user. */
export interface CheckStrategy<Cache extends CachePort, Facts, Sight, State, Does> {
  /** Of one invocation. */
  memory(): State;
  observe(
    dailyCheck: DailyCheck,
    ports: Ports<Cache>,
    timing: DailyCheckTiming,
    memory: State,
  ): Promise<Sight>;
  /** Decides an iteration. Tests pass deliberately broken planners. */
  decide(facts: Facts): CheckDecision<Does>;
  perform(effect: Does, iteration: CheckIteration<Cache, Sight, State>): Promise<void>;
}

/** @throws RotationError if AWS does not answer, or a version is not what this function wrote. */
export async function runDailyCheck<
  Cache extends CachePort,
  Facts,
  Sight extends CheckSight<Facts>,
  State,
  Does,
>(
  dailyCheck: DailyCheck,
  ports: Ports<Cache>,
  timing: DailyCheckTiming,
  strategy: CheckStrategy<Cache, Facts, Sight, State, Does>,
): Promise<DailyCheckReport> {
  const memory = strategy.memory();
  for (let iteration = 1; iteration <= ITERATIONS_MAX; iteration++) {
    const sight = await strategy.observe(dailyCheck, ports, timing, memory);
    const decision = strategy.decide(sight.facts);
    const { user } = sight.report;
    ports.log({ dailyCheck, user, iteration, facts: sight.facts, decision });
    if (decision.kind === 'done') {
      const { outcome } = decision;
      const report = concluded(sight.report, outcome);
      const isAlone = outcome === 'revoked' || outcome === 'nothing-to-revoke';
      if (dailyCheck !== 'leaked' || !isAlone) return report;
      // Only now: before the revocation, the leaked password could log in again.
      const nodes = await endAllSessions(report.nodes, known(sight.current), ports);
      return { ...report, nodes };
    }
    await strategy.perform(decision.effect, { sight, ports, timing, memory });
  }
  throw new RotationError('StillSettling', { detail: `${ITERATIONS_MAX} iterations` });
}

/** The report of what was observed, with its outcome. */
export function concluded(report: DailyCheckReport, outcome: DailyCheckOutcome): DailyCheckReport {
  return { ...report, outcome, isRevoked: outcome === 'revoked' };
}
