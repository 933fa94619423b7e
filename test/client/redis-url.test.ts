/**
 * A connection string is parsed as intended or refused, and a written string is read back
 * unchanged, for all characters.
 */

import { inspect } from 'node:util';
import fc from 'fast-check';
import { RedisClientError } from '../../client/redis-client-error';
import { redisUrl, UNREADABLE } from '../../client/redis-url';
import { SecretText } from '../../contract/secret-text';
// Beside the tests of the example in Python, which reads the same ones: neither can drift.
import urls from '../../examples/python/tests/connection-urls.json';
import { noteOutput } from '../support/leaks';

const DEV = { allowPlaintextOnLocalhost: true };

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RedisClientError);
    expect((error as RedisClientError).code).toBe('url-refused');
    noteOutput(inspect(error));
    return (error as Error).message;
  }
  return 'not refused';
}

describe('A connection string that could mean something else is refused', () => {
  const refused = Object.entries(urls.refused).flatMap(([why, texts]) =>
    texts.map((text) => [text, why] as const),
  );

  test.each(refused)('%j: %s', (text, why) => {
    const message = refusal(() => redisUrl.parse(text, DEV));
    const advice = 'Take the connection string from the secret, or build it with redisUrl.build';
    expect(message).toBe(`the connection string ${why}. ${advice}.`);
    // Nor is any part of it quoted.
    for (const part of ['real.example', 'cd', 'evil']) expect(message).not.toContain(part);
    expect(refusal(() => redisUrl.parse(text))).toMatch(/^the connection string /);
    expect(redisUrl.mask(text)).toBe(UNREADABLE);
  });

  test.each(['real.example', 'localhost'])('without TLS to %s, where nobody allows it', (host) => {
    const message = refusal(() => redisUrl.parse(`redis://default:ab@${host}:6380/0`));
    expect(message).toContain('without TLS (redis://), which only `allowPlaintextOnLocalhost`');
    expect(message).toContain('`allowPlaintextTo` for a service of a compose file');
  });
});

describe('A connection string is read as it is written', () => {
  test.each(urls.read)('$url', ({ url, password, ...expected }) => {
    const { password: read, ...parts } = redisUrl.parse(url, DEV);
    expect(parts).toStrictEqual(expected);
    expect(read.reveal()).toBe(password);
  });

  test.each(['localhost', '127.0.0.1', '[::1]'])('without TLS on %s, if allowed', (host) => {
    const text = `redis://default:ab@${host}:6379/0`;
    const parts = redisUrl.parse(text, DEV);
    expect(redisUrl.build(parts, DEV)).toBe(text);
    expect(redisUrl.mask(text)).toBe(`redis://default:[password]@${host}:6379/0`);
    expect(refusal(() => redisUrl.build(parts))).toContain('without TLS');
  });
});

describe('Without TLS to a service of a compose file, by its name', () => {
  const text = 'redis://default:ab@redis:6379/0';

  test('if it is allowed', () => {
    const allowed = { allowPlaintextTo: ['cache', 'redis'] };
    const parts = redisUrl.parse(text, allowed);
    expect(parts).toMatchObject({ host: 'redis', port: 6379, tls: false });
    expect(redisUrl.build(parts, allowed)).toBe(text);
    expect(redisUrl.mask(text, allowed)).toBe('redis://default:[password]@redis:6379/0');
    expect(redisUrl.mask(text)).toBe(UNREADABLE);
  });

  test.each([{}, DEV, { allowPlaintextTo: ['cache'] }, { allowPlaintextTo: ['Redis'] }])(
    'refused with %j',
    (options) => {
      expect(refusal(() => redisUrl.parse(text, options))).toContain('without TLS (redis://)');
    },
  );

  test('localhost is no such name', () => {
    const local = 'redis://default:ab@localhost:6379/0';
    const message = refusal(() => redisUrl.parse(local, { allowPlaintextTo: ['redis'] }));
    expect(message).toContain('a service of a compose file that the settings name');
    expect(message).toContain('for localhost set `allowPlaintextOnLocalhost`');
  });
});

