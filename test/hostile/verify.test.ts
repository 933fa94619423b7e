/**
 * `verify` of a hostile server ends in bounded time and memory, with a report or with the error of
 * a server that is none; what it prints is bounded, without control characters and passwords.
 */

import fc from 'fast-check';
import { anyServer } from './any-server';
import { reportOf } from './reported';
import type { Script } from './script';
import { PLAINTEXT_SCRIPTS, TLS_SCRIPTS } from './scripts';
import { HostileServers, measured } from './servers';

/** Two connections after each other, of 5 s at most, and what a busy machine needs. */
const MS_MAX = 2 * 5_000 + 5_000;
const TOGETHER = 12;
/** Of as many runs at once. */
const GROWN_MIB_MAX = 128;
const GENERATED = 120;

const servers = new HostileServers();

afterAll(() => servers.stop());

async function outcomes(scripts: Readonly<Record<string, Script>>): Promise<object> {
  const left = Object.entries(scripts);
  const seen: Record<string, string> = {};
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, script] = next;
      const listening = await servers.start(script);
      const { ms, value } = await measured(() => reportOf(script, listening));
      seen[name] = ms < MS_MAX ? value : `${value} after ${ms} ms`;
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return seen;
}

describe('verify of a hostile server', () => {
  test('ends with a report, or says that it is no Redis server', async () => {
    const scripts = { ...PLAINTEXT_SCRIPTS, ...TLS_SCRIPTS };
    const { value, grownMiB } = await measured(() => outcomes(scripts));
    const wrong = Object.entries(value).filter(([, seen]) => !/^(report|no server)$/.test(seen));
    expect(wrong).toStrictEqual([]);
    expect(Object.keys(value)).toHaveLength(Object.keys(scripts).length);
    expect(grownMiB).toBeLessThan(GROWN_MIB_MAX);
  }, 120_000);

  test.each([
    'full server',
    'protected mode',
    'only the error LOADING',
    'only a number',
    'only an empty array',
  ])('says that it is no server to be reached: %s', async (name) => {
    const script = { ...PLAINTEXT_SCRIPTS }[name] ?? {};
    expect(await reportOf(script, await servers.start(script))).toBe('no server');
  });

  test('reports whatever a server answers to each command', async () => {
    await fc.assert(
      fc.asyncProperty(anyServer, async (script) => {
        const listening = await servers.start(script);
        const { ms, value } = await measured(() => reportOf(script, listening));
        expect(value).toBe('report');
        expect(ms).toBeLessThan(MS_MAX);
      }),
      { numRuns: GENERATED, endOnFailure: true },
    );
  }, 120_000);
});
