/**
 * A primary, its replica and an endpoint before them, for tests of a failover: the endpoint moves,
 * and every connection stays open, as when no parameter closes those of a demoted primary.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../cli/server/certificates';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { RedisCredentials } from '../../client/redis-credentials';
import { Password } from '../../contract/password';
import { printCredentials } from '../../contract/secret-json';
import { failOver, inSync } from '../../rehearsal/aws/failover';
import { Endpoint } from '../../rehearsal/redis/endpoint';
import { RedisNode } from '../../rehearsal/redis/redis-node';
import { noteOutput } from './leaks';

export class TwoNodes {
  static async start(): Promise<TwoNodes> {
    const folder = mkdtempSync(join(tmpdir(), 'two-nodes-'));
    const { caPem: ca, ...keys } = await makeCertificates();
    const password = Password.of('password-of-two-nodes-1');
    const common = {
      binaryPath: ensureRedisServer(noteOutput).path,
      folder,
      certificates: { caPem: ca, ...keys },
      parameters: {},
      passwords: [password],
    };
    const first = await RedisNode.start({ ...common, id: '001' });
    const second = await RedisNode.start({ ...common, id: '002', first });
    const endpoint = await Endpoint.start(first);
    return new TwoNodes(folder, ca, first, second, endpoint, password);
  }

  /** Reads of the secret by all credentials that were made here. */
  reads = 0;
  #isSwapped = false;

  private constructor(
    private readonly folder: string,
    readonly ca: string,
    private readonly first: RedisNode,
    private readonly second: RedisNode,
    readonly endpoint: Endpoint,
    public password: Password,
  ) {}

  get primary(): RedisNode {
    return this.#isSwapped ? this.second : this.first;
  }

  get replica(): RedisNode {
    return this.#isSwapped ? this.first : this.second;
  }

  /** With a clock that stands still: only a refusal makes them read again. */
  credentials(given: object = {}): RedisCredentials {
    const at = { host: 'localhost', readerHost: 'localhost', port: this.endpoint.port, ...given };
    const read = async () => {
      this.reads += 1;
      return printCredentials('default', this.password, at);
    };
    return new RedisCredentials({ read, now: () => 0 });
  }

  /** The two nodes swap their roles, and the endpoint moves after the primary, or not. */
  async failOver({ movesEndpoint = true } = {}): Promise<void> {
    const [demoted, promoted] = [this.primary, this.replica];
    await failOver(demoted, promoted);
    this.#isSwapped = !this.#isSwapped;
    if (movesEndpoint) this.moveEndpoint();
  }

  moveEndpoint(): void {
    this.endpoint.moveTo(this.primary);
  }

  /** Ends when the replica follows the primary again. */
  inSync(): Promise<void> {
    return inSync(this.replica);
  }

  /** The one password that both accept from now on; open connections stay. */
  async rotate(): Promise<void> {
    this.password = Password.of(`password-of-two-nodes-${Date.now()}`);
    for (const node of [this.first, this.second]) await node.setPasswords([this.password]);
  }

  /** Every connection of a client ends. */
  async cut(): Promise<void> {
    for (const node of [this.first, this.second]) {
      await node.admin('CLIENT', 'KILL', 'USER', 'default');
    }
  }

  async stop(): Promise<void> {
    await this.endpoint.stop();
    await Promise.all([this.first.stop(), this.second.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
