/**
 * The table of the commands of `npx secure-redis`, with their options. Help, suggestions and the
 * completions of the shells are all made of it.
 */

import { Argument, Command } from 'commander';
import PACKAGE from '../package.json';
import { awsCloud } from './aws/aws';
import { CliError } from './aws/cloud';
import { completion, SHELLS, type Shell } from './completion/completion';
import { cost } from './cost/cost';
import { pricesOf } from './cost/prices';
import { listCaches } from './list/list';
import { findCache, nameOf } from './rotation/cache';
import type { Pace, Work } from './rotation/commands';
import { dotenv } from './rotation/dotenv';
import { recover } from './rotation/recover';
import { revoke } from './rotation/revoke';
import { rotate } from './rotation/rotate';
import { status } from './rotation/status';
import { printUrl } from './rotation/url';
import { readTemplates, synthesizedTemplates } from './template/read-templates';
import type { StackTemplate } from './template/stack-template';
import { checkAccount, placeHint, regionIn, stagePlaceOf } from './template/stage-place';
import { minutes, profile, region, seconds } from './terminal/option-values';
import { type CommandResult, Screen } from './terminal/screen';
import { suggesting } from './terminal/suggesting';

interface Common {
  readonly cache?: string;
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
const YES = 'agree to what it costs, such as the end of a grace period, without being asked';

const EXAMPLES = `
Examples:
  npx secure-redis status --cache secure-redis-prod-jobs
  npx secure-redis rotate --cache secure-redis-prod-jobs --leaked   # a password has leaked

Exit code: 0 all is well, 1 something needs a person or you said no, 2 bad use, no terminal to
ask at (--yes), or AWS failed.`;

/** All commands. What is used wrongly throws a CommanderError, after its words are printed. */
export function program(): Command {
  const all = suggesting(new Command('secure-redis'))
    .description(
      'Looks at caches, rotates and revokes passwords, recovers rotations, counts costs.',
    )
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
    .action(run((work, { reveal = false, reader = false }) => printUrl(work, { reveal, reader })));
  command(all, 'env', 'the variables of an application, as a .env file without the password')
    .option('--file <path>', 'write it with the password, for you alone; never where git takes it')
    .option('--ca <path>', 'of a PEM file to trust, as `npm start -- --keep` names one')
    .action(run((work, { file, ca }) => dotenv(work, { file, ca })));
  withPreflight(all);
  withTemplates(all);
  withCompletion(all);
  const names = all.commands.map((each) => each.name()).join(', ');
  return all
    .showHelpAfterError(`commands: ${names}; usage: npx secure-redis --help`)
    .exitOverride();
}

interface OfTemplates {
  readonly stage?: string;
  readonly template?: readonly string[];
  readonly prices?: string;
  readonly json: boolean;
}

/** What is said of templates alone: these commands ask nothing of AWS. */
function withTemplates(all: Command): void {
  ofTemplates(all, 'cost', 'what a stage or a template costs per month, and what drives it')
    .option('--prices <file>', 'another price table, as cli/cost/price-table.json: of your region')
    .action(answering('cost', (stacks, of, { prices }) => cost(stacks, pricesOf(prices), of)));
  ofTemplates(all, 'list', 'the caches of a stage or a template: engine, nodes, schedule').action(
    answering('list', listCaches),
  );
}

type PreflightModule = typeof import('./preflight/aws-preflight');

/** Reads only. It is loaded when it is asked for: the clients of AWS that it needs are large. */
function withPreflight(all: Command): void {
  ofTemplates(all, 'preflight', 'whether a deploy will fail, before it is made')
    .option('--region <name>', 'of stacks that name none, as in eu-central-1', region)
    .option('--profile <name>', 'of your AWS configuration', profile)
    .action(async (options: OfTemplates & Pick<Common, 'region' | 'profile'>) => {
      const { stacks, of } = stacksOf('preflight', options);
      const { preflightOnAws } = require('./preflight/aws-preflight') as PreflightModule;
      const screen = new Screen(options.json);
      const answer = await preflightOnAws(stacks, of, options, screen);
      screen.answer(answer);
      process.exitCode = answer.exitCode;
    });
}

function ofTemplates(all: Command, name: string, description: string): Command {
  return suggesting(all.command(name))
    .description(description)
    .option('--stage <name>', 'a stage of this repository, as in prod')
    .option('--template <files...>', 'synthesized templates, as in cdk.out/*.template.json')
    .option('--json', 'one JSON document on stdout', false)
    .showHelpAfterError(`usage: npx secure-redis ${name} --help`)
    .exitOverride();
}

function answering(
  name: string,
  answerOf: (stacks: readonly StackTemplate[], of: string, options: OfTemplates) => CommandResult,
) {
  return (options: OfTemplates): void => {
    const { stacks, of } = stacksOf(name, options);
    new Screen(options.json).answer(answerOf(stacks, of, options));
  };
}

function stacksOf(name: string, { stage, template }: OfTemplates) {
  if ((stage === undefined) === (template === undefined)) {
    throw new CliError(`${name} must get one of --stage and --template. Pass one of them.`);
  }
  return stage === undefined
    ? { stacks: readTemplates(template ?? []), of: 'templates' }
    : { stacks: synthesizedTemplates(stage), of: `stage ${stage}` };
}

function withCompletion(all: Command): void {
  suggesting(all.command('completion'))
    .description('what a shell offers at TAB: eval "$(npx secure-redis completion bash)"')
    .addArgument(new Argument('<shell>', 'whose completions are printed').choices(SHELLS))
    .showHelpAfterError('usage: npx secure-redis completion --help')
    .exitOverride()
    .action((shell: Shell) => {
      process.stdout.write(completion(shell, all));
    });
}

function command(all: Command, name: string, description: string): Command {
  return suggesting(all.command(name))
    .description(description)
    .option('--cache <name>', 'the stack, as in secure-redis-prod-jobs, or STACK/PATH')
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

function run(perform: (work: Work, flags: Flags) => Promise<CommandResult>) {
  return async (options: Common & Flags, command: Command): Promise<void> => {
    const { cache: name, region, profile, json } = options;
    // Not by commander, which would say so before it names an option that it does not know.
    if (name === undefined) command.error("error: required option '--cache <name>' not specified");
    const screen = new Screen(json);
    const stage = stagePlaceOf(nameOf(name));
    const cloud = awsCloud({ region: regionIn(stage, region), profile });
    const cache = await findCache(cloud, name, placeHint(stage));
    checkAccount(stage, cache.secretArn);
    const isYes = options.yes === true;
    const answer = await perform({ cloud, cache, screen, pace: paceOf(options), isYes }, options);
    screen.answer(answer);
    process.exitCode = answer.exitCode;
  };
}

function paceOf({ poll = POLL_SECONDS, timeout = TIMEOUT_MINUTES }: Common): Pace {
  return { pollMs: poll * 1_000, timeoutMs: timeout * 60_000 };
}
