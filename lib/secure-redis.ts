/**
 * A managed Redis that nobody can reach, read or log in to without being meant to.
 *
 * `new SecureRedis(this, 'Cache')` is safe as it is: each prop only chooses among safe settings.
 */

import {
  Connections,
  type IConnectable,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  connectionUrlTemplate,
  DEFAULT_DATABASE,
  DEFAULT_USERNAME,
} from '../contract/connection-url';
import { CacheSecurityGroup } from './cache-security-group';
import { EncryptionKey } from './encryption-key';
import { Engine } from './engine';
import { checkLimit, PORT, ROTATION_DAYS, SNAPSHOT_RETENTION_DAYS } from './limits';
import { publish } from './published-parameters';
import { RedisNetwork } from './redis-network';
import { RedisRotation } from './redis-rotation';
import { RedisSecrets } from './redis-secrets';
import { ReplicationGroup } from './replication-group';
import { SettingError } from './setting-error';
import { checkWindows } from './windows';

export interface SecureRedisProps {
  /**
   * The network to live in. It needs isolated subnets.
   * Changing it replaces the cache, and the new one starts with the bootstrap password.
   *
   * Interface endpoints with private DNS are made in it, and they let through this cache only:
   * where other things use Secrets Manager or ElastiCache in it, pass `endpointSecurityGroup`.
   *
   * @default - a new VPC over three availability zones: isolated subnets, no NAT, flow logs
   */
  readonly vpc?: IVpc;

  /**
   * Says that `vpc` has interface endpoints for `secretsmanager` and `elasticache` with private
   * DNS already, behind this security group.
   *
   * The rotation function is admitted to it on port 443.
   *
   * @default - both endpoints are made, open to the rotation function and the clients only
   */
  readonly endpointSecurityGroup?: ISecurityGroup;

  /**
   * The engine and its version.
   * Changing its name replaces the cache, and the new one starts with the bootstrap password.
   *
   * @default Engine.VALKEY_8
   */
  readonly engine?: Engine;

  /**
   * The node type, for example `cache.r7g.large`.
   *
   * @default 'cache.t4g.small'
   */
  readonly nodeType?: string;

  /**
   * The TCP port, 1024 to 65535.
   * Changing it replaces the cache, and the new one starts with the bootstrap password.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * How often the password changes, in whole days from 1 to 90.
   *
   * A change of it rotates at once.
   *
   * @default Duration.days(90)
   */
  readonly rotationInterval?: Duration;

  /**
   * How long daily snapshots are kept, in whole days from 1 to 35.
   *
   * Fewer than 16 fails the HIPAA and NIST checks on backups.
   *
   * @default Duration.days(16)
   */
  readonly snapshotRetention?: Duration;

  /**
   * When the daily snapshot is taken, in UTC: at least 60 minutes, outside of maintenance.
   *
   * @default '02:00-03:00'
   */
  readonly snapshotWindow?: string;

  /**
   * When AWS may maintain the cache, weekly, in UTC: at least 60 minutes.
   *
   * @default 'sun:04:00-sun:05:00'
   */
  readonly maintenanceWindow?: string;
}

const NODE_TYPE = /^cache\.[a-z][a-z0-9]*\.[a-z0-9]+$/;

export class SecureRedis extends Construct implements IConnectable {
  /**
   * Admit a client with `connections.allowDefaultPortFrom(client)`, one of another stack with
   * `client.connections.allowToDefaultPort(cache)`.
   */
  readonly connections: Connections;

  /** A security group for clients: whoever carries it may reach the cache, and nothing else. */
  readonly clientSecurityGroup: ISecurityGroup;

  /** The secret to read: `username, password, host, readerHost, port, url, readerUrl`. */
  readonly credentials: ISecret;

  /** Where alarms are published. Subscribe the people on call. */
  readonly alarmTopic: ITopic;

  readonly encryptionKey: IKey;
  readonly vpc: IVpc;

  /** The host that takes writes. */
  readonly endpointAddress: string;

  /** The host that spreads reads over the replicas. */
  readonly readerEndpointAddress: string;

  /** The TCP port of both. */
  readonly port: number;

  /** The connection string with `{password}` where the password goes. Not secret. */
  readonly connectionStringTemplate: string;

