/** Which commands of a server each role may run, as the server's `ACL DRYRUN` says. */

import type { Engine } from '../../lib/settings/engine';
import { type AclServer, rulesOf } from './acl-server';
import type { RoleOfPage } from './roles-of-page';

/** A command or subcommand of a server, as `COMMAND` describes it. */
interface CommandOfServer {
  readonly name: string;
  readonly arity: number;
  readonly categories: readonly string[];
  readonly keySpecs: readonly KeySpec[];
}

type Flat = readonly unknown[];

interface KeySpec {
  readonly begin: { readonly type: string; readonly index: number; readonly keyword: string };
  readonly find: {
    readonly type: string;
    readonly lastkey: number;
    readonly keynumidx: number;
    readonly firstkey: number;
  };
}

/** A command of a server, and what its roles may do with it. */
export interface ObservedCommand {
  readonly name: string;
  readonly categories: readonly string[];
  readonly takesKeys: boolean;
  /** Names of the roles that may run it with a key of their own. */
  readonly allowed: readonly string[];
  /** Names of the roles that may run it with a key of another user. */
  readonly allowedOutside: readonly string[];
}

/** A key that belongs to no role. */
const OUTSIDE = 'patients:1';

/** Commands whose keys the server finds by parsing their arguments. */
const ARGUMENTS: Readonly<Record<string, (key: string) => readonly string[]>> = {
  xread: (key) => ['STREAMS', key, '0'],
  xreadgroup: (key) => ['GROUP', 'group', 'consumer', 'STREAMS', key, '0'],
  sort: (key) => [key, 'STORE', key],
};

/** Asks the server about every command and role. */
export async function observeRoles(
  server: AclServer,
  engine: Engine,
  roles: readonly RoleOfPage[],
): Promise<readonly ObservedCommand[]> {
  const commands = await commandsOfServer(server);
  for (const { name, role } of roles) {
    await server.setUser(name, rulesOf(role.accessString(engine)));
  }
  const ask = async (of: (role: RoleOfPage) => string) => {
    const questions = commands.flatMap((command) =>
      roles.map((each) => dryRun(each, command, of(each))),
    );
    return (await server.ask(questions)).map((answer) => answer === 'OK');
  };
  const inside = await ask(({ key }) => key);
  const outside = await ask(() => OUTSIDE);
  const rolesWhere = (answers: readonly boolean[], index: number) =>
    roles.flatMap(({ name }, at) => (answers[index * roles.length + at] ? [name] : []));
  return commands.map((command, index) => ({
    name: command.name,
    categories: command.categories,
    takesKeys: command.keySpecs.length > 0 && !takesChannels(command),
    allowed: rolesWhere(inside, index),
    allowedOutside: rolesWhere(outside, index),
  }));
}

function dryRun({ name, channel }: RoleOfPage, command: CommandOfServer, key: string) {
  const args = takesChannels(command) ? withChannel(command, channel) : withKeys(command, key);
  return ['ACL', 'DRYRUN', name, ...command.name.split('|'), ...args];
}

/** The server describes channels of shards as keys. */
function takesChannels({ name, categories }: CommandOfServer): boolean {
  return categories.includes('pubsub') && !name.includes('|');
}

function fillers({ name, arity }: CommandOfServer): string[] {
  return Array<string>(Math.max(0, Math.abs(arity) - name.split('|').length)).fill('1');
}

function withChannel(command: CommandOfServer, channel: string): readonly string[] {
  const [, ...rest] = fillers(command);
  return command.arity === 1 ? [] : [channel, ...rest];
}

/** Arguments of the right number, with the key wherever the command takes one. */
function withKeys(command: CommandOfServer, key: string): readonly string[] {
  const special = ARGUMENTS[command.name];
  if (special) return special(key);
  // The positions in key specifications count the command and its subcommand.
  const args = [...command.name.split('|'), ...fillers(command)];
  const begin = args.length - fillers(command).length;
  for (const { begin: from, find } of command.keySpecs) {
    if (from.type === 'unknown') continue;
    if (from.type === 'keyword') args.push(from.keyword);
    const first = from.type === 'keyword' ? args.length : from.index;
    if (find.type === 'keynum') args[first + find.keynumidx] = '1';
    const at = find.type === 'keynum' ? first + find.firstkey : first;
    args[at] = key;
    const last = find.type === 'range' && find.lastkey > 0 ? at + find.lastkey : at;
    for (let index = at + 1; index <= last; index++) args[index] = key;
  }
  return Array.from(args, (each) => each ?? '1').slice(begin);
}

async function commandsOfServer(server: AclServer): Promise<readonly CommandOfServer[]> {
  const [answer] = await server.ask([['COMMAND']]);
  const all = (answer as Flat[]).flatMap(readCommand);
  return all.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A command, or the subcommands of a container. */
function readCommand(entry: Flat): readonly CommandOfServer[] {
  const [name, arity, , , , , categories, , specs, subcommands] = entry;
  const inner = (subcommands as Flat[]).flatMap(readCommand);
  const whole: CommandOfServer = {
    name: String(name).toLowerCase(),
    arity: Number(arity),
    categories: (categories as string[]).map((each) => each.replace('@', '')),
    keySpecs: (specs as Flat[]).map(readKeySpec),
  };
  // COMMAND itself is a command with subcommands.
  const isContainer = inner.length > 0 && whole.name !== 'command';
  return isContainer ? inner : [whole, ...inner];
}

function readKeySpec(spec: Flat): KeySpec {
  const begin = named(spec, 'begin_search');
  const find = named(spec, 'find_keys');
  const beginSpec = named(begin, 'spec');
  const findSpec = named(find, 'spec');
  return {
    begin: {
      type: String(entryOf(begin, 'type')),
      index: Number(entryOf(beginSpec, 'index')),
      keyword: String(entryOf(beginSpec, 'keyword')),
    },
    find: {
      type: String(entryOf(find, 'type')),
      lastkey: Number(entryOf(findSpec, 'lastkey')),
      keynumidx: Number(entryOf(findSpec, 'keynumidx')),
      firstkey: Number(entryOf(findSpec, 'firstkey')),
    },
  };
}

/** RESP2 writes a map as a list of names and values. */
function entryOf(flat: Flat, name: string): unknown {
  return flat[flat.indexOf(name) + 1];
}

function named(flat: Flat, name: string): Flat {
  const value = entryOf(flat, name);
  return Array.isArray(value) ? value : [];
}
