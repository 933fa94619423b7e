/**
 * docs/servers.md lists the differences between redis-server 7.0 and valkey-server 8.0 that a
 * rehearsal or a client could notice. A missing server is skipped.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from '../../cli/server/certificates';
import { findServers } from '../../cli/server/redis-binary';
import { Password } from '../../contract/password';
import type { RespReply } from '../../contract/resp';
import { clientOf } from '../../rehearsal/redis/client';
import { RedisNode } from '../../rehearsal/redis/redis-node';
import { temporaryFolder } from '../support/temporary-folder';

const PAGE = readFileSync(join(__dirname, '../../docs/servers.md'), 'utf8');
const PASSWORD = 'password-a-0000000000';
const COLUMNS = ['redis-server 7.0', 'valkey-server 8.0'];

/** A node, and what an application is answered there. */
interface Asked {
  readonly node: RedisNode;
  readonly member: RedisNode;
  call(...command: readonly string[]): Promise<unknown>;
}

/** The rows of the table: what is asked, and how the answer is written. */
const ROWS: Readonly<Record<string, (asked: Asked) => Promise<string>>> = {
  '`CLUSTER SLOTS` over a unix socket: port of a node with TLS only': async ({ member }) => {
    const [[, , [, port] = []] = []] = (await member.admin('CLUSTER', 'SLOTS')) as RespReply[][][];
    return port === member.port ? 'its TLS port' : String(port);
  },
  '`INFO server`: version': async ({ node }) => fields(node, /_version:/, /gcc/),
  '`INFO server`: name and mode': async ({ node }) => fields(node, /^(server|redis)_(name|mode):/),
  '`INFO memory`: field `mem_overhead_db_hashtable_rehashing`': async ({ node }) =>
    has(await node.admin('INFO', 'memory'), 'mem_overhead_db_hashtable_rehashing'),
  '`INFO stats`: fields `acl_access_denied_*`': async ({ node }) =>
    has(await node.admin('INFO', 'stats'), 'acl_access_denied_auth'),
  '`CLIENT LIST`: fields `watch`, `lib-name`, `tot-cmds`': async ({ call }) =>
    has(await call('CLIENT', 'LIST'), 'lib-name='),
  '`HELLO 3`: `server`': async ({ call }) => String(((await call('HELLO', '2')) as string[])[1]),
  'a command without permission': async ({ call }) =>
    String(await call('ROLE')).split(' has no permissions')[0] ?? '',
  '`CLIENT SETINFO`, `CLIENT NO-TOUCH`, `CLUSTER MYSHARDID`, `WAITAOF`': async ({ node }) =>
    has(((await node.admin('COMMAND', 'LIST')) as string[]).join(), 'waitaof'),
  'ACL category `@blocking` has `WAIT`': async ({ node }) =>
    has(((await node.admin('ACL', 'CAT', 'blocking')) as string[]).join(), 'wait'),
  'names of the ACL categories': async ({ node }) => {
    const names = (await node.admin('ACL', 'CAT')) as string[];
    return `${names.length}, from ${names.slice().sort()[0]} to ${names.slice().sort().at(-1)}`;
  },
  '`DUMP`: version of the payload': async ({ node }) => dumpVersion(node),
  'default of the `lazyfree-lazy-*` parameters': async ({ node }) =>
    String(await node.setting('lazyfree-lazy-user-del')),
  'default of `repl-backlog-size`': async ({ node }) =>
    `${Number(await node.setting('repl-backlog-size')) / 1024 ** 2} MiB`,
  '`primaryuser` and `primaryauth` beside `masteruser` and `masterauth`': async ({ node }) =>
    (await node.setting('primaryauth')) === undefined ? 'no' : 'yes',
};

async function fields(node: RedisNode, wanted: RegExp, unwanted = /^$/): Promise<string> {
  const lines = String(await node.admin('INFO', 'server')).split('\r\n');
  const found = lines.filter((line) => wanted.test(line) && !unwanted.test(line));
  return found.map((line) => `\`${line.replace(/(\d+\.\d+)\.\d+/, '$1')}\``).join(', ');
}

function has(text: unknown, name: string): 'yes' | 'no' {
  return String(text).includes(name) ? 'yes' : 'no';
}

/** The two bytes before the checksum, the lower one first. */
async function dumpVersion(node: RedisNode): Promise<string> {
  await node.admin('SET', 'dumped', '1');
  const script = "local p = redis.call('DUMP', KEYS[1]); return string.byte(p, #p - 9)";
  return String(await node.admin('EVAL', script, '1', 'dumped'));
}

/** Answers by what is asked, in the table's column for a server. */
function columnOf(name: string): Readonly<Record<string, string>> {
  const [, table = ''] = PAGE.split('## Differences between');
  const cells = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const column = cells[0]?.indexOf(name) ?? -1;
  return Object.fromEntries(cells.slice(2).map((row) => [row[1], row[column] ?? '']));
}

describe('The table of docs/servers.md', () => {
  let certificates: Certificates;

  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  test('has a row for each difference, and no other', () => {
    for (const name of COLUMNS) {
      expect(Object.keys(columnOf(name))).toStrictEqual(Object.keys(ROWS));
    }
    const [redis = {}, valkey = {}] = COLUMNS.map(columnOf);
    const same = Object.keys(ROWS).filter((asked) => redis[asked] === valkey[asked]);
    expect(same).toStrictEqual(['names of the ACL categories']);
  });

  const servers = findServers().map(({ path, engine, version }) => {
    const release = version.split('.').slice(0, 2).join('.');
    return { path, name: `${engine}-server ${release}` };
  });

  for (const { name, path } of servers.filter((server) => COLUMNS.includes(server.name))) {
    test(`is what ${name} answers`, async () => {
      const folder = temporaryFolder('differ');
      const passwords = [Password.of(PASSWORD)];
      const common = { binaryPath: path, folder, certificates, parameters: {} };
      const node = await RedisNode.start({ ...common, passwords, id: '001' });
      const member = await RedisNode.start({ ...common, passwords, id: '002', isSharded: true });
      const slots = Array.from({ length: 16_384 }, (_, slot) => String(slot));
      await member.admin('CLUSTER', 'ADDSLOTS', ...slots);
      const url = `rediss://default:${PASSWORD}@${node.host}:${node.port}`;
      const client = clientOf(url, certificates.caPem, false);
      client.on('error', () => undefined);
      const call = ([name = '', ...args]: readonly string[]) =>
        (client as { call(name: string, ...args: string[]): Promise<unknown> })
          .call(name, ...args)
          .catch((error: Error) => error.message);
      try {
        const asked = { node, member, call: (...command: readonly string[]) => call(command) };
        const answers: Record<string, string> = {};
        for (const [row, ask] of Object.entries(ROWS)) answers[row] = await ask(asked);
        expect(answers).toStrictEqual(columnOf(name));
      } finally {
        client.disconnect();
        await Promise.all([node.stop(), member.stop()]);
      }
    });
  }
});
