/**
 * Suggests the intended command or option: commander finds typing errors; this file also finds
 * names that contain or extend a known name, such as `--cache-name` or `rotate-password`.
 */

import type { Command } from 'commander';
import { nearest } from '../../contract/nearest';

const UNKNOWN = /^error: unknown (?:command|option) '([^']*)'$/m;
const SUGGESTED = '(Did you mean ';

/** @returns the command, with suggestions in its errors */
export function suggesting(command: Command): Command {
  return command.configureOutput({
    outputError: (text, write) => write(withNearest(text, command)),
  });
}

function withNearest(text: string, command: Command): string {
  const [line, unknown] = UNKNOWN.exec(text) ?? [];
  if (line === undefined || unknown === undefined || text.includes(SUGGESTED)) return text;
  const known = unknown.startsWith('-')
    ? command.options.flatMap(({ long }) => long ?? [])
    : command.commands.map((each) => each.name());
  const near = nearest(unknown, known);
  return near === undefined ? text : text.replace(line, () => `${line}\n${SUGGESTED}${near}?)`);
}
