/** Roles render access strings per engine, and report all problems of their props in words. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAccessString } from '../../../lib/access/acl-rules';
import { grantedBy } from '../../../lib/access/granted';
import { Role } from '../../../lib/access/role';
import { Engine } from '../../../lib/settings/engine';
import { ROLES_OF_PAGE } from '../../../scripts/roles/roles-of-page';

const REST_6_2 = '+info +time +select +readonly +readwrite +asking +wait';
const REST =
  '+info +time +cluster|slots +cluster|shards +cluster|nodes +cluster|info +cluster|keyslot';
const CONNECT = '+@connection +@transaction -@admin -@dangerous -@scripting';
const HIDDEN = '-scan -randomkey -client|tracking';
const KEYSPACE =
  '-@keyspace +dbsize +exists +expiretime +pexpiretime +pttl +touch +ttl +type +expire +expireat ' +
  '+move +persist +pexpire +pexpireat +renamenx +unlink +dump +object +copy +del +rename';
const WRITER = `on ~app:* resetchannels -@all +@read +@write ${CONNECT}`;

describe('The access string of a role', () => {
  test.each([
    [Engine.VALKEY_8_0, `${WRITER} ${HIDDEN} ${REST}`],
    [Engine.VALKEY_8_1, `${WRITER} ${HIDDEN} ${REST}`],
    [Engine.VALKEY_9_0, `${WRITER} ${KEYSPACE} -client|tracking ${REST}`],
    [Engine.VALKEY_9_1, `${WRITER} ${KEYSPACE} -client|tracking ${REST}`],
    [Engine.REDIS_6_2, `${WRITER} -scan -randomkey ${REST_6_2}`],
  ])('on $id', (engine, expected) => {
    expect(Role.readWrite({ keys: ['app:*'] }).accessString(engine)).toBe(expected);
  });

  // A stack update changes users before the engine of their cache.
  test.each(ROLES_OF_PAGE.map((each) => [each.name, each.role] as const))(
    'has only commands of the engine before each step: %s',
    (_, role) => {
      const newer = Engine.ALL.filter(({ name }) => name === 'valkey');
      for (const [index, engine] of newer.entries()) {
        const before = newer[index - 1] ?? engine;
        const text = role.accessString(engine);
        expect(parseAccessString(text, before).problems).toStrictEqual([]);
      }
    },
  );

  test.each([
    [Engine.VALKEY_8_0, Engine.VALKEY_8_1, Engine.VALKEY_8_2],
    [Engine.VALKEY_9_0, Engine.VALKEY_9_1],
  ])('is the same within a major version: from $id', (...engines) => {
    for (const { role } of ROLES_OF_PAGE) {
      expect(new Set(engines.map((engine) => role.accessString(engine))).size).toBe(1);
    }
  });

  test('grants no names of keys outside of its patterns on any engine', () => {
    for (const engine of Engine.ALL) {
      const { root } = parseAccessString(
        Role.readWrite({ keys: ['app:*'] }).accessString(engine),
        engine,
      );
      const { commands } = grantedBy(root, engine);
      const names = ['scan', 'clusterscan', 'randomkey', 'client|tracking', 'keys'];
      expect(names.filter((name) => commands.has(name))).toStrictEqual([]);
      expect(
        ['get', 'set', 'del', 'expire', 'ttl', 'type'].filter((name) => !commands.has(name)),
      ).toStrictEqual([]);
    }
  });

  test('a reader of all keys may scan', () => {
    expect(Role.readOnly().accessString(Engine.REDIS_7_1)).toBe(
      `on ~* resetchannels -@all +@read ${CONNECT} ${REST}`,
    );
  });

  test.each([
    [
      Role.queue({ keys: ['jobs:*'] }),
      `on ~jobs:* resetchannels -@all +@read +@write ${CONNECT} ${HIDDEN} ${REST} +eval +eval_ro ` +
        '+evalsha +evalsha_ro +script|load +script|exists',
    ],
    [
      Role.readOnly({ keys: ['a:*'], channels: ['n:*'], scan: true }),
      `on ~a:* resetchannels &n:* -@all +@read ${CONNECT} ${REST} +subscribe +unsubscribe ` +
        '+psubscribe +punsubscribe +ssubscribe +sunsubscribe',
    ],
    [
      Role.readWrite({ keys: [], channels: ['n:*'] }),
      `on resetchannels &n:* -@all +@read +@write ${CONNECT} ${HIDDEN} ${REST} +subscribe ` +
        '+unsubscribe +psubscribe +punsubscribe +ssubscribe +sunsubscribe +publish +spublish',
    ],
    [
      Role.readWrite({ readKeys: ['s:*'], writeKeys: ['l:*', 'l:*'] }),
      `on %R~s:* %W~l:* resetchannels -@all +@read +@write ${CONNECT} ${HIDDEN} ${REST}`,
    ],
    [
      Role.cache({ keys: ['a:*'], clear: true }),
      `on ~a:* resetchannels -@all +@read +@write ${CONNECT} ${HIDDEN} ${REST} +flushdb`,
    ],
    [
      Role.django({ prefix: 'we*b[1]' }),
      `on ~we\\*b\\[1\\]:* resetchannels -@all +@read +@write ${CONNECT} ${HIDDEN} ${REST}`,
    ],
    [Role.admin({ reason: 'repairs by hand' }), 'on ~* &* +@all'],
  ])('on Redis OSS 7.1, number %#', (role, expected) => {
    expect(role.accessString(Engine.REDIS_7_1)).toBe(expected);
  });

  test('the databases of a role on Valkey 9.1', () => {
    const role = Role.celery({ prefix: 'tasks', databases: [3] });
    expect(role.accessString(Engine.VALKEY_9_1)).toMatch(
      /^on ~tasks:\* resetchannels (&tasks:\S* ){4}db=3 -@all /,
    );
    expect(role.accessString(Engine.VALKEY_9_1)).toContain(
      ' &tasks:* &tasks:/3.celery.pidbox &tasks:/3.celeryev/worker.* &tasks:/3.celeryev/* ',
    );
  });

  test('no access string has a password, a restricted command or more than a state', () => {
    const roles = ROLES_OF_PAGE.map(({ role }) => role);
    const engines = Engine.ALL.filter(({ id }) => id !== 'redis-6.2');
    const rules = engines.flatMap((engine) =>
      roles.flatMap((role) => role.accessString(engine).split(' ')),
    );
    const restricted =
      /^[+-](bgrewriteaof|bgsave|config|debug|migrate|replicaof|save|slaveof|shutdown|sync)\b/;
    expect(rules.length).toBeGreaterThan(2000);
    expect(rules.filter((rule) => restricted.test(rule))).toStrictEqual([]);
    expect(rules.filter((rule) => /^(?:[><#!]|nopass|reset$|resetpass|off$)/.test(rule))).toEqual(
      [],
    );
  });
});

describe('The description of a role', () => {
  test.each([
    [Role.readWrite({ keys: ['a:*', 'b:*'] }), 'reads and writes keys a:* b:*'],
    [Role.readOnly(), 'reads all keys'],
    [
      Role.readWrite({ readKeys: ['*'], writeKeys: ['l:*'], channels: ['*'] }),
      'only reads all keys; only writes keys l:*; subscribes and publishes to all channels',
    ],
    [
      Role.readOnly({ keys: ['a:*'], channels: ['n:*'], scan: true, databases: [1] }),
      'reads keys a:*; lists the names of all keys; subscribes to channels n:*; only in database 1',
    ],
    [
      Role.cache({ keys: ['a:*'], clear: true, reason: ' the tests clear it ', databases: [1, 2] }),
      'reads and writes keys a:*; only in databases 1, 2; empties its whole database by FLUSHDB, ' +
        'which ignores key patterns, because: the tests clear it',
    ],
    [Role.bullMq(), 'reads and writes keys bull:*; runs Lua scripts'],
    [Role.admin({ reason: 'repairs' }), 'runs every command on all keys, because: repairs'],
  ])('number %#', (role, expected) => {
    expect(role.description).toBe(expected);
  });

  test('docs/roles.md names every role', () => {
    const page = readFileSync(join(__dirname, '../../../docs/roles.md'), 'utf8');
    const [choosing = ''] = page.split('## What was run');
    const names = Object.getOwnPropertyNames(Role).filter(
      (name) => typeof Reflect.get(Role, name) === 'function' && name !== 'prototype',
    );
    expect(names).toHaveLength(13);
    expect(names.filter((name) => !choosing.includes(`Role.${name}(`))).toStrictEqual([]);
  });
});
