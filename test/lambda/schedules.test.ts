/**
 * Proves that a rotation is safe whatever crashes, is lost, lags or is taken back: every schedule
 * of up to two faults is run against a model of AWS, and the invariants are checked after every
 * call. Three faults: `npm run crash:deep`.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { everyPath } from '../support/choices';
import { noteOutput } from '../support/leaks';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 150_000;

describe('The enumeration is complete', () => {
  test('it takes each path once, and paths may differ in length', async () => {
    const seen: string[] = [];
    const paths = await everyPath(async (pick) => {
      const first = pick(3);
      seen.push(first === 1 ? `${first}` : `${first}${pick(2)}`);
    });
    expect(seen).toStrictEqual(['00', '01', '1', '20', '21']);
    expect(paths).toBe(5);
  });
});

describe('A rotation is safe under every schedule of up to two faults', () => {
  test(
    '154,788 schedules of a rotation; others with daily checks, out-of-band changes, taken back',
    () => {
      const args = ['-r', './bin/register.cjs', 'test/crash-schedules.ts', 'shallow'];
      const output = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
      noteOutput(output);
      const lines = output.split('\n').filter((line) => line.startsWith('at most'));
      expect(lines.map((line) => line.split(' schedules,')[0])).toStrictEqual([
        'at most 0 faults: 16',
        'at most 1 faults: 1,720',
        'at most 2 faults: 154,788',
        'at most 0 faults, 2 daily checks: 8,376',
        'at most 1 faults, changes by hand: 852',
        'at most 2 faults, taken back: 36,924',
        'at most 0 faults, 2 daily checks, edited: 6,300',
      ]);
      for (const line of lines) expect(line).toContain(', 0 violations, ');
    },
    TIMEOUT_MS,
  );
});
