/** The RESP decoder decodes the largest reply of each kind, and refuses the next larger one. */

import { RespDecoder, RespError } from '../../contract/resp';

/** 64 KiB. */
const MAX = 65_536;

const decoded = (...chunks: readonly string[]) => {
  const decoder = new RespDecoder();
  return chunks.flatMap((chunk) => decoder.feed(Buffer.from(chunk)));
};
const nested = (depth: number) => `${'*1\r\n'.repeat(depth)}+a\r\n`;

describe('A reply at its bound is decoded', () => {
  test.each<[what: string, chunks: readonly string[], replies: readonly unknown[]]>([
    ['arrays in arrays, 8 deep', [nested(8)], [[[[[[[[['a']]]]]]]]]],
    ['an empty array', ['*0\r\n'], [[]]],
    ['15 digits', [':999999999999999\r\n'], [999_999_999_999_999]],
    ['a line of 64 KiB without its end', [`+${'a'.repeat(MAX - 1)}`], []],
    ['a bulk string of 64 KiB', [`$${MAX}\r\n${'a'.repeat(MAX)}\r\n`], ['a'.repeat(MAX)]],
    ['65,536 members, of which none has come', [`*${MAX}\r\n`], []],
    ['a bulk string without its end', ['$2\r\nab', '\r'], []],
    ['a bulk string whose end comes later', ['$2\r\nab', '\r', '\n+OK\r\n'], ['ab', 'OK']],
  ])('%s', (_what, chunks, replies) => {
    expect(decoded(...chunks)).toStrictEqual(replies);
  });
});

describe('A reply beyond its bound is refused', () => {
  const number = 'a reply has a length or number that is not one';
  test.each<[what: string, bytes: string, message: string]>([
    ['arrays in arrays, 9 deep', nested(9), 'a reply is nested deeper than 8 arrays'],
    ['16 digits', ':1000000000000000\r\n', number],
    ['no digit', ':\r\n', number],
    ['two signs', ':--1\r\n', number],
    ['a digit and a letter', ':1a\r\n', number],
    ['a letter and a digit', ':a1\r\n', number],
    ['a line of one byte more', `+${'a'.repeat(MAX)}`, 'a reply is longer than 65536 bytes'],
    ['a bulk string of one byte more', `$${MAX + 1}\r\n`, 'a bulk string has a bad length'],
    ['an array of one member more', `*${MAX + 1}\r\n`, 'an array has a bad length'],
    ['an array of -2 members', '*-2\r\n', 'an array has a bad length'],
    [
      'another first byte, before its line ends',
      'P',
      'a reply does not start with one of + - : $ *; this is not RESP2',
    ],
    [
      'another first byte in an array',
      '*2\r\n:1\r\n_',
      'a reply does not start with one of + - : $ *; this is not RESP2',
    ],
    [
      'another first byte',
      'PONG\r\n',
      'a reply does not start with one of + - : $ *; this is not RESP2',
    ],
  ])('%s', (_what, bytes, message) => {
    expect(() => decoded(bytes)).toThrow(new Error(message));
  });
});

describe('Messages of RESP3 between replies', () => {
  const bytes = '>2\r\n+message\r\n*1\r\n:1\r\n+OK\r\n>1\r\n+a\r\n:7\r\n';
  test('are refused, and left out where that is asked for', () => {
    expect(() => decoded(bytes)).toThrow('this is not RESP2');
    const decoder = new RespDecoder({ skipsPushes: true });
    const seen = Array.from(Buffer.from(bytes), (byte) => decoder.feed(Buffer.from([byte])));
    expect(seen.flat()).toStrictEqual(['OK', 7]);
    expect(() => decoder.feed(Buffer.from('>1\r\n>1\r\n+a\r\n'))).toThrow('not RESP2');
    const nestedPush = Buffer.from(`>1\r\n${nested(8)}`);
    expect(() => new RespDecoder({ skipsPushes: true }).feed(nestedPush)).toThrow('nested deeper');
  });
});

describe('The code of an error', () => {
  test.each([
    ['WRONGPASS invalid username-password pair', 'WRONGPASS'],
    ['NOAUTH', 'NOAUTH'],
    ['', ''],
  ])('%j has %j', (message, code) => {
    expect(new RespError(message).code).toBe(code);
  });
});
