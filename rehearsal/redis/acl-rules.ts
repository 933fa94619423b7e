/**
 * ACL rules that a server knows. The engine of a cache can be newer than the server of this
 * machine, which refuses rules on commands that it has not.
 */

import type { RespReply } from '../../contract/resp';

/** Asks a server as administrator. */
interface Asked {
  admin(...command: readonly string[]): Promise<RespReply>;
}

/** The command of a rule such as `+client|list`, within a selector or not. */
function commandOf(rule: string): string | undefined {
  return /^\(?[+-]([^@()][^()]*)\)?$/.exec(rule)?.[1];
}

/** The rules without those on unknown commands. */
export async function knownRules(
  node: Asked,
  rules: readonly string[],
): Promise<readonly string[]> {
  const unknown = await unknownCommands(node, rules);
  return rules.filter((rule) => !unknown.includes(commandOf(rule) ?? ''));
}

/** The commands of these rules that a server does not know. */
export async function unknownCommands(
  node: Asked,
  rules: readonly string[],
): Promise<readonly string[]> {
  const commands = Array.from(new Set(rules.flatMap((rule) => commandOf(rule) ?? [])));
  const known = knownBy.get(node) ?? new Map<string, boolean>();
  knownBy.set(node, known);
  const unasked = commands.filter((command) => !known.has(command));
  for (let start = 0; start < unasked.length; start += AT_ONCE_MAX) {
    const some = unasked.slice(start, start + AT_ONCE_MAX);
    const infos = (await node.admin('COMMAND', 'INFO', ...some)) as readonly RespReply[];
    for (const [index, command] of some.entries()) known.set(command, infos[index] !== null);
  }
  return commands.filter((command) => known.get(command) === false);
}

/** The description of a command with its subcommands has some kilobytes. */
const AT_ONCE_MAX = 8;

/** Answers by node, which has the same commands for life. */
const knownBy = new WeakMap<Asked, Map<string, boolean>>();
