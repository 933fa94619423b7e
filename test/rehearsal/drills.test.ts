/**
 * Drills are reported, diagnosed and repaired as they declare, and otherwise fail. `npm start --
 * --drill all` plays all drills.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { Transcript } from '../../rehearsal/checks/transcript';
import type { Drill } from '../../rehearsal/drills/drill';
import type { DrillResult } from '../../rehearsal/drills/drill-table';
import { DRILLS, drillsNamed, play, runDrills } from '../../rehearsal/drills/run-drills';
import { noteOutput } from '../support/leaks';
import { templateBlueprint } from '../support/template-blueprint';

const ROOT = join(__dirname, '../..');
/** Four drills take four seconds on a machine of their own, and twenty on one that is shared. */
const TIMEOUT_MS = 90_000;
const BLUEPRINT = templateBlueprint();
const redisPath = ensureRedisServer(noteOutput).path;

const named = (name: string): Drill => {
  const [drill] = drillsNamed(name);
  if (!drill) throw new Error(`there is no drill ${name}`);
  return drill;
};

/** One drill alone, for what it says about itself. */
async function played(drill: Drill): Promise<DrillResult> {
  const stage = { blueprint: BLUEPRINT, redisPath, onLine: noteOutput, passwords: [] };
  const result = await play(drill, stage);
  noteOutput(JSON.stringify(result));
  return result;
}

function rehearse(...args: readonly string[]) {
  const command = ['-r', './bin/register.cjs', 'rehearsal/main.ts', ...args];
  return spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
}

const FAST: Readonly<Record<string, RegExp>> = {
  'killed-in-setSecret':
    /Killed, alarm Errors +\d\.\d s +pending-live +the retry completes +0 of \d+/,
  'pending-deleted': /NotStaged, alarm Errors .* newest-unclear .* adopts the password +0 of \d+/,
  'rotated-by-hand': /OutOfBandChange, alarm Errors .* out-of-band-change-pending .* 0 of \d+/,
  'nonsense-secret': /SecretMalformed, alarm Errors .* malformed .* [1-9]\d* of \d+: clients read/,
};

describe('A drill is played, and the table says what came of it', () => {
  test(
    Object.keys(FAST).join(', '),
    async () => {
      const transcript = new Transcript(noteOutput);
      const drills = Object.keys(FAST).map(named);
      expect(await runDrills(drills, [{ blueprint: BLUEPRINT, redisPath }], transcript)).toBe(true);
      for (const [name, row] of Object.entries(FAST)) {
        const line = transcript.lines.find((each) => each.startsWith(`ok    ${name} `));
        expect(line).toMatch(row);
      }
      expect(transcript.lines).toContain('4 as expected, 0 not, 0 impossible here');
      expect(transcript.lines.at(-1)).toMatch(/no password is in an output.*: 0 leaks/);
    },
    TIMEOUT_MS,
  );

  test(
    'failover: real clients lose nothing, and one that retries nothing a command at the most',
    async () => {
      const result = await played(named('failover'));
      expect(result).toMatchObject({ faults: [], noticed: ['READONLY'], diagnosis: 'in-grace' });
      expect(result.failed).toBeLessThanOrEqual(1);
      expect(result.commands).toBeGreaterThan(50);
    },
    2 * TIMEOUT_MS,
  );

  test('a drill that is impossible on a cache is reported as such', async () => {
    const topology = { isSharded: true, shards: 1, replicas: 1 };
    const transcript = new Transcript(noteOutput);
    const drills = drillsNamed('replaced-replica');
    await runDrills(drills, [{ blueprint: { ...BLUEPRINT, topology }, redisPath }], transcript);
    expect(transcript.lines.join('\n')).toMatch(/impossible: replacing a node of a shard/);
    expect(transcript.lines).toContain('0 as expected, 0 not, 1 impossible here');
  });
});

describe('A drill fails if a report or the repair is missing', () => {
  test(
    'no report, no repair',
    async () => {
      const drill: Drill = {
        ...named('pending-deleted'),
        run: async ({ deployment }) => void deployment.service.begin(),
      };
      const { faults } = await played(drill);
      expect(faults).toStrictEqual([
        expect.stringMatching(/^not so: the diagnosis at the end is fine: pending-without-value$/),
        'not so: no rotation is pending',
        'not reported: NotStaged, alarm Errors',
        'the diagnosis must be newest-unclear, got undefined',
      ]);
    },
    TIMEOUT_MS,
  );

  test(
    'an unexpected report, and commands that need not fail',
    async () => {
      const { whyFailed, ...drill } = named('nonsense-secret');
      expect(whyFailed).toContain('read nonsense');
      const { faults } = await played({ ...drill, noticed: ['SecretMalformed'] });
      expect(faults).toStrictEqual([
        'reported unexpectedly: alarm Errors',
        expect.stringMatching(/^\d+ commands failed \(unreadable\)$/),
      ]);
    },
    TIMEOUT_MS,
  );
});

describe('The command line', () => {
  test('lists the drills, each once', () => {
    const { status, stdout } = rehearse('--drill', 'list');
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(names).toStrictEqual(DRILLS.map(({ name }) => name));
    expect(new Set(names).size).toBe(26);
    expect(status).toBe(0);
  });

  test.each([
    [
      ['--drill', 'nosuch'],
      /--drill must be all, list or one of .*password-to-users, users-to-password, got 'nosuch'/,
    ],
    [['--drill', 'all', '--keep'], /--drill must be without --keep, got both/],
  ])('%p ends with a message and exit code 1', (args, words) => {
    const { status, stderr } = rehearse(...args);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });
});
