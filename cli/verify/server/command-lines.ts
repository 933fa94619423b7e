/** Lines of `verify` about commands that the login may run and should not. Pure. */

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

export function commandLines({ session }: ServerFacts): readonly VerifyLine[] {
  return GROUPS.map(([id, claim, commands]) =>
    lineOf(id, claim, session.commands, (rights) => {
      const names = commands.map(nameOfCommand);
      const having = (right: string) => names.filter((name) => rights.get(name) === right);
      const [allowed, unclear] = [having('allowed'), having('not-told')];
      const refused = [...having('refused'), ...having('absent')];
      if (allowed.length > 0) {
        const rules = allowed.map((name) => `-${name.toLowerCase().replace(' ', '|')}`);
        const fix = `Give the user of the application ${rules.join(' ')}, or a role that has less`;
        return failed(id, claim, `may run ${allowed.join(', ')}`, fix);
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
