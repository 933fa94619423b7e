/** How many resources a deploy adds to the deployed stacks. */

import type { StackTemplate } from '../template/stack-template';
import type { AwsAnswer } from './account';
import { type AccountFacts, type CheckFinding, cannotTell, fine, willFail } from './finding';

export interface Added {
  /** An upper bound: all resources of the templates, if the deployed template is unknown. */
  readonly count: number;
  /** Why the number may be smaller. */
  readonly unknown?: string;
}

/** `count` counts the resources of one template that its deployed version does not have. */
export async function addedBy(
  { templates, deployed }: AccountFacts,
  count: (template: StackTemplate, before: StackTemplate | undefined) => number,
): Promise<Added> {
  let all: Added = { count: 0 };
  for (const template of templates) {
    const before = await deployed(template.stack);
    const added = count(template, before.kind === 'answer' ? before.value : undefined);
    const unknown = before.kind === 'none' && added > 0 ? before.why : all.unknown;
    all = { count: all.count + added, unknown };
  }
  return all;
}

/** The resources of a type that the deployed template does not have. */
export function newOf(
  type: string,
  template: StackTemplate,
  before: StackTemplate | undefined,
): readonly string[] {
  return Object.keys(template.resources).filter(
    (id) => template.resources[id]?.Type === type && before?.resources[id]?.Type !== type,
  );
}

export interface AccountQuota {
  readonly what: string;
  /** The counted resources in the plural, and their scope: `VPCs in the region`. */
  readonly words: string;
  readonly service: string;
  readonly code: string;
}

/** Compares existing plus added resources with a quota. */
export async function againstQuota(
  { what, words, service, code }: AccountQuota,
  { account, region }: AccountFacts,
  { count, unknown }: Added,
  askUsed: () => Promise<AwsAnswer<number>>,
): Promise<CheckFinding> {
  if (Number.isNaN(count))
    return cannotTell(what, `the number of ${words} is known only at deploy`);
  if (count === 0) return fine(what, `the deploy adds no ${words}`);
  const [quota, used] = await Promise.all([account.quota(service, code), askUsed()]);
  if (used.kind === 'none') return cannotTell(what, used.why);
  if (quota.kind === 'none') return cannotTell(what, quota.why);
  const sum = `${used.value} ${words} and ${count} more, of ${quota.value}`;
  if (used.value + count <= quota.value) return fine(what, sum);
  if (unknown !== undefined) {
    return cannotTell(what, `${sum}, unless some are already deployed: ${unknown}`);
  }
  return willFail(
    what,
    `they must be at most ${quota.value} ${words}, got ${used.value} and ${count} more.`,
    quotaRequest({ service, code }, region, used.value + count),
  );
}

/** The command that requests a higher quota. */
export function quotaRequest(
  { service, code }: Pick<AccountQuota, 'service' | 'code'>,
  region: string,
  wanted: number,
): string {
  return (
    'Request a higher quota: `aws service-quotas request-service-quota-increase ' +
    `--region ${region} --service-code ${service} --quota-code ${code} --desired-value ${wanted}\`.`
  );
}
