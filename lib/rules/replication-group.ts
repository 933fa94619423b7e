/**
 * Rules of the rendered replication group.
 *
 * AWS rejects some violations late in a deploy, and others never.
 */

import { RemovalPolicy, type Stack, Stage, Token } from 'aws-cdk-lib/core';
import { engineRow } from '../settings/elasticache/engine-versions';
import { SNAPSHOT_RETENTION_DAYS } from '../validation/limits';
import type { RenderedApp } from './rendered-app';
import type { Properties } from './rendered-stack';
import { DEPLOYABLE_RULE } from './replication-group-deployable';
import { GROUP_PART_RULES } from './replication-group-parts';
import type { ReplicationGroupSubject } from './replication-group-subject';
import { asMade, clipped, noOther, type Rule } from './rule';

type GroupRule = Rule<ReplicationGroupSubject>;
type Wording = Parameters<typeof asMade>[2];

const PROTECTS = 'the replication group';
const REMOVE = 'Remove what changes it.';
const groupOf = ({ group }: ReplicationGroupSubject) => group;

/** A rule on a property of the group with its own test. */
function holds(
  part: string,
  test: (group: Properties, subject: ReplicationGroupSubject) => boolean,
  text: Wording,
): GroupRule {
  return {
    ...text,
    properties: [part],
    judge: (subject, app) =>
      app
        .branches(subject.group)
        .filter(({ properties }) => !test(properties, subject))
        .map((resource) => ({ resource, part, given: clipped(resource.properties[part]) })),
  };
}

const asTheGroupWasMade = (properties: readonly string[], text: Wording) =>
  asMade(properties, groupOf, text);

function isWithin(value: unknown, { min, max }: { min: number; max: number }): boolean {
  return Number(value) >= min && Number(value) <= max;
}

/** Older engines have no mode: enabling TLS also requires TLS. */
function requiresTls({ TransitEncryptionMode, Engine, EngineVersion }: Properties): boolean {
  if (TransitEncryptionMode !== undefined) return TransitEncryptionMode === 'required';
  return engineRow(Engine, EngineVersion)?.takesTransitEncryptionMode === false;
}

/** Never prints the value: a literal would be a password. */
function printedPassword(value: unknown): string {
  return value === undefined ? 'nothing' : 'another value';
}

const LOGIN_RULES: readonly GroupRule[] = [
  holds('TransitEncryptionEnabled', (group) => group.TransitEncryptionEnabled === true, {
    id: 'cache-tls',
    protects: PROTECTS,
    why: 'without TLS, password and data are sent in plaintext',
    allowed: 'true',
    fix: REMOVE,
  }),
  holds('TransitEncryptionMode', (group) => requiresTls(group), {
    id: 'cache-tls-mode',
    protects: PROTECTS,
    why: 'with "preferred" the cache also accepts plaintext connections',
    allowed: '"required", where the engine has a mode',
    fix: REMOVE,
  }),
  asTheGroupWasMade(['AuthToken'], {
    id: 'cache-password',
    protects: PROTECTS,
    why:
      'a literal is readable in the template, and any other secret changes: CloudFormation would ' +
      'then overwrite the live password',
    allowed: 'a reference to the initial secret, without a version',
    fix: `${REMOVE} Applications and rotation use \`credentials\`.`,
    print: printedPassword,
  }),
  asTheGroupWasMade(['UserGroupIds'], {
    id: 'cache-user-groups',
    protects: PROTECTS,
    why: 'the rotation knows one password, or the users of one group: others never rotate',
    allowed: "absent, or the group of the cache's own users",
    fix: REMOVE,
  }),
];

const ENCRYPTION_RULES: readonly GroupRule[] = [
  holds('AtRestEncryptionEnabled', (group) => group.AtRestEncryptionEnabled === true, {
    id: 'cache-at-rest',
    protects: PROTECTS,
    why: 'without it disks and snapshots are not encrypted',
    allowed: 'true',
    fix: REMOVE,
  }),
  asTheGroupWasMade(['KmsKeyId'], {
    id: 'cache-key',
    protects: PROTECTS,
    why: 'data under another key can be read by the principals of that key',
    allowed: "the cache's key",
    fix: 'Pass the key as the prop `encryptionKey`.',
  }),
];

