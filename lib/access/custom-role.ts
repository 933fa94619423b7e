/** The role of a given access string: its problems on an engine, and in a shared cache. */

import { commandsOf, hasSubcommandRules } from '../../contract/acl-commands';
import type { Engine } from '../settings/engine';
import { maskedRules } from '../validation/masked';
import { type AclProblem, aclMessages } from './acl-problem';
import { type AclRule, type AclScope, parseAccessString } from './acl-rules';
import { type Granted, grantedBy } from './granted';
import { faultWhenShared } from './key-patterns';
import type { RoleContext } from './role-problems';

/** The access string with `on`, and without channels unless it names some. */
export function customAccessString(text: string, engine: Engine): string {
  const { root, selectors } = parseAccessString(text, engine);
  const written = (rules: readonly AclRule[]) => rules.map((rule) => rule.text).join(' ');
  const { rules } = root;
  const hasChannels = [root, ...selectors].some((each) =>
    each.rules.some(({ kind }) => kind === 'channels'),
  );
  return [
    'on',
    ...(hasChannels ? [] : ['resetchannels']),
    ...(rules.length > 0 ? [written(rules.filter(({ text }) => text !== 'on'))] : []),
    ...selectors.map((each) => `(${written(each.rules)})`),
  ]
    .filter((each) => each !== '')
    .join(' ');
}

/** Never with a password, which a refused access string may contain. */
export function describeCustom(text: string): string {
  return `custom access: ${maskedRules(text.trim().replaceAll(/\s+/g, ' '))}`;
}

/** Every problem of the access string, with its position. */
export function customProblems(
  subject: string,
  text: string,
  { engine, shared, isApart = false }: RoleContext,
): readonly string[] {
  const { root, selectors, problems } = parseAccessString(text, engine);
  const scopes = [root, ...selectors].map((scope) => ({
    scope,
    granted: grantedBy(scope, engine),
  }));
  const found = [
    ...problems,
    ...scopes.flatMap(({ granted }) => granted.problems),
    ...clearedSelectors(root, selectors),
  ];
  // A rule that was not read leaves the sum of the rules unknown.
  if (problems.length > 0) return aclMessages(subject, found);
  return aclMessages(subject, [
    ...found,
    ...scopes.flatMap(({ scope, granted }) => [
      ...everythingProblems(granted, engine),
      ...missingKeys(scope, granted),
      ...(shared ? sharedProblems(granted, engine, isApart) : []),
    ]),
    ...(found.length === 0 && scopes.every(isEmpty) ? [NOTHING] : []),
  ]);
}

function isEmpty({ granted }: { readonly granted: Granted }): boolean {
  return granted.commands.size === 0;
}

const NOTHING: AclProblem = {
  column: 1,
  allowed: 'an access string that allows a command: a new user has none',
  given: 'one without commands',
  advice: 'add commands, for example +@read, behind any -@all',
};

function clearedSelectors(root: AclScope, selectors: readonly AclScope[]): readonly AclProblem[] {
  return root.rules.flatMap(({ text, column }) =>
    text === 'clearselectors' && selectors.some((each) => each.column < column)
      ? [
          {
            column,
            allowed: 'before the selectors that it removes',
            given: text,
            advice: 'remove it, or the selectors in front of it',
          },
        ]
      : [],
  );
}

/** A command that only a category of administration brings along. */
const ADMINISTRATION = ['acl|setuser', 'acl'];

function everythingProblems({ commands }: Granted, engine: Engine): readonly AclProblem[] {
  const name = ADMINISTRATION.find((each) => commands.has(each) && isWhole(each, engine));
  const rule = name === undefined ? undefined : commands.get(name);
  if (rule === undefined) return [];
  return [
    {
      column: rule.column,
      allowed: 'a rule without commands of administration: it also allows ACL SETUSER',
      given: rule.text,
      advice: 'add -@admin -@dangerous at the end, or use Role.admin with a reason',
    },
  ];
}

