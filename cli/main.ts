/**
 * `npx secure-redis`: the command line for on-call. Runs on a person's machine, with that person's
 * AWS credentials.
 *
 * Exit code 0 if all is well, 1 if something needs a person or the operator said no, 2 if it was
 * used wrongly, could not ask, or AWS failed. It prints no stack trace, and no password but with
 * `url --reveal`; `env --file` writes one.
 */

import { CommanderError } from 'commander';
import { kindOf } from './aws/aws-failure';
import { CliError } from './aws/cloud';
import { program } from './program';

const BAD_USE = 2;

function fail(error: unknown): void {
  // Its words, or the help, are printed already.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : BAD_USE;
    return;
  }
  const text =
    error instanceof CliError
      ? error.message
      : `an error that nobody foresaw (${unforeseen(error)}); its text is left out, since it ` +
        'could quote a secret; report it with the command that you gave';
  process.stderr.write(`${text}\n`);
  process.exitCode = BAD_USE;
}

/** The kind of an error, and what the system said of it: `Error, ENAMETOOLONG`. */
function unforeseen(error: unknown): string {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return code === undefined ? kindOf(name) : `${kindOf(name)}, ${kindOf(code)}`;
}

// A reader that goes away (`… | head`) ends it. So does a full disk, which is worth a word.
process.stdout.once('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(1);
  process.stderr.write(`stdout cannot be written: ${code}; send it somewhere else\n`);
  process.exit(BAD_USE);
});

/**
 * Ends the process once all is printed: a connection or a process that the SDK has left behind,
 * such as a `credential_process` that hangs, would keep it alive.
 */
function end(): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

program().parseAsync().catch(fail).finally(end);
