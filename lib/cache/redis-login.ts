/**
 * What an application needs to log in to a cache: connection strings, deliveries and the grant. The
 * same for a cache with one password and for each user of a cache.
 */

import type { Connections, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type Duration, Resource } from 'aws-cdk-lib/core';
import { connectionUrlTemplate, DEFAULT_USERNAME, databaseOf } from '../../contract/connection-url';
import type { CacheShape } from '../client-profiles/cache-shape';
import type { ClientName } from '../client-profiles/client-profiles';
import {
  CONNECTION_KINDS,
  type ConnectionString,
  type ConnectionStringProps,
  connectionString,
} from '../client-profiles/connection-string';
import { Delivery } from '../delivery/delivery';
import type { IamAccess, IRedisAccess } from '../sharing/redis-access';
import { checkKinds } from '../validation/kinds';

export abstract class RedisLogin extends Resource implements IRedisAccess {
  abstract readonly connections: Connections;
  abstract readonly clientSecurityGroup: ISecurityGroup;
  abstract readonly credentials: ISecret;
  abstract readonly alarmTopic: ITopic;
  abstract readonly encryptionKey: IKey;
  abstract readonly endpointAddress: string;
  abstract readonly readerEndpointAddress: string;
  abstract readonly port: number;
  abstract readonly parameterPath: string;
  abstract readonly gracePeriod: Duration;
  abstract readonly isSharded: boolean;

  /** @internal Properties of a connection string besides the address. */
  abstract readonly _shape: CacheShape;

  /** @internal The user that logs in. */
  get _username(): string {
    return DEFAULT_USERNAME;
  }

  /** @internal */
  get _secretParameter(): string | undefined {
    return undefined;
  }

  /** @internal Databases of the user's role; `undefined` for all. */
  get _databases(): readonly number[] | undefined {
    return undefined;
  }

  /** @internal */
  get _iam(): IamAccess | undefined {
    return undefined;
  }

  /** The connection string with `{password}` in place of the password. Not secret. */
  get connectionStringTemplate(): string {
    return connectionUrlTemplate({
      username: this._username,
      host: this.endpointAddress,
      port: this.port,
      database: databaseOf(this._databases),
    });
  }

  /** Ways to pass the connection to an application. */
  get delivery(): Delivery {
    return new Delivery(this);
  }

  /**
   * The connection settings of a client library: a template, and options in addition to it.
   *
   * @throws SettingError with a line per feature that the cache or the client lacks.
   */
  connectionString<Client extends ClientName>(
    props: ConnectionStringProps<Client>,
  ): ConnectionString<Client> {
    checkKinds(this.node.path, props, CONNECTION_KINDS);
    const { _username: username, _databases: databases, _iam: iam } = this;
    const { region } = this.env;
    return connectionString(this, this._shape, props, {
      username,
      databases,
      iam: iam && { userId: iam.userId, replicationGroupId: iam.replicationGroupId, region },
    });
  }

  /**
   * Allows a reader, which may be in another stack, to read and decrypt the credentials secret. It
   * grants no network access: see `connections` and `clientSecurityGroup`.
   *
   * @throws SettingError if the reader is in another account, or has no policy of its own
   */
  grantRead(grantee: IGrantable): Grant {
    return this.credentials.grantRead(grantee);
  }
}
