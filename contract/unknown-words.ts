/** Finds the words of an access string that an engine refuses because a newer one added them. */

import { type AclEngine, commandsOf, hasDatabaseRules, hasSubcommandRules } from './acl-commands';

/** Rules since Redis OSS 7.0: selectors, and patterns for only reading or only writing. */
const SINCE_SUBCOMMANDS = /^(?:\(|%|clearselectors$)/;
const OF_DATABASES = /^(?:db=|alldbs$|resetdbs$)/;
const OF_COMMAND = /^[+-]([^@|]+)(?:\|(.+))?$/;

/** Each word once, as it is written. `access` is an access string that a newer engine takes. */
export function unknownWords(access: string, engine: AclEngine): readonly string[] {
  const words = access.split(/\s+/).filter((word) => isUnknown(word.toLowerCase(), engine));
  return Array.from(new Set(words));
}

function isUnknown(word: string, engine: AclEngine): boolean {
  const rule = word.replace(/^\(/, '').replace(/\)$/, '');
  const isOld = !hasSubcommandRules(engine);
  if (isOld && [word, rule].some((each) => SINCE_SUBCOMMANDS.test(each))) return true;
  if (OF_DATABASES.test(rule)) return !hasDatabaseRules(engine);
  const [, command, argument] = OF_COMMAND.exec(rule) ?? [];
  if (command === undefined) return false;
  const known = commandsOf(engine);
  if (argument === undefined) return !known.has(command) && !isContainer(command, known);
  if (isOld || known.has(`${command}|${argument}`)) return isOld;
  // The first argument of a command without subcommands, as in `+select|0`.
  return !known.has(command) || isContainer(command, known);
}

function isContainer(command: string, known: ReadonlyMap<string, unknown>): boolean {
  return Array.from(known.keys()).some((each) => each.startsWith(`${command}|`));
}
