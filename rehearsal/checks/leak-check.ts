/** Check that no password is in an output or in the process list. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Password } from '../../contract/password';
import type { CheckResult } from './checks';

/** No printed line and no process argument contains a password. */
export function checkLeaks(
  printed: readonly string[],
  passwords: readonly Password[],
): CheckResult {
  const processes = processArguments();
  const places = [...printed, ...processes];
  const leaks = places.filter((place) => passwords.some((each) => place.includes(each.reveal())));
  return {
    id: 'no-leak',
    claim: 'no password is in an output or in the process list',
    pass: leaks.length === 0 && passwords.length > 0 && processes.length > 0,
    detail:
      `${passwords.length} passwords, ${printed.length} lines, ${processes.length} processes: ` +
      `${leaks.length} leaks`,
  };
}

function processArguments(): readonly string[] {
  if (!existsSync('/proc/self/cmdline')) {
    return spawnSync('ps', ['-axo', 'args'], { encoding: 'utf8' }).stdout.split('\n');
  }
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      return [readFileSync(`/proc/${id}/cmdline`, 'utf8')];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
