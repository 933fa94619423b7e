/**
 * Renews the IAM logins of ioredis connections: of a client, its duplicates and cluster nodes.
 *
 * The AUTH is a command of the connection itself, so that its reply finds its place; it is never
 * sent a second time on a later connection, which is logged in already.
 */

import type { ConnectSettings } from './connect-options';
import type { CredentialSource } from './credential-source';
import type { IoredisCommand, IoredisConnection } from './ioredis-parts';
import { LoginRenewal } from './login-renewal';
import type { Whole } from './open-transaction';
import type { RedisEndpoint } from './redis-client-error';

/** Further members of a connection. */
interface Renewed extends IoredisConnection {
  readonly status: string;
  /** `normal`, `subscriber` or `monitor`; the last two take no AUTH. */
  readonly mode: string;
  auth(username: string, password: string): Promise<unknown>;
}

/** Call it for each connection, before its first command. */
export function renewIoredis(
  connection: IoredisConnection,
  whole: Whole,
  credentials: CredentialSource,
  settings: ConnectSettings,
  at: RedisEndpoint,
): void {
  const { connectionMs } = credentials;
  if (connectionMs === undefined) return;
  const renewed = connection as Renewed;
  const auth = once(renewed);
  const renewal = new LoginRenewal(
    credentials,
    connectionMs,
    {
      get isReady() {
        return renewed.status === 'ready';
      },
      get isSubscriber() {
        return renewed.mode !== 'normal';
      },
      logIn: ({ username, password }) => auth(username, password.reveal()),
      replace: () => renewed.disconnect(true),
    },
    whole,
    settings,
    at,
  );
  connection.on('ready', () => renewal.loggedIn());
  connection.on('close', () => renewal.closed());
}

/** Sends AUTH, but not again after a reconnect, as ioredis does with commands without a reply. */
function once(connection: Renewed): Renewed['auth'] {
  const sent = new WeakSet<IoredisCommand>();
  let isSending = false;
  const { sendCommand } = connection;
  connection.sendCommand = function (command, ...more) {
    if (sent.has(command)) {
      command.reject(new Error('the connection ended before the reply'));
      return command.promise;
    }
    if (isSending) sent.add(command);
    return sendCommand.call(this, command, ...more);
  };
  return (username, password) => {
    isSending = true;
    try {
      return connection.auth(username, password);
    } finally {
      isSending = false;
    }
  };
}
