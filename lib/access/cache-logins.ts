/** The logins of a cache, as replication group, rotation and alarms need them. */

import type { CfnReplicationGroupProps } from 'aws-cdk-lib/aws-elasticache';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CfnResource } from 'aws-cdk-lib/core';

/** A secret that rotates. */
export interface RotatedLogin {
  readonly resource: CfnSecret;
  /** The id of the construct of its schedule. */
  readonly scheduleId: string;
  /** The secrets that may have no other schedule. */
  readonly guarded: readonly CfnSecret[];
  /** What must exist before its first rotation, besides the cache and its function. */
  readonly dependencies: readonly CfnResource[];
  /**
   * A number that stays the same: it chooses the hour within the rotation window.
   *
   * @default - the window opens at its first hour
   */
  readonly seed?: number;
}

/** ARNs of what the check of the access of users reads, besides the users. */
export interface AccessArns {
  readonly secretArn: string;
  readonly groupArn: string;
}

export interface CacheLogins {
  /** The properties of the replication group that let clients log in. */
  readonly ofGroup: Pick<CfnReplicationGroupProps, 'authToken' | 'userGroupIds'>;

  readonly rotated: readonly RotatedLogin[];

  /** ARNs of the users whose passwords rotate. Absent with one password. */
  readonly userArns: readonly string[] | undefined;

  /** ARNs of the default user and of users with IAM logins, which the daily check looks at. */
  readonly otherUserArns: readonly string[];

  /** Of the secret with what was deployed, and of the user group. Absent with one password. */
  readonly access: AccessArns | undefined;

  /** The environment variables by which the rotation function knows its secrets. */
  readonly variables: Readonly<Record<string, string>>;

  /** Event patterns for the ARNs of the secrets that rotate, and of all secrets. */
  readonly arnPatterns: {
    readonly rotated: readonly unknown[];
    readonly all: readonly unknown[];
  };
}
