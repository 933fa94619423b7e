/** Performs an effect of a rotation step of the cache's own password. */

import type { Password } from '../../contract/password';
import { type Iteration, moved, noteRequest, store, waitOnce } from './effects';
import type { TokenCache } from './ports';
import { known } from './rotation-error';
import type { Sight } from './rotation-facts';
import type { Facts, TokenEffect } from './token-plan';

type TokenIteration = Iteration<TokenCache, Sight>;

/** Returns what is known afterwards, to save an observation. */
export async function performWithToken(
  effect: TokenEffect,
  iteration: TokenIteration,
): Promise<Sight | undefined> {
  const { asked, sight, memory } = iteration;
  const { versionId, ports } = asked;
  switch (effect) {
    case 'make':
      return put(iteration, ports.newPassword());
    case 'adopt':
      return put(iteration, known(sight.abandoned));
    case 'mark':
      await ports.secrets.move('newest', sight.labels.newest, versionId);
      memory.justMarked = true;
      return after(iteration, { newest: versionId }, { newest: 'this', justMarked: true });
    case 'ask':
      noteRequest(memory);
      memory.asked = (await ports.cache.ask(known(sight.pending))) === 'asked';
      // The status shows a request only after a delay, so wait before observing.
      return waitOnce(iteration);
    case 'promote':
      await ports.secrets.move('current', sight.labels.current, versionId);
      return after(iteration, { current: versionId }, { stage: 'current' });
    case 'wait':
      memory.waits += 1;
      return waitOnce(iteration);
  }
}

async function put(iteration: TokenIteration, password: Password): Promise<Sight | undefined> {
  if ((await store(iteration, password)) !== 'stored') return undefined;
  return after(iteration, {}, { hasPassword: true });
}

const after = moved<Facts, Sight>;
