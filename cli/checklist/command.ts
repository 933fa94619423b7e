/** The options of `checklist`. The rest is loaded on demand. */

import { type Command, InvalidArgumentError } from 'commander';
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
    .option('--drill-date <date>', 'of the last drill of a leaked password: 2026-11-01', day)
    .action(async (options: Options) => {
      const { stacks, of } = templatesOf(options);
      const { checklist } = require('./checklist') as typeof import('./checklist');
      const { checklistFacts } = require('./checklist-facts') as typeof import('./checklist-facts');
      const facts = checklistFacts(stacks);
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

/** Progress goes to stderr, since stdout is the document. */
async function answersOf(names: readonly string[], options: Options) {
  const { askCaches } = require('./ask-caches') as typeof import('./ask-caches');
  const { awsCloud } = require('../aws/aws') as typeof import('../aws/aws');
  return askCaches(awsCloud(options), names, new Screen(true));
}

function day(given: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(given) ? Date.parse(given) : Number.NaN;
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(given);
  if (isReal && time <= Date.now()) return given;
  throw new InvalidArgumentError('It must be a past date, such as 2026-11-01.');
}
