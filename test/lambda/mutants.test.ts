/**
 * Proves that the exploration notices: rotations that are wrong on purpose, each as somebody has
 * built or could build it, are each caught, by the harm that they do, in a schedule that can be
 * replayed.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { wordsOf } from '../support/command-words';
import { noteOutput } from '../support/leaks';
import { scheduleOptionsOf } from '../support/mutant';
import { MUTANTS } from '../support/mutants';
import { replay, replayCommand, scheduleOf } from '../support/replay';
import { explore } from '../support/schedules';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 150_000;
describe('A rotation that is wrong on purpose is caught', () => {
  test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    async (_, mutant) => {
      const options = scheduleOptionsOf(mutant);
      const found = await explore({ ...options, candidate: mutant, stopAtFirst: true });
      const harms = Array.from(found.violations.keys(), (violation) => violation.slice(0, 2));
      expect(harms).toStrictEqual([mutant.harm]);
      const [[violation, { picks }] = ['', { picks: [] }]] = found.violations;
      // What is printed with it shows it again, alone.
      const command = replayCommand({ options, picks, mutant: mutant.name });
      expect((await replay(scheduleOf(wordsOf(command)))).end).toBe(violation);
    },
    TIMEOUT_MS,
  );
});

describe('A violated schedule can be read', () => {
  test('the printed command replays it, with each iteration, call and change', async () => {
    const mutant = MUTANTS.find(({ name }) => name === 'promotes when one node accepts');
    if (!mutant) throw new Error('there is no such mutant');
    const options = scheduleOptionsOf(mutant);
    const { violations } = await explore({ ...options, candidate: mutant });
    const [[violation, { picks }] = ['', { picks: [] }]] = violations;
    const command = replayCommand({ options, picks, mutant: mutant.name });
    const { stdout, stderr, status } = spawnSync(command, {
      cwd: ROOT,
      shell: true,
      encoding: 'utf8',
    });
    noteOutput(stdout + stderr);
    expect(status).toBe(1);
    expect(violation).toBe('I1: a node refuses AWSCURRENT');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(violation);
    expect(lines).toContain('attempt 1 at version v1');
    expect(lines).toContain('    secrets.move("newest", "v0", "v1")');
    expect(lines).toContain('    cache.ask("#3") → "asked"');
    expect(stdout).toMatch(/"step":"finishSecret".*"decision":\{"kind":"do","effect":"promote"\}/);
    expect(stdout).toMatch(/node 1 accepts #2 #3, node 2 accepts #1 #2, .*"current":"v1"/);
  });

  test('and the real rotation passes the same schedule', async () => {
    const mutant = MUTANTS.find(({ name }) => name === 'promotes when one node accepts');
    if (!mutant) throw new Error('there is no such mutant');
    const options = scheduleOptionsOf(mutant);
    const { violations } = await explore({ ...options, candidate: mutant, stopAtFirst: true });
    const [[, { picks }] = ['', { picks: [] }]] = violations;
    expect((await replay({ options, picks })).end).toBeUndefined();
  });
});
