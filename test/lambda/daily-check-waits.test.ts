/**
 * Proves that one daily check has the time to revoke a password, with the timing that is deployed:
 * it waits for the quiet time before it asks the cache and after that, and a wait for its request.
 */

import { Password } from '../../contract/password';
import { runDailyCheck } from '../../lambda/rotation/daily-check';
import { dailyCheckPollMs } from '../../lambda/rotation/daily-check-plan';
import type { Labels, Ports } from '../../lambda/rotation/ports';
import { TOKEN_CHECK } from '../../lambda/rotation/strategy';

const NODE = { host: 'node', port: 6380 };
const OF: Readonly<Record<string, Password>> = {
  v0: Password.of('the-previous-password'),
  v1: Password.of('the-current-password'),
};

/** A cache that changes its passwords at once. Calls take so many milliseconds. */
function simulated(callMs: number) {
  let nowMs = 0;
  let isAlone = false;
  let labels: Labels = { current: 'v1', newest: 'v1', previous: 'v0' };
  const call = async <T>(answer: T): Promise<T> => {
    nowMs += callMs;
    return answer;
  };
  const ports: Ports = {
    secrets: {
      labels: () => call(labels),
      read: (id) => call({ password: OF[id] ?? Password.of('none-of-the-two-versions') }),
      put: () => call('stored'),
      move: () => call(undefined),
      history: () => call({ createdMs: new Map(), changedMs: 0 }),
      markRevoked: (versionId, since) => {
        labels = { ...labels, revoked: { versionId, since } };
        return call(undefined);
      },
      unmarkRevoked: () => call(undefined),
    },
    cache: {
      username: 'default',
      look: () =>
        call({ settled: true, endpoints: { ...NODE, readerHost: 'node' }, nodes: [NODE] }),
      login: async (_node, _username, password) => ({
        answer: isAlone && !password.equals(OF.v1 as Password) ? 'refused' : 'accepted',
      }),
      ask: () => call('asked'),
      askAlone: () => {
        isAlone = true;
        return call('asked');
      },
      probe: async () => ({ noPassword: 'refused', plaintext: 'refused' }),
      endSessions: async () => ({ count: 0 }),
    },
    clock: {
      nowMs: () => nowMs,
      epochMs: () => nowMs,
      remainingMs: () => 900_000 - nowMs,
      wait: async (ms) => {
        nowMs += ms;
      },
    },
    newPassword: () => Password.of('none-of-the-two-versions'),
    log: () => undefined,
  };
  return { ports, nowMs: () => nowMs };
}

describe('One daily check revokes, and Lambda does not end it before', () => {
  test.each<[quietMs: number, callMs: number, endsMs: number]>([
    [60_000, 0, 130_000],
    [60_000, 60, 135_000],
    [60_000, 1_000, 240_000],
    [300_000, 0, 640_000],
    [300_000, 1_000, 780_000],
  ])('with a quiet time of %d ms and calls of %d ms', async (quietMs, callMs, endsMs) => {
    const { ports, nowMs } = simulated(callMs);
    const pollIntervalMs = dailyCheckPollMs({ pollIntervalMs: 5_000, quietMs });
    const timing = { pollIntervalMs, quietMs, graceDays: 7, iterationMsMax: 140_000 };
    const { outcome } = await runDailyCheck('revoke', ports, timing, TOKEN_CHECK);
    expect(outcome).toBe('revoked');
    expect(nowMs()).toBeLessThan(endsMs);
  });
});
