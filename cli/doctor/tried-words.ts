/** The words of `--command`, which `doctor` tries in a transaction that it discards. */

import { CliError } from '../aws/cloud';

/** Commands that a transaction does not queue: they would act at once. */
const NOT_QUEUED = ['EXEC', 'DISCARD', 'MULTI', 'WATCH', 'UNWATCH', 'QUIT', 'RESET'];

/** A word, with quotes around it where it has spaces. */
const WORD = /"([^"]*)"|'([^']*)'|(\S+)/g;

/** @throws CliError for a command that would act, and for none */
export function triedWords(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const words = Array.from(text.matchAll(WORD), ([, double, single, bare]) => {
    return double ?? single ?? bare ?? '';
  });
  const [name = ''] = words;
  if (!/^[\w.|-]{1,40}$/.test(name)) {
    throw new CliError(
      '--command must be a command of Redis, such as "SET user:1 x", got something else. Pass ' +
        'name and arguments in one text.',
    );
  }
  if (NOT_QUEUED.includes(name.toUpperCase())) {
    throw new CliError(
      `--command must be a command that a transaction queues, got ${name.toUpperCase()}, which ` +
        'acts at once. Name another one.',
    );
  }
  return words;
}
