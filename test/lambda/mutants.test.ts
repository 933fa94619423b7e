/**
 * Proves that the exploration notices: rotations that are wrong on purpose, each as somebody has
 * built or could build it, are each caught, and by the harm that they do.
 */

import { MUTANTS } from '../support/mutants';
import { explore } from '../support/schedules';

const TIMEOUT_MS = 150_000;

describe('A rotation that is wrong on purpose is caught', () => {
  test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    async (_, mutant) => {
      const { faultsMax, dailyChecksMax, foreign, takenBack, edited } = mutant;
      const found = await explore({
        faultsMax,
        dailyChecksMax,
        foreign,
        takenBack,
        edited,
        // Else two faults would be far more schedules, and none of another kind.
        crashAtReads: faultsMax < 2 && dailyChecksMax === undefined && !foreign,
        searchLogs: mutant.harm === 'I5',
        candidate: mutant,
        stopAtFirst: true,
      });
      const harms = Array.from(found.violations.keys(), (violation) => violation.slice(0, 2));
      expect(harms).toStrictEqual([mutant.harm]);
    },
    TIMEOUT_MS,
  );
});
