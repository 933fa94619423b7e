/**
 * Sends PING on idle connections of ioredis, which has no health check of its own, and reconnects
 * those that do not answer.
 *
 * A connection in a blocking command is left alone: it cannot answer.
 */

import type { ConnectSettings } from './connect-options';
import { RedisClientError, type RedisEndpoint } from './redis-client-error';

/** The members of an ioredis connection that the health check uses. */
interface Connection {
  readonly status: string;
  readonly options: Partial<RedisEndpoint>;
  readonly stream: { readonly bytesRead: number; destroy(): void } | undefined;
  readonly commandQueue: {
    peekFront(): { readonly command: { readonly name: string } } | undefined;
  };
  ping(): Promise<unknown>;
}

interface Watched {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  readonly nodes?: () => readonly Connection[];
  duplicate?: (...args: never[]) => unknown;
}

/** Commands whose reply waits for an event. */
const BLOCKING = /^(?:b[lrz]|xread|wait|monitor)/i;

/** Checks until the client ends, including the client's duplicates. */
export function watchHealth(client: object, settings: ConnectSettings, at: RedisEndpoint): void {
  const watched = client as Watched;
  const seen = new WeakMap<object, number>();
  const connections = () => watched.nodes?.() ?? [client as Connection];
  const timer = setInterval(() => {
    for (const each of connections()) void ask(each, seen, settings, at);
  }, settings.healthCheckIntervalMs);
  // A health check must not keep the process alive.
  timer.unref();
  watched.on('end', () => clearInterval(timer));
  const { duplicate } = watched;
  // A cluster duplicates its own nodes, which its `nodes` lists.
  if (watched.nodes !== undefined || duplicate === undefined) return;
  watched.duplicate = (...args) => {
    const copy = duplicate.apply(client, args) as Watched;
    copy.on('error', () => undefined);
    watchHealth(copy, settings, at);
    return copy;
  };
}

async function ask(
  connection: Connection,
  seen: WeakMap<object, number>,
  settings: ConnectSettings,
  at: RedisEndpoint,
): Promise<void> {
  const { stream } = connection;
  if (connection.status !== 'ready' || stream === undefined) return;
  const bytes = stream.bytesRead;
  const isIdle = seen.get(stream) === bytes;
  seen.set(stream, bytes);
  if (!isIdle) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, settings.connectTimeoutMs, false).unref();
  });
  const answered = connection.ping().then(
    () => true,
    () => true,
  );
  const isAlive = await Promise.race([answered, late]);
  clearTimeout(timer);
  if (isAlive || stream.bytesRead !== bytes) return;
  if (BLOCKING.test(connection.commandQueue.peekFront()?.command.name ?? '')) return;
  const { host = at.host, port = at.port } = connection.options;
  const what = `does not answer PING within ${settings.connectTimeoutMs} ms`;
  const { code, message } = new RedisClientError('health-check-failed', what, { host, port });
  const { database } = settings;
  settings.log({ event: 'health-check-failed', host, port, database, code, message });
  stream.destroy();
}
