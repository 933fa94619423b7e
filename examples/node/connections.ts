/**
 * The service's connections: to Secrets Manager, and from there to its cache.
 *
 * Each connection to the cache logs in with the current credentials, also those that BullMQ opens
 * by `duplicate()`: their options contain the adapter and no password.
 */

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cluster, Redis } from 'ioredis';
// In your application: from 'cdk-secure-redis/client'.
import { connectIoredis, type RedisClientEvent, RedisCredentials } from '../../client';
import { log } from './log';
import type { Settings } from './settings';

export type Client = Redis | Cluster;

/** Retries of a command whose connection is lost: few, since a request does not wait long. */
const RETRIES_MAX = 3;
const END_TIMEOUT_MS = 2_000;

export class Connections {
  readonly credentials: RedisCredentials;
  readonly #settings: Settings;
  readonly #clients: Client[] = [];
  #connected = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    // No retries of the SDK, since `RedisCredentials` retries.
    const manager = new SecretsManagerClient({ maxAttempts: 1 });
    this.credentials = new RedisCredentials({
      read: async () => {
        const command = new GetSecretValueCommand({ SecretId: settings.secretArn });
        return (await manager.send(command)).SecretString ?? '';
      },
    });
  }

  /** Number of connections after the first one. */
  get reconnects(): number {
    return Math.max(0, this.#connected - 1);
  }

  /** For requests: a command fails soon while the cache is unavailable. */
  forRequests(): Promise<Client> {
    return this.#open(RETRIES_MAX);
  }

  /** For a worker, which waits for work and for the cache without a limit. */
  forWorker(): Promise<Client> {
    return this.#open(null);
  }

  async isCacheThere(): Promise<boolean> {
    const asked = Promise.all(this.#clients.map((client) => client.ping()));
    return within(END_TIMEOUT_MS, asked).then(
      () => true,
      () => false,
    );
  }

  /** Waits for pending commands for a limited time, then closes all connections. */
  async end(): Promise<void> {
    const quits = this.#clients.map((client) => client.quit().catch(() => undefined));
    await within(END_TIMEOUT_MS, Promise.all(quits)).catch(() => undefined);
    for (const client of this.#clients) client.disconnect();
  }

  async #open(maxRetriesPerRequest: number | null): Promise<Client> {
    const { isSharded, ca } = this.#settings;
    const common = {
      ca,
      log: (happened: RedisClientEvent) => {
        if (happened.event === 'connected') this.#connected += 1;
        log({ ...happened });
      },
    };
    // A Cluster retries a command on another node instead.
    const client: Client = isSharded
      ? await connectIoredis(this.credentials, { ...common, Cluster })
      : await connectIoredis(this.credentials, {
          ...common,
          Redis,
          options: { maxRetriesPerRequest },
        });
    this.#clients.push(client);
    return client;
  }
}

/** Error of a timeout. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** @throws TooLate after the timeout; the awaited work continues. */
export async function within<T>(ms: number, wanted: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(`no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}
