/**
 * Every role on the servers of this machine: the rules are accepted, docs/roles.md equals what
 * `ACL DRYRUN` says of every command, and real commands are refused outside of the role.
 *
 * A missing server is skipped; REHEARSAL_SERVER names a further one.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findServers, namedServer } from '../../../cli/server/redis-binary';
import { ACL_CATEGORIES, commandsOf, hasSubcommandRules } from '../../../contract/acl-commands';
import { isAtLeast } from '../../../contract/is-at-least';
import { Role } from '../../../lib/access/role';
import { Engine } from '../../../lib/settings/engine';
import { AclServer, rulesOf } from '../../../scripts/roles/acl-server';
import { type ObservedCommand, observeRoles } from '../../../scripts/roles/observe-roles';
import { commandTables, differences, OTHER_SERVERS } from '../../../scripts/roles/page-of-roles';
import { ROLES_OF_PAGE } from '../../../scripts/roles/roles-of-page';
import { temporaryFolder } from '../../support/temporary-folder';

const PAGE = readFileSync(join(__dirname, '../../../docs/roles.md'), 'utf8');

/** In no role but an administrator's, typed from the issue and from the servers' documentation. */
const DANGEROUS =
  `acl|deluser acl|list acl|load acl|save acl|setuser bgrewriteaof bgsave client|kill
client|list client|no-evict client|pause client|unblock cluster|addslots cluster|failover
cluster|forget cluster|meet cluster|replicate cluster|reset cluster|setslot config|get config|set
config|rewrite config|resetstat debug failover flushall function|delete function|flush function|load
function|restore keys latency|reset migrate module|load module|unload monitor psync replicaof
restore save script|flush script|kill shutdown slaveof slowlog|get slowlog|reset swapdb sync`.split(
    /\s+/,
  );

interface Server {
  readonly id: string;
  readonly engine: Engine;
  readonly server: AclServer;
  readonly observed: readonly ObservedCommand[];
}

const servers: Server[] = [];

beforeAll(async () => {
  for (const { path, engine: name, version } of [
    ...findServers(),
    ...[namedServer() ?? []].flat(),
  ]) {
    const engine = Engine.ALL.find((each) =>
      `${name} ${version}.`.startsWith(`${each.name} ${each.version}.`),
    );
    if (engine === undefined) continue;
    const server = await AclServer.start(path, temporaryFolder('roles'));
    const observed = await observeRoles(server, engine, ROLES_OF_PAGE);
    servers.push({ id: `${engine.name} ${engine.version}`, engine, server, observed });
  }
});

afterAll(() => Promise.all(servers.map(({ server }) => server.stop())));

/** Asks as a user with exactly this role. */
async function askAs({ server, engine }: Server, role: Role, commands: readonly string[]) {
  await server.setUser('tested', rulesOf(role.accessString(engine)));
  return server.ask(
    commands.map((each) => each.split(' ')),
    'tested',
  );
}

const sorted = (names: unknown) => Array.from(names as string[]).sort();

/** `no command`, `no key`, `no channel`, or the answer. */
function shortOf(answer: unknown): string {
  const text = String(answer);
  if (!text.startsWith('NOPERM')) return text;
  if (/permissions to run/.test(text)) return 'no command';
  if (/\bkeys?\b/.test(text)) return 'no key';
  return /channel/.test(text) ? 'no channel' : text;
}

