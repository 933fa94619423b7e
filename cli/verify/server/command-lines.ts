/** Lines of `verify` about commands that the login may run and should not. Pure. */

import { RENAMABLE_COMMANDS } from '../../../lib/settings/elasticache/commands';
import { failed, notTold, passed, type VerifyLine } from '../line';
import { lineOf } from './login-lines';
import { ADMINISTRATION, DATA, nameOfCommand, PROCESS } from './read-commands';
import type { ServerFacts } from './server-facts';

const GROUPS: readonly (readonly [string, string, readonly (readonly string[])[]])[] = [
  [
    'administration-refused',
    'the login cannot change settings, users, modules or replication',
    ADMINISTRATION,
  ],
  ['data-commands-refused', 'the login cannot empty, swap, list or send away databases', DATA],
  [
    'process-commands-refused',
    'the login cannot stop or block the server, or read the commands of others',
    PROCESS,
  ],
];

export interface CommandOptions {
  /** Whether it is a cache of ElastiCache, where nobody can run ACL SETUSER. */
  readonly isManaged?: boolean;
}

export function commandLines(
  { session, target }: ServerFacts,
  { isManaged = isOfElastiCache(target.host) }: CommandOptions,
): readonly VerifyLine[] {
  const fixOf = isManaged ? managedFix(target.username) : ownFix;
  return GROUPS.map(([id, claim, commands]) =>
    lineOf(id, claim, session.commands, (rights) => {
      const names = commands.map(nameOfCommand);
      const having = (right: string) => names.filter((name) => rights.get(name) === right);
      const [allowed, unclear] = [having('allowed'), having('not-told')];
      const refused = [...having('refused'), ...having('absent')];
      if (allowed.length > 0) {
        return failed(id, claim, `may run ${allowed.join(', ')}`, fixOf(allowed));
      }
      if (unclear.length > 0) {
        const why = `only ACL DRYRUN tells of ${unclear.join(', ')}, which the login may not run`;
        const fix = 'Verify with a login that may run ACL DRYRUN';
        return notTold(id, claim, why, fix);
      }
      return passed(id, claim, `refused: ${refused.join(', ')}`);
    }),
  );
}

/** By category: single commands have siblings and old names. Client libraries send INFO. */
function ownFix(): string {
  return 'Give the user of the application `-@admin -@dangerous +info`, or a role that has less';
}

/** With one password each client is the user `default`, whose rights nobody can change. */
function managedFix(username = 'default'): (allowed: readonly string[]) => string {
  if (username !== 'default')
    return () => 'Give the user a role, or an access string, without them';
  return (allowed) => {
    const names = allowed.filter((name) => RENAMABLE_COMMANDS.has(name));
    const users = 'give the cache users (`access`), each with a role that lacks them';
    if (names.length === 0) return `G${users.slice(1)}`;
    const list = names.map((name) => `"${name}"`).join(', ');
    const block = `Set \`blockedCommands\` of the cache to [${list}] where no client needs them`;
    return `${block}, or ${users}`;
  };
}

function isOfElastiCache(host: string): boolean {
  return /\.cache\.amazonaws\.com(\.cn)?\.?$/i.test(host);
}
