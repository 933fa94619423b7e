/**
 * The ElastiCache replication group, hardened, with its subnet group, parameters and logs.
 *
 * Every security property is stated, also where AWS implies it: a reviewer reads the template.
 */

import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../encryption/encrypted-log-group';
import type { RedisNetwork } from '../network/redis-network';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { protect } from '../rules/engine';
import { replicationGroupSubject } from '../rules/group-subject';
import { hasDataTiering } from '../settings/node-type';
import { groupParameters } from '../settings/parameters';
import type { Topology } from '../settings/topology';
import type { CacheSettings } from './cache-settings';
import { addNotes } from './notes';

export interface ReplicationGroupProps {
  readonly settings: CacheSettings;
  readonly network: RedisNetwork;
  readonly securityGroup: ISecurityGroup;
  readonly key: IKey;
  readonly log: EncryptedLogGroupProps;
  /** A dynamic reference, never a value. */
  readonly initialPassword: string;
  readonly eventTopic: ITopic | undefined;
}

export class ReplicationGroup extends Construct {
  readonly resource: CfnReplicationGroup;
  /** The host that takes writes; of a sharded cache, the configuration endpoint. */
  readonly endpointAddress: string;
  /** The host that spreads reads over the replicas, or else the same. */
  readonly readerEndpointAddress: string;

  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    super(scope, id);
    const { settings, network, log } = props;
    const { topology, restoreFrom } = settings;
    addNotes(this, settings);
    const subnetGroup = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Secure Redis: isolated subnets',
      subnetIds: network.vpc.selectSubnets(network.subnets).subnetIds,
    });
    const parameterGroup = this.#parameterGroup(settings);
    const logs = [this.#log('slow-log', 'SlowLog', log), this.#log('engine-log', 'EngineLog', log)];
    this.resource = new CfnReplicationGroup(this, 'Group', {
      replicationGroupDescription: `Secure Redis: ${settings.purpose.id}`,
      replicationGroupId: settings.replicationGroupId,
      engine: settings.engine.name,
      engineVersion: settings.engine.version,
      cacheNodeType: settings.nodeType,
      dataTieringEnabled: hasDataTiering(settings.nodeType) || undefined,
      port: settings.port,
      ...nodesOf(topology),
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: parameterGroup.ref,
      securityGroupIds: [props.securityGroup.securityGroupId],
      transitEncryptionEnabled: true,
      // Where AWS does not take it, TLS is required by being enabled.
      transitEncryptionMode: settings.engine.takesTransitEncryptionMode ? 'required' : undefined,
      atRestEncryptionEnabled: true,
      kmsKeyId: props.key.keyArn,
      authToken: props.initialPassword,
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: settings.snapshotRetentionDays,
      snapshotWindow: settings.snapshotWindow,
      preferredMaintenanceWindow: settings.maintenanceWindow,
      snapshotName: restoreFrom?.snapshotName,
      snapshotArns: restoreFrom?.objectArns && [...restoreFrom.objectArns],
      notificationTopicArn: props.eventTopic?.topicArn,
      logDeliveryConfigurations: logs.map(({ delivery }) => delivery),
    });
    this.resource.applyRemovalPolicy(settings.removalPolicy);
    // An override, since the class of an older CDK drops a property that it does not know.
    if (settings.durability) {
      this.resource.addPropertyOverride('Durability', settings.durability);
    }
    // Without it CloudFormation would make a new cache for a change of the shards.
    if (topology.isSharded) this.resource.cfnOptions.updatePolicy = { useOnlineResharding: true };
    const subject = replicationGroupSubject({
      group: this.resource,
      subnetGroup,
      parameterGroup,
      logGroups: logs.map(({ logGroup }) => logGroup.node.defaultChild as CfnLogGroup),
      routeTableIds: routeTablesOf(network),
      removalPolicy: settings.removalPolicy,
      topology,
      snapshotRetentionDays: settings.snapshotRetentionDays,
    });
    if (settings.snapshotRetentionDays === 0) acknowledgeNoSnapshots(this.resource);
    protect(this, 'replicationGroup', subject);
    this.endpointAddress = endpointOf(this.resource, topology);
    this.readerEndpointAddress = readerEndpointOf(this.resource, topology);
  }

  /** The id carries the family, so that an upgrade makes the new group before the old one goes. */
  #parameterGroup(settings: CacheSettings): CfnParameterGroup {
    const { engine, topology } = settings;
    const family = engine.parameterFamily;
    const mode = topology.isSharded ? '-sharded' : '';
    return new CfnParameterGroup(this, `Parameters-${family}${mode}`, {
      description: `Secure Redis: ${family}${mode}`,
      cacheParameterGroupFamily: family,
      properties: groupParameters(settings),
    });
  }

  /** The slow log can hold keys and values, so it is as secret as the data. */
  #log(logType: string, id: string, log: EncryptedLogGroupProps) {
    const logGroup = new EncryptedLogGroup(this, id, log);
    const delivery = {
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: logGroup.logGroupName } },
    };
    return { logGroup, delivery };
  }
}

function acknowledgeNoSnapshots(group: CfnReplicationGroup): void {
  acknowledge(
    group,
    inPacks('ElastiCacheRedisClusterAutomaticBackup', 'HIPAA.Security', 'NIST.800.53.R5'),
    'the purpose is "cache": the prop `snapshotRetention` turns snapshots off, since the data ' +
      'are copies that are made again from their source',
  );
}

/** Of an imported VPC that does not tell: none. */
function routeTablesOf({ vpc, subnets }: RedisNetwork): readonly string[] {
  const chosen = vpc.selectSubnets(subnets).subnets;
  // An imported subnet may have none, whatever its type says.
  const ids: readonly (string | undefined)[] = chosen.map((each) => each.routeTable.routeTableId);
  return ids.filter((id) => id !== undefined);
}

function nodesOf({ isSharded, shards, replicas, nodeCount, failover }: Topology) {
  const takesOver = replicas > 0 && failover;
  return {
    ...(isSharded
      ? { numNodeGroups: shards, replicasPerNodeGroup: replicas }
      : { numCacheClusters: nodeCount }),
    // A sharded cache has it always, by AWS's rule.
    automaticFailoverEnabled: isSharded || takesOver,
    multiAzEnabled: takesOver,
  };
}

function endpointOf(group: CfnReplicationGroup, { isSharded }: Topology): string {
  return isSharded ? group.attrConfigurationEndPointAddress : group.attrPrimaryEndPointAddress;
}

/** AWS has a reader endpoint only where there is a replica and one shard. */
function readerEndpointOf(group: CfnReplicationGroup, topology: Topology): string {
  const hasReader = !topology.isSharded && topology.replicas > 0;
  return hasReader ? group.attrReaderEndPointAddress : endpointOf(group, topology);
}