/** `acl` is administration where it has no subcommands. */
function isWhole(name: string, { version }: Engine): boolean {
  return name.includes('|') || version === '6.2';
}

function missingKeys({ column }: AclScope, granted: Granted): readonly AclProblem[] {
  const { commands, keys } = granted;
  const rule = commands.get('get') ?? commands.get('set');
  if (rule === undefined || keys.length > 0) return [];
  return [
    {
      column,
      allowed: `rules with a key pattern: \`${rule.text}\` allows commands on keys, and no key`,
      given: 'none',
      advice: 'add a pattern such as ~app:*',
    },
  ];
}

/** Commands that reach the keys of all users, whatever the key patterns are. */
const REACHES_KEYS = ['flushall', 'flushdb', 'swapdb', 'cluster|flushslot'];

/** Commands that reach the clients and scripts of all users, whatever their databases are. */
const REACHES_CLIENTS = `monitor psync client|kill client|list client|pause client|unblock
script|flush script|kill function|delete function|flush function|kill function|load
function|restore acl|deluser`.split(/\s+/);

/** On Redis OSS 6.2, which has no subcommands. */
const REACHES_CLIENTS_6_2 = ['monitor', 'psync', 'client', 'script', 'acl'];

function sharedProblems(
  { commands, keys }: Granted,
  engine: Engine,
  isApart: boolean,
): readonly AclProblem[] {
  const reaching = hasSubcommandRules(engine) ? REACHES_CLIENTS : REACHES_CLIENTS_6_2;
  const clients = reachingProblems(withoutWrite(commands), reaching, (names) => ({
    allowed: `a rule without ${inWords(names)}: it reaches clients and scripts of other users`,
    advice: `add ${names.map((name) => `-${name}`).join(' ')} behind it`,
  }));
  if (isApart) return clients;
  const writes = writesKeys(commands, engine);
  const patterns = keys.flatMap((rule) => {
    const [, sign = '', pattern = '*'] = /^(%\w+~|~)(.*)$/.exec(rule.text) ?? [];
    const isRead = pattern === '*' && (!writes || sign === '%R~');
    const fault = isRead ? undefined : faultWhenShared(pattern);
    return fault ? [{ column: rule.column, given: rule.text, ...fault }] : [];
  });
  const emptying = reachingProblems(commands, REACHES_KEYS, (names) => ({
    allowed: `a rule without ${inWords(names)}: key patterns do not protect other users from it`,
    advice: 'add -@dangerous behind it',
  }));
  return [...patterns, ...emptying, ...clients];
}

/** Without what `+@write` brings along: FUNCTION LOAD, which few of those who write it mean. */
function withoutWrite(commands: Granted['commands']): Granted['commands'] {
  return new Map(Array.from(commands).filter(([, { text }]) => text !== '+@write'));
}

/** At the first rule that grants one of the commands, which a rule may grant with an argument. */
function reachingProblems(
  commands: Granted['commands'],
  reaching: readonly string[],
  say: (names: readonly string[]) => Pick<AclProblem, 'allowed' | 'advice'>,
): readonly AclProblem[] {
  const found = Array.from(commands).flatMap(([granted, rule]) => {
    const name = reaching.find((each) => granted === each || granted.startsWith(`${each}|`));
    return name === undefined ? [] : [{ name, rule }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const names = reaching.filter((each) => found.some(({ name }) => name === each));
  const { allowed, advice } = say(names);
  const { column, text } = first.rule;
  return [{ column, allowed, given: text, advice: `${advice}, or give this user its own cache` }];
}

function inWords(names: readonly string[]): string {
  return names.map((name) => name.toUpperCase().replace('|', ' ')).join(', ');
}

/** Scripts write only by commands that their user may run. */
function writesKeys(commands: Granted['commands'], engine: Engine): boolean {
  const known = commandsOf(engine);
  return Array.from(commands.keys()).some((name) => {
    const categories = known.get(name) ?? known.get(name.split('|')[0] ?? '') ?? [];
    return categories.includes('write');
  });
}