describe('What is built is read back', () => {
  /** Any character that can be printed, the awkward ones often. */
  const character = fc.oneof(
    fc.constantFrom(...'#/?@:[]%\\ "\'<>^`{|}!$&()*+,;=-._~äß漢🍓'),
    fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const text = fc
    .array(character, { minLength: 1, maxLength: 40 })
    .map((each) => each.join(''))
    .filter((each) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(each));
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom('localhost', '::1'));

  test('user, password, host, port and database', () => {
    fc.assert(
      fc.property(
        text,
        text,
        host,
        fc.integer({ min: 1, max: 65535 }),
        fc.integer({ min: 0, max: 999_999_999_999_999 }),
        (username, password, host, port, database) => {
          const parts = { username, password: SecretText.of(password), host, port, database };
          const url = redisUrl.build(parts);
          const read = redisUrl.parse(url);
          expect(read).toMatchObject({ username, host, port, database, tls: true });
          expect(read.password.reveal()).toBe(password);
          // And by others: the parser of the platform sees the same host and the same password.
          expect(decodeURIComponent(new URL(url).password)).toBe(password);
          expect(new URL(url).port).toBe(String(port));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('each printable ASCII character, one by one', () => {
    for (let code = 0x20; code <= 0x7e; code++) {
      const password = `a${String.fromCharCode(code)}b`;
      const parts = { username: password, host: 'h', port: 1, database: 0 };
      const url = redisUrl.build({ ...parts, password: SecretText.of(password) });
      expect(redisUrl.parse(url).password.reveal()).toBe(password);
      expect(redisUrl.parse(url).username).toBe(password);
    }
  });

  test('whatever is read is written to something that is read as the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (rest) => {
        for (const given of [`rediss://${rest}`, `rediss://default:${rest}@h:1/0`, rest]) {
          let parts: ReturnType<typeof redisUrl.parse>;
          try {
            parts = redisUrl.parse(given);
          } catch (error) {
            expect((error as RedisClientError).code).toBe('url-refused');
            continue;
          }
          const again = redisUrl.parse(redisUrl.build(parts));
          expect(again.password.reveal()).toBe(parts.password.reveal());
          expect({ ...again, password: '' }).toEqual({ ...parts, password: '' });
        }
      }),
      { numRuns: 500 },
    );
  });

  const parts = {
    username: 'default',
    password: SecretText.of('ab'),
    host: 'h',
    port: 1,
    database: 0,
  };
  test.each([
    ['no user', { username: '' }, 'has no user'],
    ['half a character', { username: 'a\ud800' }, 'not printable'],
    ['a password with a line end', { password: SecretText.of('ab\n') }, 'not printable'],
    ['no password', { password: SecretText.of('') }, 'has no password'],
    ['a password as text', { password: 'ab' as unknown as SecretText }, 'no SecretText'],
    ['a host with a port', { host: 'h:1' }, 'neither a name'],
    ['a host with a user', { host: 'u@h' }, 'neither a name'],
    ['a host in brackets', { host: '[::1]' }, 'neither a name'],
    ['a port of 0', { port: 0 }, 'from 1 to 65535'],
    ['half a port', { port: 1.5 }, 'from 1 to 65535'],
    ['a negative database', { database: -1 }, 'a database'],
    ['half a database', { database: 0.5 }, 'a database'],
    ['a database too large to be read', { database: 10 ** 15 }, 'a database'],
  ])('%s is refused', (_, wrong, why) => {
    const message = refusal(() => redisUrl.build({ ...parts, ...wrong }));
    expect(message).toContain(why.replace('no SecretText', 'that is a SecretText'));
  });
});

describe('A mask hides the password', () => {
  test('and nothing else', () => {
    expect(redisUrl.mask('rediss://app:sehr-geheim%23@h.example:6380/2')).toBe(
      'rediss://app:[password]@h.example:6380/2',
    );
    expect(redisUrl.mask('rediss://app:x@[::1]:6380')).toBe('rediss://app:[password]@[::1]:6380/0');
  });

  test('whatever the string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (rest) => {
        const secret = `Geheim${rest}Geheim`;
        expect(redisUrl.mask(`rediss://default:${secret}@h:1/0`)).not.toContain('Geheim');
        expect(redisUrl.mask(`redis://h:1/${secret}`)).not.toContain('Geheim');
      }),
    );
  });

  test('in what was parsed, too', () => {
    const parts = redisUrl.parse('rediss://app:sehr-geheim@h:1/0');
    expect(inspect(parts) + JSON.stringify(parts) + String(parts.password)).not.toContain('geheim');
  });
});
