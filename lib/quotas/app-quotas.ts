/**
 * Counts what the caches of an app use of AWS's quotas, per resource of AWS: however many networks,
 * stacks or imports share a security group, its rules are counted together.
 *
 * What AWS would refuse during a deploy is refused at synth. What AWS raises for a whole region on
 * request is noted. What stands in the account already is not known here.
 */

import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Annotations, CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { policyLength } from './policy-length';
import { ENDPOINT_POLICY, KEY_POLICY, NODES, type Quota, RULES, VPCS } from './quota-table';

const quotasByRoot = new WeakMap<IConstruct, AppQuotas>();

const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const EGRESS = 'AWS::EC2::SecurityGroupEgress';
const GROUP = 'AWS::EC2::SecurityGroup';

/** Policies that grow with the number of caches, by the type of their resource. */
const POLICIES: Readonly<Record<string, readonly [property: string, quota: Quota]>> = {
  'AWS::KMS::Key': ['keyPolicy', KEY_POLICY],
  'AWS::EC2::VPCEndpoint': ['policyDocument', ENDPOINT_POLICY],
};

export class AppQuotas {
  /** The counts of the app that a construct is part of. */
  static of({ node }: IConstruct): AppQuotas {
    const known = quotasByRoot.get(node.root);
    if (known) return known;
    const made = new AppQuotas();
    quotasByRoot.set(node.root, made);
    node.root.node.addValidation({ validate: () => made.#problems(node.root) });
    return made;
  }

  /** A construct for each security group whose rules are counted. */
  readonly #groups = new Map<string, IConstruct>();
  readonly #policies = new Set<CfnResource>();
  readonly #used = new Map<string, number>();

  private constructor() {}

  /** Counts the rules of a security group, also of an imported one. */
  countRules(group: ISecurityGroup): void {
    const key = keyOf(group, group.securityGroupId);
    if (!this.#groups.has(key)) this.#groups.set(key, group);
  }

  /** Measures the policy of a key or an endpoint, unless it is imported. */
  measurePolicy({ node }: IConstruct): void {
    const { defaultChild } = node;
    if (defaultChild && CfnResource.isCfnResource(defaultChild)) this.#policies.add(defaultChild);
  }

  /** Notes a second VPC, and one more than AWS allows at first. */
  addVpc(scope: IConstruct): void {
    const count = this.#add(scope, VPCS, 1);
    if (count === 2) {
      Annotations.of(scope).addInfoV2(
        'secure-redis:several-vpcs',
        `This app makes several VPCs; AWS's default quota is ${VPCS.max} per region, with those ` +
          'of the account. Caches can share one: pass the `network` of the first to the ' +
          'others, or set `shared.network` in the stage file.',
      );
    }
    if (count === VPCS.max + 1) note(scope, VPCS, 'Share a `network` between caches.');
  }

  /** Notes more nodes than AWS allows at first. */
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

  #problems(root: IConstruct): string[] {
    const counts = countRules(root);
    const ofRules = Array.from(this.#groups).flatMap(([key, group]) =>
      Array.from(counts.get(key) ?? []).flatMap(([direction, count]) =>
        count <= RULES.max ? [] : [tooManyRules(group, direction, count)],
      ),
    );
    return [...ofRules, ...Array.from(this.#policies).flatMap(problemsOfPolicy)];
  }
}

type Direction = 'ingress' | 'egress';

/** How many rules each security group of an app has, by its key and their direction. */
function countRules(root: IConstruct): Map<string, Map<Direction, number>> {
  const counts = new Map<string, Map<Direction, number>>();
  const add = (key: string, direction: Direction, count: number) => {
    const ofGroup = counts.get(key) ?? new Map<Direction, number>();
    ofGroup.set(direction, (ofGroup.get(direction) ?? 0) + count);
    counts.set(key, ofGroup);
  };
  for (const each of root.node.findAll()) {
    if (!CfnResource.isCfnResource(each)) continue;
    const { cfnResourceType: type } = each;
    if (type === INGRESS || type === EGRESS) {
      const groupId: unknown = Reflect.get(each, 'groupId');
      const direction = type === INGRESS ? 'ingress' : 'egress';
      if (typeof groupId === 'string') add(keyOf(each, groupId), direction, 1);
    } else if (type === GROUP) {
      add(each.node.path, 'ingress', lengthOf(each, 'securityGroupIngress'));
      add(each.node.path, 'egress', lengthOf(each, 'securityGroupEgress'));
    }
  }
  return counts;
}

function lengthOf(resource: CfnResource, property: string): number {
  const rules: unknown = Stack.of(resource).resolve(Reflect.get(resource, property));
  return Array.isArray(rules) ? rules.length : 0;
}

/** A group of the app by its path, from whichever stack; another one by its place and id. */
function keyOf(scope: IConstruct, groupId: string): string {
  const { firstToken } = Tokenization.reverseString(groupId);
  if (firstToken && Reference.isReference(firstToken)) return firstToken.target.node.path;
  const stack = Stack.of(scope);
  return `${stack.environment} ${JSON.stringify(stack.resolve(groupId))}`;
}

function tooManyRules({ node }: IConstruct, direction: Direction, count: number): string {
  return (
    `${node.path}: this security group must have at most ${RULES.max} rules for ${direction}, ` +
    `which is AWS's quota, got ${count} of this app. Each cache adds two to the group of ` +
    'endpoints, and each client one. Give some caches another network or another group.'
  );
}

function problemsOfPolicy(resource: CfnResource): readonly string[] {
  const found = POLICIES[resource.cfnResourceType];
  if (found === undefined) return [];
  const [property, { max, words }] = found;
  const length = policyLength(Stack.of(resource).resolve(Reflect.get(resource, property)));
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
