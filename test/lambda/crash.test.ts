/**
 * Proves that a rotation is safe whatever crashes, is lost, lags or is taken back: every schedule
 * of up to two faults is run against a model of AWS, and the invariants are checked after every
 * call. And that the proof would notice: rotations that are wrong on purpose are each caught.
 *
 * Three faults: `npm run crash:deep`.
 */

import { everyPath } from '../support/choices';
import { MUTANTS } from '../support/mutants';
import { explore } from '../support/schedules';

const TIMEOUT_MS = 150_000;

describe('The enumeration is complete', () => {
  test('it takes each of 3 x 2 paths once, and paths may differ in length', async () => {
    const seen: string[] = [];
    const paths = await everyPath(async (pick) => {
      const first = pick(3);
      seen.push(first === 1 ? `${first}` : `${first}${pick(2)}`);
    });
    expect(seen).toEqual(['00', '01', '1', '20', '21']);
    expect(paths).toBe(5);
  });
});

describe('A rotation is safe under every schedule of faults', () => {
  test.each([
    [0, 16],
    [1, 2_288],
    [2, 261_576],
  ])(
    'of at most %i faults: %i schedules',
    async (faultsMax, schedules) => {
      const found = await explore({ faultsMax, searchLogs: faultsMax < 2 });
      expect(Array.from(found.violations)).toEqual([]);
      expect(found.schedules).toBe(schedules);
    },
    TIMEOUT_MS,
  );
});

describe('A rotation that is wrong on purpose is caught', () => {
  test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    async (_, mutant) => {
      const { faultsMax } = mutant;
      const found = await explore({
        faultsMax,
        searchLogs: mutant.harm === 'I5',
        candidate: mutant,
        stopAtFirst: true,
      });
      const harms = Array.from(found.violations.keys(), (violation) => violation.slice(0, 2));
      expect(harms).toEqual([mutant.harm]);
    },
    TIMEOUT_MS,
  );
});
