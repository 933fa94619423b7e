/** The options of `develop` and `password`. The rest is loaded on demand. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { Purpose } from '../../lib/settings/purpose';
import { CliError } from '../aws/cloud';
import { type CommandResult, Screen } from '../terminal/screen';
import { suggesting } from '../terminal/suggesting';
import type { DevelopOptions } from './development-settings';

const PORT = { min: 1024, max: 65_535 };

/** Of which a command line has at most one. */
const ACTIONS = ['status', 'stop', 'reset'] as const;

interface Options extends DevelopOptions {
  readonly status?: boolean;
  readonly stop?: boolean;
  readonly reset?: boolean;
  readonly yes?: boolean;
  readonly json: boolean;
}

export function withDevelop(all: Command): void {
  suggesting(all.command('develop'))
    .description('start a hardened Redis on this machine, with its password in a .env file')
    .addOption(
      new Option('--purpose <purpose>', 'what is evicted when the memory is full').choices(
        Purpose.ALL.map(({ id }) => id),
      ),
    )
    .option('--tls', 'TLS with a certificate authority of this folder')
    .option('--no-tls', 'without TLS again')
    .option('--port <port>', 'default: 6379, or 6380 with TLS, or the next free port', port)
    .option('--like <stage/cache>', 'parameters and users of a cache of this repository')
    .option('--file <path>', 'the file with the variables; default: .env')
    .option('--server <path>', 'a redis-server or valkey-server; default: one on PATH')
    .option('--status', 'whether the server runs and the file leads to it')
    .option('--stop', 'stop the server, and keep its data')
    .option('--reset', 'stop the server, and delete its data and settings')
    .option('--yes', 'delete without a prompt')
    .option('--json', 'one JSON document on stdout, progress on stderr', false)
    .showHelpAfterError('usage: npx secure-redis develop --help')
    .exitOverride()
    .action(async (options: Options) => {
      const screen = new Screen(options.json);
      const answer = await run(options, screen);
      screen.answer(answer);
      process.exitCode = answer.exitCode;
    });
  suggesting(all.command('password'))
    .description('print a new strong password, for a server of your own')
    .option('--json', 'one JSON document on stdout', false)
    .showHelpAfterError('usage: npx secure-redis password --help')
    .exitOverride()
    .action(({ json }: { readonly json: boolean }) => {
      const { printPassword } = require('./new-password') as typeof import('./new-password');
      new Screen(json).answer(printPassword());
    });
}

async function run(options: Options, screen: Screen): Promise<CommandResult> {
  const { yes: isYes = false, json: _, status, stop, reset, ...settings } = options;
  const actions = ACTIONS.filter((action) => options[action]);
  const given = Object.keys(settings);
  if (actions.length > 1 || (actions.length === 1 && given.length > 0)) {
    const all = [...actions, ...given].map((each) => `--${each}`).join(' and ');
    throw new CliError(`--${actions[0]} must be alone, got ${all}. Run one after the other.`);
  }
  if (actions.length === 0) {
    const { develop } = require('./develop') as typeof import('./develop');
    return develop(settings, screen);
  }
  const ends = require('./development-status') as typeof import('./development-status');
  if (status) return ends.developmentStatus(screen);
  return stop
    ? ends.stopDevelopment(screen)
    : ends.resetDevelopment(screen, isYes && reset === true);
}

function port(given: string): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= PORT.min && value <= PORT.max) return value;
  throw new InvalidArgumentError(`It must be an integer from ${PORT.min} to ${PORT.max}.`);
}
