/**
 * What must hold for the replication group as it is rendered, after everybody's overrides.
 *
 * AWS refuses some of it late, after minutes of a deploy, and some of it never.
 */

import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Stack } from 'aws-cdk-lib/core';
import { engineRow } from './settings/elasticache/engines';
import { PORT, SNAPSHOT_RETENTION_DAYS } from './settings/limits';
import type { Topology } from './settings/topology';

type Properties = Readonly<Record<string, unknown>>;

interface Rule {
  /** The property that is wrong. */
  readonly property: string;
  readonly holds: (group: Properties, bootstrapPassword: unknown, topology: Topology) => boolean;
  readonly allowed: string;
}

const within = (value: unknown, { min, max }: { min: number; max: number }) =>
  Number(value) >= min && Number(value) <= max;

/** Whether the engine takes no mode, since TLS is required as soon as it is enabled. */
const requiresTlsByItself = (engine: unknown, version: unknown) =>
  engineRow(engine, version)?.takesTransitEncryptionMode === false;

const RULES: readonly Rule[] = [
  {
    property: 'TransitEncryptionEnabled',
    holds: ({ TransitEncryptionEnabled }) => TransitEncryptionEnabled === true,
    allowed: 'true: the password would travel in plaintext',
  },
  {
    property: 'TransitEncryptionMode',
    holds: ({ TransitEncryptionMode, Engine, EngineVersion }) =>
      TransitEncryptionMode === 'required' ||
      (TransitEncryptionMode === undefined && requiresTlsByItself(Engine, EngineVersion)),
    allowed: '"required": else plaintext is taken beside TLS',
  },
  {
    property: 'AtRestEncryptionEnabled',
    holds: ({ AtRestEncryptionEnabled }) => AtRestEncryptionEnabled === true,
    allowed: 'true: snapshots would be readable',
  },
  {
    property: 'AuthToken',
    holds: ({ AuthToken }, bootstrapPassword) =>
      JSON.stringify(AuthToken) === JSON.stringify(bootstrapPassword),
    allowed: 'a reference to the bootstrap secret, without a version',
  },
  {
    property: 'UserGroupIds',
    holds: ({ UserGroupIds }) => UserGroupIds === undefined,
    allowed: 'nothing: AWS takes a password or user groups, not both',
  },
  {
    property: 'SnapshotRetentionLimit',
    holds: ({ SnapshotRetentionLimit }) => within(SnapshotRetentionLimit, SNAPSHOT_RETENTION_DAYS),
    allowed: `${SNAPSHOT_RETENTION_DAYS.min} to ${SNAPSHOT_RETENTION_DAYS.max} days`,
  },
  {
    property: 'Port',
    holds: ({ Port }) => within(Port, PORT),
    allowed: `${PORT.min} to ${PORT.max}`,
  },
  {
    property: 'MultiAZEnabled',
    holds: ({ MultiAZEnabled, NumCacheClusters, ReplicasPerNodeGroup }) =>
      MultiAZEnabled !== true || Number(NumCacheClusters) > 1 || Number(ReplicasPerNodeGroup) > 0,
    allowed: 'false without a replica',
  },
  {
    property: 'AutomaticFailoverEnabled',
    holds: ({ AutomaticFailoverEnabled, NumCacheClusters, NumNodeGroups }, _, { failover }) =>
      AutomaticFailoverEnabled === true
        ? NumNodeGroups !== undefined || Number(NumCacheClusters) > 1
        : NumNodeGroups === undefined && (Number(NumCacheClusters) === 1 || !failover),
    allowed: 'true with a replica or with shards, and false with one node',
  },
];

/** A line for each rule that the group breaks. The password is the reference that it must have. */
export function problemsOfGroup(
  group: CfnReplicationGroup,
  bootstrapPassword: string,
  topology: Topology,
): string[] {
  const stack = Stack.of(group);
  const { Resources } = stack.resolve(group._toCloudFormation());
  const [rendered] = Object.values<{ Properties?: Properties }>(Resources);
  const properties = rendered?.Properties ?? {};
  const password = stack.resolve(bootstrapPassword);
  return RULES.filter(({ holds }) => !holds(properties, password, topology)).map(
    ({ property, allowed }) =>
      `${group.node.path}: ${property} is ${shown(property, properties)}; allowed is ${allowed}; ` +
      'remove the override',
  );
}

/** A literal AuthToken would be a password. */
function shown(property: string, properties: Properties): string {
  if (property === 'AuthToken') return properties.AuthToken === undefined ? 'missing' : 'a text';
  return JSON.stringify(properties[property]) ?? 'missing';
}
