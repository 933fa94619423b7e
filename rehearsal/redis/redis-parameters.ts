/**
 * Which parameters of a template a server knows, by its own word: ElastiCache has some that no
 * redis-server does, and each version has its own. Never a list of ours, which would grow old.
 */

import { blockedBy } from '../../lib/settings/elasticache/commands';
import { RedisNode, type RedisNodeOptions } from './redis-node';

/** A server knows the name, but other values: here only ElastiCache's own word counts. */
export const OTHER_VALUES = ['cluster-preferred-endpoint-type'];

/** ElastiCache's name for blocked commands; a server has a directive for each instead. */
export const RENAME_COMMANDS = 'rename-commands';

/**
 * The commands that the template's parameters block.
 *
 * @throws Error if a command gets a new name, which the rehearsal does not play.
 */
export function blockedCommandsOf(parameters: Readonly<Record<string, string>>) {
  const blocked = blockedBy(parameters[RENAME_COMMANDS] ?? '');
  if (blocked === undefined) {
    throw new Error(
      `${RENAME_COMMANDS} must be pairs of a command and "blocked", got ` +
        `${JSON.stringify(parameters[RENAME_COMMANDS])}. Block commands by \`blockedCommands\`.`,
    );
  }
  return blocked;
}

/** Names that a program knows, by its path and what it was asked. */
const answers = new Map<string, Promise<readonly string[]>>();

/**
 * Those parameters that the server knows; what it leaves out, the check of the parameters names.
 *
 * Starts a node without parameters for the question, once for each program and each template.
 */
export async function knownParameters(
  options: Omit<RedisNodeOptions, 'id' | 'passwords'>,
): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(options.parameters);
  const question = [options.binaryPath, ...names].join(' ');
  const answer = answers.get(question) ?? ask(options, names);
  answers.set(question, answer);
  // A failure is not remembered: the next deployment asks again.
  answer.catch(() => answers.delete(question));
  const known = await answer;
  const kept = Object.entries(options.parameters).filter(([name]) => known.includes(name));
  return Object.fromEntries(kept);
}

async function ask(
  options: Omit<RedisNodeOptions, 'id' | 'passwords'>,
  names: readonly string[],
): Promise<readonly string[]> {
  const node = await RedisNode.start({ ...options, id: 'asked', parameters: {}, passwords: [] });
  try {
    const values = await Promise.all(names.map((name) => node.setting(name)));
    return names.filter(
      (name, index) => values[index] !== undefined && !OTHER_VALUES.includes(name),
    );
  } finally {
    await node.stop();
  }
}
