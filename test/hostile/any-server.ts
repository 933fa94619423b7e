/** Generates servers that answer each command with one complete reply of RESP2, of any content. */

import fc from 'fast-check';
import type { Script } from './script';

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
});
const utf8 = fc
  .string({ unit: 'binary', maxLength: 30 })
  .map((text) => Buffer.from(text).toString('latin1'));
const word = fc.constantFrom(
  ...['yes', 'no', '', '0', '-1', '1e999', '99999999999999999999', '*', '0.0.0.0', '::'],
  ...['__proto__', 'constructor', 'toString', 'allkeys-lru', 'noeviction', '7.4.2', 'auth'],
  ...['\x1b[2J', '</testcase>]]>', '[a](http://evil.example)', '{0}', 'x'.repeat(9_000)],
);
const value = fc.oneof(word, word, latin1, utf8);
const line = value.map((text) => text.replaceAll(/[\r\n]/g, '?'));

const SETTINGS = [
  ...['maxmemory', 'maxmemory_policy', 'maxmemory-policy', 'maxclients', 'connected_clients'],
  ...['redis_version', 'valkey_version', 'aof_enabled', 'appendonly', 'save', 'bind', 'port'],
  ...['protected-mode', 'listener0', 'acl_access_denied_auth', 'tls-port', '__proto__'],
];
const setting = fc.tuple(fc.oneof(fc.constantFrom(...SETTINGS), line), value);

const bulkOf = (text: string) => `$${text.length}\r\n${text}\r\n`;
const arrayOf = (items: readonly string[]) => `*${items.length}\r\n${items.join('')}`;

/** Settings as INFO has them, and as CONFIG GET has them. */
const info = fc
  .array(setting, { maxLength: 20 })
  .map((all) => bulkOf(all.map(([name, text]) => `${name}:${text}\r\n`).join('')));
const config = fc.array(setting, { maxLength: 20 }).map((all) => arrayOf(all.flat().map(bulkOf)));
const error = fc
  .tuple(
    fc.constantFrom(
      ...['NOAUTH', 'WRONGPASS', 'NOPERM', 'ERR', 'LOADING', 'MOVED', 'OOM', 'EXECABORT', ''],
      ...['ERR unknown command', 'ERR AUTH <password> called without any password'],
    ),
    line,
  )
  .map(([code, text]) => `-${code} ${text}\r\n`);
const plain = fc.oneof(
  fc.constantFrom('+OK\r\n', '+PONG\r\n', '+QUEUED\r\n', '$-1\r\n', '*-1\r\n', '*0\r\n', ':1\r\n'),
  fc.integer({ min: -(10 ** 14), max: 10 ** 14 }).map((number) => `:${number}\r\n`),
  value.map(bulkOf),
  line.map((text) => `+${text}\r\n`),
  error,
);
const { reply } = fc.letrec<{ reply: string }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    plain,
    fc.array(tie('reply'), { maxLength: 6 }).map(arrayOf),
  ),
}));
const logEntry = fc
  .array(fc.tuple(fc.constantFrom('reason', 'username', 'age-seconds', 'count'), plain))
  .map((pairs) => arrayOf(pairs.map(([name, text]) => `${bulkOf(name)}${text}`)));

/** More often what a command answers than anything else. */
const usually = (right: fc.Arbitrary<string>) =>
  fc.oneof({ arbitrary: right, weight: 4 }, { arbitrary: reply, weight: 1 });

const REPLIES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  // Without it, there is no server to report.
  PING: fc.constantFrom('+PONG\r\n', '-NOAUTH a\r\n'),
  AUTH: usually(fc.constantFrom('+OK\r\n', '-WRONGPASS a\r\n')),
  SELECT: usually(fc.constant('+OK\r\n')),
  HELLO: reply,
  INFO: usually(info),
  CONFIG: usually(config),
  ACL: usually(fc.array(logEntry, { maxLength: 3 }).map(arrayOf)),
  MULTI: usually(fc.constant('+OK\r\n')),
  DISCARD: usually(fc.constant('+OK\r\n')),
};

export const anyServer: fc.Arbitrary<Script> = fc
  .tuple(fc.record(REPLIES), fc.array(reply, { minLength: 1, maxLength: 5 }))
  .map(([byName, others]) => ({
    byCommand: Object.fromEntries(
      Object.entries(byName).map(([name, text]) => [name, [{ send: text }]]),
    ),
    answers: others.map((text) => [{ send: text }]),
  }));
