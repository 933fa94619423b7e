/**
 * Records which ioredis commands belong to a pipeline, to a transaction, or follow a WATCH.
 *
 * Every command passes through `sendCommand` of its connection; commands of a pipeline also carry
 * the stream that collects them.
 */

import { type PlaceInTransaction, Whole } from './open-transaction';

/**
 * The members of an ioredis command that are used. The error of a refused command has the same
 * `args`.
 */
export interface IoredisCommand {
  readonly name: string;
  readonly args: object;
  readonly promise: Promise<unknown>;
  reject(error: Error): void;
}

/** A connection of ioredis: a client, its duplicate, or a node of a cluster. */
export interface IoredisConnection {
  readonly options: unknown;
  sendCommand(command: IoredisCommand, stream?: unknown, ...more: unknown[]): unknown;
  disconnect(reconnect: boolean): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  duplicate: ((...args: never[]) => unknown) | undefined;
  /** Only a cluster has it; a cluster itself sends no commands. */
  readonly nodes: unknown;
}

export interface PartOfWhole {
  readonly place: PlaceInTransaction | 'pipeline';
  readonly whole: Whole;
}

export class IoredisParts {
  readonly #parts = new WeakMap<object, PartOfWhole>();

  /**
   * `onWatch` runs for each connection, and `onEnd` after a transaction ends without an error
   * although a part was refused.
   */
  constructor(
    private readonly onWatch: (connection: IoredisConnection, whole: Whole) => void,
    private readonly onEnd: (connection: IoredisConnection) => void,
  ) {}

  /** The transaction or pipeline of the command that failed with this error. */
  of(error: Error): PartOfWhole | undefined {
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
    const note = (command: IoredisCommand, isInPipeline: boolean) => {
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
    this.onWatch(client, whole);
    if (duplicate === undefined) return;
    client.duplicate = (...args) => {
      const copy = duplicate.apply(client, args) as IoredisConnection;
      this.watch(copy);
      return copy;
    };
  }
}
