/** Performs an effect of a daily check of the cache's own password. */

import type { CheckIteration, DailyCheckMemory, DailyCheckSight } from './daily-check-facts';
import type { DailyCheckEffect } from './daily-check-plan';
import { sinceOf } from './observe';
import type { TokenCache } from './ports';
import { known } from './rotation-error';

export async function performDailyCheck(
  effect: DailyCheckEffect,
  iteration: CheckIteration<TokenCache, DailyCheckSight, DailyCheckMemory>,
): Promise<void> {
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
