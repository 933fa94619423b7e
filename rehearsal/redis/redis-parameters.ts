/**
 * Parameters of a template that a server knows. The server is queried, since ElastiCache has
 * additional parameters and each version has its own; a fixed list would become outdated.
 */

import { blockedBy } from '../../lib/settings/elasticache/commands';
import { RedisNode, type RedisNodeOptions } from './redis-node';

/** Parameters that servers know with other values than ElastiCache; not compared. */
export const OTHER_VALUES = ['cluster-preferred-endpoint-type'];

/** ElastiCache's parameter for blocked commands; servers have one directive per command. */
export const RENAME_COMMANDS = 'rename-commands';

/**
 * The commands that the template's parameters block.
 *
 * @throws Error if a command gets a new name, which the rehearsal does not support.
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

/** Known parameter names, by program and parameters of the template. */
const answers = new Map<string, Promise<readonly string[]>>();

/**
 * The parameters that the server knows. The check of parameters reports the others.
 *
 * Starts a node without parameters to query them, once per program and template.
 */
export async function knownParameters(
  options: Omit<RedisNodeOptions, 'id' | 'passwords'>,
): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(options.parameters);
  const question = [options.binaryPath, ...names].join(' ');
  const answer = answers.get(question) ?? ask(options, names);
  answers.set(question, answer);
  // A failure is not cached: the next deployment queries again.
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
