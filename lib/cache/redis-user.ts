/**
 * A user of a cache, as its application sees it: the address of the cache, connection strings, and
 * its own secret, or the grant to log in by IAM.
 */

import type { Connections, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { databaseOf } from '../../contract/connection-url';
import type { CacheShape } from '../client-profiles/cache-shape';
import { grantConnect } from '../sharing/connect-grant';
import { userIdParameter, userParameter } from '../sharing/published-parameters';
import { grantingSecret } from '../sharing/read-grant';
import type { IamAccess } from '../sharing/redis-access';
import type { SettingError } from '../validation/setting-error';
import { otherLogin } from './login-problems';
import { RedisLogin } from './redis-login';

/** The id of the construct: the constructs library takes no child with a name of `Object`. */
export function idOfUser(name: string): string {
  return name in Object.prototype ? `Of-${name}` : name;
}

/** The cache of a user. */
type Cache = Omit<RedisLogin, 'credentials'> & { readonly replicationGroupId: string };

/** How a user logs in: by the password in its secret, or by IAM with its id. */
export type LoginOfUser = { readonly secretArn: string } | { readonly userId: string };

export interface RedisUserProps {
  readonly cache: Cache;
  readonly login: LoginOfUser;
  /** Databases of the user's role. @default - all, or unknown for an imported cache */
  readonly databases?: readonly number[] | undefined;
}

export class RedisUser extends RedisLogin {
  readonly #databases: readonly number[] | undefined;
  readonly #cache: Cache;
  readonly #name: string;
  readonly #userId: string | undefined;
  readonly #credentials: ISecret | undefined;

  constructor(scope: Construct, name: string, { cache, login, databases }: RedisUserProps) {
    // An imported cache may be in another region than the stack.
    super(scope, idOfUser(name), { account: cache.env.account, region: cache.env.region });
    this.#cache = cache;
    this.#name = name;
    this.#databases = databases;
    const key = cache.encryptionKey;
    if ('userId' in login) this.#userId = login.userId;
    else {
      const { secretArn } = login;
      this.#credentials = grantingSecret(this, 'Credentials', { owner: this, secretArn, key });
    }
  }

  /**
   * The secret of this user: `username, password, host, readerHost, port, url, readerUrl`.
   *
   * @throws SettingError of a user that logs in by IAM
   */
  get credentials(): ISecret {
    if (this.#credentials === undefined) throw this.#without('the credentials secret');
    return this.#credentials;
  }

  /**
   * The id in ElastiCache of a user that logs in by IAM, which is also the name it logs in with.
   *
   * @throws SettingError of a user with a password
   */
  get userId(): string {
    return this.#userIdFor('`userId`');
  }

  /**
   * Allows a role to log in as this user by IAM: `elasticache:Connect` on the replication group and
   * on the user. It grants no network access: see `connections` and `clientSecurityGroup`.
   *
   * @throws SettingError of a user with a password, or if the role is in another account
   */
  grantConnect(grantee: IGrantable): Grant {
    const userId = this.#userIdFor('`grantConnect`');
    return grantConnect(
      { owner: this, userId, replicationGroupId: this.#cache.replicationGroupId },
      grantee,
    );
  }

  /**
   * The connection string with `{password}` in place of the password. Not secret.
   *
   * @throws SettingError of a user that logs in by IAM
   */
  override get connectionStringTemplate(): string {
    if (this.#userId !== undefined) throw this.#without('`connectionStringTemplate`');
    return super.connectionStringTemplate;
  }

  /** @internal */
  override get _iam(): IamAccess | undefined {
    const userId = this.#userId;
    if (userId === undefined) return undefined;
    const { replicationGroupId } = this.#cache;
    return {
      userId,
      replicationGroupId,
      database: databaseOf(this.#databases),
      parameter: userIdParameter(this.#name),
      grantConnect: (grantee) => this.grantConnect(grantee),
    };
  }

  #userIdFor(asked: string): string {
    if (this.#userId === undefined) throw otherLogin(this.node.path, asked, 'password');
    return this.#userId;
  }

  #without(asked: string): SettingError {
    return otherLogin(this.node.path, asked, 'iam');
  }

  /** @internal */
  override get _databases(): readonly number[] | undefined {
    return this.#databases;
  }

  /** @internal */
  override get _username(): string {
    return this.#userId ?? this.#name;
  }

  /** @internal */
  override get _secretParameter(): string {
    return userParameter(this.#name);
  }

  /** @internal */
  get _shape(): CacheShape {
    return this.#cache._shape;
  }

  get connections(): Connections {
    return this.#cache.connections;
  }

  get clientSecurityGroup(): ISecurityGroup {
    return this.#cache.clientSecurityGroup;
  }

  get alarmTopic(): ITopic {
    return this.#cache.alarmTopic;
  }

  get encryptionKey(): IKey {
    return this.#cache.encryptionKey;
  }

  get endpointAddress(): string {
    return this.#cache.endpointAddress;
  }

  get readerEndpointAddress(): string {
    return this.#cache.readerEndpointAddress;
  }

  get port(): number {
    return this.#cache.port;
  }

  /** The path of the SSM parameters of the cache; that of the user is below it. */
  get parameterPath(): string {
    return this.#cache.parameterPath;
  }

  get gracePeriod(): Duration {
    return this.#cache.gracePeriod;
  }

  get isSharded(): boolean {
    return this.#cache.isSharded;
  }
}
