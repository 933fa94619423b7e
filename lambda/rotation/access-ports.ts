/**
 * The port to the users of a cache and their group, as the check of their access needs it. Each
 * method but `deployed` is one call.
 *
 * None of its changes can contain a password.
 */

import type { DeployedAccess } from '../../contract/deployed-access';
import type { Authentication, CachePort, Clock } from './ports';

export interface DeployedVersions {
  readonly current: DeployedAccess;
  /** When that was deployed, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** What was deployed before. */
  readonly previous?: DeployedAccess;
  /** The version that the function was deployed with, by its digest. Absent if neither is. */
  readonly proven?: 'current' | 'previous';
}

export interface MemberView {
  /** False while ElastiCache is changing the user. */
  readonly active: boolean;
  readonly authentication: Authentication;
  readonly accessString: string;
}

export interface GroupView {
  /** False while ElastiCache is changing the user group. */
  readonly active: boolean;
  readonly userIds: readonly string[];
}

/** Ids of users that join a group, and of those that leave it. */
export interface MembersChange {
  readonly joining?: readonly string[];
  readonly leaving?: readonly string[];
}

/** `busy`: another change is in progress, and this request was rejected. */
export type ChangeAnswer = 'asked' | 'busy';

export interface UsersOfGroup {
  /** What was deployed, and before that. */
  deployed(): Promise<DeployedVersions>;
  /** `undefined` if there is no such user. */
  lookAtUser(userId: string): Promise<MemberView | undefined>;
  /** `undefined` if there is no such group. */
  lookAtGroup(groupId: string): Promise<GroupView | undefined>;
  /** Requests that a user has this access string; its passwords stay. */
  setAccess(userId: string, accessString: string): Promise<ChangeAnswer>;
  /** Requests that a user logs in by IAM. */
  setIam(userId: string): Promise<ChangeAnswer>;
  /** Requests that users are in the group, and that others are not: all of them, or none. */
  changeMembers(groupId: string, change: MembersChange): Promise<ChangeAnswer>;
}

export interface AccessPorts {
  readonly users: UsersOfGroup;
  readonly cache: Pick<CachePort, 'look' | 'probe'>;
  readonly clock: Clock;
  /** Writes one log line. */
  log(line: object): void;
}
