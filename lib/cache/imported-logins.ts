/** The logins of an imported cache: its one password, or the users that the app names. */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantingSecret } from '../sharing/read-grant';
import type { SecureRedisAttributes } from './import-attributes';
import { askUser, unknownUser, withoutUsers } from './login-problems';
import { idOfUser, type LoginOfUser, RedisUser } from './redis-user';
import type { PasswordOrUsers, SecureRedisBase } from './secure-redis-base';

/** Checked: exactly one of both is given. */
export type ImportedSecrets = Pick<
  SecureRedisAttributes,
  'credentialsSecretArn' | 'users' | 'iamUsers'
>;

type ImportedUsers = { readonly [name: string]: LoginOfUser };

export class ImportedLogins implements PasswordOrUsers {
  readonly #cache: SecureRedisBase;
  readonly #login: { readonly credentials: ISecret } | { readonly users: ImportedUsers };
  #scope: Construct | undefined;

  constructor(cache: SecureRedisBase, secrets: ImportedSecrets, key: IKey) {
    this.#cache = cache;
    const { credentialsSecretArn: secretArn, users, iamUsers } = secrets;
    if (users || iamUsers) {
      this.#login = { users: { ...users, ...iamUsers } };
      return;
    }
    const secret = { owner: cache, secretArn: secretArn as string, key };
    this.#login = { credentials: grantingSecret(cache, 'CredentialsSecret', secret) };
  }

  get credentials(): ISecret {
    if ('credentials' in this.#login) return this.#login.credentials;
    throw askUser(this.#names(this.#login.users));
  }

  checkPassword(): void {
    if ('users' in this.#login) throw askUser(this.#names(this.#login.users));
  }

  /** @throws SettingError if the app named no such user. */
  user(name: string): RedisUser {
    if ('credentials' in this.#login) {
      throw withoutUsers(this.#cache.node.path, 'Pass `users` where it is imported');
    }
    const { users } = this.#login;
    const user = Object.hasOwn(users, name) ? users[name] : undefined;
    if (user === undefined) throw unknownUser(this.#names(users), name, 'users');
    this.#scope ??= new Construct(this.#cache, 'Users');
    const known = this.#scope.node.tryFindChild(idOfUser(name));
    if (known instanceof RedisUser) return known;
    return new RedisUser(this.#scope, name, { cache: this.#cache, login: user });
  }

  #names(users: ImportedUsers) {
    return { path: this.#cache.node.path, names: Object.keys(users) };
  }
}
