/** The options of `doctor`. The rest is loaded on demand. */

import type { Command } from 'commander';
import { CliError } from '../aws/cloud';
import { seconds } from '../terminal/option-values';
import { type CommandResult, Screen } from '../terminal/screen';
import { suggesting } from '../terminal/suggesting';
import type { DoctorOptions } from './doctor';

interface Options extends DoctorOptions {
  readonly error?: string;
  readonly json: boolean;
}

export function withDoctor(all: Command): void {
  suggesting(all.command('doctor'))
    .description('explain why a Redis cannot be reached or used, and what to do')
    .argument('[url]', 'a connection string; - reads it from stdin; default: REDIS_URL')
    .option('--file <path>', 'a .env file with REDIS_URL')
    .option('--ca <path>', 'a PEM file of the authority to trust')
    .option('--command <command>', 'a command to try, such as "SET user:1 x"; it is not run')
    .option('--reads-only', 'the application only reads: a replica is right')
    .option('--timeout <seconds>', 'for the connection; default: 5', seconds)
    .option('--error <text>', 'explain an error of an application; - reads it from stdin')
    .option('--json', 'one JSON document on stdout', false)
    .showHelpAfterError('usage: npx secure-redis doctor --help')
    .exitOverride()
    .action(async (url: string | undefined, options: Options) => {
      const screen = new Screen(options.json);
      const answer = await run(url, options, screen);
      screen.answer(answer);
      process.exitCode = answer.exitCode;
    });
}

async function run(
  url: string | undefined,
  { error, json: _, ...options }: Options,
  screen: Screen,
): Promise<CommandResult> {
  if (error === undefined) {
    const { doctor } = require('./doctor') as typeof import('./doctor');
    return doctor(url, options, screen);
  }
  if (url !== undefined || Object.keys(options).length > 0) {
    throw new CliError('--error must be alone, got more than it. Pass the text, or connect.');
  }
  const { explainText } = require('./explain-text') as typeof import('./explain-text');
  return explainText(error, screen);
}