  /** @throws SettingError if a prop is out of bounds, before anything is made. */
  constructor(scope: Construct, id: string, props: SecureRedisProps = {}) {
    super(scope, id);
    const settings = checked(props);
    this.port = settings.port;
    const key = new EncryptionKey(this, 'Key');
    this.encryptionKey = key;
    const { vpc: givenVpc, endpointSecurityGroup } = props;
    const network = new RedisNetwork(this, 'Network', {
      key,
      vpc: givenVpc,
      endpointSecurityGroup,
    });
    this.vpc = network.vpc;
    const securityGroup = new CacheSecurityGroup(this, 'SecurityGroup', network.vpc);
    this.connections = new Connections({
      securityGroups: [securityGroup],
      defaultPort: Port.tcp(this.port),
    });
    const secrets = new RedisSecrets(this, 'Secrets', key);
    this.credentials = secrets.credentials;
    const { resource: group } = new ReplicationGroup(this, 'ReplicationGroup', {
      ...settings,
      vpc: network.vpc,
      subnets: network.subnets,
      securityGroup,
      key,
      bootstrapPassword: secrets.bootstrapPassword,
    });
    const replicationGroupArn = Stack.of(this).formatArn({
      service: 'elasticache',
      resource: 'replicationgroup',
      resourceName: group.ref,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    network.allowThroughEndpoints(secrets.credentials.secretArn, replicationGroupArn);
    const rotation = new RedisRotation(this, 'Rotation', {
      network,
      key,
      secrets,
      replicationGroup: group,
      replicationGroupArn,
      intervalDays: settings.rotationDays,
    });
    this.connections.allowDefaultPortFrom(rotation.securityGroup, 'Rotation logs in to each node');
    rotation.waitFor(securityGroup);
    this.alarmTopic = rotation.alarmTopic;
    this.clientSecurityGroup = this.#admitClients(network);
    this.endpointAddress = group.attrPrimaryEndPointAddress;
    this.readerEndpointAddress = group.attrReaderEndPointAddress;
    this.connectionStringTemplate = connectionUrlTemplate({
      username: DEFAULT_USERNAME,
      host: this.endpointAddress,
      port: this.port,
      database: DEFAULT_DATABASE,
    });
    publish(this, this);
  }

  /**
   * Lets somebody read the credentials secret and decrypt it. Not a way into the network.
   *
   * On the reader's side only: the key's policy would make the two stacks wait for each other.
   */
  grantRead(grantee: IGrantable): Grant {
    const secret = Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      resourceArns: [this.credentials.secretArn],
    });
    const key = Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [this.encryptionKey.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.amazonaws.com` },
      },
    });
    return secret.combine(key);
  }

  #admitClients(network: RedisNetwork): ISecurityGroup {
    const clients = new SecurityGroup(this, 'ClientSecurityGroup', {
      vpc: network.vpc,
      description: 'Secure Redis: clients of the cache',
      allowAllOutbound: false,
    });
    this.connections.allowDefaultPortFrom(clients, 'Clients use the cache');
    network.admitToEndpoints(clients, 'Clients read their secret');
    return clients;
  }
}

/** The props with their defaults, all of them checked. */
function checked(props: SecureRedisProps) {
  const settings = {
    engine: props.engine ?? Engine.VALKEY_8,
    nodeType: props.nodeType ?? 'cache.t4g.small',
    port: props.port ?? 6380,
    rotationDays: (props.rotationInterval ?? Duration.days(90)).toDays({ integral: false }),
    snapshotRetentionDays: (props.snapshotRetention ?? Duration.days(16)).toDays({
      integral: false,
    }),
    snapshotWindow: props.snapshotWindow ?? '02:00-03:00',
    maintenanceWindow: props.maintenanceWindow ?? 'sun:04:00-sun:05:00',
  };
  if (!NODE_TYPE.test(settings.nodeType)) {
    throw new SettingError(
      `\`nodeType\` is ${JSON.stringify(settings.nodeType)}; allowed is a name like ` +
        'cache.r7g.large; choose one that ElastiCache offers in the region',
    );
  }
  checkLimit('port', settings.port, PORT, 'the TCP ports');
  checkLimit('rotationInterval', settings.rotationDays, ROTATION_DAYS, 'days');
  checkLimit('snapshotRetention', settings.snapshotRetentionDays, SNAPSHOT_RETENTION_DAYS, 'days');
  checkWindows(settings.snapshotWindow, settings.maintenanceWindow);
  return settings;
}
