/**
 * The grammar of an access string: its rules with their positions, per engine.
 *
 * A rule that holds a password is refused, and the password is never shown.
 */

import {
  ACL_CATEGORIES,
  commandsOf,
  hasDatabaseRules,
  hasSubcommandRules,
} from '../../contract/acl-commands';
import { nearest } from '../../contract/nearest';
import { RESTRICTED_COMMANDS } from '../settings/elasticache/commands';
import { Engine } from '../settings/engine';
import type { AclProblem } from './acl-problem';

export type AclRuleKind =
  | 'state'
  | 'keys'
  | 'channels'
  | 'command'
  | 'category'
  | 'databases'
  | 'selectors';

/** A rule of the grammar, such as `+get` or `~app:*`. */
export interface AclRule {
  readonly kind: AclRuleKind;
  /** As the server reads it: keywords, commands and categories in lower case. */
  readonly text: string;
  readonly column: number;
}

/** The rules outside of parentheses, or those of one selector. */
export interface AclScope {
  readonly column: number;
  readonly isSelector: boolean;
  readonly rules: readonly AclRule[];
}

export interface ParsedAccessString {
  readonly root: AclScope;
  readonly selectors: readonly AclScope[];
  readonly problems: readonly AclProblem[];
}

interface Word {
  readonly text: string;
  readonly column: number;
}

const OWN_PASSWORDS = 'passwords are set by the construct and never part of an access string';

/** Rules of the server that ElastiCache or this construct refuses. */
const REFUSED: Readonly<Record<string, string>> = {
  nopass: 'it would let everybody log in without a password',
  reset: 'it would remove the passwords, and ElastiCache refuses it',
  resetpass: OWN_PASSWORDS,
  off: 'a user that is off cannot log in',
  'sanitize-payload': 'ElastiCache documents no such rule',
  'skip-sanitize-payload': 'ElastiCache documents no such rule',
};

const KEYWORDS: Readonly<Record<string, AclRuleKind>> = {
  on: 'state',
  allkeys: 'keys',
  resetkeys: 'keys',
  allchannels: 'channels',
  resetchannels: 'channels',
  allcommands: 'category',
  nocommands: 'category',
  alldbs: 'databases',
  resetdbs: 'databases',
  clearselectors: 'selectors',
};

/** Aliases that are read as another rule. */
const ALIASES: Readonly<Record<string, string>> = { allcommands: '+@all', nocommands: '-@all' };

