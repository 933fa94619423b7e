/**
 * The service's connections: to Secrets Manager, and from there to its cache.
 *
 * Each connection to the cache logs in with the credentials of the moment, those that BullMQ opens
 * by `duplicate()` too: the adapter stands in their options, and no password does.
 */

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cluster, Redis } from 'ioredis';
// In your application: from 'cdk-secure-redis/client'.
import { connectIoredis, type RedisClientEvent, RedisCredentials } from '../../client';
import { log } from './log';
import type { Settings } from './settings';

export type Client = Redis | Cluster;

/** Tries of a command whose connection is lost, before it fails: a request does not wait long. */
const RETRIES_MAX = 3;
const END_TIMEOUT_MS = 2_000;

export class Connections {
  readonly credentials: RedisCredentials;
  readonly #settings: Settings;
  readonly #clients: Client[] = [];
  #connected = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    // `RedisCredentials` tries again, so the SDK need not.
    const manager = new SecretsManagerClient({ maxAttempts: 1 });
    this.credentials = new RedisCredentials({
      read: async () => {
        const command = new GetSecretValueCommand({ SecretId: settings.secretArn });
        return (await manager.send(command)).SecretString ?? '';
      },
    });
  }

  /** Connections that were made after the first one. */
  get reconnects(): number {
    return Math.max(0, this.#connected - 1);
  }

  /** For requests: a command fails soon while the cache is away. */
  forRequests(): Promise<Client> {
    return this.#open(RETRIES_MAX);
  }

  /** For a worker: it waits for work, and for the cache, as long as it takes. */
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

  /** Waits for what was sent, for a while; then everything is closed. */
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
    // The nodes of a Cluster have no retries of their own: it sends a command to another one.
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

/** Ended too late. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** @throws TooLate; what it waited for goes on. */
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
