/** The options of `checklist`. The rest is loaded on demand. */

import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from '../aws/cloud';
import type { StackTemplate } from '../template/stack-template';
import { profile, region } from '../terminal/option-values';
import { Screen } from '../terminal/screen';

export interface StageTemplates {
  readonly stacks: readonly StackTemplate[];
  readonly of: string;
}

interface Options {
  readonly json: boolean;
  readonly ask?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly drillDate?: string;
}

/** `templatesOf` reads what `--stage` or `--template` name. */
export function withChecklist(
  command: Command,
  version: string,
  templatesOf: (options: Options) => StageTemplates,
): void {
  command
    .option('--ask', 'ask AWS for the dates of rotations, and for alarms; reads no secret')
    .option('--region <name>', 'with --ask, such as eu-central-1', region)
    .option('--profile <name>', 'with --ask, a profile of your AWS configuration', profile)
    .option('--drill-date <date>', 'when you last rehearsed a leaked password: 2026-11-01', day)
    .action(async (options: Options) => {
      checkAsking(options);
      const { stacks, of } = templatesOf(options);
      const { checklist } = require('./checklist') as typeof import('./checklist');
      const { checklistFacts } = require('./checklist-facts') as typeof import('./checklist-facts');
      const facts = checklistFacts(stacks);
      if (facts.caches.length === 0) {
        throw new CliError(
          `checklist must get templates with a cache, got ${of} with ${stacks.length} ` +
            `${stacks.length === 1 ? 'stack' : 'stacks'} and no cache. Name others.`,
        );
      }
      const screen = new Screen(options.json);
      const names = facts.caches.map(({ name }) => name);
      const asked = options.ask ? await answersOf(names, options) : undefined;
      const at = new Date().toISOString();
      const { drillDate } = options;
      const answer = checklist({ of, version, at, facts, asked, drillDate });
      screen.answer(answer);
      process.exitCode = answer.exitCode;
    });
}

/** @throws CliError if an option is given that has no effect without `--ask` */
function checkAsking({ ask, region, profile }: Options): void {
  if (ask === true) return;
  for (const [name, value] of Object.entries({ region, profile })) {
    if (value === undefined) continue;
    throw new CliError(
      `--${name} must be given with --ask, got it without: only --ask sends requests to AWS. Add ` +
        `--ask, or leave --${name} out.`,
    );
  }
}

/** Progress goes to stderr, since stdout is the document. */
async function answersOf(names: readonly string[], { region, profile }: Options) {
  const { askCaches } = require('./ask-caches') as typeof import('./ask-caches');
  const { awsCloud } = require('../aws/aws') as typeof import('../aws/aws');
  const cloudIn = (of: string | undefined) => awsCloud({ region: of, profile });
  return askCaches(names, { cloudIn, region, screen: new Screen(true) });
}

function day(given: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(given) ? Date.parse(given) : Number.NaN;
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(given);
  if (isReal && time <= Date.now()) return given;
  throw new InvalidArgumentError('It must be a past date, such as 2026-11-01.');
}
