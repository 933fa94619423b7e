/**
 * Renews the IAM logins of node-redis connections: of a client, its duplicates, and the nodes and
 * subscriptions of a cluster.
 */

import type { ConnectSettings } from './connect-options';
import type { CredentialSource } from './credential-source';
import { LoginRenewal } from './login-renewal';
import type { Connected } from './node-redis-connected';
import { CLOSED, onceOf } from './node-redis-ending';
import type { Whole } from './open-transaction';
import type { RedisEndpoint } from './redis-client-error';

/** What the renewal needs of a watched connection. */
export interface RenewedConnection {
  readonly client: Connected;
  readonly whole: Whole;
  /** Sends one command past the wrapped methods. */
  readonly send: Connected['sendCommand'];
  readonly isResp2: () => boolean;
  readonly replace: () => void;
}

export function renewNodeRedis(
  { client, whole, send, isResp2, replace }: RenewedConnection,
  credentials: CredentialSource,
  settings: ConnectSettings,
  at: RedisEndpoint,
): void {
  const { connectionMs } = credentials;
  if (connectionMs === undefined) return;
  const renewal = new LoginRenewal(
    credentials,
    connectionMs,
    {
      get isReady() {
        return client.isReady;
      },
      get isSubscriber() {
        return client.isPubSubActive && isResp2();
      },
      logIn: ({ username, password }) => {
        // On the next connection the token may have expired, and that one is logged in already.
        const unsent = new AbortController();
        const stop = onceOf(client, CLOSED, () => unsent.abort());
        const options = { abortSignal: unsent.signal };
        return send(['AUTH', username, password.reveal()], options).finally(stop);
      },
      replace,
    },
    whole,
    settings,
    at,
  );
  client.on('ready', () => renewal.loggedIn());
  for (const event of CLOSED) client.on(event, () => renewal.closed());
  if (client.isReady) renewal.loggedIn();
}
