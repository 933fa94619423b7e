/** The replication group and its parts, as the construct registers them for the rules. */

import type {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Topology } from '../settings/topology';
import { type Made, madeOf, type Subject } from './rule';

export interface ReplicationGroupSubject extends Subject {
  readonly group: CfnReplicationGroup;
  readonly subnetGroup: CfnSubnetGroup;
  readonly parameterGroup: CfnParameterGroup;
  readonly logGroups: readonly CfnLogGroup[];
  /** Ids of the subnets' route tables, if the VPC provides them. */
  readonly routeTableIds: readonly string[];
  readonly made: Made;
  readonly parameters: Readonly<Record<string, string>>;
  readonly removalPolicy: RemovalPolicy;
  readonly topology: Topology;
  /** 0 if the prop turns snapshots off. */
  readonly snapshotRetentionDays: number;
}

/** Call it directly after creating the resources, before they can be changed. */
export function replicationGroupSubject(
  parts: Omit<ReplicationGroupSubject, 'resources' | 'made' | 'parameters'>,
): ReplicationGroupSubject {
  const { group, subnetGroup, parameterGroup, logGroups } = parts;
  return {
    ...parts,
    resources: [group, subnetGroup, parameterGroup, ...logGroups],
    made: madeOf({
      KmsKeyId: group.kmsKeyId,
      AuthToken: group.authToken,
      UserGroupIds: group.userGroupIds,
      CacheSubnetGroupName: group.cacheSubnetGroupName,
      CacheParameterGroupName: group.cacheParameterGroupName,
      SecurityGroupIds: group.securityGroupIds,
      NetworkType: group.networkType,
      IpDiscovery: group.ipDiscovery,
      LogDeliveryConfigurations: group.logDeliveryConfigurations,
      Port: group.port,
      SubnetIds: subnetGroup.subnetIds,
      CacheParameterGroupFamily: parameterGroup.cacheParameterGroupFamily,
    }),
    // Parameter names are not property names.
    parameters: { ...(parameterGroup.properties as Record<string, string> | undefined) },
  };
}
