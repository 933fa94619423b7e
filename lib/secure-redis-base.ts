/** What made and imported caches have in common: deliveries, connection strings and the grant. */

import type { Connections, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type Duration, Resource } from 'aws-cdk-lib/core';
import {
  connectionUrlTemplate,
  DEFAULT_DATABASE,
  DEFAULT_USERNAME,
} from '../contract/connection-url';
import type { CacheShape } from './connection/cache-shape';
import type { ClientName } from './connection/client-profiles';
import {
  type ConnectionString,
  type ConnectionStringProps,
  connectionString,
} from './connection/connection-string';
import { Delivery } from './delivery/delivery';
import type { ISecureRedis } from './i-secure-redis';
import { checkKinds } from './settings/kinds';
import { CONNECTION_KINDS } from './settings/prop-kinds';

export abstract class SecureRedisBase extends Resource implements ISecureRedis {
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

  /** What a connection string depends on besides the address. */
  protected abstract readonly shape: CacheShape;

  /** The connection string with `{password}` where the password goes. Not secret. */
  get connectionStringTemplate(): string {
    return connectionUrlTemplate({
      username: DEFAULT_USERNAME,
      host: this.endpointAddress,
      port: this.port,
      database: DEFAULT_DATABASE,
    });
  }

  /** The shapes in which an application gets the connection. */
  get delivery(): Delivery {
    return new Delivery(this);
  }

  /**
   * How a client library connects: a template, and the options beside it.
   *
   * @throws SettingError with a line for each thing that the cache or the client does not have.
   */
  connectionString<Client extends ClientName>(
    props: ConnectionStringProps<Client>,
  ): ConnectionString<Client> {
    checkKinds(this.node.path, props, CONNECTION_KINDS);
    return connectionString(this, this.shape, props);
  }

  /**
   * Lets a reader read the credentials secret and decrypt it; its stack may be another one. It is
   * not a way into the network: see `connections` and `clientSecurityGroup`.
   *
   * @throws SettingError if the reader is in another account, or has no policy of its own
   */
  grantRead(grantee: IGrantable): Grant {
    return this.credentials.grantRead(grantee);
  }
}
