/**
 * The ElastiCache replication group, hardened, with its subnet group, parameters and logs.
 *
 * Every security property is explicit, even if it is AWS's default: reviewers read the template.
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
import type { CacheLogins } from '../access/cache-logins';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../encryption/encrypted-log-group';
import type { RedisNetwork } from '../network/redis-network';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { protect } from '../rules/check-templates';
import { replicationGroupSubject } from '../rules/replication-group-subject';
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
  /** A dynamic reference to a password, never a value, or a group of users. */
  readonly login: CacheLogins['ofGroup'];
  readonly eventTopic: ITopic | undefined;
}

export class ReplicationGroup extends Construct {
  readonly resource: CfnReplicationGroup;
  /** The primary endpoint; of a sharded cache, the configuration endpoint. */
  readonly endpointAddress: string;
  /** The reader endpoint, or the same as `endpointAddress` without a reader endpoint. */
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
      // If the engine does not accept this property, enabling TLS also requires TLS.
      transitEncryptionMode: settings.engine.takesTransitEncryptionMode ? 'required' : undefined,
      atRestEncryptionEnabled: true,
      kmsKeyId: props.key.keyArn,
      ...props.login,
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
    // An override, since the class of an older CDK drops unknown properties.
    if (settings.durability) {
      this.resource.addPropertyOverride('Durability', settings.durability);
    }
    // Without it CloudFormation replaces the cache when the number of shards changes.
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
    if (this.resource.userGroupIds) acknowledgeUsers(this.resource);
    protect(this, 'replicationGroup', subject);
    this.endpointAddress = endpointOf(this.resource, topology);
    this.readerEndpointAddress = readerEndpointOf(this.resource, topology);
  }

  /**
   * The id includes the family, so that an upgrade creates the new group before it deletes the old.
   */
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

  /** The slow log can hold keys and values, so it needs the protection of the data. */
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

function acknowledgeUsers(group: CfnReplicationGroup): void {
  acknowledge(
    group,
    ['AwsSolutions::AwsSolutions-AEC6'],
    'clients log in as users of a user group, each with a password; the default user is off, and ' +
      'AWS takes no AUTH password beside a user group',
  );
}

/** Ids of the route tables; empty for an imported VPC without this information. */
function routeTablesOf({ vpc, subnets }: RedisNetwork): readonly string[] {
  const chosen = vpc.selectSubnets(subnets).subnets;
  // An imported subnet may have no route table id, whatever its type declares.
  const ids: readonly (string | undefined)[] = chosen.map((each) => each.routeTable.routeTableId);
  return ids.filter((id) => id !== undefined);
}

function nodesOf({ isSharded, shards, replicas, nodeCount, failover }: Topology) {
  const takesOver = replicas > 0 && failover;
  return {
    ...(isSharded
      ? { numNodeGroups: shards, replicasPerNodeGroup: replicas }
      : { numCacheClusters: nodeCount }),
    // AWS requires automatic failover for sharded caches.
    automaticFailoverEnabled: isSharded || takesOver,
    multiAzEnabled: takesOver,
  };
}

function endpointOf(group: CfnReplicationGroup, { isSharded }: Topology): string {
  return isSharded ? group.attrConfigurationEndPointAddress : group.attrPrimaryEndPointAddress;
}

/** AWS provides a reader endpoint only for one shard with replicas. */
function readerEndpointOf(group: CfnReplicationGroup, topology: Topology): string {
  const hasReader = !topology.isSharded && topology.replicas > 0;
  return hasReader ? group.attrReaderEndPointAddress : endpointOf(group, topology);
}