const NETWORK_RULES: readonly GroupRule[] = [
  asTheGroupWasMade(['SecurityGroupIds'], {
    id: 'cache-security-groups',
    protects: PROTECTS,
    why: 'another group may admit any address, and no rule checks that group',
    allowed: "the cache's own security group alone",
    fix: 'Admit clients with `connections.allowDefaultPortFrom(client)`.',
  }),
  holds('CacheSecurityGroupNames', (group) => group.CacheSecurityGroupNames === undefined, {
    id: 'cache-classic-groups',
    protects: PROTECTS,
    why: 'no rule checks groups outside of a VPC',
    allowed: 'absent',
    fix: REMOVE,
  }),
  asTheGroupWasMade(['CacheSubnetGroupName'], {
    id: 'cache-subnet-group',
    protects: PROTECTS,
    why: 'another subnet group may use public subnets',
    allowed: "the cache's own subnet group",
    fix: 'Choose subnets with the prop `network`.',
  }),
  asTheGroupWasMade(['NetworkType', 'IpDiscovery'], {
    id: 'cache-network-type',
    protects: PROTECTS,
    why: 'another address type makes nodes reachable through rules that were not reviewed',
    allowed: 'as the construct sets it',
    fix: REMOVE,
  }),
  asTheGroupWasMade(['Port'], {
    id: 'cache-port',
    protects: PROTECTS,
    why: 'security group, connection string and rotation use the port of the prop',
    allowed: 'the port of the prop `port`',
    fix: 'Set the prop `port`.',
  }),
];

const DATA_RULES: readonly GroupRule[] = [
  asTheGroupWasMade(['CacheParameterGroupName'], {
    id: 'cache-parameter-group',
    protects: PROTECTS,
    why: 'parameters decide what is evicted, what is logged and whether keys are spread',
    allowed: "the cache's own parameter group",
    fix: 'Set the prop `parameters`.',
  }),
  asTheGroupWasMade(['LogDeliveryConfigurations'], {
    id: 'cache-logs',
    protects: PROTECTS,
    why: 'the slow log can hold keys and values, and incident investigations need both logs',
    allowed: "the slow log and the engine log, to the cache's own log groups",
    fix: REMOVE,
  }),
  holds('SnapshotRetentionLimit', hasSnapshots, {
    id: 'cache-snapshots',
    protects: PROTECTS,
    why: 'without snapshots lost data cannot be restored',
    allowed: `1 to ${SNAPSHOT_RETENTION_DAYS.max} days`,
    fix: 'Set the prop `snapshotRetention`.',
  }),
  {
    id: 'cache-removal',
    properties: ['DeletionPolicy', 'UpdateReplacePolicy'],
    protects: PROTECTS,
    why: 'deleting or replacing the group without a snapshot loses its data',
    allowed: '"Snapshot" or "Retain"',
    fix: 'Set the prop `removalPolicy`, where DESTROY keeps nothing.',
    judge: ({ group, removalPolicy }, app) => {
      const resource = app.find(group);
      if (resource === undefined || removalPolicy === RemovalPolicy.DESTROY) return [];
      return (['DeletionPolicy', 'UpdateReplacePolicy'] as const)
        .filter((part) => !KEEPING.includes(String(resource.body[part])))
        .map((part) => ({ resource, part, given: clipped(resource.body[part]) }));
    },
  },
  noOther([['AWS::ElastiCache::GlobalReplicationGroup', 'Members']], ({ group }) => [group], {
    id: 'cache-global-member',
    protects: PROTECTS,
    why: 'it would copy the data to another region, under another key and other rules',
    allowed: 'without a cache of this library',
    fix: 'Remove the member.',
  }),
  holds('GlobalReplicationGroupId', (group) => group.GlobalReplicationGroupId === undefined, {
    id: 'cache-global',
    protects: PROTECTS,
    why: 'data would come from a group in another region, under another key and other rules',
    allowed: 'absent',
    fix: REMOVE,
  }),
];

const KEEPING: readonly string[] = ['Snapshot', 'Retain', 'RetainExceptOnCreate'];

