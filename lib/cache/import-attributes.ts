/**
 * What is given of a cache that another app imports: the props and attributes, their kinds and
 * bounds.
 */

import type { Duration } from 'aws-cdk-lib/core';
import {
  HOST,
  KEY_ARN,
  NAME,
  PARAMETER_PATH,
  SECRET_ARN,
  SECURITY_GROUP_ID,
  TOPIC_ARN,
} from '../settings/text-kinds';
import type { Topology } from '../settings/topology';
import { also, duration, NUMBER, required, TOPOLOGY } from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';
import { COUNT, checkLimit, PORT, ROTATION_DAYS } from '../validation/limits';
import { Problems } from '../validation/setting-error';

/** Assumptions of an importing app at synth that no parameter can provide. */
export interface SecureRedisImportProps {
  /**
   * The topology of the cache. Replicas and shards matter only for metrics of its nodes.
   *
   * @default - not sharded, with an unknown number of nodes
   */
  readonly topology?: Topology;

  /**
   * The TCP port of the cache.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * The number of logical databases.
   *
   * @default - 16, or 1 for a sharded cache
   */
  readonly databases?: number;

  /**
   * How long the cache accepts the previous password after a rotation. Restarts of services and
   * copies of the secret must complete within half of it.
   *
   * @default Duration.days(1)
   */
  readonly gracePeriod?: Duration;
}

export interface SecureRedisAttributes extends SecureRedisImportProps {
  /** The complete ARN of the credentials secret, including the six characters that AWS appends. */
  readonly credentialsSecretArn: string;

  /** The ARN of the key that encrypts the secret, not of an alias. */
  readonly encryptionKeyArn: string;

  /** The primary endpoint; of a sharded cache, the configuration endpoint. A host name. */
  readonly endpointAddress: string;

  /**
   * The reader endpoint, a host name.
   *
   * @default - the same as `endpointAddress`
   */
  readonly readerEndpointAddress?: string;

  /** The security group of the cache, to which `connections` adds rules. */
  readonly securityGroupId: string;

  /**
   * The cache's security group for clients.
   *
   * @default - using `clientSecurityGroup` is an error
   */
  readonly clientSecurityGroupId?: string;

  /**
   * The id of the replication group.
   *
   * @default - using metrics is an error
   */
  readonly replicationGroupId?: string;

  /**
   * The topic of the cache's alarms.
   *
   * @default - using `alarmTopic`, and therefore `EcsRedeployment`, is an error
   */
  readonly alarmTopicArn?: string;

  /**
   * The path of the SSM parameters that the cache's stack publishes, for example `/shop/Cache`.
   *
   * @default - deliveries to hosts, which read the parameters, are an error
   */
  readonly parameterPath?: string;
}

export const IMPORT_KINDS: Kinds<SecureRedisImportProps> = {
  topology: also(TOPOLOGY, 'isSharded', 'sharded', 'replicas', 'shards'),
  port: NUMBER,
  databases: NUMBER,
  gracePeriod: duration('days'),
};

export const PARAMETER_PATH_KINDS = { path: required(PARAMETER_PATH) };

export const ATTRIBUTES_KINDS: Kinds<SecureRedisAttributes> = {
  credentialsSecretArn: also(required(SECRET_ARN), 'secretArn', 'secretCompleteArn'),
  encryptionKeyArn: also(required(KEY_ARN), 'keyArn', 'encryptionKey', 'kmsKeyId'),
  endpointAddress: also(required(HOST), 'endpoint', 'host'),
  readerEndpointAddress: also(HOST, 'readerEndpoint', 'readerHost'),
  securityGroupId: also(required(SECURITY_GROUP_ID), 'securityGroup', 'securityGroups'),
  clientSecurityGroupId: also(SECURITY_GROUP_ID, 'clientSecurityGroup'),
  replicationGroupId: NAME,
  alarmTopicArn: also(TOPIC_ARN, 'alarmTopic'),
  parameterPath: PARAMETER_PATH,
  ...IMPORT_KINDS,
};

export function checkLimits(
  path: string,
  { port, databases, gracePeriod }: SecureRedisImportProps,
): void {
  const problems = new Problems();
  if (port !== undefined) checkLimit(problems, 'port', port, PORT, 'the TCP ports');
  if (databases !== undefined) checkLimit(problems, 'databases', databases, COUNT, 'databases');
  const days = gracePeriod?.toDays({ integral: false });
  if (days !== undefined) checkLimit(problems, 'gracePeriod', days, GRACE_DAYS, 'days');
  problems.throwAny(path);
}

const GRACE_DAYS = { min: 0, max: ROTATION_DAYS.max };
