/** How clients log in to a cache: with one password, or each as a user with rights of its own. */

import type { Role } from './role';

/** Users of a cache by name. */
export type UsersByName = { readonly [name: string]: Role };

export class Access {
  /** One password for all clients, which rotates. */
  static password(): Access {
    return new Access(undefined);
  }

  /**
   * Users, each with a role, a secret and a rotation of its own. A login without a user name is
   * refused.
   */
  static users(users: UsersByName): Access {
    return new Access(users);
  }

  /** Absent with one password. */
  readonly users: UsersByName | undefined;

  private constructor(users: UsersByName | undefined) {
    this.users = users;
  }
}
