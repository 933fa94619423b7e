/**
 * What the role of a user allows, by the text of its access string, and commands to try it with.
 *
 * The server only says which categories a command is in: it is not asked what it allows.
 */

import type { RespReply } from '../../contract/resp';
import { RESTRICTED_COMMANDS } from '../../lib/settings/elasticache/commands';
import type { RedisNode } from '../redis/redis-node';

export interface UserRights {
  may(command: string): boolean;
  /** A key that the user may read and write, or may read; `name` makes it unique if possible. */
  keyFor(access: 'read' | 'write', name: string): string | undefined;
  /** A key outside of every pattern; `undefined` if there is none. */
  readonly keyOutside: string | undefined;
}

interface KeyPattern {
  readonly glob: string;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** Categories by command, both in lower case. */
export type Categories = ReadonlyMap<string, readonly string[]>;

export function userRights(accessString: string, categories: Categories): UserRights {
  // The rules of selectors count as rules of the user itself, which allows more.
  const rules = accessString.split(/[\s()]+/).filter((rule) => rule !== '');
  const patterns = rules.flatMap((rule) => patternOf(rule) ?? []);
  return {
    may: (command) => isGranted(rules, command.toLowerCase(), categories),
    keyFor: (access, name) => {
      const found = patterns.find(({ reads, writes }) => reads && (access === 'read' || writes));
      return found && keyIn(found.glob, name);
    },
    keyOutside: OUTSIDE.find((key) => !patterns.some(({ glob }) => isIn(glob, key))),
  };
}

/** The last rule about a command decides. */
function isGranted(rules: readonly string[], command: string, categories: Categories): boolean {
  if (RESTRICTED_COMMANDS.includes(command.toUpperCase())) return false;
  const own = categories.get(command) ?? [];
  const about = rules
    .map((rule) => rule.toLowerCase())
    .filter((rule) => {
      const name = rule.slice(1);
      return (
        ['allcommands', 'nocommands'].includes(rule) || [command, '@all', ...own].includes(name)
      );
    });
  return /^(\+|allcommands)/.test(about.at(-1) ?? '');
}

/** Keys that no application has, in the hope that no pattern has them either. */
const OUTSIDE = ['outside-of-the-role', '0-outside', '~'];

/** Of `~app:*`, `%R~app:*` and `allkeys`. */
function patternOf(rule: string): KeyPattern | undefined {
  if (rule === 'allkeys') return { glob: '*', reads: true, writes: true };
  const [, kind = 'RW', glob] = /^(?:%([RW]+))?~(.+)$/i.exec(rule) ?? [];
  if (glob === undefined) return undefined;
  return { glob, reads: /R/i.test(kind), writes: /W/i.test(kind) };
}

const PART = /\\.|\[\^?[^\]]*\]|[*?]|[^\\*?[]+/gs;

/** A key that a pattern matches, with a name in place of its first `*`. */
function keyIn(glob: string, name: string): string {
  let isNamed = false;
  return glob.replaceAll(PART, (part) => {
    if (part === '*' && !isNamed) {
      isNamed = true;
      return name;
    }
    if (part === '*') return '';
    if (part === '?') return 'x';
    if (part.startsWith('[^')) return 'x';
    if (part.startsWith('[')) return part.charAt(1);
    return part.replace(/^\\/, '');
  });
}

function isIn(glob: string, key: string): boolean {
  const pattern = glob.replaceAll(PART, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.startsWith('[')) return part;
    return part.replace(/^\\/, '').replaceAll(/[.+^${}()|[\]\\*?]/g, '\\$&');
  });
  return new RegExp(`^${pattern}$`, 's').test(key);
}

/** Commands that few roles have, the most dangerous first. The last one has no role. */
const DANGEROUS: readonly (readonly string[])[] = [
  ['FLUSHALL'],
  ['FLUSHDB'],
  ['KEYS', '*'],
  ['SWAPDB', '0', '1'],
  ['CONFIG', 'GET', 'maxmemory'],
];

/** Commands on one key. */
const ON_KEY: readonly (readonly string[])[] = [
  ['GET'],
  ['EXISTS'],
  ['TYPE'],
  ['HGET'],
  ['SET'],
  ['LPUSH'],
];

/** What each role of a user must refuse: a command, and a command that it has on a foreign key. */
export function forbiddenTo(rights: UserRights): readonly (readonly string[])[] {
  const command = DANGEROUS.find(([name = '']) => !rights.may(name));
  const onKey = ON_KEY.find(([name = '']) => rights.may(name));
  const { keyOutside } = rights;
  const isKeyed = onKey !== undefined && keyOutside !== undefined;
  const value = ['HGET', 'SET', 'LPUSH'].includes(onKey?.[0] ?? '') ? ['x'] : [];
  return [
    ...(command === undefined ? [] : [command]),
    ...(isKeyed ? [[...onKey, keyOutside, ...value]] : []),
  ];
}

/** The categories of every command that is tried. */
export async function categoriesBy(node: Pick<RedisNode, 'admin'>): Promise<Categories> {
  const commands = [...DANGEROUS, ...ON_KEY, ['PING']].map(([name = '']) => name.toLowerCase());
  const found = new Map<string, readonly string[]>();
  for (const command of commands) {
    const [info] = (await node.admin('COMMAND', 'INFO', command)) as readonly RespReply[];
    const categories = Array.isArray(info) ? info[CATEGORIES_AT] : undefined;
    if (Array.isArray(categories)) found.set(command, categories.map(String));
  }
  return found;
}

/** The place of the categories, such as `@read`, in the description of a command. */
const CATEGORIES_AT = 6;
