/**
 * Credentials are read once for any number of callers, and never served beyond their maximum age.
 */

import fc from 'fast-check';
import { retryDelayMs } from '../../client/connect-options';
import type { RedisCredentials } from '../../client/redis-credentials';
import { AT, errorOf, named, passwordOf, revealed, Secret } from '../support/secret';

const MINUTE_MS = 60_000;

describe('A bound that makes no sense is refused', () => {
  test.each([
    [
      { maxAgeMs: 24 * 60 * MINUTE_MS + 1 },
      '`maxAgeMs` must be 1 to 86400000 milliseconds, got 86400001',
    ],
    [{ maxAgeMs: 0 }, 'milliseconds, got 0.'],
    [{ maxAgeMs: Number.NaN }, 'milliseconds, got NaN.'],
    [{ maxAgeMs: Number.POSITIVE_INFINITY }, 'milliseconds, got Infinity.'],
    [
      { maxAgeMs: '9' as unknown as number },
      '`maxAgeMs` must be 1 to 86400000 milliseconds, got "9"',
    ],
    [{ maxAgeMs: 10, refreshAfterMs: 11 }, '`refreshAfterMs` must be 0 to 10 milliseconds, got 11'],
    [{ refreshAfterMs: -1 }, '`refreshAfterMs` must be 0 to '],
    [{ readTimeoutMs: 0 }, '`readTimeoutMs` must be 1 to '],
    [
      { read: 'x' as unknown as () => Promise<string> },
      '`read` must be a function that resolves to the text of the secret, got a text',
    ],
  ])('%j', (wrong, why) => {
    const make = () => new Secret().credentials(wrong);
    expect(make).toThrow(why);
    expect(make).toThrow(expect.objectContaining({ code: 'setting-refused' }));
  });
});

describe('However many callers, one read', () => {
  test('while nothing was read yet', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const all = await Promise.all(Array.from({ length: 100 }, () => credentials.get()));
    expect(secret.reads).toBe(1);
    expect(credentials.reads).toBe(1);
    expect(new Set(all.map(revealed))).toEqual(new Set([passwordOf(1)]));
  });

  test('and none while the value is young', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.nowMs += 5 * MINUTE_MS - 1;
    expect(await credentials.get()).toMatchObject({ username: 'default', ...AT });
    expect(secret.reads).toBe(1);
  });

  test('when all of them ask for a fresh one', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.version = 2;
    const all = await Promise.all(Array.from({ length: 50 }, () => credentials.refresh()));
    expect(new Set(all.map(revealed))).toEqual(new Set([passwordOf(2)]));
    expect(secret.reads).toBe(2);
  });
});

