/**
 * The table of the commands of `npx secure-redis`, with their options. Help, suggestions and shell
 * completions are generated from it.
 */

import { Argument, Command } from 'commander';
import PACKAGE from '../package.json';
import { CliError } from './aws/cloud';
import { withChecklist } from './checklist/command';
import { completion, SHELLS, type Shell } from './completion/completion';
import { cost } from './cost/cost';
import { pricesOf } from './cost/prices';
import { withDevelop } from './develop-command';
import { withDoctor } from './doctor/command';
import { listCaches } from './list/list';
import { findCache, hasUsers, nameOf, someSecretOf, withLogin } from './rotation/cache';
import type { Pace, Work } from './rotation/commands';
import { dotenv } from './rotation/dotenv';
import { recover } from './rotation/recover';
import { recoverAccess } from './rotation/recover-access';
import { revoke } from './rotation/revoke';
import { rotate } from './rotation/rotate';
import { status } from './rotation/status';
import { printUrl } from './rotation/url';
import { statusOfUsers, type UsersWork } from './rotation/users-status';
import { readTemplates, synthesizedTemplates } from './template/read-templates';
import type { StackTemplate } from './template/stack-template';
import { checkAccount, placeHint, regionIn, stagePlaceOf } from './template/stage-place';
import { minutes, profile, region, seconds } from './terminal/option-values';
import { type CommandResult, Screen } from './terminal/screen';
import { suggesting } from './terminal/suggesting';
import { withVerify } from './verify/run/command';

interface Common {
  readonly cache?: string;
  readonly user?: string;
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
 * A password change takes at most 35 minutes, a rotation begins up to one minute after its request,
 * and one attempt waits for 38 minutes.
 */
const TIMEOUT_MINUTES = 45;
const YES = 'confirm the consequences, such as the end of a grace period, without a prompt';

const EXAMPLES = `
Examples:
  npx secure-redis status --cache secure-redis-prod-jobs
  npx secure-redis rotate --cache secure-redis-prod-jobs --leaked   # a password has leaked
  npx secure-redis develop                                          # a Redis on this machine

Exit code: 0 no action is needed, 1 a person must act or you declined, 2 wrong usage, no terminal
to confirm at (use --yes), or AWS or a server failed.`;

/** All commands. Wrong usage throws a CommanderError, after its message is printed. */
export function program(): Command {
  const all = suggesting(new Command('secure-redis'))
    .description(
      'Inspects caches, rotates and revokes passwords, recovers rotations, estimates costs, and ' +
        'runs a server for development.',
    )
    .version(VERSION, '--version', 'the version of this package')
    .addHelpText('after', EXAMPLES);
  command(all, 'status', 'the state of the cache, its passwords and its rotation').action(
    run((work) => status(work), statusOfUsers),
  );
  waiting(command(all, 'rotate', 'give the cache a new password, and follow until it is current'))
    .option('--leaked', 'for a leaked password: then revoke it and end every session')
    .option('--yes', YES)
    .action(run((work, { leaked = false }) => rotate(work, leaked)));
  waiting(command(all, 'revoke', 'refuse every password but the current one, now'))
    .option('--end-sessions', 'for a leaked password: then end every session on every node')
    .option('--yes', YES)
    .action(run((work, { endSessions = false }) => revoke(work, endSessions)));
  waiting(
    command(all, 'recover', 'explain a stuck rotation; without --user, changes of users by hand'),
  )
    .option('--apply', 'carry out the repair')
    .option('--yes', YES)
    .action(
      run(
        (work, { apply = false }) => recover(work, apply),
        (work, { apply = false }) => recoverAccess(work, apply),
      ),
    );
  command(all, 'url', 'the connection string, masked')
    .option('--reveal', 'include the password')
    .option('--reader', 'use the reader endpoint')
    .action(run((work, { reveal = false, reader = false }) => printUrl(work, { reveal, reader })));
  command(all, 'env', 'the variables of an application, as a .env file without the password')
    .option('--file <path>', 'write it with the password, readable only by you; git must ignore it')
    .option('--ca <path>', 'a PEM file to trust, such as that of `npm start -- --keep`')
    .action(run((work, { file, ca }) => dotenv(work, { file, ca })));
  withPreflight(all);
  withTemplates(all);
  withDevelop(all);
  withVerify(all);
  withDoctor(all);
  withCompletion(all);
  const names = all.commands.map((each) => each.name()).join(', ');
  return all
    .showHelpAfterError(`commands: ${names}; usage: npx secure-redis --help`)
    .exitOverride();
}

/** Commander would print the general help for a command that does not exist, with exit code 0. */
export function checkHelped(all: Command, given: readonly string[]): void {
  const [first = '', second = ''] = given;
  const isHelp = first === 'help' || given.some((each) => ['--help', '-h'].includes(each));
  const name = first === 'help' ? second : first;
  if (!isHelp || name === '' || name.startsWith('-')) return;
  if (['help', ...all.commands.map((each) => each.name())].includes(name)) return;
  all.error(`error: unknown command '${name}'`);
}

interface OfTemplates {
  readonly stage?: string;
  readonly template?: readonly string[];
  readonly prices?: string;
  readonly json: boolean;
}

/** Commands that read only templates and send no request to AWS. */
function withTemplates(all: Command): void {
  ofTemplates(all, 'cost', 'the monthly cost of a stage or a template, and its main drivers')
    .option('--prices <file>', 'a price table of your region, like cli/cost/price-table.json')
    .action(answering('cost', (stacks, of, { prices }) => cost(stacks, pricesOf(prices), of)));
  withChecklist(
    ofTemplates(all, 'checklist', 'rotations, readers and keys of a stage, as a Markdown page'),
    VERSION,
    (options) => stacksOf('checklist', options),
  );
  ofTemplates(all, 'list', 'the caches of a stage or a template: engine, nodes, schedule').action(
    answering('list', listCaches),
  );
}

type PreflightModule = typeof import('./preflight/aws-preflight');

/** Loaded on demand, because its AWS clients are large. Read-only. */
function withPreflight(all: Command): void {
  ofTemplates(all, 'preflight', 'predict whether a deploy will fail')
    .option('--region <name>', 'for stacks without a region, such as eu-central-1', region)
    .option('--profile <name>', 'a profile of your AWS configuration', profile)
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
    .option('--stage <name>', 'a stage of this repository, such as prod')
    .option('--template <files...>', 'synthesized templates, such as cdk.out/*.template.json')
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
    const got = stage === undefined ? 'neither' : 'both';
    throw new CliError(
      `${name} must get one of --stage and --template, got ${got}. Pass one of them.`,
    );
  }
  return stage === undefined
    ? { stacks: readTemplates(template ?? []), of: 'templates' }
    : { stacks: synthesizedTemplates(stage), of: `stage ${stage}` };
}

