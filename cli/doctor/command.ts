/** The options of `doctor`. The rest is loaded on demand. */

import type { Command } from 'commander';
import { CliError } from '../aws/cloud';
import { type CommandResult, Screen } from '../terminal/screen';
import { suggesting } from '../terminal/suggesting';

interface Options {
  readonly error?: string;
  readonly json: boolean;
}

export function withDoctor(all: Command): void {
  suggesting(all.command('doctor'))
    .description('explain why a Redis cannot be reached or used, and what to do')
    .option('--error <text>', 'explain an error of an application; - reads it from stdin')
    .option('--json', 'one JSON document on stdout', false)
    .showHelpAfterError('usage: npx secure-redis doctor --help')
    .exitOverride()
    .action(async (options: Options) => {
      const screen = new Screen(options.json);
      const answer = await run(options, screen);
      screen.answer(answer);
      process.exitCode = answer.exitCode;
    });
}

async function run({ error }: Options, screen: Screen): Promise<CommandResult> {
  if (error === undefined) throw new CliError('--error must be given. Pass the text of an error.');
  const { explainText } = require('./explain-text') as typeof import('./explain-text');
  return explainText(error, screen);
}
