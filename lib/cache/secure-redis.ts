/**
 * A managed Redis on ElastiCache without unauthenticated, plaintext or internet access.
 *
 * `new SecureRedis(this, 'Cache')` is secure by default: each prop only chooses among safe
 * settings.
 */

import {
  type CfnSecurityGroup,
  Connections,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type CacheShape, shapeOf } from '../client-profiles/cache-shape';
import { EncryptionKey } from '../encryption/encryption-key';
import { alarmTopicOf } from '../monitoring/alarm-topic-of';
import { CacheDashboard } from '../monitoring/cache-dashboard';
import { NodeAlarms } from '../monitoring/node-alarms';
import { nodeMetrics } from '../monitoring/node-metrics';
import type { RedisNetwork } from '../network/redis-network';
import { AppQuotas } from '../quotas/app-quotas';
import { RedisRotation } from '../rotation/redis-rotation';
import { protect } from '../rules/check-templates';
import { keepAsMade, protectGroups } from '../rules/keep-as-made';
import { publish } from '../sharing/published-parameters';
import { checkedScope } from '../validation/kinds';
import type { CacheSettings } from './cache-settings';
import { checkedSettings } from './checked-settings';
import type { ISecureRedis } from './i-secure-redis';
import type { SecureRedisAttributes, SecureRedisImportProps } from './import-attributes';
import { ImportedRedis } from './imported-redis';
import { LoginsOfCache } from './logins-of-cache';
import { networkOf } from './network-of-cache';
import { ReplicationGroup } from './replication-group';
import { type PasswordOrUsers, SecureRedisBase } from './secure-redis-base';
import type { SecureRedisProps } from './secure-redis-props';

export class SecureRedis extends SecureRedisBase implements ISecureRedis {
  /**
   * Admit a client with `connections.allowDefaultPortFrom(client)`, a client of another stack with
   * `client.connections.allowToDefaultPort(cache)`.
   */
  readonly connections: Connections;

  /** Attach it to clients to allow access to the cache port, and to nothing else. */
  readonly clientSecurityGroup: ISecurityGroup;

  /** The L1 resource, for settings without a prop: docs/constructs.md, Escape hatch. */
  readonly replicationGroup: CfnReplicationGroup;

  /** The topic of the alarms. Subscribe on-call. */
  readonly alarmTopic: ITopic;

  readonly encryptionKey: IKey;

  /** The network of the cache: pass it to another cache to share it. */
  readonly network: RedisNetwork;

  /** The primary endpoint; of a sharded cache, the configuration endpoint. */
  readonly endpointAddress: string;

  /** The reader endpoint, or the same as `endpointAddress` without a reader endpoint. */
  readonly readerEndpointAddress: string;

  /** The TCP port of both endpoints. */
  readonly port: number;

  /** The id of the replication group in AWS. */
  readonly replicationGroupId: string;

  /** The node ids: values of the dimension `CacheClusterId` of ElastiCache's metrics. */
  readonly nodeIds: string[];

  /** The function for rotation and daily check, which `npx secure-redis` invokes. */
  readonly rotationFunctionName: string;

  /** The path of the SSM parameters that the cache publishes: `<path>/Endpoint` and so on. */
  readonly parameterPath: string;

  /**
   * How long the previous password is accepted after a rotation, unless another rotation ends the
   * period earlier: ElastiCache keeps two passwords.
   */
  readonly gracePeriod: Duration;

  readonly isSharded: boolean;
  /** @internal */
  readonly _shape: CacheShape;
  /** @internal */
  readonly _logins: PasswordOrUsers;

  /**
   * Imports a cache of another app by the SSM parameters that its stack publishes under `path`, for
   * example `/shop-prod/Cache`. The deploy reads them in its account and region; if topology,
   * port or users differ from the props, the deploy fails before it changes anything.
   *
   * @throws SettingError if the path or a prop is invalid.
   */
  static fromParameters(
    scope: Construct,
    id: string,
    path: string,
    props?: SecureRedisImportProps,
  ): ISecureRedis {
    return ImportedRedis.fromParameters(scope, id, path, props);
  }

  /**
   * Imports a cache of another app by attributes.
   *
   * @throws SettingError with a line per invalid attribute.
   */
  static fromSecureRedisAttributes(
    scope: Construct,
    id: string,
    attributes: SecureRedisAttributes,
  ): ISecureRedis {
    return ImportedRedis.fromAttributes(scope, id, attributes);
  }

