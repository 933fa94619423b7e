/**
 * The port to AWS of the command line: implemented by `aws.ts`, and all that commands see of AWS.
 *
 * Whatever fails here is an CliError. Its message may be printed: it never holds a secret.
 */

import type { Credentials } from '../../contract/credentials';
import type { DailyCheck, DailyCheckReport } from '../../contract/daily-check';

/** Something that an operator can read and act on: what is wrong, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    /** Whether the same may succeed a moment later: a network that failed, a throttled call. */
    readonly isPassing = false,
  ) {
    super(message);
  }
}

/** Which version carries which label. A label is on one at most. */
export interface SecretLabels {
  readonly current?: string;
  /** Absent too while AWSPENDING is on the current version: then nothing is pending. */
  readonly pending?: string;
  readonly previous?: string;
  readonly newest?: string;
}

export interface SecretState {
  readonly labels: SecretLabels;
  readonly isRotationOn: boolean;
}

/** Why the function gave no report. */
export type NoReport =
  /** It runs one event at a time, and runs another one. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'failed';
      /** A code of `rotation-error.ts`, or the kind of error by Lambda's word. */
      readonly code: string;
      /** The version that the error names. */
      readonly versionId?: string;
      /** The function's own words, which hold no secret. Absent for words of somebody else. */
      readonly words?: string;
    };

export type Answered = { readonly kind: 'report'; readonly report: DailyCheckReport } | NoReport;

export interface Ringing {
  readonly name: string;
  readonly description: string;
}

export interface Rotating {
  /** A new one has begun, or the pending one is attempted again. */
  readonly kind: 'begun' | 'reattempted';
  /** Of the new one. */
  readonly versionId?: string;
}

export interface Cloud {
  /** What a stack publishes under a path, by the last part of the name. Empty if nothing is. */
  published(path: string): Promise<Readonly<Record<string, string>>>;
  secret(secretArn: string): Promise<SecretState>;
  rotate(secretArn: string): Promise<Rotating>;
  /** Takes AWSPENDING from a version. */
  removePending(secretArn: string, versionId: string): Promise<void>;
  dailyCheck(functionName: string, dailyCheck: DailyCheck): Promise<Answered>;
  /** Alarms in ALARM state now, by the beginning of their names. */
  ringing(prefix: string): Promise<readonly Ringing[]>;
  /** What AWSCURRENT holds. Secret. */
  credentials(secretArn: string): Promise<Pick<Credentials, 'password'>>;
}
