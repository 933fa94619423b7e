/**
 * The grace period of the previous password, and the consequences of a command that ends it.
 *
 * Pure. ElastiCache keeps two passwords, so a rotation within the grace period ends the previous
 * password.
 */

import type { Answered } from '../aws/cloud';
import { distance, short } from '../terminal/screen';
import type { Step } from './diagnoses';

export type Promised =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'previous';
      /** Absent for an older password without a label. */
      readonly versionId?: string;
      /** The end of the grace period, and when it was read. ISO 8601. */
      readonly until: string;
      readonly at: string;
    }
  /** The function returned no report. */
  | { readonly kind: 'unknown' };

/** Steps that leave the previous password accepted. */
const KEEPING: readonly Step[] = ['remove-pending', 'send-again'];

const NOTHING: Promised = { kind: 'nothing' };

export function promisedBy(answered: Answered): Promised {
  if (answered.kind !== 'report') return { kind: 'unknown' };
  const { previous, graceEndsAt: until, at, isRevoked, outcome, nodes, others } = answered.report;
  const isOver = until === undefined || Date.parse(until) <= Date.parse(at);
  if (isRevoked || isOver) return NOTHING;
  if (others === 'unknown') return { kind: 'previous', until, at };
  if (previous === undefined) return NOTHING;
  // The previous version has the current password.
  if (outcome === 'nothing-to-revoke') return NOTHING;
  // Already refused, by a rotation under way or an out-of-band change.
  const isRefused = nodes.length > 0 && nodes.every((node) => node.previous === 'refused');
  return isRefused ? NOTHING : { kind: 'previous', versionId: previous.versionId, until, at };
}

/** Lines for the operator; empty if these steps end no grace period. */
export function costOf(promised: Promised, steps: readonly Step[]): readonly string[] {
  const breaking = steps.filter((step) => !KEEPING.includes(step));
  if (promised.kind === 'nothing' || breaking.length === 0) return [];
  const [what, why] = breaking.includes('revoke')
    ? ['revoking it', 'it is refused everywhere']
    : ['a rotation', 'ElastiCache keeps two passwords, the current and the new one'];
  if (promised.kind === 'unknown') {
    return [
      'it is unknown whether the previous password is in its grace period; if so, this ' +
        'ends the grace period, and clients with that password are refused at their next login',
    ];
  }
  const { versionId, until, at } = promised;
  const whose =
    versionId === undefined
      ? 'an older password without a label can be'
      : `the previous password (version ${short(versionId)}) is`;
  return [
    `${whose} in its grace period until ` +
      `${until.slice(0, 10)} (${distance(until, at)}); ${what} ends this period now: ${why}`,
    'clients that have not read the secret since the last rotation are refused at their next login',
  ];
}

/** Consequences of ending every session, or every one of a user. */
export function sessionsCost(user: string | undefined): readonly string[] {
  const whose = user === undefined ? 'every session' : `every session of the user ${user}`;
  return [
    `${whose} on every node is ended: clients that read the secret again lose the command in ` +
      'flight and reconnect, all at once; subscriptions and blocking commands end',
    'clients that read the secret only at their start are refused until they are restarted',
  ];
}
