/**
 * Common base of created and imported caches: login, nodes and metrics.
 *
 * The package does not export it: the type for both kinds of cache is `ISecureRedis`.
 */

import type { MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { metricOfDailyCheck, metricOverNodes } from '../monitoring/cache-metrics';
import { CacheNode } from '../monitoring/cache-node';
import type { ISecureRedis } from './i-secure-redis';
import { RedisLogin } from './redis-login';
import type { RedisUser } from './redis-user';

/** The logins of a cache: its one password, or its users. */
export interface PasswordOrUsers {
  /** The secret of the one password. @throws SettingError in a cache with users. */
  readonly credentials: ISecret;
  /** @throws SettingError in a cache with users, whose connections have one of their names. */
  checkPassword(): void;
  /** @throws SettingError if the cache has no such user. */
  user(name: string): RedisUser;
}

export abstract class SecureRedisBase extends RedisLogin implements ISecureRedis {
  abstract readonly nodeIds: string[];
  abstract readonly replicationGroupId: string;
  /** @internal */
  abstract readonly _logins: PasswordOrUsers;

  /**
   * The secret to read: `username, password, host, readerHost, port, url, readerUrl`.
   *
   * @throws SettingError in a cache with users, which have a secret each
   */
  get credentials(): ISecret {
    return this._logins.credentials;
  }

  /**
   * A user of the cache, with its own secret, connection strings and deliveries.
   *
   * @throws SettingError if the cache has no such user
   */
  user(name: string): RedisUser {
    return this._logins.user(name);
  }

  /** @internal */
  override get _username(): string {
    this._logins.checkPassword();
    return super._username;
  }

  /** @internal */
  override get _secretParameter(): string | undefined {
    this._logins.checkPassword();
    return super._secretParameter;
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
