/** node-redis with the URL from the secret and its own reconnection. TLS is verified. */

import { createClient, createCluster } from 'redis';
import { connectNodeRedis } from '../../../client';
import {
  CONNECT_TIMEOUT_MS,
  HEALTH_CHECK_INTERVAL_MS,
  KEEP_ALIVE_MS,
} from '../../../contract/client-settings';
import { isRefused } from '../../redis/failure-word';
import { Connections } from '../connections';
import { driver, type ServerAccess } from '../driver';
import type { TrafficClient } from '../traffic-client';

const RECONNECT_MS = 50;

export const NODE_REDIS = driver({
  name: 'node-redis',
  connect: async (url, access) => {
    let isOpen = false;
    // The first connection is attempted once.
    const make = access.isSharded ? cluster : standalone;
    const client = make(url, access, () => !isOpen);
    const connections = new Connections();
    const traffic = new NodeRedisTraffic(client, connections);
    // The nodes of a cluster report in separate events.
    for (const event of ['connect', 'node-connect']) client.on(event, () => connections.take());
    try {
      await client.connect();
    } catch (error) {
      throw traffic.firstError ?? error;
    }
    isOpen = true;
    return traffic;
  },
  reread: async (credentials, { ca, isSharded }) => {
    const connections = new Connections();
    const { log } = connections;
    const client = isSharded
      ? await connectNodeRedis(credentials, { createCluster, ca, log })
      : await connectNodeRedis(credentials, { createClient, ca, log });
    return new NodeRedisTraffic(client as Client, connections);
  },
});

function standalone(url: string, { ca }: ServerAccess, giveUp: () => boolean) {
  return createClient({
    url,
    pingInterval: HEALTH_CHECK_INTERVAL_MS,
    socket: socketOf(ca, giveUp),
  });
}

function cluster(url: string, { ca }: ServerAccess, giveUp: () => boolean) {
  const { username, password } = new URL(url);
  return createCluster({
    rootNodes: [{ url }],
    // Discovered nodes have no credentials.
    defaults: {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      pingInterval: HEALTH_CHECK_INTERVAL_MS,
      socket: socketOf(ca, giveUp),
    },
  });
}

/** A refused password stays refused: endless retries would block each command. */
function socketOf(ca: string, giveUp: () => boolean) {
  return {
    tls: true as const,
    ca,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    reconnectStrategy: (_: number, cause: Error): number | false =>
      giveUp() || isRefused(cause) ? false : RECONNECT_MS,
  };
}

type Client = ReturnType<typeof standalone> | ReturnType<typeof cluster>;

class NodeRedisTraffic implements TrafficClient {
  firstError: Error | undefined;
  #refusal: Error | undefined;

  constructor(
    private readonly client: Client,
    private readonly connections: Connections,
  ) {
    for (const event of ['error', 'node-error']) {
      client.on(event, (error: Error) => {
        this.firstError ??= error;
        if (isRefused(error)) this.#refusal = error;
      });
    }
  }

  get connects(): number {
    return this.connections.count;
  }

  async command(key: string, value: string): Promise<void> {
    try {
      await this.client.set(key, value);
      if ((await this.client.get(key)) !== value) throw new Error('wrong answer');
    } catch (error) {
      // A closed client only reports that it is closed; the recorded refusal has the reason.
      throw this.#refusal ?? error;
    }
  }

  async close(): Promise<void> {
    this.client.destroy();
  }
}
