/** The roles of docs/roles.md, each with its usual props, in the order of the columns. */

import { Role } from '../../lib/access/role';

export interface RoleOfPage {
  readonly name: string;
  readonly role: Role;
  /** A key within the role's patterns. */
  readonly key: string;
  /** A channel pattern of the role. */
  readonly channel: string;
}

const one = (name: string, role: Role, key: string, channel = key): RoleOfPage => ({
  name,
  role,
  key,
  channel,
});

export const ROLES_OF_PAGE: readonly RoleOfPage[] = [
  one('readOnly', Role.readOnly({ keys: ['app:*'] }), 'app:1'),
  one('readWrite', Role.readWrite({ keys: ['app:*'] }), 'app:1'),
  one('queue', Role.queue({ keys: ['jobs:*'] }), 'jobs:1'),
  one('cache', Role.cache({ keys: ['app:*'], clear: true }), 'app:1'),
  one('bullMq', Role.bullMq(), 'bull:1'),
  one('celery', Role.celery(), 'celery:1', 'celery:*'),
  one('rq', Role.rq(), 'rq:1', 'rq:*'),
  one('sidekiq', Role.sidekiq(), 'queue:1'),
  one('django', Role.django(), 'django:1'),
  one('node', Role.nodeExample(), 'cache:1'),
  one('python', Role.pythonExample(), 'cache:1'),
  one('admin', Role.admin({ reason: 'repairs by hand' }), 'any', '*'),
];
