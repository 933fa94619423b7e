/**
 * A node for logins, probes and ends of sessions, without a socket: it answers what a test gives
 * it, and notes how it was connected to and what it was sent. For `jest.mock('node:tls')`.
 */

import { EventEmitter } from 'node:events';

/** Bytes, an error, or `silent`: the node accepts a connection and says nothing. */
export type NodeAnswer = string | NodeJS.ErrnoException | 'silent';

export class FakeNode extends EventEmitter {
  readonly written: string[] = [];
  destroyed = 0;

  constructor(
    readonly options: object,
    readonly ready: 'connect' | 'secureConnect',
    answer: NodeAnswer,
  ) {
    super();
    setImmediate(() => {
      if (answer instanceof Error) {
        this.emit('error', answer);
        return;
      }
      this.emit(ready);
      if (answer !== 'silent' && this.written.length > 0) this.emit('data', Buffer.from(answer));
    });
  }

  write(bytes: Buffer): void {
    this.written.push(bytes.toString());
  }

  destroy(): void {
    this.destroyed += 1;
  }
}