/** Without snapshots only if the prop says so, which only the purpose "cache" allows. */
function hasSnapshots(
  { SnapshotRetentionLimit }: Properties,
  { snapshotRetentionDays }: ReplicationGroupSubject,
): boolean {
  const min = Math.min(1, snapshotRetentionDays);
  return isWithin(SnapshotRetentionLimit, { ...SNAPSHOT_RETENTION_DAYS, min });
}

function hasReplica({ NumCacheClusters, ReplicasPerNodeGroup }: Properties): boolean {
  return Number(NumCacheClusters) > 1 || Number(ReplicasPerNodeGroup) > 0;
}

const AVAILABILITY_RULES: readonly GroupRule[] = [
  holds('MultiAZEnabled', isMultiAzRight, {
    id: 'cache-multi-az',
    protects: PROTECTS,
    why:
      'otherwise all nodes may be in one zone and fail with it; AWS rejects Multi-AZ without a ' +
      'replica, but only during the deploy',
    allowed: 'true with a replica that takes over, and false without one',
    fix: 'Set the prop `topology`.',
  }),
  holds('AutomaticFailoverEnabled', isFailoverRight, {
    id: 'cache-failover',
    protects: PROTECTS,
    why: 'without it a failed primary is not replaced, and AWS requires it with shards',
    allowed: 'true with shards or with a replica that takes over, and false with one node',
    fix: 'Set the prop `topology`.',
  }),
  DEPLOYABLE_RULE,
  {
    id: 'cache-id',
    properties: ['ReplicationGroupId'],
    protects: PROTECTS,
    why: 'AWS converts ids to lower case, and rejects a duplicate during the deploy',
    allowed: 'an id that no other replication group of the app has, in whatever case',
    fix: 'Change one of the two, or leave `replicationGroupId` out.',
    judge: sameId,
  },
];

function isMultiAzRight(group: Properties, { topology }: ReplicationGroupSubject): boolean {
  if (group.MultiAZEnabled === true) return hasReplica(group);
  return !hasReplica(group) || !topology.failover;
}

function isFailoverRight(group: Properties, { topology }: ReplicationGroupSubject): boolean {
  const { AutomaticFailoverEnabled, NumCacheClusters, NumNodeGroups } = group;
  return AutomaticFailoverEnabled === true
    ? NumNodeGroups !== undefined || Number(NumCacheClusters) > 1
    : NumNodeGroups === undefined && (Number(NumCacheClusters) === 1 || !topology.failover);
}

export const REPLICATION_GROUP_RULES: readonly GroupRule[] = [
  ...LOGIN_RULES,
  ...ENCRYPTION_RULES,
  ...NETWORK_RULES,
  ...GROUP_PART_RULES,
  ...DATA_RULES,
  ...AVAILABILITY_RULES,
];

/** An id is unique per account and region. Ids known only at deploy are not compared. */
function sameId({ group }: ReplicationGroupSubject, app: RenderedApp) {
  return app.branches(group).flatMap((own) => {
    const id = own.properties.ReplicationGroupId;
    if (typeof id !== 'string') return [];
    const all = app.ofType(own.body.Type);
    const place = all.findIndex(({ key }) => key === own.key);
    const other = all.find(
      (each, index) =>
        maySharePlace(each.stack.stack, own.stack.stack) &&
        each.branches.some(
          ({ properties }) =>
            String(properties.ReplicationGroupId).toLowerCase() === id.toLowerCase(),
        ) &&
        // Of two caches, the error names the later one.
        (index < place || (index > place && !app.isProtected(each))),
    );
    if (other === undefined) return [];
    const kept = `which AWS keeps as "${id.toLowerCase()}"`;
    const given = `${clipped(id)}, ${kept}, as that of ${other.path}`;
    return [{ resource: own, part: 'ReplicationGroupId', given }];
  });
}

/** Stages without account and region may be deployed to different environments. */
function maySharePlace(one: Stack, other: Stack): boolean {
  if (one.environment !== other.environment) return false;
  const isKnown = ![one.account, one.region].some((each) => Token.isUnresolved(each));
  return isKnown || Stage.of(one) === Stage.of(other);
}
