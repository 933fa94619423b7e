/**
 * What deliveries and grants need to know about a cache of this app or an imported cache:
 * endpoints, secret and key. Never a password.
 */

import type { IConnectable, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Duration, IResource } from 'aws-cdk-lib/core';

/** What a client needs that logs in by IAM, besides the address. */
export interface IamAccess {
  /** The id of the user, which is also its name. */
  readonly userId: string;
  readonly replicationGroupId: string;
  /** The database of its connections: 0, or the first that its role allows. */
  readonly database: number;
  /** The name of the parameter with the id of the user, below `parameterPath`. */
  readonly parameter: string;
  grantConnect(grantee: IGrantable): Grant;
}

export interface IRedisAccess extends IResource, IConnectable {
  /** The secret to read: `username, password, host, readerHost, port, url, readerUrl`. */
  readonly credentials: ISecret;

  /** The key that encrypts data, secrets, logs and alarms. */
  readonly encryptionKey: IKey;

  /** The primary endpoint; of a sharded cache, the configuration endpoint. */
  readonly endpointAddress: string;

  /** The reader endpoint, or the same as `endpointAddress` where there is no reader endpoint. */
  readonly readerEndpointAddress: string;

  /** The TCP port of both endpoints. */
  readonly port: number;

  /** Whether the keys are spread over shards, so that clients must follow redirections. */
  readonly isSharded: boolean;

  /**
   * How long the previous password is accepted after a rotation, unless another rotation ends the
   * period earlier: ElastiCache keeps two passwords.
   */
  readonly gracePeriod: Duration;

  /** A security group for clients: attach it to allow access to the cache port. */
  readonly clientSecurityGroup: ISecurityGroup;

  /** The topic of the alarms. */
  readonly alarmTopic: ITopic;

  /** The path of the SSM parameters that the cache publishes: `<path>/Endpoint` and so on. */
  readonly parameterPath: string;

  /**
   * @internal The name of the parameter with the ARN of the secret, below `parameterPath`.
   *
   * @default - that of a cache with one password
   */
  readonly _secretParameter?: string | undefined;

  /**
   * @internal The login by IAM.
   *
   * @default - a login by a password
   */
  readonly _iam?: IamAccess | undefined;

  /** Allows a reader to read and decrypt the credentials secret. */
  grantRead(grantee: IGrantable): Grant;
}
