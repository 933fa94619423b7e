/** Performs an effect of a rotation step of a user's password. */

import { type Iteration, moved, noteRequest, store, waitOnce } from './effects';
import type { UserCache } from './ports';
import { known } from './rotation-error';
import type { UserSight } from './user-facts';
import { listFor } from './user-list';
import type { UserEffect, UserFacts } from './user-plan';

type UserIteration = Iteration<UserCache, UserSight>;

/** Returns what is known afterwards, to save an observation. */
export async function performForUser(
  effect: UserEffect,
  iteration: UserIteration,
): Promise<UserSight | undefined> {
  const { asked, sight, memory } = iteration;
  const { step, versionId, ports, timing } = asked;
  switch (effect) {
    case 'make':
      await store(iteration, ports.newPassword());
      // A version keeps the value that it has.
      return after(iteration, {}, { hasPassword: true });
    case 'ask':
    case 'repair':
      noteRequest(memory);
      memory.asked = (await ports.cache.askList(listFor(known(sight.values)))) === 'asked';
      // The status shows a request only after a delay, so wait before observing.
      await waitOnce(iteration);
      // testSecret proves it.
      return step === 'setSecret' && memory.asked
        ? after(iteration, {}, { asked: true })
        : undefined;
    case 'promote': {
      const { current } = sight.labels;
      await ports.secrets.move('current', current, versionId);
      after(iteration, { current: versionId, previous: current }, {});
      memory.disturbed = false;
      memory.asked = false;
      memory.rests = 0;
      return undefined;
    }
    case 'rest':
      memory.rests += 1;
      await waitOnce(iteration, timing.quietMs);
      // finishSecret looks again, and begins right after testSecret.
      return step === 'testSecret' ? after(iteration, {}, { quiet: true }) : undefined;
    case 'wait':
      memory.waits += 1;
      return waitOnce(iteration);
  }
}

const after = moved<UserFacts, UserSight>;
