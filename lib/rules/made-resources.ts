/** Rules of all resources that constructs create: unchanged, and closed to other principals. */

import type { CfnResource } from 'aws-cdk-lib/core';
import { type AsMadeSubject, asMadeRule, asMadeSubject } from './as-made';
import { AS_MADE_ROWS } from './as-made-table';
import { isAboutAccount, otherPrincipals } from './principals';
import type { Body, Properties, RenderedResource } from './rendered-stack';
import { clipped, noOther, type Rule, type Subject } from './rule';

/** Attributes of a resource that decide about its deletion. */
type Policy = 'DeletionPolicy' | 'UpdateReplacePolicy';

export interface MadeResourcesSubject extends Subject {
  readonly asMade: AsMadeSubject;
  /** All created resources, whose resource policies are checked. */
  readonly all: readonly CfnResource[];
  /** Resources that outlive their stack, with the attributes that keep them. */
  readonly kept: ReadonlyMap<CfnResource, readonly Policy[]>;
  readonly updatePolicies: ReadonlyMap<CfnResource, unknown>;
}

export const KEEPING: readonly unknown[] = ['Snapshot', 'Retain', 'RetainExceptOnCreate'];
const POLICIES: readonly Policy[] = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** Call it when a construct is finished, before its resources can be changed. */
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
    'data cannot be read without its key, incident investigations need the logs, and replacing a ' +
    'secret deletes the password',
  allowed: '"Retain", "RetainExceptOnCreate" or "Snapshot"',
  fix: 'Set the prop `removalPolicy`, where DESTROY keeps nothing.',
  judge: ({ kept }, app) =>
    Array.from(kept).flatMap(([made, policies]) => {
      const resource = app.find(made);
      // The replication group has its own rule.
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
  why: 'without it CloudFormation replaces the cache when the shards change, and the data is lost',
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

/** A rule on the principals of a resource policy, for a resource type. */
function principals(
  type: string,
  property: string,
  spare: Parameters<typeof otherPrincipals>[3],
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
            .flatMap((resource) => otherPrincipals(resource, property, app, spare)),
        ),
  };
}

/** The endpoints of a network without a cache have no policy yet. */
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
    why: 'a publisher could hide alarms among others, and a subscriber could read them',
    allowed: 'named, or held to an account by a condition',
    fix: 'Name accounts, roles or services.',
  }),
  principals('AWS::EC2::VPCEndpoint', 'PolicyDocument', isAboutAccount, {
    id: 'endpoint-policy',
    protects: 'the interface endpoints of a network',
    why: 'through an endpoint without a policy, data can be sent to any account',
    allowed: 'of this account, or about what is in this account',
    fix: 'Hold the statement to `aws:PrincipalAccount`, or to resources of this account.',
  }),
];

/** The created resources of a type. */
function ofType(type: string) {
  return ({ all }: MadeResourcesSubject) =>
    all.filter(({ cfnResourceType }) => cfnResourceType === type);
}

const otherTopicPolicies = noOther<MadeResourcesSubject>(
  [
    ['AWS::SNS::TopicPolicy', 'Topics'],
    ['AWS::SNS::TopicInlinePolicy', 'TopicArn'],
  ],
  ofType('AWS::SNS::Topic'),
  {
    id: 'topic-other-policies',
    protects: 'each topic',
    why: 'a topic has one policy: another resource would replace the one that admits alarms',
    allowed: 'other than a topic of a cache',
    fix: 'Add the statement with `addToResourcePolicy` of the topic.',
    spare: (other, _, app) => app.isProtected(other),
  },
);

const otherGroups = noOther<MadeResourcesSubject>(
  [['AWS::ElastiCache::UserGroup', 'UserIds']],
  ofType('AWS::ElastiCache::User'),
  {
    id: 'user-other-groups',
    protects: 'each user of a cache',
    why: 'the user could log in to another cache, and no rotation looks at the nodes of that',
    allowed: 'without a user of a cache of this library',
    fix: 'Make users of its own for the other cache.',
    spare: (other, _, app) => app.isProtected(other),
  },
);

const otherCaches = noOther<MadeResourcesSubject>(
  [
    ['AWS::ElastiCache::ReplicationGroup', 'UserGroupIds'],
    ['AWS::ElastiCache::ServerlessCache', 'UserGroupId'],
  ],
  ofType('AWS::ElastiCache::UserGroup'),
  {
    id: 'user-group-other-caches',
    protects: 'the users of a cache',
    why: 'its users could log in to another cache, and no rotation looks at the nodes of that',
    allowed: 'a group of its own users',
    fix: 'Make users and a group of its own for the other cache.',
    spare: (other, _, app) => app.isProtected(other),
  },
);

/** Whether every principal is named. */
function isNamed({ Principal }: Properties): boolean {
  return Principal !== undefined && !JSON.stringify(Principal).includes('"*"');
}

/** Whether every principal is named or restricted by a condition. */
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
  otherGroups,
  otherCaches,
  removal,
  resharding,
];
