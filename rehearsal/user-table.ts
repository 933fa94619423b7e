/** The table of the users at the end of a rehearsal. */

import { forbiddenTo, type UserRights } from './checks/user-rights';
import type { RotationFigures } from './rehearse';

/** Figures of a user without a rotation. */
export type TrafficFigures = Pick<RotationFigures, 'user' | 'commands' | 'failed'>;

/** One line per user: those that rotate, then those that log in by IAM. */
export function userTable(
  figures: readonly RotationFigures[],
  rights: ReadonlyMap<string, UserRights>,
  iam: readonly TrafficFigures[] = [],
): readonly string[] {
  const head = ['user', 'rotated', 'calls', 'commands', 'failed', 'refused by its role'];
  const row = (rotated: readonly string[], { user = '', commands, failed }: TrafficFigures) => {
    const of = rights.get(user);
    const refused = of === undefined ? [] : forbiddenTo(of).map((each) => each.join(' '));
    return [user, ...rotated, String(commands), String(failed), refused.join(', ')];
  };
  const rows = [
    ...figures.map((each) =>
      row([`${(each.durationMs / 1_000).toFixed(1)} s`, String(each.apiCalls)], each),
    ),
    ...iam.map((each) => row(['by IAM', '-'], each)),
  ];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