describe('Servers', () => {
  test('know the commands and categories of the table', async () => {
    expect(servers.length).toBeGreaterThan(0);
    for (const { server, engine, id } of servers) {
      const categories = ACL_CATEGORIES.filter((each) => each !== 'all');
      const [known] = await server.ask([['ACL', 'CAT']]);
      expect(sorted(known)).toStrictEqual(categories);
      const answers = await server.ask(categories.map((each) => ['ACL', 'CAT', each]));
      const table = Array.from(commandsOf(engine));
      for (const [index, category] of categories.entries()) {
        const ours = table.flatMap(([name, of]) => (of.includes(category) ? [name] : []));
        const theirs = sorted(answers[index]);
        expect([id, category, sorted(ours)]).toStrictEqual([id, category, theirs]);
      }
    }
  });

  test('accept every role, with every prop', async () => {
    const roles = [
      ...ROLES_OF_PAGE.map(({ role }) => role),
      Role.readWrite(),
      Role.readOnly({ keys: ['a:*', '{b}:*'], channels: ['*'], scan: true }),
      Role.readWrite({ readKeys: ['*'], writeKeys: ['a:*'], channels: ['n:*'], scripts: true }),
      Role.django({ prefix: 'a[b]*', scripts: true, scan: true, clear: true }),
      Role.custom('%RW~a:* -@all +@read -client|kill (+set ~b:*) (+get ~c:*)'),
    ];
    for (const { server, engine } of servers) {
      for (const role of roles) {
        await server.setUser('tried', rulesOf(role.accessString(engine)));
      }
    }
  });
});

describe('Before its engine is upgraded', () => {
  // CloudFormation updates the users first: access strings of the newer engine, on the older one.
  test('a server takes the roles of every newer engine, and they allow the same', async () => {
    const words =
      'get app:1|del app:1|rename app:1 app:2|ttl app:1|type app:1|object encoding app:1';
    const asked = `${words}|scan 0|randomkey|client tracking off|ping`
      .split('|')
      .map((each) => ['ACL', 'DRYRUN', 'tested', ...each.split(' ')]);
    const isAllowed = (answer: unknown) => String(answer) === 'OK';
    for (const { engine, server } of servers.filter((each) => hasSubcommandRules(each.engine))) {
      const next = Engine.ALL.filter(
        ({ name, version }) => name === 'valkey' && isAtLeast(version, engine.version),
      );
      expect(next.length).toBeGreaterThan(2);
      for (const { role } of ROLES_OF_PAGE) {
        const told = new Set<string>();
        for (const each of [engine, ...next]) {
          await server.setUser('tested', rulesOf(role.accessString(each)));
          told.add((await server.ask(asked)).map(isAllowed).join());
        }
        expect(told.size).toBe(1);
      }
    }
  });
});

describe('docs/roles.md', () => {
  test('equals what the servers say', () => {
    const first = servers.find(({ id }) => id === 'valkey 8.0');
    if (first === undefined) return;
    expect(PAGE).toContain(commandTables(first.observed));
    for (const { id, observed } of servers) {
      const heading = OTHER_SERVERS[id];
      if (heading) expect(PAGE).toContain(differences(heading, first.observed, observed));
    }
  });

  test('dangerous commands are in no role but the one of administrators', () => {
    for (const { observed, id } of servers) {
      const given = observed.filter(({ name }) => DANGEROUS.includes(name));
      expect(given.length).toBe(DANGEROUS.length);
      const wrong = given.filter(({ allowed }) => allowed.join() !== 'admin');
      expect([id, wrong]).toStrictEqual([id, []]);
      const flushing = observed.find(({ name }) => name === 'flushdb');
      expect(flushing?.allowed).toStrictEqual(['cache', 'admin']);
    }
  });

  test('each command on keys is refused with a key of another user', () => {
    for (const { observed, id } of servers) {
      const open = observed.flatMap(({ name, takesKeys, allowedOutside }) =>
        takesKeys && allowedOutside.some((each) => !['sidekiq', 'admin'].includes(each))
          ? [name]
          : [],
      );
      expect([id, open]).toStrictEqual([id, []]);
      expect(observed.filter(({ takesKeys }) => takesKeys).length).toBeGreaterThan(180);
    }
  });
});

