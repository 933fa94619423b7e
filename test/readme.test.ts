/** Compares the numbers in the README with the code. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURES } from '../cli/doctor/failures/failures';
import { CLIENT_PROFILES } from '../lib/client-profiles/client-profiles';
import { DRILLS } from '../rehearsal/drills/run-drills';
import { DRIVERS } from '../rehearsal/traffic/clients/drivers';
import { MUTANTS } from './support/mutants';
import { USER_MUTANTS } from './support/user-mutants';

const ROOT = join(__dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8').replaceAll(/\s+/g, ' ');
const README = read('README.md');

describe('The numbers in the README are correct', () => {
  test('the drills and the mutants of the rotation', () => {
    expect(DRILLS).toHaveLength(26);
    expect(DRILLS.filter(({ access }) => access === 'users')).toHaveLength(5);
    expect(README).toContain(
      'breaks a running cache in twenty ways, one with users in four, and moves',
    );
    expect(MUTANTS).toHaveLength(26);
    expect(USER_MUTANTS).toHaveLength(11);
    expect(README).toContain('Twenty-six mutants (deliberately broken rotations), and eleven');
  });

  test('the client libraries, and the real clients in the traffic', () => {
    expect(Object.keys(CLIENT_PROFILES)).toHaveLength(21);
    expect(README).toContain('settings for 21 client libraries');
    expect(DRIVERS).toHaveLength(8);
    expect(README).toContain('sends eight real clients through a rotation');
  });

  test('the failures that doctor knows', () => {
    expect(FAILURES).toHaveLength(76);
    expect(README).toContain('`doctor` knows 76 failures');
  });

  test('the schedules, as their test asserts them', () => {
    const asserted = read('test/lambda/schedules.test.ts');
    const named =
      /runs ([\d,]+) schedules .* ([\d,]+) with daily checks .* ([\d,]+) with out-of-band/.exec(
        README,
      );
    const [, two, dailyChecks, byHand] = named ?? [];
    expect(asserted).toContain(`'at most 2 faults: ${two}'`);
    expect(asserted).toContain(`'at most 0 faults, 2 daily checks: ${dailyChecks}'`);
    expect(asserted).toContain(`'at most 1 faults, changes by hand: ${byHand}'`);
  });

  test('the invalid and the random stage files', () => {
    expect(read('package.json')).toContain('test/generated-stages.ts 1000"');
    expect(read('test/lib/stage-config.test.ts')).toContain('toBeGreaterThan(100)');
    expect(README).toContain('100 files with their exact messages, random ones (1,000 in CI)');
  });
});
