/**
 * Common base of created and imported caches: deliveries, connection strings and the grant.
 *
 * The package does not export it: the type for both kinds of cache is `ISecureRedis`.
 */

import type { MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type Duration, Resource } from 'aws-cdk-lib/core';
import {
  connectionUrlTemplate,
  DEFAULT_DATABASE,
  DEFAULT_USERNAME,
} from '../../contract/connection-url';
import type { CacheShape } from '../client-profiles/cache-shape';
import type { ClientName } from '../client-profiles/client-profiles';
import {
  CONNECTION_KINDS,
  type ConnectionString,
  type ConnectionStringProps,
  connectionString,
} from '../client-profiles/connection-string';
import { Delivery } from '../delivery/delivery';
import { metricOfDailyCheck, metricOverNodes } from '../monitoring/cache-metrics';
import { CacheNode } from '../monitoring/cache-node';
import { checkKinds } from '../validation/kinds';
import type { ISecureRedis } from './i-secure-redis';

export abstract class SecureRedisBase extends Resource implements ISecureRedis {
  abstract readonly connections: Connections;
  abstract readonly clientSecurityGroup: ISecurityGroup;
  abstract readonly credentials: ISecret;
  abstract readonly alarmTopic: ITopic;
  abstract readonly encryptionKey: IKey;
  abstract readonly endpointAddress: string;
  abstract readonly readerEndpointAddress: string;
  abstract readonly port: number;
  abstract readonly parameterPath: string;
  abstract readonly gracePeriod: Duration;
  abstract readonly isSharded: boolean;
  abstract readonly nodeIds: string[];
  abstract readonly replicationGroupId: string;

  /** @internal Properties of a connection string besides the address. */
  abstract readonly _shape: CacheShape;

  /** The connection string with `{password}` in place of the password. Not secret. */
  get connectionStringTemplate(): string {
    return connectionUrlTemplate({
      username: DEFAULT_USERNAME,
      host: this.endpointAddress,
      port: this.port,
      database: DEFAULT_DATABASE,
    });
  }

  /** Ways to pass the connection to an application. */
  get delivery(): Delivery {
    return new Delivery(this);
  }

  /**
   * The connection settings of a client library: a template, and options in addition to it.
   *
   * @throws SettingError with a line per feature that the cache or the client lacks.
   */
  connectionString<Client extends ClientName>(
    props: ConnectionStringProps<Client>,
  ): ConnectionString<Client> {
    checkKinds(this.node.path, props, CONNECTION_KINDS);
    return connectionString(this, this._shape, props);
  }

  /**
   * Allows a reader, which may be in another stack, to read and decrypt the credentials secret. It
   * grants no network access: see `connections` and `clientSecurityGroup`.
   *
   * @throws SettingError if the reader is in another account, or has no policy of its own
   */
  grantRead(grantee: IGrantable): Grant {
    return this.credentials.grantRead(grantee);
  }

  /** The nodes, with metrics per node. */
  get nodes(): CacheNode[] {
    return this.nodeIds.map((nodeId) => new CacheNode(this, nodeId));
  }

  /**
   * A metric over all nodes by its AWS name, over five minutes: an expression, since ElastiCache
   * publishes metrics per node. An alarm accepts at most ten nodes.
   *
   * @throws SettingError if ElastiCache publishes no such metric for Valkey and Redis OSS.
   */
  metric(metricName: string, props: MetricOptions = {}): MathExpression {
    return metricOverNodes(this, this.nodes, metricName, props);
  }

  /**
   * A metric of the daily check, for example `CredentialAgeDays`.
   *
   * @throws SettingError if the daily check publishes no such metric.
   */
  metricDailyCheck(metricName: string, props: MetricOptions = {}): Metric {
    return metricOfDailyCheck(this, this.replicationGroupId, metricName, props);
  }

  /** `CPUUtilization`: CPU of the busiest node, in percent. */
  metricCpuUtilization(props?: MetricOptions): MathExpression {
    return this.metric('CPUUtilization', props);
  }

  /** `EngineCPUUtilization`: the engine's thread on the busiest node, in percent. */
  metricEngineCpuUtilization(props?: MetricOptions): MathExpression {
    return this.metric('EngineCPUUtilization', props);
  }

  /** `DatabaseMemoryUsagePercentage`: memory in use on the fullest node, in percent. */
  metricMemoryUsage(props?: MetricOptions): MathExpression {
    return this.metric('DatabaseMemoryUsagePercentage', props);
  }

  /** `CurrConnections`: open connections of the node with the most connections. */
  metricConnections(props?: MetricOptions): MathExpression {
    return this.metric('CurrConnections', props);
  }

  /** `Evictions`: keys evicted to free memory, on all nodes. */
  metricEvictions(props?: MetricOptions): MathExpression {
    return this.metric('Evictions', props);
  }

  /** `CacheHitRate`: reads that found their key, in percent, over all nodes. */
  metricCacheHitRate(props?: MetricOptions): MathExpression {
    return this.metric('CacheHitRate', props);
  }

  /** `ReplicationLag`: lag of the slowest replica, in seconds. */
  metricReplicationLag(props?: MetricOptions): MathExpression {
    return this.metric('ReplicationLag', props);
  }

  /** `AuthenticationFailures`: logins with a wrong password, on all nodes. */
  metricAuthenticationFailures(props?: MetricOptions): MathExpression {
    return this.metric('AuthenticationFailures', props);
  }
}