function withCompletion(all: Command): void {
  suggesting(all.command('completion'))
    .description('print completions for a shell: eval "$(npx secure-redis completion bash)"')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .showHelpAfterError('usage: npx secure-redis completion --help')
    .exitOverride()
    .action((shell: Shell) => {
      process.stdout.write(completion(shell, all));
    });
}

function command(all: Command, name: string, description: string): Command {
  return suggesting(all.command(name))
    .description(description)
    .option('--cache <name>', 'the stack, such as secure-redis-prod-jobs, or STACK/PATH')
    .option('--user <name>', 'a user of a cache with users, such as app')
    .option('--region <name>', 'such as eu-central-1; default: that of the AWS SDK', region)
    .option(
      '--profile <name>',
      'a profile of your AWS configuration; default: that of the AWS SDK',
      profile,
    )
    .option('--poll <seconds>', 'time between two checks', seconds, POLL_SECONDS)
    .option('--json', 'one JSON document on stdout, progress on stderr', false)
    .showHelpAfterError(`usage: npx secure-redis ${name} --help`)
    .exitOverride();
}

function waiting(waits: Command): Command {
  return waits.option('--timeout <minutes>', 'maximum time to wait', minutes, TIMEOUT_MINUTES);
}

/** `performAll` is for all users of a cache, if `--user` chooses none. */
function run(
  perform: (work: Work, flags: Flags) => Promise<CommandResult>,
  performAll?: (work: UsersWork, flags: Flags) => Promise<CommandResult>,
) {
  return async (options: Common & Flags, command: Command): Promise<void> => {
    const { cache: name, user, region, profile, json } = options;
    // Commander's own check would report this before an unknown option.
    if (name === undefined) command.error("error: required option '--cache <name>' not specified");
    const screen = new Screen(json);
    const stage = stagePlaceOf(nameOf(name));
    // Loaded on demand, as preflight: most of the time of a command that asks no AWS.
    const { awsCloud } = require('./aws/aws') as typeof import('./aws/aws');
    const cloud = awsCloud({ region: regionIn(stage, region), profile });
    const found = await findCache(cloud, name, placeHint(stage));
    checkAccount(stage, someSecretOf(found));
    const isYes = options.yes === true;
    const common = { cloud, screen, pace: paceOf(options), isYes };
    const answer =
      performAll && user === undefined && hasUsers(found)
        ? await performAll({ ...common, cache: found }, options)
        : await perform({ ...common, cache: withLogin(found, user) }, options);
    screen.answer(answer);
    process.exitCode = answer.exitCode;
  };
}

function paceOf({ poll = POLL_SECONDS, timeout = TIMEOUT_MINUTES }: Common): Pace {
  return { pollMs: poll * 1_000, timeoutMs: timeout * 60_000 };
}
