/** Problems of a role: of its props, of its engine, and of a cache that other users share. */

import { hasDatabaseRules, hasSubcommandRules } from '../../contract/acl-commands';
import type { Engine } from '../settings/engine';
import { checkKinds } from '../validation/kinds';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import { isPlain, shown, unread } from '../validation/shown';
import { EVERY, type RoleRights } from './access-string-of-rights';
import { faultOfPattern, faultWhenShared, isLateText, type PatternFault } from './key-patterns';
import { ROLE_PROP_KINDS, type RoleKind } from './role-props';

/** Where a role is used. */
export interface RoleContext {
  /** The name of the user. */
  readonly name: string;
  readonly engine: Engine;
  /** Whether other users have a role in the same cache. */
  readonly shared: boolean;
  /** Whether it has databases that no other user has, which the engine enforces. @default false */
  readonly isApart?: boolean;
  /** Whether the cache is sharded. @default false */
  readonly isSharded?: boolean;
}

const AGAIN = 'choose Valkey or Redis OSS 7.0';

/** Problems of the props themselves, without the name of the user. */
export function kindProblems(kind: RoleKind, given: unknown): readonly string[] {
  if (kind === 'custom') return textProblems(given);
  const props = isPlain(given) ? given : {};
  return [
    ...linesOf(() => checkKinds(undefined, given, ROLE_PROP_KINDS[kind])),
    ...['keys', 'readKeys', 'writeKeys'].flatMap((name) => listProblems(props, name, 'app:*')),
    ...listProblems(props, 'channels', 'news:*'),
    ...databaseProblems(props.databases),
    ...prefixProblems(props.prefix),
    ...reasonProblems(props.reason),
    ...emptyProblems(props),
  ];
}

/** The lines of the error that a check throws. */
function linesOf(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.message.split('\n');
  }
}

function textProblems(given: unknown): readonly string[] {
  const others = isPlain(given) ? Object.keys(given).filter((name) => name !== 'accessString') : [];
  if (others.length > 0) return [withOthers(others)];
  const isText = typeof given === 'string' && given.trim() !== '';
  if (isText && !isLateText(given)) return [];
  const allowed = 'an access string that is known at synth';
  const advice = 'Write one such as "~app:* -@all +@read", or use Role.readOnly().';
  return [mustBe({ subject: 'Role.custom', allowed, given: blank(given), advice })];
}

function blank(given: unknown): string {
  return typeof given === 'string' && given.trim() === '' ? shown(given) : unread(given);
}

function withOthers(names: readonly string[]): string {
  return mustBe({
    subject: 'Role.custom',
    allowed: 'an access string alone, `accessString` in a stage file',
    given: `also ${names.map((name) => `\`${name}\``).join(', ')}`,
    advice: 'write it as rules of the access string, such as &news:* for channels, or remove it',
  });
}

function listProblems(
  props: Readonly<Record<string, unknown>>,
  name: string,
  example: string,
): readonly string[] {
  const list = props[name];
  if (!Array.isArray(list)) return [];
  return list.flatMap((pattern: unknown, index) => {
    const fault = faultOfPattern(pattern, example);
    return fault ? [faulty(`\`${name}[${index}]\``, fault, pattern)] : [];
  });
}

function databaseProblems(databases: unknown): readonly string[] {
  if (!Array.isArray(databases)) return [];
  return databases.flatMap((each: unknown, index) => {
    if (typeof each === 'number' && Number.isInteger(each) && each >= 0) return [];
    const fault = { allowed: 'the number of a database', advice: 'use a number such as 0' };
    return [faulty(`\`databases[${index}]\``, fault, each)];
  });
}

function prefixProblems(prefix: unknown): readonly string[] {
  if (prefix === undefined) return [];
  const fault = faultOfPattern(prefix === ':' ? '' : prefix, 'app');
  return fault ? [faulty('`prefix`', { ...fault, allowed: prefixWords(fault) }, prefix)] : [];
}

function prefixWords({ allowed }: PatternFault): string {
  return allowed.replace('a pattern', 'a prefix');
}

function reasonProblems(reason: unknown): readonly string[] {
  if (typeof reason !== 'string') return [];
  if (/\p{L}{2}/u.test(reason) && !reason.includes('{{resolve:')) return [];
  const fault = { allowed: 'a reason in words', advice: 'say why, in a few words' };
  return [faulty('`reason`', fault, reason)];
}

/** Lists that leave nothing to use. */
function emptyProblems(props: Readonly<Record<string, unknown>>): readonly string[] {
  const isEmpty = (name: string) => {
    const list = props[name];
    return Array.isArray(list) && list.length === 0;
  };
  const has = (name: string) => Array.isArray(props[name]) && !isEmpty(name);
  const hasOther = ['readKeys', 'writeKeys', 'channels'].some(has);
  return [
    ...(isEmpty('keys') && !hasOther
      ? [faulty('`keys`', { allowed: 'a list with a pattern', advice: 'add one' }, [])]
      : []),
    ...(isEmpty('databases')
      ? [faulty('`databases`', { allowed: 'a list with a number', advice: 'add one' }, [])]
      : []),
  ];
}

