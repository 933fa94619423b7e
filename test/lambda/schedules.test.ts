/**
 * Proves that a rotation is safe whatever crashes, is lost, lags or is taken back: every schedule
 * of up to two faults is run against a model of AWS, and the invariants are checked after every
 * call. Three faults: `npm run crash:deep`.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { everyPath } from '../support/choices';
import { noteOutput } from '../support/leaks';
import { MUTANTS } from '../support/mutants';
import { type ExploreOptions, explore } from '../support/schedules';
import { exploreUser } from '../support/user-schedules';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 150_000;

describe('The enumeration is complete', () => {
  test('it takes each path once, and paths may differ in length', async () => {
    const seen: string[] = [];
    const { paths } = await everyPath(async ({ pick }) => {
      const first = pick(3);
      seen.push(first === 1 ? `${first}` : `${first}${pick(2)}`);
      return { calls: 0 };
    });
    expect(seen).toStrictEqual(['00', '01', '1', '20', '21']);
    expect(paths).toBe(5);
  });

  test('what comes after the same state is run once, and counted for each way to it', async () => {
    const seen: string[] = [];
    const tally = await everyPath(async ({ pick, reached }) => {
      const first = pick(3);
      reached(first === 2 ? 'two' : 'less', first + 1);
      const second = pick(2);
      seen.push(`${first}${second}`);
      return { calls: first + 1 + 10, end: second === 1 ? 'end' : undefined };
    });
    expect(seen).toStrictEqual(['00', '01', '20', '21']);
    // Twice each of 11, 12 and 13.
    const ends = new Map([['end', { times: 3, picks: [0, 1] }]]);
    expect(tally).toStrictEqual({ paths: 6, calls: 72, ends });
  });

  const mutant = (start: string) => MUTANTS.find(({ name }) => name.startsWith(start));
  test.each<[string, ExploreOptions]>([
    ['one fault', { faultsMax: 1 }],
    ['changes by hand', { faultsMax: 1, crashAtReads: false, foreign: true }],
    ['two daily checks', { faultsMax: 0, dailyChecksMax: 1, edited: true }],
    ['a wrong planner', { faultsMax: 1, candidate: mutant('trusts the status') }],
    ['wrong ports', { faultsMax: 1, candidate: mutant('logs in to the primary') }],
    ['a wrong daily check', { faultsMax: 0, edited: true, candidate: mutant('takes an AWSPREV') }],
  ])('schedules that share states end as those that do not: %s', async (_, options) => {
    const shared = await explore(options);
    expect(shared).toStrictEqual(await explore({ ...options, sharesNothing: true }));
    expect(shared.schedules).toBeGreaterThan(1);
    expect(shared.violations.size).toBe(options.candidate ? 1 : 0);
  });
});

describe('The exploration of a user is complete', () => {
  test('schedules that share states end as those that do not', async () => {
    const options = { faultsMax: 0, stackUpdate: true, checkedAfterUpdate: true };
    const shared = await exploreUser(options);
    expect(shared).toStrictEqual(await exploreUser({ ...options, sharesNothing: true }));
    expect(shared.schedules).toBe(1_536);
  });
});

describe('A rotation is safe under every schedule of up to two faults', () => {
  test(
    '154,788 schedules of a rotation; others with daily checks, out-of-band changes, taken back',
    () => {
      const args = ['-r', './bin/register.cjs', 'test/crash-schedules.ts', 'shallow'];
      const options = { cwd: ROOT, encoding: 'utf8' } as const;
      const { stdout, stderr, status } = spawnSync(process.execPath, args, options);
      noteOutput(stdout + stderr);
      const lines = stdout.split('\n').filter((line) => line.startsWith('at most'));
      // With the whole output if it fails: there is the schedule, and how to replay it.
      if (status !== 0) throw new Error(stdout + stderr);
      expect(lines.map((line) => line.split(' schedules,')[0])).toStrictEqual([
        'at most 0 faults: 16',
        'at most 1 faults: 1,720',
        'at most 2 faults: 154,788',
        'at most 0 faults, 2 daily checks: 8,376',
        'at most 1 faults, changes by hand: 852',
        'at most 2 faults, taken back: 36,924',
        'at most 0 faults, 2 daily checks, edited: 6,300',
        'at most 0 faults, a user: 32',
        'at most 1 faults, a user: 5,104',
        'at most 2 faults, a user: 116,640',
        'at most 0 faults, a user, 2 daily checks: 4,864',
        'at most 1 faults, a user, changes by hand: 2,256',
        'at most 1 faults, a user, taken back: 2,480',
        'at most 0 faults, a user, a stack update: 1,536',
        'at most 0 faults, a user, a stack update, and its check: 1,536',
      ]);
      for (const line of lines) expect(line).toContain(', 0 violations, ');
      // A stack update that read the password before promotion and sets it after the last look
      // lasts until the daily check, or with the check after the update until that.
      const outages = stdout.split('\n').filter((line) => line.includes('outage'));
      expect(outages.map((line) => line.trim())).toStrictEqual([
        '128 x outage by hand: ended within the invocation that was running',
        '768 x outage by stack update: ended within the invocation that was running',
        '64 x outage by stack update: ended by the daily check',
        '768 x outage by stack update: ended within the invocation that was running',
        '64 x outage by stack update: ended by the check after the update',
      ]);
    },
    TIMEOUT_MS,
  );
});
