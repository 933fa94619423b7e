/** The rules of all resources that constructs make: as they were made, and closed to others. */

import type { CfnResource } from 'aws-cdk-lib/core';
import { type AsMadeSubject, asMadeRule, asMadeSubject } from './as-made';
import { AS_MADE_ROWS } from './as-made-table';
import { foreignPrincipals, isAboutAccount } from './principals';
import type { Body, Properties, RenderedResource } from './rendered-stack';
import { clipped, noOther, type Rule, type Subject } from './rule';

/** The body of a resource that says what a deletion does. */
type Policy = 'DeletionPolicy' | 'UpdateReplacePolicy';

export interface MadeResourcesSubject extends Subject {
  readonly asMade: AsMadeSubject;
  /** Resources by type, whose policies are judged. */
  readonly all: readonly CfnResource[];
  /** Of a resource that is kept: the policies by which it is. */
  readonly kept: ReadonlyMap<CfnResource, readonly Policy[]>;
  readonly updatePolicies: ReadonlyMap<CfnResource, unknown>;
}

export const KEEPING: readonly unknown[] = ['Snapshot', 'Retain', 'RetainExceptOnCreate'];
const POLICIES: readonly Policy[] = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** To be called when a construct is finished, before anybody can change what it made. */
export function madeResourcesSubject(all: readonly CfnResource[]): MadeResourcesSubject {
  const asMade = asMadeSubject(all, AS_MADE_ROWS);
  const kept = all.map((resource) => {
    const { deletionPolicy, updateReplacePolicy } = resource.cfnOptions;
    const made = { DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy };
    return [resource, POLICIES.filter((part) => KEEPING.includes(made[part]))] as const;
  });
  return {
    asMade,
    all,
    resources: asMade.resources,
    kept: new Map(kept.filter(([, policies]) => policies.length > 0)),
    updatePolicies: new Map(
      all.flatMap((resource) => {
        const { updatePolicy } = resource.cfnOptions;
        return updatePolicy ? [[resource, updatePolicy.useOnlineResharding] as const] : [];
      }),
    ),
  };
}

type MadeRule = Rule<MadeResourcesSubject>;

const removal: MadeRule = {
  id: 'removal',
  properties: [...POLICIES],
  protects: 'each resource that outlives its stack',
  why:
    'data is worth nothing without its key, an incident is read from the logs, and a secret that ' +
    'is replaced takes the password along',
  allowed: '"Retain", "RetainExceptOnCreate" or "Snapshot"',
  fix: 'Set the prop `removalPolicy`, where DESTROY keeps nothing.',
  judge: ({ kept }, app) =>
    Array.from(kept).flatMap(([made, policies]) => {
      const resource = app.find(made);
      // That of the replication group is a rule of its own.
      if (resource === undefined || resource.body.Type === GROUP) return [];
      return policies
        .filter((part) => !KEEPING.includes(resource.body[part]))
        .map((part) => ({ resource, part, given: clipped(resource.body[part]) }));
    }),
};

const GROUP = 'AWS::ElastiCache::ReplicationGroup';

const resharding: MadeRule = {
  id: 'cache-resharding',
  properties: ['UpdatePolicy'],
  protects: 'the replication group',
  why: 'without it CloudFormation makes a new cache for a change of the shards, without the data',
  allowed: '{"UseOnlineResharding":true} with shards',
  fix: 'Remove what changes it.',
  judge: ({ updatePolicies }, app) =>
    Array.from(updatePolicies.keys()).flatMap((made) => {
      const resource = app.find(made);
      const { UpdatePolicy: policy } = (resource?.body ?? {}) as Body;
      if (resource === undefined || policy?.UseOnlineResharding === true) return [];
      return [{ resource, part: 'UpdatePolicy', given: clipped(policy) }];
    }),
};

/** A rule on whom a policy of a type of resource lets in. */
function principals(
  type: string,
  property: string,
  spare: Parameters<typeof foreignPrincipals>[3],
  text: Omit<MadeRule, 'judge' | 'properties'>,
): MadeRule {
  return {
    ...text,
    properties: [property],
    judge: ({ all }, app) =>
      all
        .filter(({ cfnResourceType }) => cfnResourceType === type)
        .flatMap((made) =>
          app
            .branches(made)
            .filter((resource) => hasPolicy(resource, property, made))
            .flatMap((resource) => foreignPrincipals(resource, property, app, spare)),
        ),
  };
}

/** Without a cache the endpoints of a network have no policy yet. */
function hasPolicy(resource: RenderedResource, property: string, made: CfnResource): boolean {
  if (resource.properties[property] !== undefined) return true;
  const own: unknown = Reflect.get(made, property.charAt(0).toLowerCase() + property.slice(1));
  return resource.resolve(own) !== undefined;
}

const PRINCIPAL_RULES: readonly MadeRule[] = [
  principals('AWS::KMS::Key', 'KeyPolicy', isNamed, {
    id: 'key-policy',
    protects: "the cache's key",
    why: 'any principal that may use the key can decrypt data, secrets and logs',
    allowed: 'named, or held to this account by a condition',
    fix: 'Name accounts, roles or services.',
  }),
  principals('AWS::SNS::TopicPolicy', 'PolicyDocument', isNamedOrHeld, {
    id: 'topic-policy',
    protects: 'each topic',
    why: 'a publisher to it can hide an alarm among others, and a subscriber reads them',
    allowed: 'named, or held to an account by a condition',
    fix: 'Name accounts, roles or services.',
  }),
  principals('AWS::EC2::VPCEndpoint', 'PolicyDocument', isAboutAccount, {
    id: 'endpoint-policy',
    protects: 'the interface endpoints of a network',
    why: 'through an endpoint without a policy data goes to any account',
    allowed: 'of this account, or about what is in this account',
    fix: 'Hold the statement to `aws:PrincipalAccount`, or to resources of this account.',
  }),
];

const otherTopicPolicies = noOther<MadeResourcesSubject>(
  [
    ['AWS::SNS::TopicPolicy', 'Topics'],
    ['AWS::SNS::TopicInlinePolicy', 'TopicArn'],
  ],
  ({ all }) => all.filter(({ cfnResourceType }) => cfnResourceType === 'AWS::SNS::Topic'),
  {
    id: 'topic-other-policies',
    protects: 'each topic',
    why: 'a topic has one policy: another resource replaces the one that lets alarms publish',
    allowed: 'other than a topic of a cache',
    fix: 'Add the statement with `addToResourcePolicy` of the topic.',
    spare: (other, _, app) => app.isProtected(other),
  },
);

/** Whether nobody is let in without a name. */
function isNamed({ Principal }: Properties): boolean {
  return Principal !== undefined && !JSON.stringify(Principal).includes('"*"');
}

/** Whether nobody is let in without a name or a condition. */
function isNamedOrHeld(statement: Properties): boolean {
  return Object.keys(statement.Condition ?? {}).length > 0 || isNamed(statement);
}

const asMadeRules = AS_MADE_ROWS.map((row): MadeRule => {
  const rule = asMadeRule(row);
  return { ...rule, judge: ({ asMade }, app) => rule.judge(asMade, app) };
});

export const MADE_RESOURCES_RULES: readonly MadeRule[] = [
  ...asMadeRules,
  ...PRINCIPAL_RULES,
  otherTopicPolicies,
  removal,
  resharding,
];
