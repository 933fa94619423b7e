/**
 * Proves that a connection string is read as it was meant or refused, and that what is written
 * is read back, whatever the characters.
 */

import { inspect } from 'node:util';
import fc from 'fast-check';
import { RedisClientError } from '../../client/redis-client-error';
import { redisUrl, UNREADABLE } from '../../client/redis-url';
import { SecretText } from '../../contract/secret-text';
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
  const encode = 'has a character in its user or password that must be percent-encoded';
  test.each([
    // The part before it would be the whole password, or the rest of it a host.
    ['rediss://default:ab#cd@real.example:6380/0', encode],
    ['rediss://default:ab/cd@real.example:6380/0', encode],
    ['rediss://default:ab?cd@real.example:6380/0', encode],
    ['rediss://default:ab@cd@real.example:6380/0', encode],
    ['rediss://default:ab:cd@real.example:6380/0', encode],
    ['rediss://default:ab[cd@real.example:6380/0', encode],
    ['rediss://default:ab]cd@real.example:6380/0', encode],
    ['rediss://default:ab%zzcd@real.example:6380/0', encode],
    ['rediss://default:ab%2@real.example:6380/0', encode],
    ['rediss://default:100%@real.example:6380/0', encode],
    ['rediss://default:a b@real.example:6380/0', encode],
    ['rediss://default:a"b@real.example:6380/0', encode],
    ['rediss://default:a\\b@real.example:6380/0', encode],
    ['rediss://default:a^b@real.example:6380/0', encode],
    ['rediss://default:a<b@real.example:6380/0', encode],
    ['rediss://default:äb@real.example:6380/0', encode],
    ['rediss://de/fault:ab@real.example:6380/0', encode],
    ['rediss://default:x@evil.example:6380/0?y@real.example:6380/0', encode],
    ['rediss://default:%ff@real.example:6380/0', 'percent-encoding is not UTF-8'],
    ['rediss://default:ab%0a@real.example:6380/0', 'not printable'],
    ['rediss://default:ab%00@real.example:6380/0', 'not printable'],
    ['rediss://default:ab%E2%80%A8@real.example:6380/0', 'not printable'],
    ['rediss://default:@real.example:6380/0', 'has no password'],
    ['rediss://default@real.example:6380/0', 'has no password'],
    ['rediss://real.example:6380/0', 'has no user and password'],
    ['redis://default:ab@real.example:6380/0', 'without TLS'],
    ['redis://default:ab@localhost:6380/0', 'without TLS'],
    ['REDISS://default:ab@real.example:6380/0', 'does not begin with rediss://'],
    ['https://default:ab@real.example:6380/0', 'does not begin with rediss://'],
    [' rediss://default:ab@real.example:6380/0', 'does not begin with rediss://'],
    ['rediss:default:ab@real.example:6380/0', 'does not begin with rediss://'],
    ['', 'does not begin with rediss://'],
    ['rediss://default:ab@:6380/0', 'has no host'],
    ['rediss://default:ab@/0', 'has no host'],
    ['rediss://default:ab@real..example:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@real%2Eexample:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@-real.example:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@2130706433:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@127.1:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@0x7f000001:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@[fe80::1%eth0]:6380/0', 'neither a name nor an address'],
    ['rediss://default:ab@::1:6380/0', 'has no host'],
    ['rediss://default:ab@[127.0.0.1]:6380/0', 'brackets around no address'],
    ['rediss://default:ab@real.example/0', 'has no port'],
    ['rediss://default:ab@real.example:/0', 'has no port'],
    ['rediss://default:ab@real.example:0/0', 'from 1 to 65535'],
    ['rediss://default:ab@real.example:65536/0', 'from 1 to 65535'],
    ['rediss://default:ab@real.example:06380/0', 'from 1 to 65535'],
    ['rediss://default:ab@real.example:6380a/0', 'from 1 to 65535'],
    ['rediss://default:ab@real.example:6380/zero', 'a database that is no whole number'],
    ['rediss://default:ab@real.example:6380/-1', 'a database that is no whole number'],
    ['rediss://default:ab@real.example:6380/01', 'a database that is no whole number'],
    ['rediss://default:ab@real.example:6380/0/', 'a database that is no whole number'],
    ['rediss://default:ab@real.example:6380/0?ssl_cert_reqs=none', 'has a query'],
    ['rediss://default:ab@real.example:6380?db=3', 'has a query'],
    ['rediss://default:ab@real.example:6380/0#x', 'has a query or a fragment'],
    ['rediss://default:ab@real.example:6380/0\n', 'a database that is no whole number'],
  ])('%j: %s', (text, why) => {
    const message = refusal(() => redisUrl.parse(text));
    expect(message).toContain(why);
    // Nor is any part of it quoted.
    for (const part of ['real.example', 'cd', 'evil']) expect(message).not.toContain(part);
    expect(redisUrl.mask(text)).toBe(
      text === 'redis://default:ab@localhost:6380/0'
        ? 'redis://default:[password]@localhost:6380/0'
        : UNREADABLE,
    );
  });

  test.each(['example.com', '10.0.0.1', '[::2]', 'localhost.example.com'])(
    'without TLS to %s, even in development',
    (host) => {
      const text = `redis://default:ab@${host}:6379/0`;
      expect(refusal(() => redisUrl.parse(text, DEV))).toContain('to another machine');
    },
  );
});

describe('A connection string is read as it is written', () => {
  test.each([
    ['rediss://default:ab@real.example:6380/0', 'default', 'ab', 'real.example', 6380, 0],
    ['rediss://:ab@real.example:6380/15', 'default', 'ab', 'real.example', 6380, 15],
    ['rediss://app:a%23b%2Fc%40d%25@cache:1', 'app', 'a#b/c@d%', 'cache', 1, 0],
    ['rediss://app:a+b@my_cache:65535/', 'app', 'a+b', 'my_cache', 65535, 0],
    ['rediss://app:%C3%A4%F0%9F%8D%93@[::1]:6380/3', 'app', 'ä🍓', '::1', 6380, 3],
    ['rediss://app:%2525@10.0.0.1:6380/0', 'app', '%25', '10.0.0.1', 6380, 0],
  ])('%s', (text, username, password, host, port, database) => {
    const parts = redisUrl.parse(text);
    expect(parts).toMatchObject({ username, host, port, database, tls: true });
    expect(parts.password.reveal()).toBe(password);
  });

  test.each(['localhost', '127.0.0.1', '[::1]'])('without TLS on %s, if allowed', (host) => {
    const text = `redis://default:ab@${host}:6379/0`;
    const parts = redisUrl.parse(text, DEV);
    expect(parts.tls).toBe(false);
    expect(redisUrl.build(parts, DEV)).toBe(text);
    expect(refusal(() => redisUrl.build(parts))).toContain('without TLS');
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
