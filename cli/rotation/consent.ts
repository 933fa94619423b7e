/**
 * Asks before a command does what cannot be undone: at a terminal with a question, in a script by
 * `--yes`. Where nobody can answer, the command ends and has changed nothing.
 */

import { createInterface } from 'node:readline/promises';
import { CliError } from '../aws/cloud';
import type { CommandResult } from '../terminal/screen';
import type { Work } from './commands';

/** A terminal: where the question is read, and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** On stderr, so that stdout has the answer of the command and nothing else. */
const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Says what it costs and whether to go on. What costs nothing is not asked about.
 *
 * @throws CliError without a terminal and without `--yes`.
 */
export async function consents(
  { screen, isYes }: Pick<Work, 'screen' | 'isYes'>,
  costs: readonly string[],
  terminal: Terminal = TERMINAL,
): Promise<boolean> {
  for (const cost of costs) screen.tell(screen.styled('yellow', cost));
  if (costs.length === 0 || isYes) return true;
  if (!terminal.input.isTTY || !terminal.output.isTTY) {
    throw new CliError(
      'this must be confirmed, got no terminal to ask at, so it was not done. Add --yes if what ' +
        'it costs is meant:\n' +
        costs.map((cost) => `  ${cost}`).join('\n'),
    );
  }
  return ask(terminal);
}

/** Anything but a yes is a no, also the end of the input. */
async function ask({ input, output }: Terminal): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question('Go on? [y/N] '), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

/** What a command answers that was not allowed to go on, after what it has done already. */
export function declined({ cache }: Work, done: readonly string[] = []): CommandResult {
  return {
    exitCode: 1,
    lines: [`not confirmed: nothing ${done.length > 0 ? 'more ' : ''}was changed`],
    json: { cache: cache.name, isDeclined: true, repaired: done },
  };
}