  /** @throws SettingError with a line per invalid prop, before any construct is created. */
  constructor(scope: Construct, id: string, props: SecureRedisProps = {}) {
    super(checkedScope(scope, id), id);
    const settings = checkedSettings(this, props);
    this.port = settings.port;
    this.gracePeriod = Duration.days(settings.gracePeriodDays);
    this.isSharded = settings.topology.isSharded;
    this._shape = shapeOf(settings);
    const removalPolicy = keptUnlessDestroyed(settings);
    const key = props.encryptionKey ?? new EncryptionKey(this, 'Key', { removalPolicy });
    this.encryptionKey = key;
    const log = { key, retention: settings.logRetention, removalPolicy };
    const network = networkOf(this, props, settings.topology, {
      encryptionKey: key,
      logRetention: log.retention,
      logRemovalPolicy: removalPolicy,
    });
    this.network = network;
    const securityGroup = cacheSecurityGroup(this, settings);
    this.connections = new Connections({
      securityGroups: [securityGroup],
      defaultPort: Port.tcp(this.port),
    });
    const quotas = AppQuotas.of(this);
    quotas.countRules(securityGroup);
    quotas.measurePolicy(key);
    quotas.addNodes(this, settings.topology.nodeCount);
    const logins = new LoginsOfCache(this, settings, key);
    this._logins = logins;
    const group = new ReplicationGroup(this, 'ReplicationGroup', {
      settings,
      network,
      securityGroup,
      key,
      log,
      login: logins.made.ofGroup,
      eventTopic: props.eventTopic,
    });
    this.replicationGroup = group.resource;
    this.node.defaultChild = group.resource;
    this.alarmTopic = alarmTopicOf(this, props.alarmTopic, key);
    const cache = logins.arns(group.resource, settings);
    network._allowThroughEndpoints(cache);
    this.nodeIds = settings.topology.nodeIds(group.resource.ref);
    const rotation = new RedisRotation(this, 'Rotation', {
      ...settings,
      network,
      key,
      log,
      logins: logins.made,
      cache,
      replicationGroup: group.resource,
      nodeIds: this.nodeIds,
      alarmTopic: this.alarmTopic,
    });
    this.rotationFunctionName = rotation.functionName;
    this.connections.allowDefaultPortFrom(rotation.securityGroup, 'Rotation logs in to each node');
    rotation.waitFor(securityGroup);
    this.clientSecurityGroup = this.#admitClients();
    this.#watch(settings, rotation);
    this.endpointAddress = group.endpointAddress;
    this.readerEndpointAddress = group.readerEndpointAddress;
    this.replicationGroupId = group.resource.ref;
    this.parameterPath = publish(this, this, logins.published);
    keepAsMade(this);
  }

  get vpc(): IVpc {
    return this.network.vpc;
  }

  #admitClients(): ISecurityGroup {
    const clients = new SecurityGroup(this, 'ClientSecurityGroup', {
      vpc: this.network.vpc,
      description: 'Secure Redis: clients of the cache',
      allowAllOutbound: false,
    });
    const { _serviceNetworks: networks } = this.network;
    protectGroups(this, { callers: [clients], networks, takesLists: true });
    this.connections.allowDefaultPortFrom(clients, 'Clients use the cache');
    this.network.admitToEndpoints(clients, 'Clients read their secret');
    return clients;
  }

  #watch(settings: CacheSettings, rotation: RedisRotation): void {
    const metrics = nodeMetrics(settings);
    const { nodeIds, alarmTopic: topic } = this;
    const { alarmsOff: off } = settings;
    const nodes = new NodeAlarms(this, 'Alarms', { nodeIds, metrics, off, topic });
    if (!settings.dashboard) return;
    new CacheDashboard(this, 'Dashboard', {
      title: `Secure Redis ${Stack.of(this).stackName}, ${settings.purpose.id}`,
      nodeIds,
      metrics,
      alarmArns: [...rotation.alarmArns, ...nodes.alarmArns],
      rotationLogGroupName: rotation.logGroupName,
    });
  }
}

/** A security group without egress, which the rules check after synthesis. */
function cacheSecurityGroup(cache: SecureRedis, settings: CacheSettings): SecurityGroup {
  const made = new SecurityGroup(cache, 'SecurityGroup', {
    vpc: cache.network.vpc,
    description: 'Secure Redis: the cache',
    allowAllOutbound: false,
    // Otherwise "no egress" becomes a separate resource beside AWS's default allow-all rule.
    disableInlineRules: false,
  });
  const group = made.node.defaultChild as CfnSecurityGroup;
  const { port, allowedNetworks } = settings;
  protect(cache, 'securityGroup', { group, resources: [group], port, allowedNetworks });
  return made;
}

/** Logs and key outlive the data, except with DESTROY or after a failed first deploy. */
function keptUnlessDestroyed({ removalPolicy }: CacheSettings): RemovalPolicy {
  const { DESTROY, RETAIN_ON_UPDATE_OR_DELETE } = RemovalPolicy;
  return removalPolicy === DESTROY ? DESTROY : RETAIN_ON_UPDATE_OR_DELETE;
}
