/**
 * `npx secure-redis`: the command line for on-call. Runs on a person's machine, with that person's
 * AWS credentials.
 *
 * Exit code 0 if all is well, 1 if something needs a person or the operator said no, 2 if it was
 * used wrongly, could not ask, or AWS failed. It prints no stack trace, and no password but with
 * `url --reveal`; `env --file` writes one.
 */

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import PACKAGE from '../package.json';
import { awsCloud } from './aws';
import { kindOf } from './aws-failure';
import { findCache } from './cache';
import { CliError } from './cloud';
import type { Pace, Work } from './commands';
import { cost } from './cost/cost';
import { pricesOf } from './cost/prices';
import { readTemplates, synthesizedTemplates } from './cost/templates';
import { dotenv } from './dotenv';
import { recover } from './recover';
import { revoke } from './revoke';
import { rotate } from './rotate';
import { type Answer, Screen } from './screen';
import { status } from './status';
import { url } from './url';

interface Common {
  readonly cache: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json: boolean;
  readonly timeout?: number;
  readonly poll?: number;
}

interface Flags {
  readonly leaked?: boolean;
  readonly endSessions?: boolean;
  readonly yes?: boolean;
  readonly apply?: boolean;
  readonly reveal?: boolean;
  readonly reader?: boolean;
  readonly file?: string;
  readonly ca?: string;
}

const { version: VERSION } = PACKAGE;
const POLL_SECONDS = 2;
/**
 * A change of the passwords takes 35 minutes at most, a rotation begins up to one after it was
 * asked for, and one attempt waits for 38.
 */
const TIMEOUT_MINUTES = 45;
const MINUTES_MAX = 24 * 60;
const BAD_USE = 2;
const YES = 'agree to what it costs, such as the end of a grace period, without being asked';

const EXAMPLES = `
Examples:
  npx secure-redis status --cache secure-redis-prod-jobs
  npx secure-redis rotate --cache secure-redis-prod-jobs --leaked   # a password has leaked

Exit code: 0 all is well, 1 something needs a person or you said no, 2 bad use, no terminal to
ask at (--yes), or AWS failed.`;

function program(): Command {
  const all = new Command('secure-redis')
    .description('Looks at a cache, rotates and revokes its password, recovers a rotation, costs.')
    .version(VERSION, '--version', 'the version of this package')
    .addHelpText('after', EXAMPLES);
  command(all, 'status', 'how the cache, its passwords and its rotation are').action(
    run((work) => status(work)),
  );
  waiting(command(all, 'rotate', 'give the cache a new password, and follow until it is current'))
    .option('--leaked', 'then revoke the previous one and end every session: for one that leaked')
    .option('--yes', YES)
    .action(run((work, { leaked = false }) => rotate(work, leaked)));
  waiting(command(all, 'revoke', 'refuse every password but the current one, now'))
    .option('--end-sessions', 'then end every session on every node: for one that leaked')
    .option('--yes', YES)
    .action(run((work, { endSessions = false }) => revoke(work, endSessions)));
  waiting(command(all, 'recover', 'explain a rotation that is stuck'))
    .option('--apply', 'do what would help')
    .option('--yes', YES)
    .action(run((work, { apply = false }) => recover(work, apply)));
  command(all, 'url', 'the connection string, masked')
    .option('--reveal', 'with the password in it')
    .option('--reader', 'of the endpoint that spreads reads over the replicas')
    .action(run((work, { reveal = false, reader = false }) => url(work, { reveal, reader })));
  command(all, 'env', 'the variables of an application, as a .env file without the password')
    .option('--file <path>', 'write it with the password, for you alone; never where git takes it')
    .option('--ca <path>', 'of a PEM file to trust, as `npm start -- --keep` names one')
    .action(run((work, { file, ca }) => dotenv(work, { file, ca })));
  withCost(all);
  const names = all.commands.map((each) => each.name()).join(', ');
  return all.showHelpAfterError(`commands: ${names}; usage: npx secure-redis --help`);
}

interface CostFlags {
  readonly stage?: string;
  readonly template?: readonly string[];
  readonly prices?: string;
  readonly json: boolean;
}

/** Asks nothing of AWS. */
function withCost(all: Command): void {
  all
    .command('cost')
    .description('what a stage or a template costs per month, and what drives it')
    .option('--stage <name>', 'a stage of this repository, as in prod')
    .option('--template <files...>', 'synthesized templates, as in cdk.out/*.template.json')
    .option('--prices <file>', 'another price table, as cli/cost/price-table.json: of your region')
    .option('--json', 'one JSON document on stdout', false)
    .showHelpAfterError('usage: npx secure-redis cost --help')
    .exitOverride()
    .action(({ stage, template, prices, json }: CostFlags) => {
      if ((stage === undefined) === (template === undefined)) {
        throw new CliError('cost must get one of --stage and --template. Pass one of them.');
      }
      const stacks =
        stage === undefined ? readTemplates(template ?? []) : synthesizedTemplates(stage);
      const of = stage === undefined ? 'templates' : `stage ${stage}`;
      new Screen(json).answer(cost(stacks, pricesOf(prices), of));
    });
}

function command(all: Command, name: string, description: string): Command {
  return all
    .command(name)
    .description(description)
    .requiredOption('--cache <name>', 'the stack, as in secure-redis-prod-jobs, or STACK/PATH')
    .option('--region <name>', 'as in eu-central-1; otherwise as the AWS SDK finds it', region)
    .option(
      '--profile <name>',
      'of your AWS configuration; otherwise as the AWS SDK finds it',
      profile,
    )
    .option('--poll <seconds>', 'time between two looks', seconds, POLL_SECONDS)
    .option('--json', 'one JSON document on stdout, progress on stderr', false)
    .showHelpAfterError(`usage: npx secure-redis ${name} --help`)
    .exitOverride();
}

function waiting(waits: Command): Command {
  return waits.option(
    '--timeout <minutes>',
    'stop waiting after so long',
    minutes,
    TIMEOUT_MINUTES,
  );
}

function region(given: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(given)) return given;
  throw new InvalidArgumentError('allowed is the name of a region, as in eu-central-1');
}

function profile(given: string): string {
  if (given.trim() !== '') return given;
  throw new InvalidArgumentError('allowed is the name of a profile of your AWS configuration');
}

function minutes(given: string): number {
  return within(given, MINUTES_MAX, 'minutes');
}

function seconds(given: string): number {
  return within(given, 60, 'seconds');
}

function within(given: string, max: number, unit: string): number {
  const value = Number(given);
  if (given.trim() !== '' && value > 0 && value <= max) return value;
  throw new InvalidArgumentError(`It must be more than 0 and at most ${max} ${unit}.`);
}

function run(perform: (work: Work, flags: Flags) => Promise<Answer>) {
  return async (options: Common & Flags): Promise<void> => {
    const { cache: name, region, profile, json } = options;
    const screen = new Screen(json);
    const cloud = awsCloud({ region, profile });
    const cache = await findCache(cloud, name);
    const isYes = options.yes === true;
    const answer = await perform({ cloud, cache, screen, pace: paceOf(options), isYes }, options);
    screen.answer(answer);
    process.exitCode = answer.exitCode;
  };
}

function paceOf({ poll = POLL_SECONDS, timeout = TIMEOUT_MINUTES }: Common): Pace {
  return { pollMs: poll * 1_000, timeoutMs: timeout * 60_000 };
}

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

const all = program().exitOverride();
all.parseAsync().catch(fail).finally(end);