const PASSWORD = /^[><#!]/;
const SIGN_OF_PASSWORD = /[><#!]/;
const COMMAND = /^[+-][^@]/;
const CATEGORY = /^[+-]@/;
const KEY_PATTERN = /^(~|%[A-Za-z]*~)/;
const KEY_RULE = /^(?:~|%(?:R|W|RW|WR)~)(.+)$/i;
const DATABASES = /^db=/i;
const DATABASE_IDS = /^db=\d+(?:,\d+)*$/i;

const ALLOWED_RULE = 'a rule such as `on`, `~app:*`, `&news:*`, `+get` or `+@read`';

/** Reads an access string; its problems are those of single rules. */
export function parseAccessString(text: string, engine: Engine): ParsedAccessString {
  const { scopes, problems } = scopesOf(text, engine);
  const read = scopes.map(({ column, isSelector, words }) => {
    const rules = words.flatMap((word) => {
      const rule = readRule(word, engine, isSelector);
      if ('kind' in rule) return [rule];
      problems.push(rule);
      return [];
    });
    return { column, isSelector, rules };
  });
  const [root = { column: 1, isSelector: false, rules: [] }, ...selectors] = read;
  return { root, selectors, problems };
}

interface WordsOfScope {
  readonly column: number;
  readonly isSelector: boolean;
  readonly words: Word[];
}

/** Divides the words into those outside of parentheses and those of each selector. */
function scopesOf(text: string, engine: Engine) {
  const root: WordsOfScope = { column: 1, isSelector: false, words: [] };
  const scopes = [root];
  const problems: AclProblem[] = [];
  let current = root;
  for (const given of wordsOf(text, problems)) {
    let rest = given;
    if (rest.text.startsWith('(')) {
      problems.push(...selectorProblems(rest, current, engine));
      current = { column: rest.column, isSelector: true, words: [] };
      scopes.push(current);
      rest = { text: rest.text.slice(1), column: rest.column + 1 };
    }
    const isEnd = current.isSelector && rest.text.endsWith(')');
    const inner = isEnd ? rest.text.replace(/\)+$/, '') : rest.text;
    if (inner !== '') current.words.push({ text: inner, column: rest.column });
    if (isEnd) current = root;
  }
  if (current !== root) {
    const open = { text: '(', column: current.column };
    problems.push(refused(open, 'a selector that ends with `)`', 'add the `)`'));
  }
  return { scopes, problems };
}

/** The words of an access string, without the `user NAME` of a line of `ACL LIST`. */
function wordsOf(text: string, problems: AclProblem[]): readonly Word[] {
  const words = Array.from(text.matchAll(/\S+/g), ({ 0: each, index }) => ({
    text: each,
    column: index + 1,
  }));
  const [first] = words;
  if (first?.text.toLowerCase() !== 'user') return words;
  problems.push(refused(first, ALLOWED_RULE, 'leave out `user` and the name of the user'));
  return words.slice(2);
}

function selectorProblems(word: Word, { isSelector }: WordsOfScope, engine: Engine): AclProblem[] {
  if (isSelector) {
    return [refused(word, 'a rule: a selector holds no other selector', 'close the first one')];
  }
  return hasSubcommandRules(engine) ? [] : [newer(word, 'selectors')];
}

function readRule(word: Word, engine: Engine, isSelector: boolean): AclRule | AclProblem {
  const { text, column } = word;
  const lower = text.toLowerCase();
  if (PASSWORD.test(text)) {
    const hidden = { text: `${text.slice(0, 1)}…`, column };
    return refused(hidden, `a rule without a password: ${OWN_PASSWORDS}`, 'remove it');
  }
  if (Object.hasOwn(REFUSED, lower)) {
    return refused(word, `a rule that users may have: ${REFUSED[lower]}`, 'remove it');
  }
  if (Object.hasOwn(KEYWORDS, lower)) return readKeyword(word, engine, isSelector);
  if (CATEGORY.test(text)) return readCategory(word);
  if (COMMAND.test(text)) return readCommand(word, engine);
  if (KEY_PATTERN.test(text)) return readKeys(word, engine);
  if (DATABASES.test(text)) return readDatabases(word, engine);
  if (text.startsWith('&')) {
    return text === '&'
      ? refused(word, 'a channel pattern such as `&news:*`', 'add the pattern after `&`')
      : { kind: 'channels', text, column };
  }
  return refused(word, ALLOWED_RULE, adviceForUnknown(text, engine));
}

function readKeyword(word: Word, engine: Engine, isSelector: boolean): AclRule | AclProblem {
  const lower = word.text.toLowerCase();
  const kind = KEYWORDS[lower] as AclRuleKind;
  if (kind === 'databases' && !hasDatabaseRules(engine)) return newerDatabases(word, engine);
  if (kind === 'selectors' && !hasSubcommandRules(engine)) return newer(word, 'selectors');
  if (isSelector && (kind === 'state' || kind === 'selectors')) {
    return refused(word, 'a rule for commands, keys or channels', 'move it out of the selector');
  }
  return { kind, text: ALIASES[lower] ?? lower, column: word.column };
}

function readCategory(word: Word): AclRule | AclProblem {
  const name = word.text.slice(2).toLowerCase();
  if (ACL_CATEGORIES.includes(name)) {
    return { kind: 'category', text: word.text.toLowerCase(), column: word.column };
  }
  const near = nearest(name, ACL_CATEGORIES);
  const advice = near
    ? `use ${word.text.slice(0, 1)}@${near}`
    : `use one of ${ACL_CATEGORIES.map((each) => `@${each}`).join(', ')}`;
  return refused(word, 'a command category of the engine', advice);
}

function readCommand(word: Word, engine: Engine): AclRule | AclProblem {
  const text = word.text.toLowerCase();
  const [sign = '', name] = [text.slice(0, 1), text.slice(1)];
  const [container = '', ...rest] = name.split('|');
  const isRestricted = RESTRICTED_COMMANDS.includes(container.toUpperCase());
  if (isRestricted) {
    const allowed = `a command that ElastiCache offers: it refuses ${container.toUpperCase()}`;
    return refused(word, `${allowed} in an access string`, 'remove it; no user can run it');
  }
  const commands = commandsOf(engine);
  const rule: AclRule = { kind: 'command', text, column: word.column };
  if (rest.length > 0 && !hasSubcommandRules(engine)) return newer(word, 'subcommands');
  if (commands.has(name)) return rule;
  const isContainer = Array.from(commands.keys()).some((each) => each.startsWith(`${container}|`));
  // The first argument of a command without subcommands, as in `+select|0`.
  if (rest.length === 1 && rest[0] !== '' && commands.has(container) && !isContainer) {
    if (sign === '+') return rule;
    const allowed = `a rule for the whole command: ${container} has no subcommands`;
    return refused(word, allowed, `use -${container}, and + with the arguments to allow`);
  }
  const known = Array.from(commands.keys());
  const near = isContainer
    ? nearest(
        name,
        known.filter((each) => each.startsWith(`${container}|`)),
      )
    : nearest(name, known);
  const other = Engine.ALL.find((each) => commandsOf(each).has(name));
  const found = near ? `use ${sign}${near}` : 'remove it';
  const advice = other ? `remove it, or choose an engine such as ${other.id}` : found;
  return refused(word, `a command of ${engine.id}`, advice);
}

function readKeys(word: Word, engine: Engine): AclRule | AclProblem {
  const { text, column } = word;
  const pattern = KEY_RULE.exec(text)?.[1];
  if (pattern === undefined) {
    const allowed = 'a key pattern such as `~app:*`, `%R~app:*` or `%W~app:*`';
    return refused(word, allowed, 'add the pattern after `~`, and only R or W before it');
  }
  if (text.startsWith('%') && !hasSubcommandRules(engine)) {
    return newer(word, 'patterns for only reading or only writing');
  }
  const prefix = text.slice(0, text.length - pattern.length).toUpperCase();
  return { kind: 'keys', text: `${prefix}${pattern}`, column };
}

function readDatabases(word: Word, engine: Engine): AclRule | AclProblem {
  if (!hasDatabaseRules(engine)) return newerDatabases(word, engine);
  const { text, column } = word;
  return DATABASE_IDS.test(text)
    ? { kind: 'databases', text: text.toLowerCase(), column }
    : refused(word, 'database numbers such as `db=0,1`', 'use numbers with commas between them');
}

function adviceForUnknown(text: string, engine: Engine): string {
  const lower = text.toLowerCase();
  if (commandsOf(engine).has(lower)) return `use +${lower}`;
  if (ACL_CATEGORIES.includes(lower.replace(/^@/, ''))) return `use +@${lower.replace(/^@/, '')}`;
  if (SIGN_OF_PASSWORD.test(text)) return 'remove it, with any password';
  if (/[*:]/.test(text)) return `use ~${text} for keys, or &${text} for channels`;
  const near = nearest(text, [...Object.keys(KEYWORDS), ...commandsOf(engine).keys()]);
  if (near === undefined) return 'remove it, or write it as one of these rules';
  return `use ${Object.hasOwn(KEYWORDS, near) ? near : `+${near}`}`;
}

function refused({ text, column }: Word, allowed: string, advice: string): AclProblem {
  return { column, allowed, given: text, advice };
}

function newer(word: Word, what: string): AclProblem {
  return refused(
    word,
    `a rule of Redis OSS 6.2, which has no ${what}`,
    'remove it, or choose Valkey or Redis OSS 7.0',
  );
}

function newerDatabases(word: Word, engine: Engine): AclProblem {
  const allowed = `a rule of ${engine.id}, which cannot restrict databases`;
  return refused(word, allowed, 'remove it, or choose Valkey 9.1 or newer');
}
