/**
 * The list of passwords to send for a user: one rule for every request of rotations and daily
 * checks, since a request replaces the whole list.
 */

import type { Password } from '../../contract/password';
import type { StoredCredentials } from '../../contract/secret-json';
import { isSamePassword } from './observe';

export interface UserValues {
  readonly current: StoredCredentials;
  /** Absent without a pending version, or if it has no value. */
  readonly pending?: StoredCredentials;
  /** Absent if there is none, or if its grace period is over. */
  readonly previous?: StoredCredentials;
}

/** The current password, and beside it the pending one, or else the previous one, or else none. */
export function listFor({ current, pending, previous }: UserValues): readonly Password[] {
  const besides = pending ?? previous;
  const isAlone = besides === undefined || isSamePassword(besides, current);
  return isAlone ? [current.password] : [besides.password, current.password];
}
