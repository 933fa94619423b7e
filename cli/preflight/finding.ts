/** One line of preflight: what was checked, what is so, and what to do if the deploy will fail. */

import type { CacheOfTemplate } from '../template/caches-of';
import type { StackTemplate } from '../template/stack-template';
import type { TemplatePlace } from '../template/values';
import type { AwsAccount, AwsAnswer } from './account';

export type Outcome = 'fine' | 'will fail' | 'cannot tell';

export interface CheckFinding {
  readonly outcome: Outcome;
  /** What was checked: `key 1234…`, `VPCs`. */
  readonly what: string;
  readonly why: string;
  /** What to do. */
  readonly next?: string;
}

export const fine = (what: string, why: string): CheckFinding => ({ outcome: 'fine', what, why });

export const willFail = (what: string, why: string, next: string): CheckFinding => ({
  outcome: 'will fail',
  what,
  why,
  next,
});

export const cannotTell = (what: string, why: string, next?: string): CheckFinding => ({
  outcome: 'cannot tell',
  what,
  why,
  next,
});

/** What the checks look at. */
export interface AccountFacts {
  readonly templates: readonly StackTemplate[];
  readonly caches: readonly CacheOfTemplate[];
  readonly account: AwsAccount;
  readonly region: string;
  /** Whose credentials ask. */
  readonly place: AwsAnswer<TemplatePlace>;
  /** The template of a deployed stack; `undefined` before its first deploy. */
  readonly deployed: (stack: string) => Promise<AwsAnswer<StackTemplate | undefined>>;
  readonly nowMs: number;
}

/** Does not ask AWS for anything but reads. */
export type Check = (facts: AccountFacts) => Promise<readonly CheckFinding[]>;

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Texts of an ARN anywhere in the templates, each once. */
export function arnsIn(templates: readonly StackTemplate[], service: string): readonly string[] {
  const pattern = new RegExp(`"(arn:[a-z-]+:${service}:[a-z0-9-]+:\\d{12}:[\\w/+=.@:-]+)"`, 'g');
  return textsIn(templates, pattern);
}

/** What the group of a pattern matches anywhere in the resources of templates, each once. */
export function textsIn(templates: readonly StackTemplate[], pattern: RegExp): readonly string[] {
  const text = JSON.stringify(templates.map(({ resources }) => resources));
  return Array.from(new Set(Array.from(text.matchAll(pattern), ([, found = '']) => found)));
}

/** Where a template is deployed, without what only the credentials decide. */
export function environmentOf({ environment = '' }: StackTemplate): {
  readonly account?: string;
  readonly region?: string;
} {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  return {
    ...(account === undefined || account === 'unknown-account' ? {} : { account }),
    ...(region === undefined || region === 'unknown-region' ? {} : { region }),
  };
}
