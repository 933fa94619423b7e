/** Proves that the numbers which the README names are those that there are. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_PROFILES } from '../lib/connection/client-profiles';
import { DRILLS } from '../rehearsal/drills/run-drills';
import { DRIVERS } from '../rehearsal/traffic/clients/drivers';
import { MUTANTS } from './support/mutants';

const ROOT = join(__dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8').replaceAll(/\s+/g, ' ');
const README = read('README.md');

describe('The README counts what there is', () => {
  test('the drills, and the rotations that are wrong on purpose', () => {
    expect(DRILLS).toHaveLength(20);
    expect(README).toContain('breaks a running cache in twenty ways');
    expect(MUTANTS).toHaveLength(26);
    expect(README).toContain('Twenty-six rotations that are wrong on purpose');
  });

  test('the client libraries, and those that are real in the traffic', () => {
    expect(Object.keys(CLIENT_PROFILES)).toHaveLength(21);
    expect(README).toContain('settings for 21 client libraries');
    expect(DRIVERS).toHaveLength(8);
    expect(README).toContain('sends eight real clients through a rotation');
  });

  test('the schedules, as the test that runs them asserts them', () => {
    const asserted = read('test/lambda/schedules.test.ts');
    const named =
      /runs ([\d,]+) schedules .* ([\d,]+) with daily checks .* ([\d,]+) with some/.exec(README);
    const [, two, dailyChecks, byHand] = named ?? [];
    expect(asserted).toContain(`'at most 2 faults: ${two}'`);
    expect(asserted).toContain(`'at most 0 faults, 2 daily checks: ${dailyChecks}'`);
    expect(asserted).toContain(`'at most 1 faults, changes by hand: ${byHand}'`);
  });

  test('the bad files and the random ones', () => {
    expect(read('test/generated-stages.ts')).toContain('STAGES = 1_000;');
    expect(read('test/lib/stage-config.test.ts')).toContain('toBeGreaterThan(100)');
    expect(README).toContain('100 bad files with their exact words, 1,000 random ones');
  });
});
