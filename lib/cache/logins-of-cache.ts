/** The logins of a cache by its setting `access`: one password, or users. */

import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CacheLogins } from '../access/cache-logins';
import { CacheUsers } from '../access/cache-users';
import { allowedDatabases } from '../access/check-access';
import { RedisSecrets } from '../access/redis-secrets';
import { arnInStack, type CacheArns } from '../network/cache-arns';
import type { PublishedLogins } from '../sharing/published-parameters';
import type { SettingError } from '../validation/setting-error';
import type { CacheSettings } from './cache-settings';
import { askUser, unknownUser, withoutUsers } from './login-problems';
import { idOfUser, type LoginOfUser, RedisUser } from './redis-user';
import type { PasswordOrUsers, SecureRedisBase } from './secure-redis-base';

export class LoginsOfCache implements PasswordOrUsers {
  readonly #cache: SecureRedisBase;
  readonly #settings: CacheSettings;
  readonly #made: RedisSecrets | CacheUsers;

  constructor(cache: SecureRedisBase, settings: CacheSettings, key: IKey) {
    const { access, engine } = settings;
    this.#cache = cache;
    this.#settings = settings;
    const { users } = access;
    this.#made = users
      ? new CacheUsers(cache, 'Users', { users, engine, key })
      : new RedisSecrets(cache, 'Secrets', key);
  }

  get made(): CacheLogins {
    return this.#made;
  }

  get credentials(): ISecret {
    if (this.#made instanceof RedisSecrets) return this.#made.credentials;
    throw this.#askUser(this.#made);
  }

  checkPassword(): void {
    if (this.#made instanceof CacheUsers) throw this.#askUser(this.#made);
  }

  /** @throws SettingError if the cache has no such user. */
  user(name: string): RedisUser {
    const { path } = this.#cache.node;
    const made = this.#made;
    if (made instanceof RedisSecrets) {
      throw withoutUsers(path, 'Set the prop `access` to `Access.users({ … })`');
    }
    const login = loginOf(made, name);
    if (login !== undefined) {
      const known = made.node.tryFindChild(idOfUser(name));
      if (known instanceof RedisUser) return known;
      const databases = this.#databasesOf(name);
      return new RedisUser(made, name, { cache: this.#cache, login, databases });
    }
    throw unknownUser({ path, names: made.names }, name, 'access');
  }

  #databasesOf(name: string): readonly number[] | undefined {
    const { access, engine } = this.#settings;
    const role = access.users?.[name];
    return role && allowedDatabases(role.accessString(engine), engine);
  }

  get published(): PublishedLogins {
    if (this.#made instanceof CacheUsers) {
      const { secrets, databases, iamUsers } = this.#made;
      const users = new Map(Array.from(secrets, ([name, { ref }]) => [name, ref]));
      return { users, databases, iamUsers };
    }
    const { connectionStringTemplate } = this.#cache;
    const { secretArn } = this.#made.credentials;
    return { password: { secretArn, connectionStringTemplate } };
  }

  /** ARNs of what the rotation uses. */
  arns({ ref }: CfnReplicationGroup, { topology }: CacheSettings): CacheArns {
    const scope = this.#cache;
    const { rotated, userArns, otherUserArns, access } = this.#made;
    const nodes = () => arnInStack(scope, 'elasticache', 'cluster', `${ref}-????-???`);
    return {
      scope,
      secretArns: rotated.map(({ resource }) => resource.ref),
      groupArn: arnInStack(scope, 'elasticache', 'replicationgroup', ref),
      nodeArns: topology.isSharded ? nodes() : undefined,
      userArns: userArns && [...userArns],
      otherUserArns: [...otherUserArns],
      access,
    };
  }

  #askUser({ names }: CacheUsers): SettingError {
    return askUser({ path: this.#cache.node.path, names });
  }
}

function loginOf({ secrets, iamUsers }: CacheUsers, name: string): LoginOfUser | undefined {
  const [secret, userId] = [secrets.get(name), iamUsers.get(name)];
  if (secret !== undefined) return { secretArn: secret.ref };
  return userId === undefined ? undefined : { userId };
}