function faulty(subject: string, { allowed, advice }: PatternFault, given: unknown): string {
  return mustBe({ subject, allowed, given: shown(given), advice });
}

/** Problems of valid props on an engine, and in a cache that other users share. */
export function rightsProblems(
  subject: string,
  kind: RoleKind,
  rights: RoleRights,
  context: RoleContext,
): readonly string[] {
  return [
    ...engineProblems(kind, rights, context),
    ...(context.shared && !context.isApart ? sharedProblems(kind, rights) : []),
  ].map((each) => `${subject}: ${each}`);
}

/** Client libraries that need a subcommand, which Redis OSS 6.2 cannot allow by itself. */
const NEEDS_SUBCOMMANDS: Partial<Readonly<Record<RoleKind, string>>> = {
  bullMq: 'BullMQ sends CLIENT SETNAME, which 6.2 allows only together with CLIENT KILL',
  nodeExample: 'BullMQ sends CLIENT SETNAME, which 6.2 allows only together with CLIENT KILL',
  celery: 'Celery sends SCRIPT LOAD, which 6.2 allows only together with SCRIPT FLUSH',
  rq: 'RQ sends SCRIPT LOAD, which 6.2 allows only together with SCRIPT FLUSH',
  sidekiq: 'Sidekiq sends SCRIPT LOAD, which 6.2 allows only together with SCRIPT FLUSH',
};

const SLOTS_WITH_FAILOVER = '6.2 allows CLUSTER SLOTS only together with CLUSTER FAILOVER';

function engineProblems(
  kind: RoleKind,
  rights: RoleRights,
  context: RoleContext,
): readonly string[] {
  const { engine, isSharded = false } = context;
  const { databases, readKeys, writeKeys } = rights;
  const problems: string[] = [];
  const add = (setting: string, given: unknown, why: string, advice: string) => {
    const allowed = `nothing on ${engine.id}: ${why}`;
    problems.push(mustBe({ subject: `\`${setting}\``, allowed, given: shown(given), advice }));
  };
  if (databases.length > 0 && !hasDatabaseRules(engine)) {
    const why = 'users can be restricted to databases since Valkey 9.1';
    add('databases', databases, why, 'remove it, or choose Valkey 9.1 or newer');
  }
  if (hasSubcommandRules(engine)) return problems;
  const why = 'it cannot restrict a key to reading or to writing';
  if (readKeys.length > 0) add('readKeys', readKeys, why, `use \`keys\`, or ${AGAIN}`);
  if (writeKeys.length > 0) add('writeKeys', writeKeys, why, `use \`keys\`, or ${AGAIN}`);
  const needs = (subject: string, reason: string) => {
    const allowed = `on Valkey or Redis OSS 7.0: ${reason}`;
    problems.push(mustBe({ subject, allowed, given: engine.id, advice: 'choose such an engine' }));
  };
  const reason = NEEDS_SUBCOMMANDS[kind];
  if (reason) needs(`Role.${kind}`, reason);
  if (isSharded) needs('a sharded cache with users', SLOTS_WITH_FAILOVER);
  return problems;
}

function sharedProblems(kind: RoleKind, rights: RoleRights): readonly string[] {
  const { keys, readKeys, writeKeys, writes, clear } = rights;
  const isFree = (pattern: string, mayWrite: boolean) => pattern === EVERY && !mayWrite;
  const lists = [
    { name: 'keys', patterns: keys, mayWrite: writes },
    { name: 'readKeys', patterns: readKeys, mayWrite: false },
    { name: 'writeKeys', patterns: writeKeys, mayWrite: true },
  ];
  const faults = lists.flatMap(({ name, patterns, mayWrite }) =>
    patterns.flatMap((pattern) => {
      const fault = isFree(pattern, mayWrite) ? undefined : faultWhenShared(pattern);
      return fault ? [faulty(`\`${name}\``, fault, pattern)] : [];
    }),
  );
  return [...(kind === 'sidekiq' ? [SIDEKIQ_SHARED] : faults), ...(clear ? [CLEAR_SHARED] : [])];
}

const SIDEKIQ_SHARED = mustBe({
  subject: 'Role.sidekiq',
  allowed: "the role of a cache's only user: Sidekiq's keys have no common prefix",
  given: 'a cache that other users share',
  advice: 'give it its own cache, or `databases` that no other user has, on Valkey 9.1',
});

const CLEAR_SHARED = mustBe({
  subject: '`clear`',
  allowed: 'false where other users share the cache: FLUSHDB ignores key patterns',
  given: 'true',
  advice:
    'remove it, give this user its own cache, or `databases` that no other user has, on Valkey 9.1',
});
