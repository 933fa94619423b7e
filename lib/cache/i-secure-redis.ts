/**
 * A cache as an application sees it: made in this app, or imported from another one with
 * `SecureRedis.fromParameters` or `SecureRedis.fromSecureRedisAttributes`.
 */

import type { MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRedisAccess } from '../access/redis-access';
import type { ClientName } from '../connection/client-profiles';
import type { ConnectionString, ConnectionStringProps } from '../connection/connection-string';
import type { Delivery } from '../delivery/delivery';
import type { CacheNode } from '../monitoring/cache-node';

export interface ISecureRedis extends IRedisAccess {
  /** The connection string with `{password}` where the password goes. Not secret. */
  readonly connectionStringTemplate: string;

  /** The shapes in which an application gets the connection. */
  readonly delivery: Delivery;

  /**
   * How a client library connects: a template, and the options beside it.
   *
   * @throws SettingError with a line for each thing that the cache or the client does not have.
   */
  connectionString<Client extends ClientName>(
    props: ConnectionStringProps<Client>,
  ): ConnectionString<Client>;

  /** The id of the replication group, as AWS names it. */
  readonly replicationGroupId: string;

  /** The nodes, each with its own metrics. */
  readonly nodes: CacheNode[];

  /**
   * A metric of all nodes by AWS's name, over five minutes: an expression, since ElastiCache
   * publishes metrics of nodes. An alarm takes ten nodes at most.
   *
   * @throws SettingError if ElastiCache publishes no such metric of Valkey and Redis OSS.
   */
  metric(metricName: string, props?: MetricOptions): MathExpression;

  /**
   * A metric that the daily check publishes of the cache, for example `CredentialAgeDays`.
   *
   * @throws SettingError if the daily check publishes no such metric.
   */
  metricDailyCheck(metricName: string, props?: MetricOptions): Metric;

  /** `CPUUtilization`: the processors of the busiest node, in percent. */
  metricCpuUtilization(props?: MetricOptions): MathExpression;

  /** `EngineCPUUtilization`: the engine's thread on the busiest node, in percent. */
  metricEngineCpuUtilization(props?: MetricOptions): MathExpression;

  /** `DatabaseMemoryUsagePercentage`: memory in use on the fullest node, in percent. */
  metricMemoryUsage(props?: MetricOptions): MathExpression;

  /** `CurrConnections`: open connections of the node that has most. */
  metricConnections(props?: MetricOptions): MathExpression;

  /** `Evictions`: keys that were removed to free memory, on all nodes. */
  metricEvictions(props?: MetricOptions): MathExpression;

  /** `CacheHitRate`: reads that found their key, in percent, over all nodes. */
  metricCacheHitRate(props?: MetricOptions): MathExpression;

  /** `ReplicationLag`: how far the slowest replica is behind, in seconds. */
  metricReplicationLag(props?: MetricOptions): MathExpression;

  /** `AuthenticationFailures`: logins with a wrong password, on all nodes. */
  metricAuthenticationFailures(props?: MetricOptions): MathExpression;
}
