/**
 * Credentials are read again once after a refused login, a failed read is repeated, and no part of
 * a secret is ever quoted.
 */

import { inspect } from 'node:util';
import { errorOf, named, passwordOf, revealed, Secret } from '../support/secret';

describe('What a server refused is read again once', () => {
  test('a hundred clients that are refused cause one read', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const stale = await credentials.get();
    secret.version = 2;
    const all = await Promise.all(Array.from({ length: 100 }, () => credentials.refused(stale)));
    expect(new Set(all.map(revealed))).toEqual(new Set([passwordOf(2)]));
    expect(secret.reads).toBe(2);
  });

  test('a password that was replaced meanwhile causes no further read', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const stale = await credentials.get();
    secret.version = 2;
    await credentials.refresh();
    expect(revealed(await credentials.refused(stale))).toBe(passwordOf(2));
    expect(secret.reads).toBe(2);
  });

  test('a read that began before the refusal is not believed', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const stale = await credentials.get();
    // It has the text of version 1 in hand when version 2 becomes current.
    const early = credentials.refresh();
    secret.version = 2;
    expect(revealed(await credentials.refused(stale))).toBe(passwordOf(2));
    expect(revealed(await early)).toBe(passwordOf(1));
    expect(secret.reads).toBe(3);
  });

  test('one that is still the same is an error, for all, after one read', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const stale = await credentials.get();
    const all = Array.from({ length: 100 }, () => errorOf(credentials.refused(stale)));
    for (const { code, message, host, port } of await Promise.all(all)) {
      expect({ code, host, port }).toEqual({
        code: 'authentication-failed',
        host: 'primary.example',
        port: 6380,
      });
      expect(message).toMatch(/^primary.example:6380 refuses the credentials of the secret, also/);
    }
    expect(secret.reads).toBe(2);
  });

  test('and for 5 seconds it is an error without another read', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const stale = await credentials.get();
    await errorOf(credentials.refused(stale));
    secret.nowMs += 4_999;
    await errorOf(credentials.refused(stale));
    expect(secret.reads).toBe(2);
    secret.version = 2;
    secret.nowMs += 1;
    expect(revealed(await credentials.refused(stale))).toBe(passwordOf(2));
    expect(secret.reads).toBe(3);
  });

  test('the error of a failed read is reported', async () => {
    const secret = new Secret();
    const credentials = secret.credentials();
    const stale = await credentials.get();
    secret.failures = Array.from({ length: 3 }, () => named('AccessDeniedException'));
    expect(await errorOf(credentials.refused(stale))).toMatchObject({
      code: 'credentials-unreadable',
      message: expect.stringContaining('AccessDeniedException'),
    });
  });
});

describe('A read that fails is tried three times, with a jittered pause', () => {
  test('and the third may succeed', async () => {
    const secret = new Secret();
    secret.failures = [named('a'), named('b')];
    expect(revealed(await secret.credentials().get())).toBe(passwordOf(1));
    const [first = 0, second = 0, ...more] = secret.sleeps;
    expect(more).toEqual([]);
    expect(first >= 100 && first <= 200 && second >= 200 && second <= 400).toBe(true);
  });

  test('a failed read is not kept', async () => {
    const secret = new Secret();
    secret.failures = [named('a'), named('b'), named('c')];
    const credentials = secret.credentials();
    await errorOf(credentials.get());
    expect(revealed(await credentials.get())).toBe(passwordOf(1));
    expect(secret.reads).toBe(4);
  });

  test('one that does not end is a failure, too', async () => {
    const secret = new Secret();
    secret.hold = new Promise(() => undefined);
    const error = await errorOf(secret.credentials({ readTimeoutMs: 5 }).get());
    expect(error.message).toContain('in 3 tries: ReadTimeout');
  });

  test('one that throws before it is a promise is a failure, too', async () => {
    const read = () => {
      throw named('SyncError');
    };
    const error = await errorOf(new Secret().credentials({ read }).get());
    expect(error.message).toContain('SyncError');
  });
});

