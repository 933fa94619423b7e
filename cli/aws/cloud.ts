/**
 * The port to AWS of the command line: all that commands use of AWS; `aws.ts` implements it.
 *
 * Each failure is a CliError. Its message is printed: it never holds a secret.
 */

import type { AccessReport } from '../../contract/access-report';
import type { DailyCheck, DailyCheckReport, UsersReport } from '../../contract/daily-check';
import type { Credentials } from '../../contract/secret-json';

/** An error that an operator can act on: the problem and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    /** Whether a retry may succeed, as after a network failure or throttling. */
    readonly isPassing = false,
  ) {
    super(message);
  }
}

/** The version of each label. A label is on at most one version. */
export interface SecretLabels {
  readonly current?: string;
  /** Also absent while AWSPENDING is on the current version: then no rotation is pending. */
  readonly pending?: string;
  readonly previous?: string;
  readonly newest?: string;
}

export interface SecretState {
  readonly labels: SecretLabels;
  readonly isRotationOn: boolean;
}

/** Why the function returned no report. */
export type NoReport =
  /** The function runs one event at a time, and is running another event. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'failed';
      /** A code of `rotation-error.ts`, or the error type that Lambda reports. */
      readonly code: string;
      /** The version that the error names. */
      readonly versionId?: string;
      /** The message of a RotationError, which holds no secret. Absent for other errors. */
      readonly words?: string;
    };

export type Answered = { readonly kind: 'report'; readonly report: DailyCheckReport } | NoReport;

/** The function's answer about every user of a cache. */
export type AnsweredOfUsers = ({ readonly kind: 'users' } & UsersReport) | NoReport;

/** The function's answer to `restore`: what differs after it. */
export type AnsweredOfAccess =
  | { readonly kind: 'access'; readonly report: AccessReport }
  | NoReport;

export interface Firing {
  readonly name: string;
  readonly description: string;
}

export interface Rotating {
  /** A new rotation has begun, or AWS retries the pending rotation. */
  readonly kind: 'begun' | 'reattempted';
  /** The version of the new rotation. */
  readonly versionId?: string;
}

export interface Cloud {
  /** The parameters that a stack publishes under a path, by their names below it. */
  published(path: string): Promise<Readonly<Record<string, string>>>;
  secret(secretArn: string): Promise<SecretState>;
  rotate(secretArn: string): Promise<Rotating>;
  /** Removes AWSPENDING from a version. */
  removePending(secretArn: string, versionId: string): Promise<void>;
  /** Of the cache's password, or of one of its users. */
  dailyCheck(functionName: string, dailyCheck: DailyCheck, user?: string): Promise<Answered>;
  /** Of every user of a cache. Changes nothing. */
  reportOfUsers(functionName: string): Promise<AnsweredOfUsers>;
  /** Gives users and user group what was deployed, where somebody has changed them. */
  restoreAccess(functionName: string): Promise<AnsweredOfAccess>;
  /** Lets only the users of this group log in to a cache. Waits for nothing. */
  attachUserGroup(replicationGroupId: string, userGroupId: string): Promise<void>;
  /** Alarms in ALARM state, by the prefix of their names. */
  firing(prefix: string): Promise<readonly Firing[]>;
  /** The password of AWSCURRENT. Secret. */
  credentials(secretArn: string): Promise<Pick<Credentials, 'password'>>;
}
