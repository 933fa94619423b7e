/**
 * What an access string allows: its rules applied from left to right, as the server does.
 *
 * Rules without an effect are problems: their author meant another order.
 */

import { type CommandCategories, commandsOf, namesOfRule } from '../../contract/acl-commands';
import type { Engine } from '../settings/engine';
import type { AclProblem } from './acl-problem';
import type { AclRule, AclScope } from './acl-rules';

/** What the rules of one scope allow. */
export interface Granted {
  /** Commands and subcommands, each with the rule that allowed it. */
  readonly commands: ReadonlyMap<string, AclRule>;
  /** Key patterns in the order of their rules. */
  readonly keys: readonly AclRule[];
  /** The rule that restricts databases. */
  readonly databases: AclRule | undefined;
  readonly problems: readonly AclProblem[];
}

export function grantedBy({ rules }: AclScope, engine: Engine): Granted {
  const problems: AclProblem[] = [];
  const commands = grantCommands(rules, commandsOf(engine), problems);
  grantPatterns(rules, 'channels', CHANNELS, problems);
  return {
    commands,
    keys: grantPatterns(rules, 'keys', KEYS, problems),
    databases: grantDatabases(rules, problems),
    problems,
  };
}

function grantCommands(
  rules: readonly AclRule[],
  known: CommandCategories,
  problems: AclProblem[],
): ReadonlyMap<string, AclRule> {
  const granted = new Map<string, AclRule>();
  const removals: (readonly [AclRule, readonly string[]])[] = [];
  for (const rule of rules) {
    if (rule.kind !== 'command' && rule.kind !== 'category') continue;
    const names = namesOfRule(rule.text, known);
    if (rule.text.startsWith('+')) {
      for (const name of names) granted.set(name, rule);
      continue;
    }
    if (rule.text === '-@all' && granted.size > 0) {
      problems.push(undoing(rule, 'every command', 'the commands'));
    }
    for (const name of names) granted.delete(name);
    if (rule.text !== '-@all') removals.push([rule, names]);
  }
  for (const [rule, names] of removals) {
    const [first] = names;
    const again = first === undefined ? undefined : granted.get(first);
    const isUndone = names.every((name) => granted.get(name)?.kind === 'category');
    if (!isUndone || again === undefined) continue;
    problems.push({
      column: rule.column,
      allowed: `after the rule that allows it again: \`${again.text}\` at column ${again.column}`,
      given: rule.text,
      advice: `move ${rule.text} behind ${again.text}`,
    });
  }
  return granted;
}

interface PatternKind {
  /** Whether the server refuses a pattern after it. */
  readonly isAll: (text: string) => boolean;
  readonly reset: string;
  readonly what: string;
}

const KEYS: PatternKind = {
  isAll: (text) => text === 'allkeys' || text === '~*',
  reset: 'resetkeys',
  what: 'every key',
};

const CHANNELS: PatternKind = {
  isAll: (text) => text === 'allchannels' || text === '&*',
  reset: 'resetchannels',
  what: 'every channel',
};

function grantPatterns(
  rules: readonly AclRule[],
  kind: AclRule['kind'],
  { isAll, reset, what }: PatternKind,
  problems: AclProblem[],
): readonly AclRule[] {
  let granted: AclRule[] = [];
  for (const rule of rules.filter((each) => each.kind === kind)) {
    const all = granted.find(({ text }) => isAll(text));
    if (rule.text === reset) {
      if (granted.length > 0) problems.push(undoing(rule, `the ${kind}`, `the ${kind}`));
      granted = [];
    } else if (all === undefined || isAll(rule.text)) {
      granted.push(rule);
    } else {
      problems.push({
        column: rule.column,
        allowed: `before ${all.text} at column ${all.column}, which gives ${what}`,
        given: rule.text,
        advice: `remove ${all.text} to give only some ${kind}, or this rule`,
      });
    }
  }
  return granted;
}

function grantDatabases(rules: readonly AclRule[], problems: AclProblem[]): AclRule | undefined {
  const given = rules.filter(({ kind }) => kind === 'databases');
  const last = given.at(-1);
  for (const rule of given.slice(0, -1)) {
    if (rule.text === 'resetdbs') continue;
    problems.push({
      column: rule.column,
      allowed: `the only rule for databases: ${last?.text} at column ${last?.column} replaces it`,
      given: rule.text,
      advice: 'name all databases in one rule, as in db=0,1',
    });
  }
  return last?.text === 'alldbs' ? undefined : last;
}

function undoing(rule: AclRule, what: string, these: string): AclProblem {
  return {
    column: rule.column,
    allowed: `before the rules that it undoes: it takes back ${what}`,
    given: rule.text,
    advice: `move it in front of ${these}, or remove it`,
  };
}
