/**
 * The part of docs/roles.md that `npm run roles` writes: which commands each role may run on each
 * server.
 */

import { RESTRICTED_COMMANDS } from '../../lib/settings/elasticache/commands';
import type { ObservedCommand } from './observe-roles';
import { ROLES_OF_PAGE } from './roles-of-page';

export type Observed = readonly ObservedCommand[];

/** What comes before is written by hand. */
export const GENERATED_FROM = '## Commands on Valkey 8.0';

/** The other servers, by engine and version, with their headings. */
export const OTHER_SERVERS: Readonly<Record<string, string>> = {
  'redis 7.0': '## Differences on Redis OSS 7.0',
  'valkey 9.1': '## Differences on Valkey 9.1',
};

const COLUMNS_MAX = 130;
const NAMES = ROLES_OF_PAGE.map(({ name }) => name);

/** Headings by ACL category; a command is listed under the first of its categories. */
const GROUPS: Readonly<Record<string, string>> = {
  string: 'Strings',
  hash: 'Hashes',
  list: 'Lists',
  set: 'Sets',
  sortedset: 'Sorted sets',
  stream: 'Streams',
  bitmap: 'Bitmaps',
  hyperloglog: 'HyperLogLogs',
  geo: 'Geographic indexes',
  pubsub: 'Pub/Sub',
  transaction: 'Transactions',
  scripting: 'Scripts and functions',
  connection: 'Connections',
  keyspace: 'Keys and databases',
};
const OTHER_GROUP = 'Server and cluster';

/** The tables of the first server. */
export function commandTables(observed: Observed): string {
  const headings = [...Object.values(GROUPS), OTHER_GROUP];
  const tables = headings.flatMap((heading) => {
    const inside = observed.filter((command) => headingOf(command) === heading);
    return inside.length === 0 ? [] : [`### ${heading}\n\n${tableOf(inside)}`];
  });
  return `${GENERATED_FROM}\n\n${counted(observed)}\n\n${tables.join('\n\n')}`;
}

/** How another server differs from the first one. */
export function differences(heading: string, first: Observed, other: Observed): string {
  const has = (all: Observed, name: string) => all.some((each) => each.name === name);
  const missing = first.filter(({ name }) => !has(other, name));
  const further = other.filter(({ name }) => !has(first, name));
  const changed = other.filter((command) => {
    const same = first.find(({ name }) => name === command.name);
    return same !== undefined && cellsOf(same) !== cellsOf(command);
  });
  const names = missing.map(({ name }) => written(name)).join(', ');
  return [
    heading,
    counted(other),
    changed.length === 0
      ? 'Of the commands that Valkey 8.0 has, too, each role may run the same.'
      : `Commands with other permissions than on Valkey 8.0:\n\n${tableOf(changed)}`,
    ...(missing.length > 0 ? [wrapped(`Commands that it does not have: ${names}.`)] : []),
    ...(further.length > 0 ? [`Further commands:\n\n${tableOf(further)}`] : []),
  ].join('\n\n');
}

function counted(observed: Observed): string {
  const withKeys = observed.filter(({ takesKeys }) => takesKeys);
  const ordinary = NAMES.filter((name) => name !== 'admin' && name !== 'sidekiq');
  const open = withKeys.filter(({ allowedOutside }) =>
    allowedOutside.some((name) => ordinary.includes(name)),
  );
  return wrapped(
    `${observed.length} commands and subcommands. ${withKeys.length} take keys: with a key ` +
      `outside of the role's patterns, the server allows ${open.length} of them to ` +
      `${ordinary.length} roles. \`sidekiq\` and \`admin\` have all keys.`,
  );
}

function headingOf({ categories }: ObservedCommand): string {
  const found = Object.keys(GROUPS).find((each) => categories.includes(each));
  return (found === undefined ? undefined : GROUPS[found]) ?? OTHER_GROUP;
}

/** A row per set of roles, the largest set first. */
function tableOf(commands: Observed): string {
  const rows = new Map<string, string[]>();
  for (const command of commands) {
    const cells = cellsOf(command);
    rows.set(cells, [...(rows.get(cells) ?? []), written(command.name)]);
  }
  const ticks = (cells: string) => cells.split('✓').length;
  const sorted = Array.from(rows).sort(([one], [other]) => ticks(other) - ticks(one));
  return [
    `| commands | ${NAMES.join(' | ')} |`,
    `|---|${NAMES.map(() => ':-:|').join('')}`,
    ...sorted.flatMap(([cells, names]) => chunksOf(names, cells).map((row) => `| ${row} ${cells}`)),
  ].join('\n');
}

function cellsOf({ name, allowed }: ObservedCommand): string {
  const [container = ''] = name.split('|');
  const isRestricted = RESTRICTED_COMMANDS.includes(container.toUpperCase());
  const cells = NAMES.map((role) => {
    if (!allowed.includes(role)) return ' ';
    return isRestricted && role === 'admin' ? '✗' : '✓';
  });
  return `| ${cells.join(' | ')} |`;
}

/** The names in as few cells as fit into the lines of the page. */
function chunksOf(names: readonly string[], cells: string): readonly string[] {
  const widthMax = COLUMNS_MAX - cells.length - 3;
  return linesOf(
    names.map((name, index) => (index < names.length - 1 ? `${name},` : name)),
    widthMax,
  );
}

function written(name: string): string {
  return name.replace('|', ' ').toUpperCase();
}

function wrapped(text: string): string {
  return linesOf(text.split(' '), COLUMNS_MAX - 10).join('\n');
}

function linesOf(words: readonly string[], widthMax: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > widthMax) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
