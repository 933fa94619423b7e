/** Facts about a managed cache and its secret, as AWS answers. No fact holds a secret. */

import type { Fact } from '../server/fact';

export interface ManagedFacts {
  readonly secret: Fact<ManagedSecret>;
  readonly group: Fact<GroupFacts>;
  /** Ports that rules of its security groups open to every address. */
  readonly isOpenToAll: Fact<boolean>;
  readonly alarms: Fact<AlarmFacts>;
}

export interface ManagedSecret {
  /** Absent with the key of AWS. */
  readonly keyId?: string;
  readonly isRotationOn: boolean;
  /** ISO time of the last rotation, or else of the last change. */
  readonly changedAt?: string;
  /** ISO time. */
  readonly nextAt?: string;
}

/** Members are absent where the answer of AWS has none. */
export interface GroupFacts {
  readonly id: string;
  readonly isTransitEncrypted?: boolean;
  /** `required` or `preferred`, which accepts plaintext, too. */
  readonly transitMode?: string;
  readonly isEncryptedAtRest?: boolean;
  readonly keyId?: string;
  readonly snapshotDays?: number;
  readonly nodes: number;
  readonly hasFailover?: boolean;
  readonly isInZones?: boolean;
  readonly installsMinorVersions?: boolean;
  readonly hasAuthToken: boolean;
  readonly userGroups: readonly string[];
}

export interface AlarmFacts {
  readonly total: number;
  /** Alarms whose actions are off, or that have none. */
  readonly silent: number;
  /** Confirmed subscriptions of each topic; absent where AWS did not tell. */
  readonly subscribers: ReadonlyMap<string, number | undefined>;
}
