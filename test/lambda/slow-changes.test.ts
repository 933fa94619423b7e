/**
 * Proves with the function's own times, on a clock of its own: a change of the cache as slow as
 * AWS is fails no invocation and costs few calls, and a hundred rotations at once stay below AWS's
 * rates.
 */

import {
  peakPerSecond,
  type Simulated,
  type SimulatedCall,
  simulateRotations,
} from '../../bench/simulated-rotations';
import { pollWaitMs, startWaitMs } from '../../lambda/rotation/poll-wait';

describe('A change of the cache fails no invocation, and costs few calls', () => {
  test.each([
    // The cache is done at the first look.
    [0, 20],
    [5, 35],
    [13, 45],
    [20, 60],
    [35, 80],
  ])('of %p minutes, with at most %p calls', async (minutes, callsMax) => {
    const { calls, failedInvocations, finished } = await simulateRotations(1, minutes);
    expect([failedInvocations, finished]).toStrictEqual([0, 1]);
    expect(calls.length).toBeLessThanOrEqual(callsMax);
    expect(calls.filter(({ api }) => api === 'ModifyReplicationGroup')).toHaveLength(1);
  });

  test('one of an hour fails finishSecret, and the next attempt finishes', async () => {
    const { failedInvocations, finished } = await simulateRotations(1, 60);
    expect([failedInvocations, finished]).toStrictEqual([1, 1]);
  });

  test('and labels are not read while it waits', async () => {
    const { calls } = await simulateRotations(1, 20);
    expect(calls.filter(({ api }) => api === 'DescribeSecret')).toHaveLength(4);
  });
});

/**
 * Requests per second in one region. Secrets Manager's are its published quotas (user guide,
 * "AWS Secrets Manager quotas", read in November 2026). ElastiCache publishes none: 25 is what we
 * allow ourselves.
 */
const RATES: readonly (readonly [apis: readonly string[], perSecond: number])[] = [
  [['DescribeSecret', 'GetSecretValue'], 10_000],
  [['PutSecretValue', 'UpdateSecretVersionStage'], 50],
  [['DescribeReplicationGroups'], 25],
  [['ModifyReplicationGroup'], 25],
];

describe('A hundred rotations that begin in the same second stay below the rates of AWS', () => {
  test.each([0.5, 20])('where a change takes %p minutes', async (minutes) => {
    const { calls, failedInvocations, finished } = await simulateRotations(100, minutes);
    expect([failedInvocations, finished]).toStrictEqual([0, 100]);
    for (const [apis, perSecond] of RATES) {
      const peak = peakPerSecond(calls, apis);
      expect([apis, peak <= perSecond]).toStrictEqual([apis, true]);
      // Far below what is published.
      if (perSecond > 25) expect(peak).toBeLessThan(perSecond / 2);
    }
  });

  test('a peak is counted within any second, wherever it begins', () => {
    const at = (atMs: number): SimulatedCall => ({ api: 'a', atMs });
    const calls: Simulated['calls'] = [at(0), at(900), at(1_100), at(1_899), at(1_901), at(5_000)];
    expect(peakPerSecond(calls, ['a'])).toBe(3);
    expect(peakPerSecond(calls, ['b'])).toBe(0);
  });
});

describe('Waits grow, end at a minute, and differ from rotation to rotation', () => {
  const waits = (seed: string) =>
    Array.from({ length: 20 }, (_, nth) => pollWaitMs(5_000, nth, seed));

  test('from 5 s to 60 s, a quarter more or less', () => {
    for (const [nth, ms] of waits('version setSecret').entries()) {
      const middle = Math.min(5_000 * 1.5 ** nth, 60_000);
      expect(ms).toBeGreaterThanOrEqual(middle * 0.75);
      expect(ms).toBeLessThanOrEqual(middle * 1.25);
    }
  });

  test('the same for the same version, and another for another', () => {
    expect(waits('a')).toStrictEqual(waits('a'));
    expect(waits('a')).not.toStrictEqual(waits('b'));
  });

  test('a hundred rotations begin evenly over a minute', () => {
    const starts = Array.from({ length: 100 }, (_, index) =>
      startWaitMs(5_000, `version-${index}`),
    );
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...starts)).toBeLessThan(60_000);
    for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const inIt = starts.filter((ms) => Math.floor(ms / 6_000) === tenth).length;
      expect(inIt).toBeGreaterThanOrEqual(3);
      expect(inIt).toBeLessThanOrEqual(20);
    }
  });
});
