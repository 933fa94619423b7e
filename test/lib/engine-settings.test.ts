/** Engine parameters of a cache, the commands that it blocks, and the properties of a purpose. */

import { Engine, Purpose } from '../../lib';
import { checkBlockedCommands, resolveBlockedCommands } from '../../lib/settings/blocked-commands';
import { databasesOf, effectiveParameters, groupParameters } from '../../lib/settings/parameters';
import { Problems } from '../../lib/validation/setting-error';

const problemsOf = (act: (problems: Problems) => void) => {
  const problems = new Problems();
  act(problems);
  return problems.found.map(({ setting, given, allowed, advice }) =>
    [setting, given, allowed, advice].join(' | '),
  );
};

describe('Engine parameters', () => {
  const VALKEY = Engine.VALKEY_8_0;
  const one = { isSharded: false };
  const sharded = { isSharded: true };

  test('are stated, then those of the purpose, then the given ones', () => {
    expect(effectiveParameters({ timeout: '1', 'slowlog-max-len': '2' }, { timeout: '3' })).toEqual(
      {
        'slowlog-log-slower-than': '10000',
        'slowlog-max-len': '2',
        'tcp-keepalive': '300',
        timeout: '3',
      },
    );
  });

  test.each<[object, object]>([
    [{}, { timeout: '0' }],
    [{ blockedCommands: ['FLUSHALL', 'KEYS'] }, renamed('FLUSHALL blocked KEYS blocked')],
    [
      { topology: sharded },
      {
        timeout: '0',
        'cluster-enabled': 'yes',
        'cluster-preferred-endpoint-type': 'tls-dynamic',
      },
    ],
    [
      { topology: sharded, engine: Engine.REDIS_6_2 },
      { timeout: '0', 'cluster-enabled': 'yes' },
    ],
  ])('of a group with %j', (changed, parameters) => {
    const given = { timeout: '0', 'notify-keyspace-events': '' };
    const cache = { parameters: given, topology: one, engine: VALKEY, blockedCommands: [] };
    expect(groupParameters({ ...cache, ...changed })).toStrictEqual(parameters);
  });

  test('say how many databases there are', () => {
    expect(databasesOf({ parameters: {}, topology: one })).toBe(16);
    expect(databasesOf({ parameters: { databases: '4' }, topology: one })).toBe(4);
    expect(databasesOf({ parameters: { databases: '4' }, topology: sharded })).toBe(1);
    const parameters = { 'cluster-databases': '8' };
    expect(databasesOf({ parameters, topology: sharded })).toBe(8);
  });
});

function renamed(value: string): object {
  return { timeout: '0', 'rename-commands': value };
}

describe('Blocked commands', () => {
  test('are in upper case, once, and hold the preset', () => {
    expect(resolveBlockedCommands(['preset', 'keys', 'KEYS', 'flushall'])).toStrictEqual([
      'FLUSHALL',
      'SWAPDB',
      'KEYS',
    ]);
  });

  const allowed = 'a command that AWS can block and no client needs, or "preset"';
  test.each<[command: string, purpose: Purpose, why: string | undefined]>([
    ['KEYS', Purpose.CACHE, undefined],
    ['KEYS', Purpose.QUEUE, undefined],
    ['LPUSH', Purpose.SESSIONS, undefined],
    ['LPUSH', Purpose.QUEUE, "a queue's workers need it"],
    ['GET', Purpose.CACHE, 'client libraries send it by themselves'],
    ['PING', Purpose.CACHE, 'logging in, health checks and the rotation need it'],
    ['AUTH', Purpose.CACHE, 'logging in, health checks and the rotation need it'],
    [
      'CONFIG',
      Purpose.CACHE,
      'AWS blocks no command of this name by a parameter; administration is restricted anyway',
    ],
  ])('%s: %p', (command, purpose, why) => {
    expect(
      problemsOf((problems) => checkBlockedCommands(problems, [command], purpose)),
    ).toStrictEqual(
      why === undefined ? [] : [`blockedCommands | "${command}" | ${allowed}: ${why} | remove it`],
    );
  });
});

describe('A purpose', () => {
  const policies = ['allkeys-lru', 'volatile-lru', 'noeviction', 'my-volatile-lru'];
  test.each<[Purpose, string, number, boolean, object, readonly boolean[]]>([
    [
      Purpose.CACHE,
      'cache',
      0,
      false,
      { 'maxmemory-policy': 'allkeys-lru', timeout: '3600' },
      [true, true, false, true],
    ],
    [
      Purpose.SESSIONS,
      'sessions',
      1,
      true,
      { 'maxmemory-policy': 'volatile-lru', 'notify-keyspace-events': 'Ex', timeout: '3600' },
      [false, true, true, false],
    ],
    [
      Purpose.QUEUE,
      'queue',
      1,
      true,
      { 'maxmemory-policy': 'noeviction', timeout: '0' },
      [false, false, true, false],
    ],
  ])('%#', (purpose, id, days, mustNotFill, parameters, accepted) => {
    expect(purpose).toMatchObject({ id, mustNotFill, parameters });
    expect(purpose.snapshotRetentionDaysMin).toBe(days);
    expect(policies.map((policy) => purpose.evictions.accepts(policy))).toStrictEqual(accepted);
  });

  test('says which evictions it allows, and why', () => {
    expect(
      Purpose.ALL.map(({ evictions: { allowed, why, advice } }) => [allowed, why, advice]),
    ).toStrictEqual([
      [
        'a policy that evicts',
        'when it is full it would refuse writes, and no alarm watches its memory',
        'remove it, or make it the purpose "queue"',
      ],
      [
        'a volatile-… policy or "noeviction"',
        'keys without a time to live must not be evicted',
        'remove it, or make it the purpose "cache"',
      ],
      [
        '"noeviction"',
        'a queue that evicts loses jobs',
        'remove it, or make it the purpose "cache"',
      ],
    ]);
  });
});
