/**
 * Notes which commands of ioredis are parts: of a pipeline, of a transaction, or behind a WATCH.
 *
 * Every command of a connection passes through its method `sendCommand`, those of a pipeline with
 * the stream that collects them.
 */

import { type Place, Whole } from './whole';

/** What is used of a command of ioredis. The error of a refused one carries the same `args`. */
interface Command {
  readonly name: string;
  readonly args: object;
  readonly promise: Promise<unknown>;
}

/** A connection of ioredis: a client, its duplicate, or a node of a cluster. */
export interface IoredisConnection {
  readonly options: unknown;
  sendCommand(command: Command, stream?: unknown, ...more: unknown[]): unknown;
  disconnect(reconnect: boolean): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  duplicate: ((...args: never[]) => unknown) | undefined;
  /** Of a cluster, which sends nothing by itself. */
  readonly nodes: unknown;
}

export interface Part {
  readonly place: Place | 'pipeline';
  readonly whole: Whole;
}

export class IoredisParts {
  readonly #parts = new WeakMap<object, Part>();

  /** `onEnd` is called when all of it has ended without an error, and a part was refused. */
  constructor(private readonly onEnd: (connection: IoredisConnection) => void) {}

  /** Of what the command is a part that a server has refused with this error. */
  of(error: Error): Part | undefined {
    const { command } = error as { readonly command?: { readonly args?: object } };
    return command?.args === undefined ? undefined : this.#parts.get(command.args);
  }

  /** Watches a client, its duplicates and the nodes of a cluster. */
  watch(client: IoredisConnection): void {
    if (client.nodes !== undefined) {
      client.on('+node', (node: IoredisConnection) => this.watch(node));
      return;
    }
    const { sendCommand, duplicate } = client;
    const whole = new Whole();
    client.on('close', () => whole.closed());
    const note = (command: Command, isInPipeline: boolean) => {
      const place = whole.place(command.name);
      if (isInPipeline) this.#parts.set(command.args, { place: 'pipeline', whole });
      else if (place !== undefined) this.#parts.set(command.args, { place, whole });
      else this.#parts.delete(command.args);
      if (place !== 'end' || !whole.hasRefused) return;
      const end = () => this.onEnd(client);
      command.promise.then(end, () => undefined);
    };
    client.sendCommand = function (command, stream, ...more) {
      note(command, stream !== undefined);
      return sendCommand.call(this, command, stream, ...more);
    };
    if (duplicate === undefined) return;
    client.duplicate = (...args) => {
      const copy = duplicate.apply(client, args) as IoredisConnection;
      this.watch(copy);
      return copy;
    };
  }
}
