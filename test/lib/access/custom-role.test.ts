/**
 * A custom access string is read by the grammar of the engine, each problem with its position.
 *
 * bad-access-strings.txt has an engine and an access string per block, then its messages.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Role } from '../../../lib/access/role';
import { Engine } from '../../../lib/settings/engine';

const BAD = readFileSync(join(__dirname, 'bad-access-strings.txt'), 'utf8');

const problemsOf = (text: unknown, engine = Engine.VALKEY_8_0, shared = false) =>
  Role.custom(text as string).problems({ name: 'app', engine, shared });

describe('Access strings that are refused', () => {
  const blocks = BAD.trim().split('\n\n');

  test.each(blocks.map((block) => [block.split('\n')[0] ?? '', block]))('%s', (_, block) => {
    const [first = '', ...lines] = block.split('\n');
    const [, id, shared, text = ''] = /^(\S+?)( shared)?: (.*)$/.exec(first) ?? [];
    const engine = Engine.ALL.find((each) => each.id === id);
    const expected = lines.map((line) =>
      line.replace(/^ {2}(\d+) /, 'user app: Role.custom, column $1 must be '),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(problemsOf(text, engine, shared !== undefined)).toStrictEqual(expected);
  });

  test('most kinds of problem have a block', () => {
    expect(blocks.length).toBeGreaterThan(45);
  });

  test('a password is in no message and in no description', () => {
    const role = Role.custom('on >hunter2 #hunter3 <hunter4 !hunter5 ~app:* +@read');
    const told = role.problems({ name: 'app', engine: Engine.VALKEY_8_0, shared: true });
    expect(told).toHaveLength(4);
    expect([...told, role.description].join()).not.toContain('hunter');
    expect(() => role.accessString(Engine.VALKEY_8_0)).toThrow(/got ">…": passwords are set/);
  });

  test.each([
    ['on ~app:* (>hunter2) +get', undefined],
    ['on ~app:* ((#hunter2 +get)', undefined],
    ['on,>hunt:er2 ~app:* +get', 'on,>…'],
    ['~app:* -@all,>hunter2 +get', '-@all,>…'],
    ['~app:* +get !hunter2\n+set', '!…'],
  ])('%s shows no password', (text, shows) => {
    for (const engine of [Engine.VALKEY_8_0, Engine.REDIS_6_2]) {
      const told = [...problemsOf(text, engine), Role.custom(text).description].join('\n');
      expect(told).not.toMatch(/hunt|er2/);
      if (shows) expect(told).toContain(`got "${shows}"`);
    }
  });

  test.each(['', '   ', undefined, 3, null, ['+@read']])('%p is no access string', (given) => {
    expect(problemsOf(given)[0]).toMatch(/^user app: Role.custom must be an access string/);
  });
});

describe('Rules that give administration', () => {
  test.each([
    ['~* +@all', 4, '+@all'],
    ['allkeys allcommands', 9, '+@all'],
    ['~app:* +@all', 8, '+@all'],
    ['~* &* +@all -flushall -keys', 7, '+@all'],
    ['~* +@read +@admin', 11, '+@admin'],
    ['~* +@read +@slow', 11, '+@slow'],
    ['~app:* +@read (~* +@all)', 19, '+@all'],
    ['~* +@read +acl|setuser', 11, '+acl|setuser'],
  ])('%s', (text, column, given) => {
    expect(problemsOf(text)).toStrictEqual([
      `user app: Role.custom, column ${column} must be a rule without commands of ` +
        `administration, got "${given}": it also allows ACL SETUSER. Add -@admin -@dangerous at ` +
        'the end, or use Role.admin with a reason.',
    ]);
  });

  test('on Redis OSS 6.2', () => {
    expect(problemsOf('~* +@all', Engine.REDIS_6_2)).toHaveLength(1);
    expect(problemsOf('~* +@all -@dangerous', Engine.REDIS_6_2)).toStrictEqual([]);
  });
});

describe('Access strings that are possible', () => {
  test.each([
    ['~app:* -@all +@read', 'on resetchannels ~app:* -@all +@read'],
    [
      'on ~app:* resetchannels -@all +@read +@write',
      'on ~app:* resetchannels -@all +@read +@write',
    ],
    ['ON ~App:* +GET +@READ -CLIENT|KILL', 'on resetchannels ~App:* +get +@read -client|kill'],
    ['%r~a:* %W~b:* %RW~c:* &x:* +@read', 'on %R~a:* %W~b:* %RW~c:* &x:* +@read'],
    ['~app:* +@all -@dangerous', 'on resetchannels ~app:* +@all -@dangerous'],
    ['~app:* -info +@read +info', 'on resetchannels ~app:* -info +@read +info'],
    ['~app:*\n  +@read', 'on resetchannels ~app:* +@read'],
    ['~app:* +get (~x:* +set) (+del ~y:*)', 'on resetchannels ~app:* +get (~x:* +set) (+del ~y:*)'],
    ['&news:* +subscribe +ping', 'on &news:* +subscribe +ping'],
    ['~app:* +@read +select|0', 'on resetchannels ~app:* +@read +select|0'],
    ['~app:* +@write -@dangerous +flushdb', 'on resetchannels ~app:* +@write -@dangerous +flushdb'],
    [
      '~app:* +@all -@write -@dangerous +@string',
      'on resetchannels ~app:* +@all -@write -@dangerous +@string',
    ],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toStrictEqual([]);
    expect(Role.custom(text).accessString(Engine.VALKEY_8_0)).toBe(expected);
  });

  test.each([
    '~* +@read -@dangerous',
    '~app:* +@read +@write -@dangerous',
    '~* -@all +@read +eval_ro +evalsha',
    '%R~* %W~app:* -@all +@read +unlink',
    '~app:* -@all +@read +script|load +client|setname +function|list',
    '~* -@all +info +ping +slowlog|get +latency|latest',
    '~app:* -@all +@read +select|0',
  ])('%s in a cache that others share', (text) => {
    expect(problemsOf(text, Engine.VALKEY_8_0, true)).toStrictEqual([]);
  });

  test('databases on Valkey 9.1, which keep a user apart', () => {
    const role = Role.custom('db=0,2 ~* +@read +@write');
    expect(role.accessString(Engine.VALKEY_9_1)).toBe('on resetchannels db=0,2 ~* +@read +@write');
    expect(role.description).toBe('custom access: db=0,2 ~* +@read +@write');
    expect(role.kind).toBe('custom');
    const place = { name: 'app', engine: Engine.VALKEY_9_1, shared: true, isApart: true };
    expect(Role.custom('db=0,2 ~* +@read +@write').problems(place)).toEqual([]);
  });
});
