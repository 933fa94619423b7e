/** How clients log in to a cache: with one password, or each as a user with rights of its own. */

import { objectOf, required } from '../settings/value-kinds';
import { checkKinds } from '../validation/kinds';
import type { Role } from './role';

/** Users of a cache by name. */
export type UsersByName = { readonly [name: string]: Role };

/** Each role is checked later, with the name of its user. */
export const USERS_KIND = objectOf('an object of roles by the names of users', {
  advice: () => "Use for example { app: Role.readWrite({ keys: ['app:*'] }) }.",
});

export class Access {
  /** One password for all clients, which rotates. */
  static password(): Access {
    return new Access(undefined);
  }

  /**
   * Users, each with a role: 1 to 99. A user has a secret and a rotation of its own, or logs in by
   * tokens of IAM, with `Role.readOnly().iam()`. A login without a user name is refused.
   *
   * @throws SettingError if the users are no object
   */
  static users(users: UsersByName): Access {
    checkKinds('Access.users', { users }, { users: required(USERS_KIND) });
    return new Access(users);
  }

  /** Absent with one password. */
  readonly users: UsersByName | undefined;

  private constructor(users: UsersByName | undefined) {
    this.users = users;
  }
}