/** A role, then a command and its answer by line. */
const REAL: readonly (readonly [string, Role, string])[] = [
  [
    'readOnly',
    Role.readOnly({ keys: ['app:*'], channels: ['news:*'] }),
    `GET app:1 = null
MGET app:1 app:2 = ,
GET other:1 = no key
MGET app:1 other:1 = no key
SET app:1 x = no command
DEL app:1 = no command
SCAN 0 = no command
RANDOMKEY = no command
CLIENT TRACKING ON BCAST = no command
KEYS app:* = no command
EVAL return 0 = no command
SUBSCRIBE other:1 = no channel
PUBLISH news:1 x = no command
FLUSHDB = no command`,
  ],
  [
    'readWrite',
    Role.readWrite({ keys: ['app:*'], readKeys: ['shared:*'], writeKeys: ['log:*'] }),
    `SET app:1 x = OK
GET app:1 = x
GET shared:1 = null
SET shared:1 x = no key
SET log:1 x = OK
GET log:1 = no key
COPY shared:1 app:2 = 0
COPY app:1 shared:1 = no key
RENAME app:1 other:1 = no key
SUNIONSTORE app:s app:a other:b = no key
FLUSHALL = no command
SWAPDB 0 1 = no command
SORT app:1 = no command
EVAL return 0 = no command
FUNCTION FLUSH = no command
DEL app:1 = 1`,
  ],
  [
    'queue',
    Role.queue({ keys: ['jobs:*'] }),
    `LPUSH jobs:1 a = 1
BRPOP jobs:1 1 = jobs:1,a
XADD jobs:s 1-1 f v = 1-1
SCRIPT EXISTS 0000000000000000000000000000000000000000 = 0
SCRIPT FLUSH = no command
SCRIPT KILL = no command
LPUSH other:1 a = no key
PUBLISH jobs:1 x = no command
DEL jobs:s = 1`,
  ],
  [
    'cache that is cleared',
    Role.cache({ keys: ['app:*'], clear: true }),
    `SETEX app:1 60 x = OK
FLUSHDB = OK
GET app:1 = null
FLUSHALL = no command`,
  ],
  [
    'rq',
    Role.rq(),
    `HSET rq:job:1 a b = 1
PUBLISH rq:pubsub:1 x = 0
PUBLISH other:1 x = no channel
HSET other:1 a b = no key
SPUBLISH rq:pubsub:1 x = 0
DEL rq:job:1 = 1`,
  ],
  [
    'administrator',
    Role.admin({ reason: 'repairs by hand' }),
    `SET any x = OK
KEYS any = any
CONFIG GET save = save,
FLUSHALL = OK`,
  ],
];

describe('Real commands', () => {
  test.each(REAL)('%s', async (_, role, script) => {
    for (const each of servers) {
      const lines = script.split('\n').map((line) => line.split(' = '));
      const commands = lines.map(([command = '']) => command);
      const answers = await askAs(each, role, commands);
      const told = answers.map((answer) => (answer === null ? 'null' : shortOf(answer)));
      expect(told.map((answer, index) => `${commands[index]} = ${answer}`)).toStrictEqual(
        script.split('\n'),
      );
    }
  });

  test('a script can touch only the keys of the role', async () => {
    for (const each of servers) {
      const role = Role.queue({ keys: ['jobs:*'] });
      await each.server.setUser('tested', rulesOf(role.accessString(each.engine)));
      const scripts = [
        ["return redis.call('SET', KEYS[1], 'x')", '1', 'jobs:1'],
        ["return redis.call('SET', KEYS[1], 'x')", '1', 'other:1'],
        ["return redis.call('SET', 'other:1', 'x')", '0'],
        ["return redis.call('FLUSHALL')", '0'],
        ["return redis.call('KEYS', '*')", '0'],
      ].map((args) => ['EVAL', ...args]);
      const [first, ...others] = await each.server.ask(scripts, 'tested');
      expect(first).toBe('OK');
      const refused = /^NOPERM|ACL failure|user executing the script can't/;
      expect(others.filter((answer) => !refused.test(String(answer)))).toStrictEqual([]);
      expect(await each.server.ask([['DEL', 'jobs:1', 'other:1']])).toStrictEqual([1]);
    }
  });

  test('Celery subscribes to the patterns of its own database only', async () => {
    for (const each of servers) {
      const told = await askAs(each, Role.celery(), [
        'PSUBSCRIBE celery:/0.celery.pidbox celery:/0.celeryev/worker.*',
        'PSUBSCRIBE celery:/1.celery.pidbox',
        'PSUBSCRIBE *',
      ]);
      expect(told.slice(1).map(shortOf)).toStrictEqual(['no channel', 'no channel']);
    }
  });
});
