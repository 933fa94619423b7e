/**
 * Random access strings: what the rules allow by our reading equals what the servers of this
 * machine allow, and the server accepts what we accept.
 *
 * A missing server is skipped.
 */

import * as fc from 'fast-check';
import { findServers, namedServer } from '../../../cli/server/redis-binary';
import { hasSubcommandRules } from '../../../contract/acl-commands';
import { parseAccessString } from '../../../lib/access/acl-rules';
import { grantedBy } from '../../../lib/access/granted';
import { Engine } from '../../../lib/settings/engine';
import { AclServer, rulesOf } from '../../../scripts/roles/acl-server';
import { temporaryFolder } from '../../support/temporary-folder';

/** A command of each kind, with arguments. Each takes no key, or `app:1`. */
const SAMPLES = `get app:1
set app:1 x
hset app:1 f v
lpush app:1 x
sort app:1
xread STREAMS app:1 0
del app:1
scan 0
keys *
dbsize
flushall
flushdb
swapdb 0 1
ping
select 0
info
time
role
wait 0 0
client|id
client|kill 1.2.3.4:5
config|get save
acl|setuser x
acl|whoami
eval x 0
script|load x
script|kill
function|flush
multi
publish c m
cluster|slots
memory|usage app:1
object|encoding app:1
xgroup|create app:1 g 0
command|count
slowlog|get
debug x`.split('\n');

const RULES = `+@all -@all allcommands nocommands +@read -@read +@write -@write +@dangerous
-@dangerous +@admin -@admin +@connection -@connection +@slow +@fast -@fast +@scripting -@scripting
+@keyspace +@pubsub +@string -@list +get -get +set -flushall +flushall +client -client +client|kill
-client|kill +client|id +acl|whoami -acl +script -script|kill +function -function +cluster|slots
+memory -memory|usage +object +xgroup +command -command +slowlog|get +GET -Config|get`
  .split(/\s+/)
  .filter((rule) => !/config/i.test(rule));

const PATTERNS = '~app:* ~other:* %R~app:* %RW~* ~* allkeys resetkeys'.split(' ');

interface Server {
  readonly engine: Engine;
  readonly server: AclServer;
}

const servers: Server[] = [];
const RUNS = 60;

beforeAll(async () => {
  for (const { path, engine: name, version } of [...findServers(), namedServer() ?? []].flat()) {
    const id = `${name}-${version.split('.').slice(0, 2).join('.')}`;
    const engine = Engine.ALL.find((each) => each.id === id);
    if (engine === undefined || !hasSubcommandRules(engine)) continue;
    servers.push({ engine, server: await AclServer.start(path, temporaryFolder('granted')) });
  }
});

afterAll(() => Promise.all(servers.map(({ server }) => server.stop())));

const samplesOf = () =>
  SAMPLES.map((line) => {
    const [name = '', ...args] = line.split(' ');
    return { name, call: [...name.split('|'), ...args] };
  });

test('commands', async () => {
  expect(servers.length).toBeGreaterThan(0);
  const texts = fc.array(fc.constantFrom(...RULES), { minLength: 1, maxLength: 7 });
  for (const { engine, server } of servers) {
    await fc.assert(
      fc.asyncProperty(texts, async (rules) => {
        const { root, problems } = parseAccessString(rules.join(' '), engine);
        expect(problems).toStrictEqual([]);
        const { commands } = grantedBy(root, engine);
        await server.setUser('random', ['on', '~*', '&*', ...rules]);
        const samples = samplesOf();
        const calls = samples.map(({ call }) => ['ACL', 'DRYRUN', 'random', ...call]);
        const answers = await server.ask(calls);
        const theirs = samples.filter((_, index) => answers[index] === 'OK');
        const ours = samples.filter(({ name }) => commands.has(name));
        expect(ours.map(({ name }) => name)).toStrictEqual(theirs.map(({ name }) => name));
      }),
      { numRuns: RUNS },
    );
  }
});

test('keys', async () => {
  const texts = fc.array(fc.constantFrom(...PATTERNS), { minLength: 1, maxLength: 4 });
  for (const { engine, server } of servers) {
    await fc.assert(
      fc.asyncProperty(texts, async (patterns) => {
        const text = patterns.join(' ');
        const { problems } = grantedBy(parseAccessString(text, engine).root, engine);
        const [answer] = await server.ask([
          ['ACL', 'SETUSER', 'random', 'reset', ...rulesOf(text)],
        ]);
        const isRefused = String(answer).includes('Adding a pattern after');
        const isOurs = problems.some(({ allowed }) => allowed.includes('which gives every key'));
        expect([text, isOurs]).toStrictEqual([text, isRefused]);
      }),
      { numRuns: RUNS },
    );
  }
});
