/** Checks of the rotations of all users of a cache, and of the traffic meanwhile. */

import type { CheckResult } from './checks/checks';
import type { RotationFigures } from './rehearse';

export interface UserRotation {
  readonly user: string;
  readonly isDone: boolean;
  /** Moments at which every node was asked for the current password, and refusals. */
  readonly moments: number;
  readonly refusals: number;
  readonly apiCalls: number;
  readonly polls: number;
  readonly durationMs: number;
}

interface Rotated {
  readonly rotations: readonly UserRotation[];
  readonly figures: readonly RotationFigures[];
  readonly failures: readonly string[];
  readonly refused: number;
  /** AWS calls per rotation. */
  readonly max: number;
}

export function rotationResults({ rotations, figures, failures, refused, max }: Rotated) {
  const sum = <T>(all: readonly T[], of: (each: T) => number) =>
    all.reduce((total, each) => total + of(each), 0);
  const undone = rotations.filter(({ isDone }) => !isDone).map(({ user }) => user);
  const failed = sum(figures, (each) => each.failed);
  const idle = figures.filter(({ commands, reconnects }) => commands === 0 || reconnects === 0);
  const moments = sum(rotations, (each) => each.moments);
  const refusals = sum(rotations, (each) => each.refusals);
  const calls = rotations.map(({ apiCalls }) => apiCalls);
  const results: readonly CheckResult[] = [
    {
      id: 'rotation',
      claim: 'the rotation of each user completes with a new password',
      pass: rotations.length > 0 && undone.length === 0,
      detail: `${rotations.length} users; not completed: ${undone.join(', ') || 'none'}`,
    },
    {
      id: 'no-failed-command',
      claim: 'no command of any client of any user fails',
      pass: failed === 0 && idle.length === 0,
      detail:
        `${sum(figures, (each) => each.commands)} commands, ` +
        `${sum(figures, (each) => each.reconnects)} reconnects, ${failed} failed` +
        `${failures.length > 0 ? ` (${failures.join(', ')})` : ''}`,
    },
    {
      id: 'always-accepted',
      claim: 'every node accepts AWSCURRENT of the user, after every call and change of a node',
      pass: moments > 0 && refusals === 0,
      detail: `${moments} moments, ${refusals} refusals`,
    },
    {
      id: 'no-failed-login',
      claim: 'the rotations cause no failed login',
      pass: refused === 0,
      detail: `${refused} refused logins, counted by the servers`,
    },
    {
      id: 'few-calls',
      claim: `the rotation of a user makes at most ${max} AWS calls`,
      pass: calls.every((each) => each > 0 && each <= max),
      detail: `${Math.max(...calls)} calls, without polls while the user was being changed`,
    },
  ];
  return results;
}
