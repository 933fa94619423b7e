/**
 * The ElastiCache replication group, hardened, with its subnet group, parameters and logs.
 *
 * Every security property is stated, also where AWS implies it: a reviewer reads the template.
 */

import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { CacheSecurityGroup } from './cache-security-group';
import { EncryptedLogGroup } from './encrypted-log-group';
import type { Engine } from './engine';

/** One primary and one replica, in two availability zones. */
const NODES = 2;

export interface ReplicationGroupProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: CacheSecurityGroup;
  readonly key: IKey;
  readonly engine: Engine;
  readonly nodeType: string;
  readonly port: number;
  readonly snapshotRetentionDays: number;
  readonly snapshotWindow: string;
  readonly maintenanceWindow: string;
  /** A dynamic reference, never a value. */
  readonly bootstrapPassword: string;
}

export class ReplicationGroup extends Construct {
  readonly resource: CfnReplicationGroup;

  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    super(scope, id);
    const subnetGroup = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Secure Redis: isolated subnets',
      subnetIds: props.vpc.selectSubnets(props.subnets).subnetIds,
    });
    // The id carries the family, so that an upgrade makes the new group before the old one goes.
    const family = props.engine.parameterFamily;
    const parameterGroup = new CfnParameterGroup(this, `Parameters-${family}`, {
      description: `Secure Redis: ${family}`,
      cacheParameterGroupFamily: family,
      properties: PARAMETERS,
    });
    this.resource = new CfnReplicationGroup(this, 'Group', {
      replicationGroupDescription: 'Secure Redis',
      engine: props.engine.name,
      engineVersion: props.engine.version,
      cacheNodeType: props.nodeType,
      port: props.port,
      numCacheClusters: NODES,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: parameterGroup.ref,
      securityGroupIds: [props.securityGroup.securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: props.key.keyArn,
      authToken: props.bootstrapPassword,
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: props.snapshotRetentionDays,
      snapshotWindow: props.snapshotWindow,
      preferredMaintenanceWindow: props.maintenanceWindow,
      logDeliveryConfigurations: [
        this.#delivery('slow-log', 'SlowLog', props.key),
        this.#delivery('engine-log', 'EngineLog', props.key),
      ],
    });
    this.resource.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
  }

  /** The slow log can hold keys and values, so it is as secret as the data. */
  #delivery(logType: string, id: string, key: IKey) {
    const logGroup = new EncryptedLogGroup(this, id, key);
    return {
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: logGroup.logGroupName } },
    };
  }
}

/** Stated so that an engine's new defaults change nothing by themselves. */
const PARAMETERS: Readonly<Record<string, string>> = {
  'maxmemory-policy': 'volatile-lru',
  'slowlog-log-slower-than': '10000',
  'slowlog-max-len': '128',
  'tcp-keepalive': '300',
};
