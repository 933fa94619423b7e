/**
 * A primary endpoint whose target can be moved, like a DNS name in AWS.
 *
 * New connections go to the new target; open connections stay, as after a failover. It forwards
 * bytes without terminating TLS, so clients verify the certificate of the node.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Address of a node. */
interface Target {
  readonly port: number;
}

export class Endpoint {
  static async start(target: Target): Promise<Endpoint> {
    const endpoint = new Endpoint(target);
    await once(endpoint.#server.listen(0, 'localhost'), 'listening');
    return endpoint;
  }

  readonly host = 'localhost';
  /** Number of connections so far. */
  connections = 0;
  #target: Target;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(target: Target) {
    this.#target = target;
    this.#server = createServer((client) => this.#forward(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends new connections to another target. */
  moveTo(target: Target): void {
    this.#target = target;
  }

  /** Ends all connections, as a network failure does, and accepts no more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #forward(client: Socket): void {
    this.connections += 1;
    const node = connect({ host: 'localhost', port: this.#target.port, noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, node],
      [node, client],
    ] as const) {
      this.#open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#open.delete(from);
        to.destroy();
      });
    }
  }
}
