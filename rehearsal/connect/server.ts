/**
 * The test server of a snippet: a local cache with its password, and two endpoints with invalid
 * certificates. Results are read from the server, never from the client.
 */

import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { makeCertificates } from '../../cli/server/certificates';
import { connectionUrl, DEFAULT_USERNAME } from '../../contract/connection-url';
import type { Deployment } from '../aws/deployment';

/** A loopback address that is not in the certificate. Not every machine has it. */
const OTHER_ADDRESS = '127.0.0.2';

export interface ServerPlace {
  readonly host: string;
  readonly port: number;
  readonly caFile: string;
}

export class SnippetServer {
  static async of(deployment: Deployment): Promise<SnippetServer> {
    const [node] = deployment.nodes;
    if (!node) throw new Error('the deployment has no node');
    const foreignCaFile = join(deployment.folder, 'foreign-ca.crt');
    writeFileSync(foreignCaFile, (await makeCertificates()).caPem, { mode: 0o600 });
    return new SnippetServer(deployment, node, foreignCaFile, await forward(node));
  }

  readonly #deployment: Deployment;
  readonly #forward: TcpServer | undefined;
  readonly right: ServerPlace;
  /** Endpoint whose certificate an unknown authority signed. */
  readonly foreign: ServerPlace;
  /** Endpoint whose certificate is for another host. */
  readonly misnamed: ServerPlace | undefined;

  private constructor(
    deployment: Deployment,
    { host, port }: { readonly host: string; readonly port: number },
    foreignCaFile: string,
    forwarding: TcpServer | undefined,
  ) {
    this.#deployment = deployment;
    this.#forward = forwarding;
    const { caFile } = deployment;
    this.right = { host, port, caFile };
    this.foreign = { host, port, caFile: foreignCaFile };
    const address = forwarding?.address() as AddressInfo | undefined;
    this.misnamed = address && { host: OTHER_ADDRESS, port: address.port, caFile };
  }

  get isSharded(): boolean {
    return this.#deployment.blueprint.topology.isSharded;
  }

  /** Environment with which a process connects. Secret. */
  environment({ host, port, caFile }: ServerPlace, database: number): Record<string, string> {
    const { password } = this.#deployment.credentials();
    const target = { username: DEFAULT_USERNAME, host, port, database };
    return {
      REDIS_URL: connectionUrl(target, password),
      REDIS_HOST: host,
      REDIS_PORT: String(port),
      REDIS_PASSWORD: password.reveal(),
      REDIS_CA_FILE: caFile,
      SSL_CERT_FILE: caFile,
      NODE_EXTRA_CA_CERTS: caFile,
    };
  }

  /** Masks the password in the output of a program. */
  masked(text: string): string {
    return text.replaceAll(this.#deployment.credentials().password.reveal(), '[password]');
  }

  async empty(): Promise<void> {
    await Promise.all(this.#deployment.nodes.map((node) => node.admin('FLUSHALL').catch(() => '')));
  }

  /** The numbers of the databases that have keys. */
  async databases(): Promise<readonly number[]> {
    const { nodes } = this.#deployment;
    const infos = await Promise.all(nodes.map((node) => node.admin('INFO', 'keyspace')));
    const found = infos.flatMap((info) =>
      Array.from(String(info).matchAll(/^db(\d+):/gm), ([, database]) => Number(database)),
    );
    return Array.from(new Set(found)).sort();
  }

  stop(): void {
    this.#forward?.close();
  }
}

/** Forwards connections to the node, from an address that is not in its certificate. */
function forward({ host, port }: { readonly host: string; readonly port: number }) {
  return new Promise<TcpServer | undefined>((resolve) => {
    const server = createServer((client) => {
      const node = connect(port, host);
      for (const [one, other] of [[client, node] as const, [node, client] as const]) {
        one.on('error', () => undefined);
        // A killed client leaves a half-open connection, for which closing would wait forever.
        one.on('close', () => other.destroy());
      }
      client.pipe(node).pipe(client);
    });
    server.on('error', () => resolve(undefined));
    server.listen(0, OTHER_ADDRESS, () => resolve(server));
    server.unref();
  });
}
