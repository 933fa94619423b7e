/** A connection of node-redis: a client, its duplicate, or one to a node of its cluster. */

/** The members of a node-redis client, or of a node of its cluster, that are used. */
export interface Connected {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly isWatching: boolean;
  /** Makes the next transaction fail with this message. */
  setDirtyWatch?(message: string): void;
  readonly isPubSubActive: boolean;
  /** Changes with each connection. */
  readonly socketEpoch: number;
  sendCommand(args: readonly string[], options?: object): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}