describe('An invalid secret is reported at once, and never quoted', () => {
  const password = 'a-password-to-look-for';
  const secretWith = (each: string) =>
    JSON.stringify({ username: 'd', password: each, host: 'h', readerHost: 'h', port: 1 });
  test.each([
    ['not JSON', `{"password":"${password}"`, 'the secret is not JSON'],
    ['no object', `"${password}"`, 'must be a JSON object'],
    ['no password', `{"username":"${password}"}`, 'must have a `password`'],
    ['an empty password', `{"username":"${password}","password":""}`, 'must have a `password`'],
    ['a line end', secretWith(`${password}\n`), 'the secret has a password with a character'],
    ['8193 bytes', secretWith(password.padEnd(8_193, 'x')), 'password of more than 8192 bytes'],
    ['no host yet', `{"username":"d","password":"${password}"}`, 'its first rotation writes'],
    ['bytes', Buffer.from(password) as unknown as string, 'did not return the text'],
    ['nothing', undefined as unknown as string, 'did not return the text'],
  ])('%s', async (_, text, why) => {
    const secret = new Secret();
    const credentials = secret.credentials({
      read: async () => {
        secret.reads += 1;
        return text;
      },
    });
    const error = await errorOf(credentials.get());
    expect(error.code).toBe('credentials-unusable');
    expect(error.message).toContain(why);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(password);
    expect(secret.reads).toBe(1);
  });

  test('nor is the error of `read`', async () => {
    const secret = new Secret();
    const failure = named(`Name with ${password}`, `parsing {"password":"${password}"}`);
    secret.failures = [failure, failure, failure];
    const error = await errorOf(secret.credentials().get());
    expect(error.message).toContain('an error without a name');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(password);
  });

  test.each([
    ['a secret', password.replace(/-/g, '_')],
    ['a word', 'Geheim'],
    ['no text', 42 as unknown as string],
    ['a long word', `${'A'.repeat(60)}Error`],
    ['an ending alone', 'Error1'],
    ['a line more', 'TimeoutError\n'],
  ])('nor its name, if that is %s', async (_, name) => {
    const secret = new Secret();
    secret.failures = Array.from({ length: 3 }, () => Object.assign(new Error('x'), { name }));
    const { message } = await errorOf(secret.credentials().get());
    expect(message).toContain('in 3 tries: an error without a name. Check');
  });

  test('nor what its name throws', async () => {
    const secret = new Secret();
    const failure = Object.defineProperty(new Error('x'), 'name', {
      get: () => {
        throw new Error(password);
      },
    });
    secret.failures = [failure, failure, failure];
    const { code, message } = await errorOf(secret.credentials().get());
    expect(code).toBe('credentials-unreadable');
    expect(message).toContain('an error without a name');
  });

  test.each(['AccessDeniedException', 'InternalServiceError', 'DecryptionFailure', 'TimeoutError'])(
    'but a name of AWS is: %s',
    async (name) => {
      const secret = new Secret();
      secret.failures = [named(name), named(name), named(name)];
      const { message } = await errorOf(secret.credentials().get());
      expect(message).toContain(`in 3 tries: ${name}. Check`);
    },
  );

  test.each([
    [{ host: 'a\nb@evil/x' }, 'the secret has a `host` that is neither a name nor an address'],
    [{ host: 'h:1' }, 'has a `host` that is neither'],
    [{ readerHost: 'evil@h' }, 'has a `readerHost` that is neither'],
    [{ username: 'a\nb' }, 'has a `username` with a character that is not printable'],
  ])('nor what in it names no user and no host: %j', async (wrong, why) => {
    const secret = new Secret();
    const read = async () => JSON.stringify({ ...JSON.parse(await secret.read()), ...wrong });
    const { code, message } = await errorOf(secret.credentials({ read }).get());
    expect(code).toBe('credentials-unusable');
    expect(message).toContain(`${why}`);
    expect(message).not.toMatch(/evil|\n|h:1/);
  });

  test('nor by printing what was read', async () => {
    const credentials = new Secret().credentials();
    const credential = await credentials.get();
    const printed = [credentials, credential].map((each) => inspect(each) + JSON.stringify(each));
    expect(printed.join(' ')).toContain('[password]');
    expect(printed.join(' ')).not.toContain(passwordOf(1));
  });
});
