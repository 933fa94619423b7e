/** `doctor --error`: explains the error text of an application, without a connection. */

import { CliError } from '../aws/cloud';
import type { CommandResult, Screen } from '../terminal/screen';
import { answerOfDoctor, type Diagnosed } from './diagnosed';
import { failuresInText, TEXT_LENGTH_MAX } from './failures-in-text';
import { FROM_STDIN, readStdin } from './stdin';

export async function explainText(given: string, screen: Screen): Promise<CommandResult> {
  const text = given === FROM_STDIN ? await readStdin(TEXT_LENGTH_MAX) : given;
  if (text.trim() === '') {
    throw new CliError('--error must be the text of an error, got no text. Pass what was logged.');
  }
  return answerOfDoctor(diagnosedText(text), screen);
}

export function diagnosedText(text: string): Diagnosed {
  const [first, ...others] = failuresInText(text);
  if (first === undefined) {
    const evidence = [`a text of ${text.length} characters, which is left out for its secrets`];
    return { state: 'unknown', evidence };
  }
  return {
    state: 'failure',
    id: first.id,
    evidence: [first.evidence],
    also: others.map(({ id }) => id),
  };
}
