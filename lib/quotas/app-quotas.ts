/**
 * Counts AWS quotas that the caches of an app use, per AWS resource: the rules of a security group
 * are counted together across networks, stacks and imports.
 *
 * Exceeding a fixed quota, which AWS would reject during the deploy, fails the synth. Exceeding a
 * quota that AWS raises per region is noted. Existing usage of the account is unknown.
 */

import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Annotations, CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { judgeTemplates } from '../rules/check-templates';
import type { RenderedApp } from '../rules/rendered-app';
import { policyLength } from './policy-length';
import { ENDPOINT_POLICY, GROUP_RULES, KEY_POLICY, NODES, type Quota, VPCS } from './quota-table';
import {
  type CountedRule,
  countOf,
  type Direction,
  groupKey,
  rulesByGroup,
} from './security-group-rules';

const quotasByRoot = new WeakMap<IConstruct, AppQuotas>();

/** Context key for a raised quota of rules per security group. */
export const RULES_CONTEXT = 'secure-redis:rules-per-security-group';

/** Policies that grow with the number of caches, by resource type. */
const POLICIES: Readonly<Record<string, readonly [property: string, quota: Quota]>> = {
  'AWS::KMS::Key': ['KeyPolicy', KEY_POLICY],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument', ENDPOINT_POLICY],
};

export class AppQuotas {
  /** The counts of the app that contains a construct. */
  static of({ node }: IConstruct): AppQuotas {
    const known = quotasByRoot.get(node.root);
    if (known) return known;
    const made = new AppQuotas();
    quotasByRoot.set(node.root, made);
    judgeTemplates(node.root, (app) => made.#problems(app));
    return made;
  }

  /** A construct per security group whose rules are counted. */
  readonly #groups = new Map<string, ISecurityGroup>();
  readonly #policies = new Set<CfnResource>();
  readonly #used = new Map<string, number>();

  private constructor() {}

  /** Counts the rules of a security group, including imported groups. */
  countRules(group: ISecurityGroup): void {
    const key = keyOf(group, group.securityGroupId);
    if (!this.#groups.has(key)) this.#groups.set(key, group);
  }

  /** Measures the policy of a key or an endpoint, unless it is imported. */
  measurePolicy({ node }: IConstruct): void {
    const { defaultChild } = node;
    if (defaultChild && CfnResource.isCfnResource(defaultChild)) this.#policies.add(defaultChild);
  }

  /** Notes the second VPC, and the first VPC over the default quota. */
  addVpc(scope: IConstruct): void {
    const count = this.#add(scope, VPCS, 1);
    if (count === 2) {
      Annotations.of(scope).addInfoV2(
        'secure-redis:several-vpcs',
        `This app makes several VPCs; AWS's default quota is ${VPCS.max} per region, with those ` +
          'of the account, and each has endpoints of its own, billed per zone. Caches can share: ' +
          'pass `network`, `encryptionKey` and `alarmTopic` of the first to the others, or set ' +
          '`shared` in the stage file, before the first deploy: a later change replaces a cache.',
      );
    }
    if (count === VPCS.max + 1) note(scope, VPCS, 'Share a `network` between caches.');
  }

  /** Notes the first node over the default quota. */
  addNodes(scope: IConstruct, nodes: number): void {
    const count = this.#add(scope, NODES, nodes);
    if (count > NODES.max && count - nodes <= NODES.max) note(scope, NODES, 'Plan fewer nodes.');
  }

  #add(scope: IConstruct, { words }: Quota, amount: number): number {
    const key = `${Stack.of(scope).environment} ${words}`;
    const count = (this.#used.get(key) ?? 0) + amount;
    this.#used.set(key, count);
    return count;
  }

  #problems(app: RenderedApp): readonly string[] {
    const rules = rulesByGroup(app);
    const ofRules = Array.from(this.#groups.values()).flatMap((group) => {
      const stack = app.stackOf(Stack.of(group));
      const key = stack && groupKey(stack, stack.resolve(group.securityGroupId));
      const all = rules.get(key ?? '') ?? [];
      return (['ingress', 'egress'] as const).flatMap((direction) => {
        const some = all.filter((rule) => rule.direction === direction);
        return [...tooMany(group, direction, some), ...twice(some)];
      });
    });
    const ofPolicies = Array.from(this.#policies).flatMap((each) => problemsOfPolicy(each, app));
    return [...ofRules, ...ofPolicies];
  }
}

/** Key of a group: its path if it belongs to the app, else its environment and id. */
function keyOf(scope: IConstruct, groupId: string): string {
  const { firstToken } = Tokenization.reverseString(groupId);
  if (firstToken && Reference.isReference(firstToken)) return firstToken.target.node.path;
  const stack = Stack.of(scope);
  return `${stack.environment} ${JSON.stringify(stack.resolve(groupId))}`;
}

function tooMany(
  { node }: IConstruct,
  direction: Direction,
  rules: readonly CountedRule[],
): readonly string[] {
  const raised = Number(node.tryGetContext(RULES_CONTEXT));
  const max = raised > GROUP_RULES.max ? raised : GROUP_RULES.max;
  const family = countOf(rules, 'IPv4') > max ? 'IPv4' : 'IPv6';
  const count = countOf(rules, family);
  if (count <= max) return [];
  return [
    `${node.path}: this security group must have at most ${max} rules for ${direction} of ` +
      `${family}, which is AWS's quota, got ${count} of this app. Each cache adds two to the ` +
      'group of endpoints, each client one, and a prefix list as many as it may have entries. ' +
      'Give some caches another network or another group; if AWS has raised the quota of the ' +
      `account, set \`${RULES_CONTEXT}\` in the context to it.`,
  ];
}

/**
 * EC2 rejects duplicates with InvalidPermission.Duplicate, or CloudFormation ignores the error and
 * two resources share one rule: aws/aws-cdk#4437,
 * aws-cloudformation/cloudformation-coverage-roadmap#612, #1534.
 */
function twice(rules: readonly CountedRule[]): readonly string[] {
  const first = new Map<string, CountedRule>();
  return rules.flatMap((rule) => {
    const { identity, resource, direction } = rule;
    const known = identity === undefined ? undefined : first.get(identity);
    if (identity !== undefined && known === undefined) first.set(identity, rule);
    if (known === undefined) return [];
    return [
      `${resource.path}: the rule for ${direction} must be another than that of ` +
        `${known.resource.path}, got the same group, protocol, ports and peer. EC2 takes it ` +
        'once, and removing one of the two removes both. Remove one.',
    ];
  });
}

function problemsOfPolicy(resource: CfnResource, app: RenderedApp): readonly string[] {
  const [property, quota] = POLICIES[resource.cfnResourceType] ?? [];
  if (property === undefined || quota === undefined) return [];
  const { max, words } = quota;
  const length = policyLength(app.find(resource)?.properties[property] ?? '');
  if (length <= max) return [];
  return [
    `${resource.node.path}: this policy must have at most ${max} ${words}, which is AWS's quota, ` +
      `got ${length} or more. Give some caches another key or another network.`,
  ];
}

function note(scope: IConstruct, { max, words, per }: Quota, advice: string): void {
  Annotations.of(scope).addWarningV2(
    `secure-redis:quota-of-${words}`,
    `This app makes more than ${max} ${words}, AWS's default quota per ${per}. Ask AWS for more ` +
      `before the deploy (Service Quotas), or: ${advice}`,
  );
}
