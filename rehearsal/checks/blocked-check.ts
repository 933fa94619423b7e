/** Check of blocked commands: no node knows a command that the template blocks. */

import type { Deployment } from '../aws/deployment';
import { logIn } from '../redis/probe';
import { blockedCommandsOf } from '../redis/redis-parameters';
import { type CheckResult, unique } from './checks';

/** No node knows a command that the template blocks. */
export async function checkCommandsAreBlocked(deployment: Deployment): Promise<CheckResult> {
  const { nodes, blueprint, certificates } = deployment;
  const { username, password } = deployment.credentials();
  const blocked = blockedCommandsOf(blueprint.parameters);
  const { caPem } = certificates;
  const pairs = nodes.flatMap((node) => blocked.map((command) => ({ node, command })));
  const known = await Promise.all(
    pairs.map(async ({ node, command }) => {
      const seen = await logIn(node, caPem, username, password, ['COMMAND', 'INFO', command]);
      // A command that the server does not know is a null in the list.
      return seen === '' ? [] : [`${node.id} ${command}`];
    }),
  );
  return {
    id: 'blocked-commands',
    claim: 'no node knows a blocked command',
    pass: pairs.length > 0 && known.flat().length === 0,
    detail: `${blocked.join(', ')} on ${nodes.length} nodes; known: ${unique(known.flat())}`,
  };
}
