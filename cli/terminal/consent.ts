/**
 * Asks for confirmation before an irreversible action: at a terminal with a question, in a script
 * with `--yes`. Otherwise the command ends without a change.
 */

import { createInterface } from 'node:readline/promises';
import { CliError } from '../aws/cloud';
import type { Screen } from './screen';

/** A terminal for the question and its answer. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** What a command is confirmed with. */
export interface Asked {
  readonly screen: Screen;
  /** Whether the operator has confirmed the consequences in advance: `--yes`. */
  readonly isYes: boolean;
}

/** On stderr, because stdout holds only the answer of the command. */
const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Prints the consequences and asks whether to continue. Without consequences it does not ask.
 *
 * @throws CliError without a terminal and without `--yes`.
 */
export async function consents(
  { screen, isYes }: Asked,
  costs: readonly string[],
  terminal: Terminal = TERMINAL,
): Promise<boolean> {
  for (const cost of costs) screen.tell(screen.styled('yellow', cost));
  if (costs.length === 0 || isYes) return true;
  if (!terminal.input.isTTY || !terminal.output.isTTY) {
    throw new CliError(
      'this must be confirmed, got no terminal, so nothing was done. Add --yes to accept these ' +
        'consequences:\n' +
        costs.map((cost) => `  ${cost}`).join('\n'),
    );
  }
  return ask(terminal);
}

/** Any answer but yes is a no, including the end of the input. */
async function ask({ input, output }: Terminal): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question('Continue? [y/N] '), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
