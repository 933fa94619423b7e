/** Restricts the user of a deployment to a role, on each of its real nodes. */

import type { Role } from '../../lib/access/role';
import { Engine } from '../../lib/settings/engine';
import type { Deployment } from '../../rehearsal/aws/deployment';

/** The password stays, and so do open connections. A node that restarts forgets the role. */
export async function restrictToRole({ nodes }: Deployment, role: Role): Promise<void> {
  const rules = role.accessString(Engine.REDIS_7_0).split(' ');
  for (const node of nodes) {
    await node.admin('ACL', 'SETUSER', 'default', 'resetkeys', ...rules);
  }
}
