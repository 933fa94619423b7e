/** The options of `develop` and `password`. The rest is loaded on demand. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { Purpose } from '../lib/settings/purpose';
import { CliError } from './aws/cloud';
import type { DevelopOptions } from './develop/development-settings';
import { type CommandResult, Screen } from './terminal/screen';
import { suggesting } from './terminal/suggesting';

const PORT = { min: 1024, max: 65_535 };

/** Of which a command line has at most one. */
const ACTIONS = ['status', 'stop', 'reset'] as const;

interface Options extends DevelopOptions {
  readonly compose?: boolean;
  readonly image?: string;
  readonly digest?: string;
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
    .option('--compose', 'write compose.yaml for a container engine, and start nothing')
    .option('--image <image>', 'with --compose: redis or valkey/valkey with an exact version')
    .option('--digest <digest>', 'with --compose: the digest of the image, as sha256:…')
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
      const { printPassword } =
        require('./develop/new-password') as typeof import('./develop/new-password');
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
  if (options.compose) return compose(options, screen);
  const extra = (['image', 'digest'] as const).find((each) => options[each] !== undefined);
  if (extra !== undefined) {
    throw new CliError(`--${extra} must be given with --compose, got it alone. Add --compose.`);
  }
  if (actions.length === 0) {
    const { develop } = require('./develop/develop') as typeof import('./develop/develop');
    return develop(settings, screen);
  }
  const ends =
    require('./develop/development-status') as typeof import('./develop/development-status');
  if (status) return ends.developmentStatus(screen);
  return stop
    ? ends.stopDevelopment(screen)
    : ends.resetDevelopment(screen, isYes && reset === true);
}

type ComposeModule = typeof import('./develop/compose/develop-compose');

async function compose(options: Options, screen: Screen): Promise<CommandResult> {
  const native = (['like', 'server'] as const).find((each) => options[each] !== undefined);
  if (native !== undefined) {
    throw new CliError(
      `--${native} must be left out with --compose, got both. Name what runs with --image.`,
    );
  }
  const { developCompose } = require('./develop/compose/develop-compose') as ComposeModule;
  return developCompose(options, screen);
}

function port(given: string): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= PORT.min && value <= PORT.max) return value;
  throw new InvalidArgumentError(`It must be an integer from ${PORT.min} to ${PORT.max}.`);
}
