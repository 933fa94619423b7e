/**
 * A connection string of any server is read as the client libraries read it, or refused with the
 * part that is wrong and what to do; no message holds a part of a password.
 */

import fc from 'fast-check';
import { AddressError } from '../../cli/server/address-error';
import { type ServerAddress, serverAddressOf } from '../../cli/server/server-address';

type Plain = Omit<Partial<ServerAddress>, 'password'> & { password?: string };

function read(text: string): Plain {
  const { password, ...rest } = serverAddressOf(text);
  return password === undefined ? rest : { ...rest, password: password.reveal() };
}

function refusal(text: string): AddressError {
  try {
    serverAddressOf(text);
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const PLAIN: Plain = { tls: false, host: 'h', port: 6379, database: 0, verify: 'full' };
const TLS: Plain = { ...PLAIN, tls: true };

describe('Forms of client libraries are read', () => {
  test.each<[string, Plain]>([
    ['redis://h', PLAIN],
    ['redis://h/', PLAIN],
    ['redis://h?', PLAIN],
    ['REDIS://h:6379/0', PLAIN],
    ['valkey://h', PLAIN],
    ['valkeys://h', TLS],
    ['rediss://h', TLS],
    ['rediss://h:6380/3', { ...TLS, port: 6380, database: 3 }],
    ['redis://127.0.0.1:1', { ...PLAIN, host: '127.0.0.1', port: 1 }],
    ['redis://[::1]', { ...PLAIN, host: '::1' }],
    ['redis://[2001:db8::7]:6380/1', { ...PLAIN, host: '2001:db8::7', port: 6380, database: 1 }],
    ['redis://my_redis:65535', { ...PLAIN, host: 'my_redis', port: 65535 }],
    ['redis://:ab@h', { ...PLAIN, password: 'ab' }],
    ['redis://app:ab@h', { ...PLAIN, username: 'app', password: 'ab' }],
    ['redis://app:a:b@h', { ...PLAIN, username: 'app', password: 'a:b' }],
    ['redis://:a%2Fb%23%3F%40%25%3A@h', { ...PLAIN, password: 'a/b#?@%:' }],
    ['redis://:7Qf8K+2mN$xV&p=@h', { ...PLAIN, password: '7Qf8K+2mN$xV&p=' }],
    ['redis://a%3Ab:%C3%A4@h', { ...PLAIN, username: 'a:b', password: 'ä' }],
    ['redis://h?db=5', { ...PLAIN, database: 5 }],
    ['redis://h/5?db=5', { ...PLAIN, database: 5 }],
    ['redis://h?database=5&timeout=10s', { ...PLAIN, database: 5 }],
    ['redis://h?family=6', PLAIN],
    ['redis://h?tls=false', PLAIN],
    ['redis://h?dial_timeout=5s&pool_size=10&protocol=3', PLAIN],
    ['redis://h?health_check_interval=30&decode_responses=True', PLAIN],
    [
      'rediss://:ab@localhost:6380/0?ssl_cert_reqs=required&ssl_ca_certs=/path/to/ca.crt',
      { ...TLS, host: 'localhost', port: 6380, password: 'ab', caFile: '/path/to/ca.crt' },
    ],
    ['rediss://h?ssl_cert_reqs=CERT_REQUIRED', TLS],
    ['rediss://h?ssl_ca_certs=/home/a@b/my%20ca.crt', { ...TLS, caFile: '/home/a@b/my ca.crt' }],
    ['rediss://h?tls=true', TLS],
    ['rediss://h?rejectUnauthorized=true', TLS],
  ])('%s', (text, expected) => {
    expect(read(text)).toStrictEqual(expected);
  });

  test.each<[string, string]>([
    ['rediss://h?ssl_cert_reqs=none', 'none'],
    ['rediss://h?ssl_cert_reqs=CERT_NONE', 'none'],
    ['rediss://h?ssl_cert_reqs=none&ssl_check_hostname=true', 'none'],
    ['rediss://h?ssl_check_hostname=false&ssl_cert_reqs=required', 'authority'],
    ['rediss://h?ssl_check_hostname=False', 'authority'],
    ['rediss://h?rejectUnauthorized=false', 'none'],
    ['rediss://h?skip_verify=true', 'none'],
    ['rediss://h?skip_verify=false', 'full'],
    ['rediss://h?verifyPeer=CA', 'authority'],
    ['rediss://h#insecure', 'none'],
  ])('%s verifies %s', (text, verify) => {
    expect(read(text)).toStrictEqual({ ...TLS, verify });
  });
});

describe('What is no connection string is refused with what to do', () => {
  test.each<[string, string, string]>([
    ['', 'empty', 'got no text'],
    [' \n', 'empty', 'Set the variable'],
    ['"redis://:ab@h"', 'quotes', 'Remove them'],
    ["'redis://:ab@h'", 'quotes', 'docker run --env-file'],
    ['redis://:ab@h"', 'quotes', 'Remove them'],
    ['REDIS_URL=redis://:ab@h', 'scheme', 'what follows its first ='],
    ['export REDIS_URL="redis://:ab@h"', 'scheme', 'what follows its first ='],
    ['redis://:ab@h\n', 'white-space', 'before or after it'],
    [' redis://:ab@h', 'white-space', 'before or after it'],
    ['redis://:a b@h', 'white-space', '%20'],
    ['redis://:ab\r\ncd@h', 'white-space', 'line end'],
    [`redis://${'h'.repeat(5_000)}`, 'white-space', 'got 5008 characters'],
    ['h', 'scheme', 'got no scheme'],
    ['localhost:6379', 'scheme', 'in front of the host'],
    ['redis:h', 'scheme', 'in front of the host'],
    ['redis:/h', 'scheme', 'in front of the host'],
    ['http://h', 'scheme', 'got another scheme'],
    ['redis+tls://h', 'scheme', 'Write rediss://'],
    ['redis+ssl://h', 'scheme', 'Write rediss://'],
    ['redis-sentinel://h', 'scheme', 'not of a sentinel'],
    ['redis+cluster://h', 'scheme', 'the address of one node'],
    ['unix:///tmp/redis.sock', 'scheme', 'socket file'],
    ['redis-socket:///tmp/redis.sock', 'scheme', 'socket file'],
    // Hunter2 stands for a secret in what follows.
    ['redis://:hun/ter2@h', 'encoding', '/ as %2F'],
    ['redis://:hun#ter2@h', 'encoding', '# as %23'],
    ['redis://:hun?ter2@h', 'encoding', '? as %3F'],
    ['redis://:hun?ter2=x@h', 'encoding', 'npx secure-redis password'],
    ['redis://:hun@ter2@h', 'encoding', '@ as %40'],
    ['redis://:hunter2%@h', 'encoding', '% as %25'],
    ['redis://:hun%zzter2@h', 'encoding', '% as %25'],
    ['redis://:hun[ter2@h', 'encoding', '[ as %5B'],
    ['redis://:12/hunter2@h:6379/0', 'encoding', '/ as %2F'],
    ['redis://app:12?hunter2@h:6379/0', 'encoding', '? as %3F'],
    ['redis://:hünter2@h', 'encoding', 'percent-encoded'],
    ['redis://:%ffhunter2@h', 'encoding', 'UTF-8'],
    ['redis://:hunter2%0A@h', 'encoding', 'Remove %0A'],
    ['redis://hunter2@h', 'login', 'a colon before the password'],
    ['redis://:@h', 'login', 'the variable of the password'],
    ['redis://app:@h', 'login', 'got no password'],
    ['redis://@h', 'login', 'leave out the @'],
    [`redis://:\${REDIS_PASSWORD}@h`, 'placeholder', 'a variable REDIS_PASSWORD that'],
    [`redis://:\${REDIS_PASSWORD:-hunter2}@h`, 'placeholder', 'a variable that nothing'],
    [`redis://:ab@\${REDIS_HOST}:6379`, 'placeholder', 'a variable REDIS_HOST that'],
    ['redis://:$REDIS_PASSWORD@h', 'placeholder', 'a variable REDIS_PASSWORD that'],
    ['redis://$REDIS_HOST:6379', 'placeholder', 'a variable REDIS_HOST that'],
    ['redis://:{{ redis_password }}@h', 'placeholder', 'nothing has replaced'],
    ['redis://:{{ .Values.redis.password }}@h', 'placeholder', 'nothing has replaced'],
    ['redis://:{{redis_password}}@h', 'placeholder', 'nothing has replaced'],
    ['rediss://default:{password}@h', 'placeholder', 'in its place'],
    ['rediss://default:[password]@h', 'placeholder', 'a mask'],
    ['redis://:<strong-random-password>@h', 'placeholder', 'in its place'],
    ['redis://:****@h', 'placeholder', 'a mask'],
    ['redis://', 'host', 'got none'],
    ['redis://:ab@', 'host', 'got none'],
    ['redis://:ab@:6379', 'host', 'got none'],
    ['redis:///0', 'host', 'got none'],
    ['redis://::1:6379', 'host', 'in brackets'],
    ['redis://:ab@::1:6379', 'host', 'in brackets'],
    ['redis://h#insecure', 'option', 'Write rediss://'],
    ['h:6380,password=hunter2=,ssl=True,abortConnect=False', 'scheme', 'rediss://:PASSWORD@HOST'],
    ['h:6380,ssl=True,password=hun/ter2=', 'scheme', 'its = as %3D'],
    ['redis://2001:db8::7:6379', 'host', 'in brackets'],
    ['redis://[h]:6379', 'host', 'in brackets'],
    ['redis://[fe80::1%25eth0]:6379', 'host', 'in brackets'],
    ['redis://a:1,b:2', 'host', 'several of them'],
    ['redis://-h', 'host', 'got something else'],
    ['redis://h:', 'port', 'none after the colon'],
    ['redis://h:0', 'port', 'from 1 to 65535'],
    ['redis://h:65536', 'port', 'from 1 to 65535'],
    ['redis://app:hunter2', 'port', 'ends with an @'],
    ['redis://h/a', 'database', 'as database'],
    ['redis://h/-1', 'database', 'as database'],
    ['redis://h/0/0', 'database', 'as database'],
    ['redis://h/1?db=2', 'database', 'got two of them'],
    ['redis://h?db=hunter2', 'option', '`db` as an integer'],
    ['redis://h?db=1&database=2', 'option', 'Leave one of them out'],
    ['redis://h?hunter2', 'option', 'name=value'],
    ['redis://h?password=hunter2', 'option', 'before the host'],
    ['redis://h?sentinelMasterId=hunter2', 'option', 'one server'],
    ['redis://h?wibble=hunter2', 'option', 'got `wibble`'],
    ['rediss://h?ssl_ca_cert=hunter2', 'option', 'write `ssl_ca_certs`'],
    ['rediss://h?ssl_ca_certs=', 'option', 'the path of a PEM file'],
    ['rediss://h?ssl_ca_certs=a+b', 'option', 'the path of a PEM file'],
    ['rediss://h?ssl_ca_data=hunter2', 'option', 'ssl_ca_certs'],
    ['rediss://h?ssl_certfile=hunter2', 'option', 'presents no certificate'],
    ['rediss://h?ssl_cert_reqs=optional', 'option', 'required, or none'],
    ['rediss://h?ssl_cert_reqs=constructor', 'option', 'required, or none'],
    ['rediss://h?constructor=1', 'option', 'got `constructor`'],
    ['rediss://h?tls=false', 'option', 'write redis://'],
    ['redis://h?tls=true', 'option', 'Write rediss://'],
    ['redis://h?ssl_cert_reqs=required', 'option', 'Write rediss://'],
    ['rediss://h#hunter2', 'encoding', '# in a password as %23'],
  ])('%j: %s', (text, fault, words) => {
    const error = refusal(text);
    expect(error.fault).toBe(fault);
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^the connection string must .+, got .+\. [A-Z].+\.$/s);
    expect(error.message).not.toMatch(/h[uü]n|ter2/i);
  });
});

describe('For all passwords', () => {
  const character = fc.oneof(
    fc.constantFrom(...'#/?@:[]%\\ "\'<>^`{|}!$&()*+,;=-._~ä🍓\n'),
    fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  );
  const password = fc
    .array(character, { minLength: 12, maxLength: 60 })
    .map((each) => each.join(''));
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('localhost', '[::1]', 'redis'));
  const port = fc.integer({ min: 1, max: 65_535 });

  test('an encoded one is read as it was', () => {
    fc.assert(
      fc.property(password, host, port, (secret, at, on) => {
        fc.pre(!secret.includes('\n') && !/^\*+$/.test(secret));
        const read = serverAddressOf(`rediss://app:${encodeURIComponent(secret)}@${at}:${on}/2`);
        expect(read.password?.reveal()).toBe(secret);
        expect(read).toMatchObject({ username: 'app', port: on, database: 2, tls: true });
        expect(read.host).toBe(at.replaceAll(/[[\]]/g, ''));
      }),
      { numRuns: 300 },
    );
  });

  test('one that is not encoded is read as it was, or refused without any part of it', () => {
    fc.assert(
      fc.property(password, host, port, (secret, at, on) => {
        const suffix = `@${at}:${on}/0?db=0`;
        for (const text of [`redis://:${secret}${suffix}`, `redis://app:${secret}${suffix}`]) {
          let found: ServerAddress | undefined;
          try {
            found = serverAddressOf(text);
          } catch (error) {
            expect(error).toBeInstanceOf(AddressError);
            const { message, stack = '' } = error as AddressError;
            const parts = Array.from({ length: secret.length - 5 }, (_, at) =>
              secret.slice(at, at + 6),
            );
            expect(parts.filter((each) => `${message}${stack}`.includes(each))).toStrictEqual([]);
          }
          if (found === undefined) continue;
          // What was accepted leads to the server that was meant.
          expect(found.host).toBe(at.replaceAll(/[[\]]/g, ''));
          expect(found.password?.reveal()).toBe(decodeURIComponent(secret));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('any text is read or refused', () => {
    const part = fc.constantFrom(
      'redis://',
      'rediss://',
      ':',
      '@',
      '/',
      '?',
      '#',
      '&',
      '=',
      '%',
      '[',
      ']',
      'h',
      '1',
      'db',
      'ssl_cert_reqs',
      'none',
      '6379',
      '${',
      '}',
      '$A',
      '{{',
      '\n',
      '\u0000',
      '\ud800',
      '"',
      ',',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 20 }), (parts) => {
        try {
          serverAddressOf(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(AddressError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
