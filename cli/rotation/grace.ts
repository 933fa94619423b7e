/**
 * What is promised to clients of the previous password, and what a command costs that breaks it.
 *
 * Pure. ElastiCache keeps two passwords, so a rotation within the grace period ends the one of the
 * rotation before.
 */

import type { Answered } from '../aws/cloud';
import { distance, short } from '../terminal/screen';
import type { Step } from './diagnoses';

export type Promised =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'previous';
      /** Absent of an older one that no label names. */
      readonly versionId?: string;
      /** Until when it is not revoked, and when that was seen. ISO 8601. */
      readonly until: string;
      readonly at: string;
    }
  /** The function gave no report. */
  | { readonly kind: 'unknown' };

const NOTHING: Promised = { kind: 'nothing' };

export function promisedBy(answered: Answered): Promised {
  if (answered.kind !== 'report') return { kind: 'unknown' };
  const { previous, graceEndsAt: until, at, isRevoked, outcome, nodes, others } = answered.report;
  const isOver = until === undefined || Date.parse(until) <= Date.parse(at);
  if (isRevoked || isOver) return NOTHING;
  if (others === 'unknown') return { kind: 'previous', until, at };
  if (previous === undefined) return NOTHING;
  // The same password as the current one, under another version.
  if (outcome === 'nothing-to-revoke') return NOTHING;
  // Broken already, by a rotation that is under way or by somebody else.
  const isRefused = nodes.length > 0 && nodes.every((node) => node.previous === 'refused');
  return isRefused ? NOTHING : { kind: 'previous', versionId: previous.versionId, until, at };
}

/** In lines for the operator. None if nothing is promised that these steps would break. */
export function costOf(promised: Promised, steps: readonly Step[]): readonly string[] {
  const breaking = steps.filter((step) => step !== 'remove-pending');
  if (promised.kind === 'nothing' || breaking.length === 0) return [];
  const [what, why] = breaking.includes('revoke')
    ? ['revoking it', 'it is refused everywhere']
    : ['a rotation', 'ElastiCache keeps two passwords, the current and the new one'];
  if (promised.kind === 'unknown') {
    return [
      'it cannot be seen whether the previous password is in its grace period; if it is, this ' +
        'ends it, and clients that use it are refused at their next login',
    ];
  }
  const { versionId, until, at } = promised;
  const whose =
    versionId === undefined
      ? 'an older password, which no label names, can be'
      : `the previous password (version ${short(versionId)}) is`;
  return [
    `${whose} in its grace period until ` +
      `${until.slice(0, 10)} (${distance(until, at)}); ${what} ends it now: ${why}`,
    'clients that have not read the secret since the last rotation are refused at their next login',
  ];
}

/** What it costs to end every session. */
export const SESSIONS_COST: readonly string[] = [
  'every session on every node is ended: clients that read the secret again lose the command in ' +
    'flight and connect anew, all at once; subscriptions and blocking commands end',
  'clients that read the secret only at their start are refused until they are restarted',
];
