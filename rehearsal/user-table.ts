/** The table of the users at the end of a rehearsal. */

import { forbiddenTo, type UserRights } from './checks/user-rights';
import type { RotationFigures } from './rehearse';

/** One line per user. */
export function userTable(
  figures: readonly RotationFigures[],
  rights: ReadonlyMap<string, UserRights>,
): readonly string[] {
  const head = ['user', 'rotated', 'calls', 'commands', 'failed', 'refused by its role'];
  const rows = figures.map(({ user = '', durationMs, apiCalls, commands, failed }) => {
    const of = rights.get(user);
    const refused = of === undefined ? [] : forbiddenTo(of).map((each) => each.join(' '));
    const took = `${(durationMs / 1_000).toFixed(1)} s`;
    const counts = [apiCalls, commands, failed].map(String);
    return [user, took, ...counts, refused.join(', ')];
  });
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
