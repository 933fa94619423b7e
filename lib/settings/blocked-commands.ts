/**
 * Commands that a cache rejects, and commands that cannot be blocked because the rotation, the
 * adapters or client libraries need them.
 */

import type { Problems } from '../validation/setting-error';
import {
  BLOCKED_COMMANDS_PRESET,
  CLIENT_COMMANDS,
  CONNECTION_COMMANDS,
  QUEUE_MAY_BLOCK,
  RENAMABLE_COMMANDS,
} from './elasticache/commands';
import { Purpose } from './purpose';

/** Name of the preset in a list of blocked commands. */
export const PRESET = 'preset';

/** Commands in upper case, without duplicates, and with the preset expanded. */
export function resolveBlockedCommands(given: readonly string[]): readonly string[] {
  const commands = given.flatMap((each) =>
    each === PRESET ? BLOCKED_COMMANDS_PRESET : [each.toUpperCase()],
  );
  return Array.from(new Set(commands));
}

/** Adds a problem per command that cannot be blocked. */
export function checkBlockedCommands(
  problems: Problems,
  commands: readonly string[],
  purpose: Purpose,
): void {
  for (const command of commands) {
    const why = whyNotBlockable(command, purpose);
    if (why === undefined) continue;
    const allowed = `a command that AWS can block and no client needs, or "${PRESET}": ${why}`;
    problems.add('blockedCommands', command, allowed, 'remove it');
  }
}

function whyNotBlockable(command: string, purpose: Purpose): string | undefined {
  if (CONNECTION_COMMANDS.has(command)) {
    return 'logging in, health checks and the rotation need it';
  }
  if (!RENAMABLE_COMMANDS.has(command)) {
    return 'AWS blocks no command of this name by a parameter; administration is restricted anyway';
  }
  if (CLIENT_COMMANDS.has(command)) return 'client libraries send it by themselves';
  if (purpose === Purpose.QUEUE && !QUEUE_MAY_BLOCK.has(command))
    return "a queue's workers need it";
  return undefined;
}
