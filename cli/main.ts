/**
 * `npx secure-redis`: the command line for on-call and development. Runs with the AWS
 * credentials of its user.
 *
 * Exit code 0 if no action is needed, 1 if a person must act or the user declined, 2 after wrong
 * usage, without a terminal to confirm at, or if AWS or a server failed. It prints no stack trace,
 * and a password only with `url --reveal` and `password`; `env --file` and `develop` write
 * passwords.
 */

import { CommanderError } from 'commander';
import { kindOf } from './aws/aws-failure';
import { CliError } from './aws/cloud';
import { checkHelped, program } from './program';

const BAD_USE = 2;

function fail(error: unknown): void {
  // Commander has already printed its message or the help.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : BAD_USE;
    return;
  }
  const text =
    error instanceof CliError
      ? error.message
      : `an unexpected error (${unforeseen(error)}); its message is left out, since it ` +
        'could quote a secret; report it with the command that you ran';
  process.stderr.write(`${text}\n`);
  process.exitCode = BAD_USE;
}

/** The name and the system code of an error: `Error, ENAMETOOLONG`. */
function unforeseen(error: unknown): string {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return code === undefined ? kindOf(name) : `${kindOf(name)}, ${kindOf(code)}`;
}

// A closed reader (`… | head`) ends the process silently; a full disk is reported.
process.stdout.once('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(1);
  process.stderr.write(`stdout cannot be written: ${code}; send it somewhere else\n`);
  process.exit(BAD_USE);
});

async function parse(): Promise<void> {
  const all = program();
  checkHelped(all, process.argv.slice(2));
  await all.parseAsync();
}

/**
 * Ends the process after all output: a connection or a child process of the SDK, such as a hanging
 * `credential_process`, would keep it alive.
 */
function end(): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

parse().catch(fail).finally(end);
