/**
 * Reads which dangerous commands a login may run, without running one: ACL DRYRUN, or else a
 * transaction that is discarded.
 *
 * A transaction is used only if the server answers MULTI with OK and then queues a PING. A command
 * that takes arguments has some with which it would fail, should a server run it all the same.
 */

import { RespError, type RespReply } from '../../../contract/resp';
import { endWords, shownCode } from '../../server/end-words';
import { ProbeEnd, type ServerProbe } from '../../server/probe';
import { type Fact, told, untold } from './fact';
import type { CommandRight } from './server-facts';

const NONE = 'verify-must-not-run';

/**
 * Commands that change settings, users, code or replication of a server, with their old names. Not
 * CONFIG GET, which a login that audits needs.
 */
export const ADMINISTRATION: readonly (readonly string[])[] = [
  ['CONFIG', 'SET', NONE, NONE],
  ['CONFIG', 'REWRITE'],
  ['CONFIG', 'RESETSTAT'],
  ['ACL', 'SETUSER', NONE, NONE],
  ['ACL', 'DELUSER', NONE],
  ['ACL', 'LOAD'],
  ['ACL', 'SAVE'],
  ['MODULE', 'LOAD', `/${NONE}`],
  ['MODULE', 'UNLOAD', NONE],
  ['REPLICAOF', NONE, NONE],
  ['SLAVEOF', NONE, NONE],
  ['FAILOVER', NONE],
  ['DEBUG', NONE],
  ['CLUSTER', 'RESET', NONE],
  ['CLUSTER', 'FAILOVER', NONE],
  ['CLUSTER', 'FORGET', NONE],
  ['CLUSTER', 'MEET', NONE, NONE],
  ['CLUSTER', 'SETSLOT', NONE, NONE],
  ['BGSAVE', NONE],
  ['BGREWRITEAOF'],
];

/** Commands that empty, swap, list or send away whole databases. */
export const DATA: readonly (readonly string[])[] = [
  ['FLUSHALL', NONE],
  ['FLUSHDB', NONE],
  ['SWAPDB', NONE, NONE],
  ['KEYS', NONE],
  ['MIGRATE', NONE, NONE, NONE, NONE, NONE],
];

/** Commands that no transaction takes: only ACL DRYRUN tells of them. */
export const PROCESS: readonly (readonly string[])[] = [
  ['SHUTDOWN', NONE],
  ['SAVE'],
  ['MONITOR'],
  ['PSYNC', NONE, NONE],
  ['SYNC'],
];

/** Since 7.0 refused for every login, until the configuration file says otherwise. */
const PROTECTED = [
  ['DEBUG', 'enable-debug-command'],
  ['MODULE LOAD', 'enable-module-command'],
  ['MODULE UNLOAD', 'enable-module-command'],
] as const;

/** `CONFIG SET`: how a command and its subcommand are named. */
export function nameOfCommand([command = '', sub]: readonly string[]): string {
  const hasSub = ['CONFIG', 'ACL', 'MODULE', 'CLUSTER'].includes(command);
  return hasSub ? `${command} ${sub}` : command;
}

export async function readCommands(
  probe: ServerProbe,
  username: string | undefined,
): Promise<Fact<ReadonlyMap<string, CommandRight>>> {
  const dry = await byDryRun(probe, username ?? 'default');
  if (dry !== undefined) return told(dry);
  return byTransaction(probe);
}

/** `undefined` if the login may not, or the server cannot. */
async function byDryRun(
  probe: ServerProbe,
  username: string,
): Promise<ReadonlyMap<string, CommandRight> | undefined> {
  const first = await probe.ask('ACL', 'DRYRUN', username, 'PING');
  if (typeof first !== 'string') return undefined;
  const rights = await rightsOf([...ADMINISTRATION, ...DATA, ...PROCESS], async (command) =>
    rightByDryRun(await probe.ask('ACL', 'DRYRUN', username, ...command)),
  );
  for (const [command, parameter] of PROTECTED) {
    const reply = await probe.ask('CONFIG', 'GET', parameter);
    if (Array.isArray(reply) && reply[1] === 'no') rights.set(command, 'refused');
  }
  return rights;
}

function rightByDryRun(reply: RespReply | ProbeEnd): CommandRight {
  if (reply === 'OK') return 'allowed';
  if (typeof reply === 'string') return 'refused';
  const isAbsent = reply instanceof RespError && / not found|unknown/i.test(reply.message);
  return isAbsent ? 'absent' : 'not-told';
}

async function byTransaction(probe: ServerProbe): Promise<Fact<ReadonlyMap<string, CommandRight>>> {
  const fix = 'Verify with a login that may run ACL DRYRUN';
  const multi = await probe.ask('MULTI');
  if (multi !== 'OK') return untold(`MULTI is answered by ${wordsOf(multi)}`, fix);
  // With its PING refused, a transaction has begun all the same.
  const ping = await probe.ask('PING');
  const hasBegun = ping === 'QUEUED' || (ping instanceof RespError && ping.code === 'NOPERM');
  if (!hasBegun) return untold('the server says it begins a transaction, and begins none', fix);
  const rights = await rightsOf([...ADMINISTRATION, ...DATA], async (command) =>
    rightInTransaction(await probe.ask(...command)),
  );
  await probe.ask('DISCARD');
  for (const command of PROCESS) rights.set(nameOfCommand(command), 'not-told');
  return told(rights);
}

/** All at once: replies arrive in the order of the commands. */
async function rightsOf(
  commands: readonly (readonly string[])[],
  rightOf: (command: readonly string[]) => Promise<CommandRight>,
): Promise<Map<string, CommandRight>> {
  const rights = await Promise.all(
    commands.map(async (command) => [nameOfCommand(command), await rightOf(command)] as const),
  );
  return new Map(rights);
}

function rightInTransaction(reply: RespReply | ProbeEnd): CommandRight {
  if (reply === 'QUEUED') return 'allowed';
  if (!(reply instanceof RespError)) return 'not-told';
  if (reply.code === 'NOPERM') return 'refused';
  if (/ command not allowed\. If the enable-/.test(reply.message)) return 'refused';
  // Rights are checked before what these say.
  if (['MOVED', 'CROSSSLOT', 'READONLY', 'OOM'].includes(reply.code)) return 'allowed';
  return /^ERR unknown (sub)?command/i.test(reply.message) ? 'absent' : 'not-told';
}

function wordsOf(reply: RespReply | ProbeEnd): string {
  if (reply instanceof ProbeEnd) return endWords(reply);
  return reply instanceof RespError ? shownCode(reply.code) : 'something else than OK';
}
