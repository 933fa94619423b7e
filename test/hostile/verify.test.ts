/**
 * `verify` of a hostile server ends in bounded time and memory, with a report or with the error of
 * a server that is none; what it prints is bounded, without control characters and passwords.
 */

import fc from 'fast-check';
import { anyServer } from './any-server';
import { reportOf } from './reported';
import { PLAINTEXT_SCRIPTS, TLS_SCRIPTS } from './scripts';
import { askAll, HostileServers, measured } from './servers';

/** Two connections after each other, of 5 s at most, and what a busy machine needs. */
const MS_MAX = 2 * 5_000 + 5_000;
/** Of all runs that are at the same time. */
const GROWN_MIB_MAX = 128;
const GENERATED = 80;

const servers = new HostileServers();

afterAll(() => servers.stop());

describe('verify of a hostile server', () => {
  test('ends with a report, or says that it is no Redis server', async () => {
    const scripts = { ...PLAINTEXT_SCRIPTS, ...TLS_SCRIPTS };
    const { value, grownMiB } = await measured(() => askAll(servers, scripts, reportOf));
    expect(value.filter(({ ms }) => ms > MS_MAX)).toStrictEqual([]);
    const wrong = value.filter(({ outcome }) => !/^(report|no server)$/.test(outcome));
    expect(wrong).toStrictEqual([]);
    expect(value).toHaveLength(Object.keys(scripts).length);
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