describe('A value grows old softly, then not at all', () => {
  test('after five minutes it is served, and read again behind', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.version = 2;
    secret.nowMs += 5 * MINUTE_MS;
    expect(revealed(await credentials.get())).toBe(passwordOf(1));
    await new Promise(setImmediate);
    expect(revealed(await credentials.get())).toBe(passwordOf(2));
    expect(secret.reads).toBe(2);
  });

  test('a failure behind is not heard of while the value may be served', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.failures = Array.from({ length: 3 }, () => named('ThrottlingException'));
    secret.nowMs += 60 * MINUTE_MS;
    expect(revealed(await credentials.get())).toBe(passwordOf(1));
    await new Promise(setImmediate);
    expect(secret.reads).toBe(4);
  });

  test('and in an outage not tried again for half a minute, however many ask', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.failures = Array.from({ length: 6 }, () => named('ThrottlingException'));
    secret.nowMs += 5 * MINUTE_MS;
    const ask = async () => {
      expect(revealed(await credentials.get())).toBe(passwordOf(1));
      await new Promise(setImmediate);
    };
    await ask();
    for (let asked = 0; asked < 50; asked++) {
      secret.nowMs += asked < 49 ? 600 : 599;
      await ask();
    }
    expect(secret.reads).toBe(4);
    secret.nowMs += 1;
    await ask();
    expect(secret.reads).toBe(7);
    // Whoever must have one now does not wait for that.
    secret.version = 2;
    expect(revealed(await credentials.refresh())).toBe(passwordOf(2));
  });

  test('one millisecond beyond the bound it is not served, even if no read succeeds', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.failures = Array.from({ length: 3 }, () => named('ThrottlingException'));
    secret.nowMs += 60 * MINUTE_MS + 1;
    const { code, message } = await errorOf(credentials.get());
    expect(code).toBe('credentials-unreadable');
    expect(message).toContain('cannot be read, in 3 tries: ThrottlingException; what was');
    expect(message).toContain('read 3600 s ago is served for 3600 s. Check that');
    expect(revealed(await credentials.get())).toBe(passwordOf(1));
  });

  test('its age counts from when the read began', async () => {
    const secret = new Secret();
    let go: () => void = () => undefined;
    secret.hold = new Promise((resolve) => {
      go = resolve;
    });
    const credentials = secret.credentials({ maxAgeMs: 1000, refreshAfterMs: 1000 });
    const first = credentials.get();
    secret.nowMs += 900;
    go();
    await first;
    secret.version = 2;
    secret.nowMs += 101;
    expect(revealed(await credentials.get())).toBe(passwordOf(2));
  });

  test('a clock that was set back proves no youth', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    await credentials.get();
    secret.version = 2;
    secret.nowMs -= 1;
    expect(revealed(await credentials.get())).toBe(passwordOf(2));
  });

  test('whatever happens in whatever order', async () => {
    const step = fc.record({
      passMs: fc.nat({ max: 2_000 }),
      rotates: fc.boolean(),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const secret = new Secret();
        const credentials = secret.credentials({ refreshAfterMs: 500, maxAgeMs: 1_500 });
        const currentSinceMs: number[] = [0, secret.nowMs];
        for (const { passMs, rotates, fails } of steps) {
          secret.nowMs += passMs;
          if (rotates) currentSinceMs[++secret.version] = secret.nowMs;
          secret.failures = fails ? Array.from({ length: 6 }, () => named('x')) : [];
          const got = await credentials.get().then(revealed, () => undefined);
          await new Promise(setImmediate);
          if (got === undefined) {
            expect(fails).toBe(true);
            continue;
          }
          // It was the current one at some time within the bound.
          const version = Number(got.split('-').at(-1));
          const replacedMs = currentSinceMs[version + 1] ?? Number.POSITIVE_INFINITY;
          expect(replacedMs).toBeGreaterThanOrEqual(secret.nowMs - 1_500);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('What makes all clients read again at once does not make them read at once', () => {
  const CLIENTS = 200;

  /** Two hundred clients, each with its share of chance; the pauses that they made. */
  async function pausesOf(again: (secret: Secret, client: RedisCredentials) => Promise<unknown>) {
    const pauses = Array.from({ length: CLIENTS }, async (_, index) => {
      const secret = new Secret();
      const client = secret.credentials({ random: () => index / CLIENTS });
      await client.get();
      expect(secret.sleeps).toEqual([]);
      secret.version = 2;
      await again(secret, client);
      await new Promise(setImmediate);
      expect(secret.reads).toBe(2);
      expect(secret.sleeps.length).toBeLessThanOrEqual(1);
      return secret.sleeps[0] ?? 0;
    });
    return Promise.all(pauses);
  }

  test.each([
    [
      'a refused login',
      async (_: Secret, client: RedisCredentials) => client.refused(await client.get()),
    ],
    [
      'a value that grew old',
      async (secret: Secret, client: RedisCredentials) => {
        secret.nowMs += 5 * MINUTE_MS;
        return client.get();
      },
    ],
    [
      'a value beyond its bound',
      async (secret: Secret, client: RedisCredentials) => {
        secret.nowMs += 61 * MINUTE_MS;
        return client.get();
      },
    ],
  ])('%s', async (_what, again) => {
    const pauses = await pausesOf(again);
    // One alone waits 300 ms at the most.
    expect(Math.max(...pauses)).toBeLessThan(300);
    const in30Ms = Array.from(
      { length: 10 },
      (_slice, at) => pauses.filter((ms) => Math.floor(ms / 30) === at).length,
    );
    expect(Math.max(...in30Ms)).toBeLessThanOrEqual(21);
  });

  test('but who wants a fresh one now gets it now', async () => {
    expect(new Set(await pausesOf((_, client) => client.refresh()))).toEqual(new Set([0]));
  });
});

describe('Connections that were cut at once come back spread', () => {
  test('over 200 ms at the first try, over twice that at each next, up to 2 s', () => {
    const most = (tries: number) => retryDelayMs(tries, () => 0.999_999);
    expect([1, 2, 3, 4, 5, 50].map(most)).toEqual([200, 400, 800, 1_600, 2_000, 2_000]);
    expect([1, 5].map((tries) => retryDelayMs(tries, () => 0))).toEqual([0, 0]);
    expect(retryDelayMs(1, () => 0.5)).toBe(100);
  });
});
