/**
 * A cache as an application uses it: created in this app, or imported with
 * `SecureRedis.fromParameters` or `SecureRedis.fromSecureRedisAttributes`.
 */

import type { MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ClientName } from '../client-profiles/client-profiles';
import type { ConnectionString, ConnectionStringProps } from '../client-profiles/connection-string';
import type { Delivery } from '../delivery/delivery';
import type { CacheNode } from '../monitoring/cache-node';
import type { IRedisAccess } from '../sharing/redis-access';
import type { RedisUser } from './redis-user';

export interface ISecureRedis extends IRedisAccess {
  /** The connection string with `{password}` in place of the password. Not secret. */
  readonly connectionStringTemplate: string;

  /** Ways to pass the connection to an application. */
  readonly delivery: Delivery;

  /**
   * The connection settings of a client library: a template, and options in addition to it.
   *
   * @throws SettingError with a line per feature that the cache or the client lacks.
   */
  connectionString<Client extends ClientName>(
    props: ConnectionStringProps<Client>,
  ): ConnectionString<Client>;

  /**
   * A user of the cache, with its own secret, connection strings and deliveries.
   *
   * @throws SettingError if the cache has no such user, or the import names no such user
   */
  user(name: string): RedisUser;

  /** The id of the replication group in AWS. */
  readonly replicationGroupId: string;

  /** The nodes, with metrics per node. */
  readonly nodes: CacheNode[];

  /**
   * A metric over all nodes by its AWS name, over five minutes: an expression, since ElastiCache
   * publishes metrics per node. An alarm accepts at most ten nodes.
   *
   * @throws SettingError if ElastiCache publishes no such metric for Valkey and Redis OSS.
   */
  metric(metricName: string, props?: MetricOptions): MathExpression;

  /**
   * A metric of the daily check, for example `CredentialAgeDays`.
   *
   * @throws SettingError if the daily check publishes no such metric.
   */
  metricDailyCheck(metricName: string, props?: MetricOptions): Metric;

  /** `CPUUtilization`: CPU of the busiest node, in percent. */
  metricCpuUtilization(props?: MetricOptions): MathExpression;

  /** `EngineCPUUtilization`: the engine's thread on the busiest node, in percent. */
  metricEngineCpuUtilization(props?: MetricOptions): MathExpression;

  /** `DatabaseMemoryUsagePercentage`: memory in use on the fullest node, in percent. */
  metricMemoryUsage(props?: MetricOptions): MathExpression;

  /** `CurrConnections`: open connections of the node with the most connections. */
  metricConnections(props?: MetricOptions): MathExpression;

  /** `Evictions`: keys evicted to free memory, on all nodes. */
  metricEvictions(props?: MetricOptions): MathExpression;

  /** `CacheHitRate`: reads that found their key, in percent, over all nodes. */
  metricCacheHitRate(props?: MetricOptions): MathExpression;

  /** `ReplicationLag`: lag of the slowest replica, in seconds. */
  metricReplicationLag(props?: MetricOptions): MathExpression;

  /** `AuthenticationFailures`: logins with a wrong password, on all nodes. */
  metricAuthenticationFailures(props?: MetricOptions): MathExpression;
}
