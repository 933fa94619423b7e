/** One line of preflight: the subject, the outcome, the reason and what to do. */

import type { CacheOfTemplate } from '../template/caches-of';
import type { StackTemplate } from '../template/stack-template';
import type { TemplatePlace } from '../template/values';
import type { AwsAccount, AwsAnswer } from './account';

export type Outcome = 'fine' | 'will fail' | 'cannot tell';

export interface CheckFinding {
  readonly outcome: Outcome;
  /** The subject of the check: `key 1234…`, `VPCs`. */
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

/** Input of the checks. */
export interface AccountFacts {
  readonly templates: readonly StackTemplate[];
  readonly caches: readonly CacheOfTemplate[];
  readonly account: AwsAccount;
  readonly region: string;
  /** Account and region of the credentials. */
  readonly place: AwsAnswer<TemplatePlace>;
  /** The template of a deployed stack; `undefined` before its first deploy. */
  readonly deployed: (stack: string) => Promise<AwsAnswer<StackTemplate | undefined>>;
  readonly nowMs: number;
}

/** A read-only check. */
export type Check = (facts: AccountFacts) => Promise<readonly CheckFinding[]>;

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** ARNs of a service anywhere in the templates, without duplicates. */
export function arnsIn(templates: readonly StackTemplate[], service: string): readonly string[] {
  const pattern = new RegExp(`"(arn:[a-z-]+:${service}:[a-z0-9-]+:\\d{12}:[\\w/+=.@:-]+)"`, 'g');
  return textsIn(templates, pattern);
}

/** Matches of a pattern's group anywhere in the resources of templates, without duplicates. */
export function textsIn(templates: readonly StackTemplate[], pattern: RegExp): readonly string[] {
  const text = JSON.stringify(templates.map(({ resources }) => resources));
  return Array.from(new Set(Array.from(text.matchAll(pattern), ([, found = '']) => found)));
}

/** Account and region of a template; absent if only the credentials determine them. */
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
