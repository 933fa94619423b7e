/** The options of `verify`. The rest is loaded on demand. */

import { type Command, Option } from 'commander';
import { Purpose } from '../../../lib/settings/purpose';
import { profile, region } from '../../terminal/option-values';
import { type CommandResult, Screen } from '../../terminal/screen';
import { suggesting } from '../../terminal/suggesting';
import { withReportOptions } from '../report/report-options';
import type { VerifyOptions } from './verify';

const ENDING = `
The url is read from REDIS_URL if none is given, and from standard input for \`-\`: an argument is
visible to every user of the machine.

Exit code: 0 no check fails, 1 a check fails that is not accepted, 2 wrong usage, or no server to be
reached. What cannot be told from here is no failure, but with --strict.`;

export function withVerify(all: Command): void {
  const command = suggesting(all.command('verify'))
    .description('check how a Redis server or a compose file is secured')
    .argument('[url]', 'redis:// or rediss://, or - for standard input')
    .option('--secret <arn>', 'a managed cache by the secret of its connection string')
    .option('--stack <name>', 'a managed cache by its stack, such as secure-redis-prod-jobs')
    .option('--user <name>', 'with --stack: a user of a cache with users, such as app')
    .option('--region <name>', 'such as eu-central-1; default: that of the AWS SDK', region)
    .option('--profile <name>', 'a profile of your AWS configuration', profile)
    .option('--compose <file>', 'a compose file by itself, without a server')
    .addOption(
      new Option('--purpose <purpose>', 'the use of the server').choices(
        Purpose.ALL.map(({ id }) => id),
      ),
    )
    .option('--ca <file>', 'a PEM file of the authority to trust; default: REDIS_CA_FILE')
    .option('--no-failed-login', 'send no wrong password, which counts towards alarms')
    .option('--reachable <host:port>', 'only whether this host can open a port')
    .option('--from <file>', 'what --reachable --json has printed on another host');
  withReportOptions(command)
    .addHelpText('after', ENDING)
    .showHelpAfterError('usage: npx secure-redis verify --help')
    .exitOverride()
    .action(async (url: string | undefined, options: VerifyOptions) => {
      const { verify } = require('./verify') as typeof import('./verify');
      const screen = new Screen(options.json);
      const answer: CommandResult = await verify(url, options, screen);
      screen.answer(answer);
      process.exitCode = answer.exitCode;
    });
}
