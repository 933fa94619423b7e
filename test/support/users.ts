/** Caches with users. */

import type { App } from 'aws-cdk-lib/core';
import { Access } from '../../lib/access/access';
import { Role } from '../../lib/access/role';
import { type CacheStack, makeStack } from './synth';

export const USERS = {
  app: Role.readWrite({ keys: ['app:*'] }),
  worker: Role.queue({ keys: ['bull:*'] }),
  reports: Role.readOnly(),
};

/** A number of users, with names of the greatest length. */
export function manyUsers(count: number): Record<string, Role> {
  const names = Array.from({ length: count }, (_, index) => `user-${index + 1}`.padEnd(20, 'x'));
  return Object.fromEntries(names.map((name) => [name, Role.readOnly({ keys: ['app:*'] })]));
}

/** A number of users with IAM logins, with names of the greatest length. */
export function manyIamUsers(count: number): Record<string, Role> {
  const users = Object.entries(manyUsers(count));
  return Object.fromEntries(
    users.map(([name, role]) => [name.replace('user', 'iam').padEnd(20, 'x'), role.iam()]),
  );
}

/** Users with passwords, and one with an IAM login. */
export const WITH_IAM = { ...USERS, reports: Role.readOnly().iam() };

export function usersStack(users: Record<string, Role> = USERS, app?: App): CacheStack {
  return makeStack({ access: Access.users(users) }, app);
}
