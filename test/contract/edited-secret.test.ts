/**
 * Proves which edits of the secret are told, of the smallest parts of the contract: the bounds of a
 * port, the labels, the options of a connection string.
 */

import { QUIET_SECONDS, ROTATION_DAYS } from '../../contract/bounds';
import {
  connectionUrlWithoutLogin,
  DEFAULT_USERNAME,
  decodeUserinfo,
  withUrlOptions,
} from '../../contract/connection-url';
import { PASSWORD_SPECIAL_USED } from '../../contract/password';
import { PONG } from '../../contract/resp';
import { holderOf, REVOKED_PREFIX } from '../../contract/rotation';
import { parseCredentials, parseStored } from '../../contract/secret-json';
import { SecretText } from '../../contract/secret-text';

const AT = { host: 'primary', readerHost: 'reader', port: 6380 };
const LOGIN = 'default:hunter2-hunter2-hunter2';
/** As the function writes it. */
const WRITTEN = {
  username: 'default',
  password: 'hunter2-hunter2-hunter2',
  host: 'primary',
  readerHost: 'reader',
  port: 6380,
  url: `rediss://${LOGIN}@primary:6380/0`,
  readerUrl: `rediss://${LOGIN}@reader:6380/0`,
};

const edited = (fields: object) =>
  parseStored(JSON.stringify({ ...WRITTEN, ...fields })).editedKeys('default', AT);

describe('The keys of a secret with which a client would log in otherwise', () => {
  test.each<[fields: object, keys: readonly string[]]>([
    [{}, []],
    [{ note: 'ours' }, []],
    [{ username: 'admin' }, ['username']],
    [{ username: undefined }, ['username']],
    [{ host: 'other' }, ['host']],
    [{ readerHost: 'other' }, ['readerHost']],
    [{ port: '6380' }, ['port']],
    [{ port: undefined }, ['port']],
    [{ host: undefined, readerHost: undefined, port: undefined }, ['host', 'readerHost', 'port']],
    [{ url: undefined }, ['url']],
    [{ url: 7 }, ['url']],
    [{ url: [WRITTEN.url] }, ['url']],
    [{ url: 'primary' }, ['url']],
    [{ url: `redis://${LOGIN}@primary:6380/0` }, ['url']],
    [{ url: `rediss://${LOGIN}@other:6380/0` }, ['url']],
    [{ url: `rediss://${LOGIN}@primary:6379/0` }, ['url']],
    [{ url: 'rediss://admin:hunter2-hunter2-hunter2@primary:6380/0' }, ['url']],
    [{ url: 'rediss://default:another-password@primary:6380/0' }, ['url']],
    [{ readerUrl: `rediss://${LOGIN}@other:6380/0` }, ['readerUrl']],
    // What else a URL says, somebody may have added on purpose.
    [{ url: `rediss://${LOGIN}@primary:6380/3?family=6` }, []],
    // Where ElastiCache names no endpoint for readers, the function writes the primary one.
    [{ readerHost: 'primary', readerUrl: `rediss://${LOGIN}@primary:6380/0` }, []],
  ])('%j: %j', (fields, keys) => {
    expect(edited(fields)).toStrictEqual(keys);
  });

  test('of the version that CloudFormation makes, the user name alone', () => {
    const { username, password } = WRITTEN;
    const stored = (fields: object) =>
      parseStored(JSON.stringify(fields)).editedKeys('default', AT);
    expect(stored({ username, password })).toStrictEqual([]);
    expect(stored({ username: 'admin', password })).toStrictEqual(['username']);
  });
});

describe('A port of the secret', () => {
  test.each([1, 65_535])('may be %p', (port) => {
    expect(parseCredentials(JSON.stringify({ ...WRITTEN, port })).endpoints?.port).toBe(port);
  });

  test.each([0, 65_536, 6380.5, '6380', true])('is refused as %p', (port) => {
    const read = () => parseCredentials(JSON.stringify({ ...WRITTEN, port }));
    expect(read).toThrow('the secret must have a `port` that is a number from 1 to 65535');
  });
});

describe('What all sides agree on', () => {
  test('the connection string without its login, and with options', () => {
    const target = { username: 'x', host: 'h', port: 6380, database: 2 };
    expect(connectionUrlWithoutLogin(target)).toBe('rediss://h:6380/2');
    expect(withUrlOptions('rediss://h:1/0', {})).toBe('rediss://h:1/0');
    expect(withUrlOptions('rediss://h:1/0', { a: 'b c', 'd&': 1 })).toBe(
      'rediss://h:1/0?a=b%20c&d%26=1',
    );
    expect(decodeUserinfo('a%2Fb')).toBe('a/b');
  });

  test("the user of AUTH, a new password's special character, a revocation's label", () => {
    expect(DEFAULT_USERNAME).toBe('default');
    expect(PASSWORD_SPECIAL_USED).toBe('-');
    expect(REVOKED_PREFIX).toBe('REVOKED@');
  });

  test('the bounds of rotations, and the reply to PING', () => {
    expect(ROTATION_DAYS).toStrictEqual({ min: 1, max: 90 });
    expect(QUIET_SECONDS).toStrictEqual({ min: 60, max: 300 });
    expect(PONG).toBe('PONG');
  });

  test('who holds a label', () => {
    const stages = { a: ['AWSPREVIOUS'], b: ['AWSCURRENT', 'NEWEST'], c: [] };
    expect(holderOf(stages, 'NEWEST')).toBe('b');
    expect(holderOf(stages, 'AWSPENDING')).toBeUndefined();
  });

  test('a text that is secret compares by its value', () => {
    expect(SecretText.of('a').equals(SecretText.of('a'))).toBe(true);
    expect(SecretText.of('a').equals(SecretText.of('b'))).toBe(false);
  });
});
