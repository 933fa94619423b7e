/** Checks that the added resources fit into the quotas of the account. */

import { GROUP_RULES, NODES, VPCS } from '../../lib/quotas/quota-table';
import { ofType, type StackTemplate, topologyOf } from '../template/stack-template';
import { resourceOf } from '../template/values';
import { addedBy, againstQuota, newOf, quotaRequest } from './added';
import { mapped } from './asking';
import { type Check, type CheckFinding, cannotTell, fine, willFail } from './finding';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const FUNCTION = 'AWS::Lambda::Function';
const VPC = 'AWS::EC2::VPC';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const UNRESERVED_MIN = 100;
/** AWS's default limit, which an account gets on request. */
const LIMIT_WANTED = 1_000;

export const concurrencyFits: Check = async (facts) => {
  const what = 'Lambda concurrency';
  const { count, unknown } = await addedBy(facts, (template, before) =>
    ofType(template, FUNCTION).reduce((sum, [id, { ReservedConcurrentExecutions: now }]) => {
      const was = before?.resources[id]?.Properties?.ReservedConcurrentExecutions;
      return sum + Math.max(0, Number(now ?? 0) - Number(was ?? 0));
    }, 0),
  );
  if (count === 0) return [fine(what, 'the deploy reserves no concurrency')];
  const answer = await facts.account.concurrency();
  if (answer.kind === 'none') return [cannotTell(what, answer.why)];
  const { unreserved, limit } = answer.value;
  const left = unreserved - count;
  const sum = `${unreserved} of ${limit} are unreserved, the functions reserve ${count}`;
  if (left >= UNRESERVED_MIN) return [fine(what, sum)];
  if (unknown !== undefined) {
    return [cannotTell(what, `${sum}, unless they are already deployed: ${unknown}`)];
  }
  return [
    willFail(
      what,
      `${UNRESERVED_MIN} must be left unreserved, got ${left}: ${sum}.`,
      quotaRequest(
        { service: 'lambda', code: 'L-B99A9384' },
        facts.region,
        Math.max(limit + UNRESERVED_MIN - left, LIMIT_WANTED),
      ),
    ),
  ];
};

export const vpcsFit: Check = async (facts) => {
  const added = await addedBy(facts, (template, before) => newOf(VPC, template, before).length);
  const used = async () => mapped(await facts.account.vpcs(), (vpcs) => vpcs.length);
  const quota = {
    what: 'VPCs',
    words: `${VPCS.words} in the region`,
    service: 'vpc',
    code: 'L-F678F1CE',
  };
  return [await againstQuota(quota, facts, added, used)];
};

export const nodesFit: Check = async (facts) => {
  const added = await addedBy(facts, (template, before) =>
    ofType(template, GROUP).reduce((sum, [id, group]) => {
      const was = before?.resources[id];
      const nodesBefore = was === undefined ? 0 : topologyOf(was.Properties ?? {}).nodes;
      return sum + Math.max(0, topologyOf(group).nodes - nodesBefore);
    }, 0),
  );
  const quota = {
    what: 'ElastiCache nodes',
    words: `${NODES.words} in the region`,
    service: 'elasticache',
    code: 'L-DFE45DF3',
  };
  return [await againstQuota(quota, facts, added, () => facts.account.nodes())];
};

/** The quota is per VPC. A new VPC has only the endpoints of the deploy. */
export const endpointsFit: Check = async (facts) => {
  const what = 'interface endpoints';
  const vpcs = new Map<string, number>();
  let isUnknown = false;
  for (const template of facts.templates) {
    for (const [, { VpcId, VpcEndpointType }] of ofType(template, ENDPOINT)) {
      if (VpcEndpointType !== 'Interface') continue;
      const vpc = typeof VpcId === 'string' ? VpcId : madeVpc(VpcId, template, facts.templates);
      if (vpc === undefined) isUnknown = true;
      else if (vpc !== MADE) vpcs.set(vpc, 0);
    }
  }
  if (isUnknown) return [cannotTell(what, 'the VPC is known only at deploy')];
  if (vpcs.size === 0) return [fine(what, 'the deploy adds no endpoint to an existing VPC')];
  return Promise.all(
    Array.from(vpcs.keys(), async (vpc): Promise<CheckFinding> => {
      const added = await addedBy(
        facts,
        (template, before) =>
          newOf(ENDPOINT, template, before).filter((id) => {
            const { VpcId, VpcEndpointType } = template.resources[id]?.Properties ?? {};
            return VpcId === vpc && VpcEndpointType === 'Interface';
          }).length,
      );
      const used = async () =>
        mapped(
          await facts.account.endpoints(vpc),
          (endpoints) => endpoints.filter(({ isInterface }) => isInterface).length,
        );
      const words = `interface endpoints in ${vpc}`;
      const quota = { what, words, service: 'vpc', code: 'L-29B6F2EB' };
      return againstQuota(quota, facts, added, used);
    }),
  );
};

const MADE = 'made by the deploy';

function madeVpc(
  value: unknown,
  template: StackTemplate,
  all: readonly StackTemplate[],
): typeof MADE | undefined {
  return resourceOf(value, template, all) === undefined ? undefined : MADE;
}

const DIRECTIONS = {
  ingress: 'AWS::EC2::SecurityGroupIngress',
  egress: 'AWS::EC2::SecurityGroupEgress',
} as const;

/** Checks the existing groups that the stage names. Synth counts the rules of new groups. */
export const rulesFit: Check = async (facts) => {
  const what = 'rules per security group';
  const groups = new Set<string>();
  for (const template of facts.templates) {
    for (const type of Object.values(DIRECTIONS)) {
      for (const [, { GroupId }] of ofType(template, type)) {
        if (typeof GroupId === 'string') groups.add(GroupId);
      }
    }
  }
  if (groups.size === 0) return [fine(what, 'the deploy adds no rule to an existing group')];
  const all = Array.from(groups, async (group) => {
    const directions = ['ingress', 'egress'] as const;
    return Promise.all(directions.map((direction) => rulesOf(group, direction, facts)));
  });
  return (await Promise.all(all)).flat(2);
};

async function rulesOf(
  group: string,
  direction: 'ingress' | 'egress',
  facts: Parameters<Check>[0],
): Promise<readonly CheckFinding[]> {
  const what = `rules of ${group}`;
  const added = await addedBy(
    facts,
    (template, before) =>
      newOf(DIRECTIONS[direction], template, before).filter(
        (id) => template.resources[id]?.Properties?.GroupId === group,
      ).length,
  );
  if (added.count === 0) return [];
  const answer = await facts.account.rules(group);
  if (answer.kind === 'answer' && answer.value === undefined) {
    return [
      willFail(
        what,
        `${group} must exist in this account in ${facts.region}, got no such group.`,
        'Correct `endpointSecurityGroupId` in the stage file.',
      ),
    ];
  }
  const words = `${direction} ${GROUP_RULES.words} of ${group}`;
  const quota = { what, words, service: 'vpc', code: 'L-0EA8095F' };
  const finding = await againstQuota(quota, facts, added, async () =>
    mapped(answer, (counts) => counts?.[direction] ?? 0),
  );
  const hasLists = answer.kind === 'answer' && answer.value?.hasPrefixLists === true;
  if (finding.outcome !== 'fine' || !hasLists) return [finding];
  return [cannotTell(what, `${finding.why}; each entry of its prefix lists counts as a rule`)];
}
