/**
 * `doctor` of a hostile server ends in bounded time and memory, with a diagnosis; what it prints is
 * bounded, without control characters and passwords.
 */

import fc from 'fast-check';
import { anyServer } from './any-server';
import { diagnosisOf } from './diagnosed';
import { PLAINTEXT_SCRIPTS, TLS_SCRIPTS } from './scripts';
import { askAll, HostileServers, measured } from './servers';

/** Connections of 1 s to 1.5 s after each other, and what a busy machine needs. */
const MS_MAX = 15_000;
const GROWN_MIB_MAX = 128;
const GENERATED = 60;

const servers = new HostileServers();

afterAll(() => servers.stop());

describe('doctor of a hostile server', () => {
  test('ends with a diagnosis', async () => {
    const scripts = { ...PLAINTEXT_SCRIPTS, ...TLS_SCRIPTS };
    const { value, grownMiB } = await measured(() => askAll(servers, scripts, diagnosisOf));
    expect(value.filter(({ ms }) => ms > MS_MAX)).toStrictEqual([]);
    const healthy = value.filter(({ outcome }) => outcome !== 'failure').map(({ name }) => name);
    expect(healthy).toStrictEqual([]);
    expect(value).toHaveLength(Object.keys(scripts).length);
    expect(grownMiB).toBeLessThan(GROWN_MIB_MAX);
  }, 120_000);

  test('ends whatever a server answers to each command', async () => {
    await fc.assert(
      fc.asyncProperty(anyServer, async (script) => {
        const listening = await servers.start(script);
        const { ms, value } = await measured(() => diagnosisOf(script, listening));
        expect(value).toMatch(/^(?:healthy|failure)$/);
        expect(ms).toBeLessThan(MS_MAX);
      }),
      { numRuns: GENERATED, endOnFailure: true },
    );
  }, 120_000);
});
