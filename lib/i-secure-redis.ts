/**
 * A cache as an application sees it: made in this app, or imported from another one with
 * `SecureRedis.fromParameters` or `SecureRedis.fromSecureRedisAttributes`.
 */

import type { ClientName } from './connection/client-profiles';
import type { ConnectionString, ConnectionStringProps } from './connection/connection-string';
import type { Delivery } from './delivery/delivery';
import type { IRedisAccess } from './redis-access';

export interface ISecureRedis extends IRedisAccess {
  /** The connection string with `{password}` where the password goes. Not secret. */
  readonly connectionStringTemplate: string;

  /** The shapes in which an application gets the connection. */
  readonly delivery: Delivery;

  /**
   * How a client library connects: a template, and the options beside it.
   *
   * @throws SettingError with a line for each thing that the cache or the client does not have.
   */
  connectionString<Client extends ClientName>(
    props: ConnectionStringProps<Client>,
  ): ConnectionString<Client>;
}
