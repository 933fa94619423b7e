/**
 * Passwords obey ElastiCache's rule and cannot be printed by accident; connection strings carry
 * every legal character through a URL parser; the secret's JSON is read strictly and its errors
 * quote nothing; RESP is decoded the same however it is cut.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { connectionUrl, connectionUrlTemplate } from '../../contract/connection-url';
import { Password } from '../../contract/password';
import { encodeCommand, helloOf, RespDecoder, RespError } from '../../contract/resp';
import { parseCredentials, parseStored, printCredentials } from '../../contract/secret-json';
import { searchLeaks } from '../support/leaks';
import { temporaryFolder } from '../support/temporary-folder';

const LEGAL = 'Abcdefgh-1234567';
const PASSWORD = Password.of('Ab#defgh-1234567');

describe('A password is 16 to 128 letters, digits and ! & # $ ^ < > -', () => {
  test.each([
    ['15 characters', 'Abcdefgh-123456'],
    ['129 characters', 'a'.repeat(129)],
    ['nothing', ''],
    ['a space', 'Abcdefgh 1234567'],
    ['a letter outside of ASCII', 'Abcdefgh-123456é'],
    ['a line break', 'Abcdefgh-123456\n'],
    ...Array.from('"%\'()*+,./:;=?@[\\]_`{|}~', (special) => [
      special,
      `Abcdefgh1234567${special}`,
    ]),
  ])('refused: %s', (_what, value) => {
    expect(() => Password.of(value)).toThrow('letters, digits and ! & # $ ^ < > -');
  });

  test.each([
    ['16 characters', LEGAL],
    ['128 characters', 'a'.repeat(128)],
    ['each special', 'Abcdefgh!&#$^<>-'],
  ])('accepted: %s', (_what, value) => {
    expect(Password.of(value).reveal()).toBe(value);
  });

  test('the error counts and never quotes', () => {
    expect(() => Password.of('too short @')).toThrow(
      'password must be 16 to 128 letters, digits and ! & # $ ^ < > -, got 11 characters, ' +
        '3 of them others. Choose another password.',
    );
  });
});

describe('A password cannot be printed by accident', () => {
  const password = Password.of(LEGAL);
  test.each([
    ['template', `${password}`, '[password]'],
    ['String', String(password), '[password]'],
    ['JSON', JSON.stringify({ password }), '{"password":"[password]"}'],
    ['inspect', inspect({ password }), '{ password: [password] }'],
    ['inspect, hidden', inspect(password, { showHidden: true, depth: 9 }), '[password]'],
    ['error', new Error(`refused ${password}`).message, 'refused [password]'],
    ['keys', Object.getOwnPropertyNames(password).join(), ''],
  ])('%s', (_how, printed, expected) => {
    expect(printed).toBe(expected);
  });

  test('only reveal() gives it, and equality compares the value', () => {
    expect(password.reveal()).toBe(LEGAL);
    expect(password.equals(Password.of(LEGAL))).toBe(true);
    expect(password.equals(Password.of(`${LEGAL}x`))).toBe(false);
  });
});

describe('A connection string connects as it is', () => {
  const target = { username: 'default', host: 'master.example', port: 6380, database: 0 };

  test.each(Array.from('!&#$^<>-'))('%s survives a URL parser', (special) => {
    const value = `${special}Ab${special}cdefgh1234567${special}`;
    const url = new URL(connectionUrl(target, Password.of(value)));
    expect(decodeURIComponent(url.password)).toBe(value);
    expect(url.hostname).toBe('master.example');
    expect(url.port).toBe('6380');
    expect(url.pathname).toBe('/0');
    expect(url.hash).toBe('');
  });

  test('with its exact form', () => {
    expect(connectionUrl(target, Password.of('Ab#defgh-1234567'))).toBe(
      'rediss://default:Ab%23defgh-1234567@master.example:6380/0',
    );
  });

  test('its template shows where the password goes', () => {
    expect(connectionUrlTemplate(target)).toBe('rediss://default:{password}@master.example:6380/0');
  });
});

describe('The secret is read strictly and its errors quote nothing', () => {
  test.each([
    ['hunter2-hunter2-hunter2', 'the secret is not JSON'],
    ['"hunter2-hunter2-hunter2"', 'must be a JSON object'],
    ['["hunter2-hunter2-hunter2"]', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    ['{"password":"hunter2-hunter2-hunter2"}', '`username`'],
    ['{"username":"","password":"hunter2-hunter2-hunter2"}', '`username`'],
    ['{"username":"default"}', '`password`'],
    ['{"username":"default","password":7}', '`password`'],
    ['{"username":"default","password":"hunter2@hunter2@hunter2"}', '2 of them others'],
    ['{"username":"default","password":"hunter2-hunter2-hunter2","host":"h"}', '`port`'],
    ['{"username":"d","password":"hunter2-hunter2-hunter2","host":"h","port":"6380"}', '`port`'],
    ['{"username":"d","password":"hunter2-hunter2-hunter2","host":"h","port":0}', '`port`'],
    ['{"username":"d","password":"hunter2-hunter2-hunter2","host":"h","port":9}', '`readerHost`'],
  ])('refused: %s', (secretString, expected) => {
    const attempt = () => parseCredentials(secretString);
    expect(attempt).toThrow(expected);
    try {
      attempt();
    } catch (error) {
      expect(inspect(error)).not.toContain('hunter2');
    }
  });

  test.each([
    ['hunter2-hunter2-hunter2', 'not JSON'],
    ['["hunter2-hunter2-hunter2"]', 'must be a JSON object'],
    ['{"username":"default"}', '`password`'],
    ['{"username":"default","password":7}', '`password`'],
    ['{"username":"default","password":"hunter2@hunter2@hunter2"}', '2 of them others'],
  ])('refused by the function, which needs the password alone: %s', (secretString, expected) => {
    const attempt = () => parseStored(secretString);
    expect(attempt).toThrow(expected);
    try {
      attempt();
    } catch (error) {
      expect(inspect(error)).not.toContain('hunter2');
    }
  });

  test('what the function keeps of a version prints no password', () => {
    const at = { host: 'master.example', readerHost: 'replica.example', port: 6380 };
    const stored = parseStored(printCredentials('default', Password.of(LEGAL), at));
    expect(`${inspect(stored, { depth: 9 })}${JSON.stringify(stored)}`).not.toContain(LEGAL);
    expect(stored.editedKeys('default', at)).toStrictEqual([]);
  });

  test('the version that CloudFormation makes has no endpoint yet', () => {
    const read = parseCredentials(`{"username":"default","password":"${LEGAL}"}`);
    expect(read.username).toBe('default');
    expect(read.password.reveal()).toBe(LEGAL);
    expect(read.endpoints).toBeUndefined();
    const at = { host: 'master.example', readerHost: 'replica.example', port: 6380 };
    const stored = parseStored(`{"username":"default","password":"${LEGAL}"}`);
    expect(stored.editedKeys('default', at)).toStrictEqual([]);
  });

  test('a version that we make has all seven keys, and is read back as it was', () => {
    const at = { host: 'master.example', readerHost: 'replica.example', port: 6380 };
    const text = printCredentials('default', PASSWORD, at);
    expect(JSON.parse(text)).toEqual({
      username: 'default',
      password: 'Ab#defgh-1234567',
      host: 'master.example',
      readerHost: 'replica.example',
      port: 6380,
      url: 'rediss://default:Ab%23defgh-1234567@master.example:6380/0',
      readerUrl: 'rediss://default:Ab%23defgh-1234567@replica.example:6380/0',
    });
    expect(parseCredentials(text).endpoints).toEqual(at);
  });

  test('a version of a user without database 0 has another database in both URLs', () => {
    const at = { host: 'master.example', readerHost: 'replica.example', port: 6380, database: 3 };
    const { url, readerUrl, ...rest } = JSON.parse(printCredentials('app', PASSWORD, at));
    expect(url).toBe('rediss://app:Ab%23defgh-1234567@master.example:6380/3');
    expect(readerUrl).toBe('rediss://app:Ab%23defgh-1234567@replica.example:6380/3');
    expect(Object.keys(rest)).toEqual(['username', 'password', 'host', 'readerHost', 'port']);
  });
});

describe('RESP is decoded the same however it is cut', () => {
  const error = new RespError('WRONGPASS invalid username-password pair');
  const table: [string, string, unknown[]][] = [
    ['two simple strings', '+OK\r\n+PONG\r\n', ['OK', 'PONG']],
    ['an error', '-WRONGPASS invalid username-password pair\r\n', [error]],
    ['integers', ':0\r\n:-12\r\n', [0, -12]],
    ['bulk strings', '$5\r\na\r\nb\n\r\n$0\r\n\r\n', ['a\r\nb\n', '']],
    ['nulls', '$-1\r\n*-1\r\n', [null, null]],
    ['a nested array', '*2\r\n*1\r\n+a\r\n:7\r\n', [[['a'], 7]]],
    ['more bytes than characters', '$3\r\n€\r\n', ['€']],
    ['a reply that is not complete', '+OK\r\n$5\r\nab', ['OK']],
  ];

  test.each(table)('in one chunk: %s', (_what, bytes, replies) => {
    expect(new RespDecoder().feed(Buffer.from(bytes))).toEqual(replies);
  });

  test.each(table)('byte by byte: %s', (_what, bytes, replies) => {
    const decoder = new RespDecoder();
    const seen = Array.from(Buffer.from(bytes), (byte) => decoder.feed(Buffer.from([byte]))).flat();
    expect(seen).toEqual(replies);
  });

  test.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n', 'not RESP2'],
    ['a length that is not a number', '$x\r\n', 'a length or number that is not one'],
    ['a negative length', '$-2\r\n', 'a bulk string has a bad length'],
    ['an array that is too long', '*99999999\r\n', 'an array has a bad length'],
    ['nesting without end', '*1\r\n'.repeat(20), 'nested deeper than 8'],
    ['a line without end', `+${'a'.repeat(70_000)}`, 'longer than 65536 bytes'],
  ])('refused: %s', (_what, bytes, expected) => {
    expect(() => new RespDecoder().feed(Buffer.from(bytes))).toThrow(expected);
  });

  test('a command is an array of bulk strings, counted in bytes', () => {
    const command = encodeCommand('AUTH', 'default', 'p€ss');
    expect(command.toString()).toBe('*3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$6\r\np€ss\r\n');
  });
});

describe('The leak search at the end of a run finds what it is for', () => {
  test('a password in an output, also inside of JSON, and it does not repeat it', () => {
    const folder = temporaryFolder('leaks');
    const write = (file: string, ...texts: readonly string[]) =>
      writeFileSync(join(folder, file), texts.map((text) => JSON.stringify(text)).join('\n'));
    write('passwords-1', LEGAL, 'another-password-0');
    write('output-1', 'nothing here', `{"url":"rediss://default:${LEGAL}@host"}`);
    write('output-2', 'two\nlines: another-password-0');
    expect(searchLeaks(folder)).toEqual({
      passwords: 2,
      outputs: 3,
      leaks: ['{"url":"rediss://default:[a password]@host"}', 'two\nlines: [a password]'],
    });
  });
});

describe('The reply to HELLO must be a map that names mode and role', () => {
  const server = ['server', 'redis', 'version', '7.0.15', 'proto', 2, 'id', 5];
  const standalone = [...server, 'mode', 'standalone', 'role', 'master', 'modules', []];

  test.each([
    ['a list of names and values, as RESP2 has it', standalone],
    [
      'an object, as libraries make of RESP3',
      { server: 'redis', mode: 'standalone', role: 'master' },
    ],
    [
      'an object without a prototype',
      Object.assign(Object.create(null), { mode: 'standalone', role: 'master' }),
    ],
    [
      'a Map',
      new Map([
        ['mode', 'standalone'],
        ['role', 'master'],
      ]),
    ],
  ])('it is %s', (_what, reply) => {
    expect(helloOf(reply)).toEqual({ mode: 'standalone', role: 'master', protocol: 2 });
  });

  test.each([
    ['OK', 'OK'],
    ['PONG', 'PONG'],
    ['nothing', null],
    ['a number', 2],
    ['an error', new RespError('ERR unknown command')],
    ['an empty list', []],
    ['a list of an odd length', [...standalone, 'more']],
    ['a list with an error among the names', [new RespError('ERR'), 'x', ...standalone]],
    ['a list without a role', [...server, 'mode', 'standalone']],
    ['a mode that is no text', [...server, 'mode', 1, 'role', 'master']],
    ['a role that is no text', [...server, 'mode', 'standalone', 'role', 1]],
    ['names in the places of values', ['x', 'mode', 'standalone', 'role', 'master', 'y']],
    ['an object of something else', { status: 'ok' }],
  ])('it is not: %s', (_what, reply) => {
    expect(helloOf(reply)).toBeUndefined();
  });

  test('a deeply nested secret is refused, too, in the words of any that is no object', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(() => parseCredentials(deep)).toThrow('the secret must be a JSON object');
    const field = `{"username":"default","password":${deep}}`;
    expect(() => parseCredentials(field)).toThrow('must have a `password` that is a text');
  });
});
