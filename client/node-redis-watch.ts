/**
 * Listens to the connections of a node-redis client: those of the client itself, of its duplicates,
 * and of the nodes and subscriptions of a cluster.
 */

import type { ConnectSettings, RedisClientEvent } from './connect-options';
import type { Connected } from './node-redis-connected';
import { NodeRedisConnection } from './node-redis-connection';
import type { NodeRedisLogins } from './node-redis-logins';
import { renewNodeRedis } from './node-redis-renewal';
import { explainRedisError, RedisClientError, type RedisEndpoint } from './redis-client-error';

/** A node-redis client. Members of a cluster are absent in a single client. */
interface Watched {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  duplicate?: (...args: unknown[]) => unknown;
  readonly isOpen?: boolean;
  readonly nodeByAddress?: ReadonlyMap<string, Node>;
  readonly pubSubNode?: { readonly address: string; readonly client?: object };
  /** Reads which node has which slots. Not documented by node-redis. */
  readonly _slots?: { rediscover?: (startWith?: object) => Promise<unknown> };
}

interface Node extends RedisEndpoint {
  readonly client?: object;
  readonly pubSub?: { readonly client?: object };
}

/** Share of a connection's life: 5 minutes of 12 hours. */
const TAKE_EVERY = 1 / 144;

export class NodeRedisWatch {
  readonly #taken = new WeakSet<object>();
  readonly #timers: NodeJS.Timeout[] = [];
  /** Connections made before the application has its client. */
  readonly #first: NodeRedisConnection[] = [];

  constructor(
    readonly settings: ConnectSettings,
    readonly at: RedisEndpoint,
    readonly logins: NodeRedisLogins,
  ) {}

  /** Starts logging and repairing the connections of this client and of its duplicates. */
  take(client: object): void {
    const self = selfOf(client) as Watched;
    // Without a listener, node-redis ends the process.
    self.on('error', (failure) => {
      // A cluster requests its shards on a connection without a reconnect strategy.
      if (this.settings.isCluster && this.logins.hasStarted) this.logins.fail(failure);
      this.#failed(failure);
    });
    if (this.settings.isCluster) {
      self.on('node-error', (failure, where) => this.#failed(failure, where));
      self.on('node-ready', () => this.#takeNodes(self));
      this.#takeOften(self);
    } else {
      this.#watch(self, this.at);
    }
    const { duplicate } = self;
    if (typeof duplicate !== 'function') return;
    const take = (copy: object) => this.take(copy);
    self.duplicate = function (...args) {
      const copy = duplicate.apply(this, args) as object;
      take(copy);
      return copy;
    };
  }

  /** Ends what a start that failed has left. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** node-redis 5.0 does not report that a node is connected, whose login must be renewed. */
  #takeOften(cluster: Watched): void {
    const { connectionMs } = this.logins.credentials;
    if (connectionMs === undefined) return;
    let wasOpen = false;
    const timer = setInterval(() => {
      if (cluster.isOpen) this.#takeNodes(cluster);
      else if (wasOpen) clearInterval(timer);
      wasOpen ||= cluster.isOpen === true;
    }, connectionMs * TAKE_EVERY);
    timer.unref();
    this.#timers.push(timer);
  }

  /** The first fault of a connected server. */
  async fault(): Promise<RedisClientError | undefined> {
    const faults = await Promise.all(this.#first.splice(0).map((each) => each.fault));
    return faults.find((fault) => fault !== undefined);
  }

  #takeNodes(cluster: Watched): void {
    for (const { host, port, client, pubSub } of cluster.nodeByAddress?.values() ?? []) {
      this.#watch(client, { host, port }, cluster);
      this.#watch(pubSub?.client, { host, port }, cluster);
    }
    const { address = '', client } = cluster.pubSubNode ?? {};
    const colon = address.lastIndexOf(':');
    const at = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    this.#watch(client, at, cluster);
  }

  #watch(client: object | undefined, at: RedisEndpoint, cluster?: Watched): void {
    if (client === undefined) return;
    const self = selfOf(client);
    if (this.#taken.has(self)) return;
    this.#taken.add(self);
    const { settings, logins } = this;
    const { database, log } = settings;
    const connection = new NodeRedisConnection(self as Connected, at, settings, {
      hasStarted: () => logins.hasStarted,
      onConnected: () => log({ event: 'connected', ...at, database }),
      // The cluster itself emits an event for this error.
      onWatched: (each) => renewNodeRedis(each, logins.credentials, settings, at),
      onDemoted: () => void cluster?._slots?.rediscover?.(client).catch(() => undefined),
    });
    if (!logins.hasStarted) this.#first.push(connection);
  }

  #failed(failure: unknown, where?: unknown): void {
    const { settings, logins, at } = this;
    const { host = at.host, port = at.port } = (where ?? {}) as Partial<RedisEndpoint>;
    const [event, error] = eventOf(failure, { host, port }, settings);
    if (!logins.hasStarted) {
      const isRedis = error.code !== 'not-redis';
      logins.failure = isRedis ? failure : error;
      // Without this, node-redis keeps waiting for a reply.
      if (!isRedis) logins.patience.giveUp(error);
    }
    const { code, message } = error;
    settings.log({ event, host, port, database: settings.database, code, message });
  }
}

/** The object that holds the client's methods; `client` may be a view with other options. */
function selfOf(client: object): object {
  return (client as { readonly _self?: object })._self ?? client;
}

/** Recognizes errors by message, since a bundler may rename their classes. */
function eventOf(
  failure: unknown,
  at: RedisEndpoint,
  { isCluster }: ConnectSettings,
): readonly [RedisClientEvent['event'], RedisClientError] {
  const text = failure instanceof Error ? failure.message : '';
  if (text.startsWith('Socket timeout')) {
    const error = new RedisClientError('health-check-failed', 'does not answer PING', at);
    return ['health-check-failed', error];
  }
  if (text.startsWith('Socket closed unexpectedly')) {
    const error = new RedisClientError('cannot-connect', 'closed the connection unasked', at);
    return ['connection-lost', error];
  }
  // The library parses any reply as the list of slots.
  if (isCluster && failure instanceof TypeError) {
    const what = 'must answer CLUSTER SLOTS with a list of slots';
    return ['connection-failed', new RedisClientError('not-redis', what, at)];
  }
  return ['connection-failed', explainRedisError(failure, at)];
}
