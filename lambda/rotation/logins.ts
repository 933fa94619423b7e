/** Number of nodes per answer to a login with one password, and what that proves. */

import type { Answer } from '../../contract/daily-check';

export interface Logins {
  readonly accepted: number;
  readonly refused: number;
  readonly unreachable: number;
}

export function loginsOf(answers: readonly Answer[]): Logins {
  const count = (which: Answer) => answers.filter((answer) => answer === which).length;
  return {
    accepted: count('accepted'),
    refused: count('refused'),
    unreachable: count('unreachable'),
  };
}

/** Every node accepts. False without any login: no answer proves nothing. */
export function every(logins: Logins | undefined): boolean {
  if (!logins) return false;
  return logins.accepted > 0 && logins.refused === 0 && logins.unreachable === 0;
}

export function some(logins: Logins | undefined): boolean {
  return logins !== undefined && logins.accepted > 0;
}

/** A node did not answer, or no login was tried: the state is unknown. */
export function unreachable(logins: Logins | undefined): boolean {
  if (!logins) return true;
  return logins.unreachable > 0 || logins.accepted + logins.refused === 0;
}
