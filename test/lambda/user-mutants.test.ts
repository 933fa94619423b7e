/**
 * Proves that the exploration of a user's rotation notices: rotations that are wrong on purpose are
 * each caught, by the harm that they do, in a schedule that can be replayed.
 */

import { wordsOf } from '../support/command-words';
import { replay, replayCommand, scheduleOf } from '../support/replay';
import { USER_MUTANTS } from '../support/user-mutants';
import { exploreUser } from '../support/user-schedules';

const TIMEOUT_MS = 150_000;

describe('A rotation of a user that is wrong on purpose is caught', () => {
  test.each(USER_MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    async (name, mutant) => {
      const options = { ...mutant.schedules, user: true } as const;
      const found = await exploreUser({ ...options, candidate: mutant, stopAtFirst: true });
      const harms = Array.from(found.violations.keys(), (violation) => violation.slice(0, 2));
      expect(harms).toStrictEqual([mutant.harm]);
      const [[violation, { picks }] = ['', { picks: [] }]] = found.violations;
      const command = replayCommand({ options, picks, mutant: name });
      const replayed = await replay(scheduleOf(wordsOf(command)));
      expect(replayed.end).toBe(violation);
      expect(replayed.trace.join('\n')).toContain('"step":"createSecret"');
      // And the real rotation passes the same schedule, or differs before its end.
      const real = await replay({ options, picks }).catch(() => undefined);
      expect(real?.end?.startsWith('I') ?? false).toBe(false);
    },
    TIMEOUT_MS,
  );
});
