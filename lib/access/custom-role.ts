/** The role of a given access string: its problems on an engine, and in a shared cache. */

import type { Engine } from '../settings/engine';
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
  const words = text.trim().split(/\s+/);
  return `custom access: ${words.map((each) => each.replace(/^([><#!]).*/, '$1…')).join(' ')}`;
}

/** Every problem of the access string, with its position. */
export function customProblems(
  subject: string,
  text: string,
  { engine, shared }: RoleContext,
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
      ...(shared ? sharedProblems(granted) : []),
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
const REACHES_OTHERS = ['flushall', 'flushdb', 'swapdb'];

function sharedProblems(granted: Granted): readonly AclProblem[] {
  const { commands, keys, databases } = granted;
  const isApart = databases !== undefined;
  const reaching = REACHES_OTHERS.flatMap((name) => {
    const rule = commands.get(name);
    return rule === undefined ? [] : [{ name: name.toUpperCase(), rule }];
  });
  const writes = Array.from(commands.keys()).some((name) => ['set', 'del', 'hset'].includes(name));
  const patterns = keys.flatMap((rule) => {
    const [, sign = '', pattern = '*'] = /^(%\w+~|~)(.*)$/.exec(rule.text) ?? [];
    const isRead = pattern === '*' && (!writes || sign === '%R~');
    const fault = isRead || isApart ? undefined : faultWhenShared(pattern);
    return fault ? [{ column: rule.column, given: rule.text, ...fault }] : [];
  });
  const [first] = reaching;
  if (first === undefined || isApart) return patterns;
  const names = reaching.map(({ name }) => name).join(', ');
  return [
    ...patterns,
    {
      column: first.rule.column,
      allowed: `a rule without ${names}: key patterns do not protect other users from it`,
      given: first.rule.text,
      advice: 'add -@dangerous behind it, or give this user its own cache',
    },
  ];
}
