/**
 * Compares access strings by what they allow, not by how they are spelled: ElastiCache returns them
 * in another spelling than it was sent (`on ~app:* +@read` as `on ~app:* -@all +@read`).
 *
 * Two are the same if their rules are, where rules of one sign commute, or if they allow the same
 * commands of the engine: servers up to Redis OSS 7.0 write categories as lists of commands.
 */

import { type AclEngine, type CommandCategories, commandsOf, namesOfRule } from './acl-commands';

/** What the rules of one scope come to, in a form that can be compared. */
interface Scope {
  state: 'on' | 'off';
  /** The patterns with the letters R and W, each once. */
  readonly keys: Map<string, string>;
  readonly channels: Set<string>;
  databases: string;
  /** The sign of commands without a rule. */
  base: '+' | '-';
  /** Each command or category once, in the order of the last rule of each. */
  readonly commands: Map<string, '+' | '-'>;
  readonly others: Set<string>;
}

const newScope = (): Scope => ({
  state: 'off',
  keys: new Map(),
  channels: new Set(),
  databases: 'all',
  base: '-',
  commands: new Map(),
  others: new Set(),
});

const EVERY = '*';

const KEYWORDS: Readonly<Record<string, (scope: Scope) => void>> = {
  on: (scope) => {
    scope.state = 'on';
  },
  off: (scope) => {
    scope.state = 'off';
  },
  allkeys: ({ keys }) => allowKeys(keys, 'RW', EVERY),
  resetkeys: ({ keys }) => keys.clear(),
  allchannels: ({ channels }) => void channels.add(EVERY),
  resetchannels: ({ channels }) => channels.clear(),
  alldbs: (scope) => {
    scope.databases = 'all';
  },
  resetdbs: (scope) => {
    scope.databases = '';
  },
  allcommands: (scope) => allowCommand(scope, '+', '@all'),
  nocommands: (scope) => allowCommand(scope, '-', '@all'),
  // The default of every user.
  'sanitize-payload': () => undefined,
};

/** Whether two access strings allow the same on an engine. */
export function isSameAccess(one: string, other: string, engine: AclEngine): boolean {
  if (one === other || canonical(one, runsOf) === canonical(other, runsOf)) return true;
  const known = commandsOf(engine);
  const allowed: PrintCommands = (scope) => allowedIn(scope, known);
  return canonical(one, allowed) === canonical(other, allowed);
}

/** What the rules for commands of a scope come to. */
type PrintCommands = (scope: Pick<Scope, 'base' | 'commands'>) => readonly string[];

function canonical(text: string, commands: PrintCommands): string {
  const root = newScope();
  const selectors: string[] = [];
  for (const part of text.matchAll(/\(([^)]*)\)|[^\s()]+/g)) {
    const [word, selector] = part;
    if (selector !== undefined) selectors.push(printed(scopeOf(selector), commands));
    else if (word.toLowerCase() === 'clearselectors') selectors.length = 0;
    else apply(word, root);
  }
  return [root.state, printed(root, commands), ...new Set(selectors.sort())].join('\n');
}

function scopeOf(text: string): Scope {
  const scope = newScope();
  for (const [word] of text.matchAll(/\S+/g)) apply(word, scope);
  return scope;
}

function apply(word: string, scope: Scope): void {
  const lower = word.toLowerCase();
  const keyword = Object.hasOwn(KEYWORDS, lower) ? KEYWORDS[lower] : undefined;
  const [, sign, command] = /^([+-])(.+)$/.exec(lower) ?? [];
  const [, letters = 'RW', pattern] = /^(?:%([A-Za-z]+))?~(.*)$/.exec(word) ?? [];
  const [, databases] = /^db=([\d,]+)$/.exec(lower) ?? [];
  if (keyword !== undefined) {
    keyword(scope);
  } else if (command !== undefined) {
    allowCommand(scope, sign === '+' ? '+' : '-', command);
  } else if (pattern !== undefined) {
    allowKeys(scope.keys, letters.toUpperCase(), pattern);
  } else if (databases !== undefined) {
    scope.databases = sorted(databases.split(',')).join(',');
  } else if (word.startsWith('&')) {
    scope.channels.add(word.slice(1));
  } else {
    scope.others.add(word);
  }
}

function allowKeys(keys: Map<string, string>, letters: string, pattern: string): void {
  const both = (keys.get(pattern) ?? '') + letters;
  keys.set(pattern, ['R', 'W'].filter((letter) => both.includes(letter)).join(''));
}

/** A rule replaces the rules before it that it covers by its name. */
function allowCommand(scope: Scope, sign: '+' | '-', name: string): void {
  const { commands } = scope;
  if (name === '@all') {
    scope.base = sign;
    commands.clear();
    return;
  }
  for (const each of Array.from(commands.keys())) {
    if (each === name || each.startsWith(`${name}|`)) commands.delete(each);
  }
  commands.set(name, sign);
}

function printed(scope: Scope, commands: PrintCommands): string {
  const { keys, channels, databases, others } = scope;
  const allKeys = keys.get(EVERY) === 'RW' ? [EVERY] : undefined;
  const patterns = allKeys ?? Array.from(keys, ([pattern, letters]) => `${letters}~${pattern}`);
  return JSON.stringify([
    sorted(patterns),
    channels.has(EVERY) ? [EVERY] : sorted(channels),
    databases,
    commands(scope),
    sorted(others),
  ]);
}

/** Consecutive rules of one sign, sorted. The first ones change nothing if all have their sign. */
function runsOf({ base, commands }: Pick<Scope, 'base' | 'commands'>): readonly string[] {
  const runs: { readonly sign: string; readonly names: string[] }[] = [{ sign: base, names: [] }];
  for (const [name, sign] of commands) {
    const last = runs.at(-1);
    if (last?.sign === sign) last.names.push(name);
    else runs.push({ sign, names: [name] });
  }
  return [base, ...runs.slice(1).map(({ sign, names }) => `${sign}${sorted(names).join(' ')}`)];
}

/** Every command that the rules allow, from left to right as the server does. */
function allowedIn(
  { base, commands }: Pick<Scope, 'base' | 'commands'>,
  known: CommandCategories,
): readonly string[] {
  const allowed = new Set(base === '+' ? known.keys() : []);
  for (const [name, sign] of commands) {
    for (const each of namesOfRule(`${sign}${name}`, known)) {
      if (sign === '+') allowed.add(each);
      else allowed.delete(each);
    }
  }
  return sorted(allowed);
}

function sorted(texts: Iterable<string>): readonly string[] {
  return Array.from(new Set(texts)).sort();
}
