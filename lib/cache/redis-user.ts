/**
 * A user of a cache, as its application sees it: its own secret and connection strings, and the
 * address of the cache.
 */

import type { Connections, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { CacheShape } from '../client-profiles/cache-shape';
import { userParameter } from '../sharing/published-parameters';
import { grantingSecret } from '../sharing/read-grant';
import { RedisLogin } from './redis-login';

/** The id of the construct: the constructs library takes no child with a name of `Object`. */
export function idOfUser(name: string): string {
  return name in Object.prototype ? `Of-${name}` : name;
}

/** The cache of a user. */
type Cache = Omit<RedisLogin, 'credentials'>;

export interface RedisUserProps {
  readonly cache: Cache;
  readonly secretArn: string;
}

export class RedisUser extends RedisLogin {
  /** The secret of this user: `username, password, host, readerHost, port, url, readerUrl`. */
  readonly credentials: ISecret;

  readonly #cache: Cache;
  readonly #name: string;

  constructor(scope: Construct, name: string, { cache, secretArn }: RedisUserProps) {
    // An imported cache may be in another region than the stack.
    super(scope, idOfUser(name), { account: cache.env.account, region: cache.env.region });
    this.#cache = cache;
    this.#name = name;
    const key = cache.encryptionKey;
    this.credentials = grantingSecret(this, 'Credentials', { owner: this, secretArn, key });
  }

  /** @internal */
  override get _username(): string {
    return this.#name;
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
