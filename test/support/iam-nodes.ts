/** Real nodes behind proxies that verify IAM logins, for tests: one, or a cluster. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../cli/server/certificates';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { SecretText } from '../../contract/secret-text';
import {
  IAM_CONNECTION_MS,
  IamLoginProxy,
  type IamLogins,
} from '../../rehearsal/redis/iam-login-proxy';
import { formCluster } from '../../rehearsal/redis/redis-cluster';
import { RedisNode } from '../../rehearsal/redis/redis-node';
import { ACCESS_KEYS } from './iam-tokens';
import { noteOutput } from './leaks';

const INTERNAL = SecretText.of('internal-password-of-iam-0');
const CA_FILE = 'ca.crt';
const RULES = [
  'on',
  '~*',
  '&*',
  '+@all',
  '-@dangerous',
  '+info',
  '+cluster|slots',
  '+cluster|shards',
];

export interface IamNodesOptions {
  readonly shards?: number;
  readonly connectionMs?: number;
}

export class IamNodes {
  static async start({ shards = 1, connectionMs = IAM_CONNECTION_MS }: IamNodesOptions = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'iam-nodes-'));
    const certificates = await makeCertificates();
    const logins = {
      region: 'eu-west-1',
      replicationGroupId: 'shop',
      accessKeys: ACCESS_KEYS,
      users: new Map([['app', INTERNAL]]),
      connectionMs,
      now: () => Date.now(),
    };
    const isSharded = shards > 1;
    const nodes: RedisNode[] = [];
    const proxies: IamLoginProxy[] = [];
    for (let shard = 1; shard <= shards; shard++) {
      const node = await RedisNode.start({
        binaryPath: ensureRedisServer(noteOutput).path,
        folder,
        id: `000${shard}`,
        certificates,
        parameters: {},
        passwords: [],
        isSharded,
      });
      await node.setUser('app', RULES, [INTERNAL]);
      const proxy = await IamLoginProxy.start(node, certificates, logins);
      // Other nodes and clients are told the port of the proxy.
      if (isSharded) {
        await node.admin('CONFIG', 'SET', 'cluster-announce-tls-port', String(proxy.port));
      }
      nodes.push(node);
      proxies.push(proxy);
    }
    writeFileSync(join(folder, CA_FILE), certificates.caPem);
    if (isSharded) await formCluster(nodes.map((node) => [node]));
    return new IamNodes(folder, certificates.caPem, nodes, proxies, logins);
  }

  private constructor(
    private readonly folder: string,
    readonly ca: string,
    readonly nodes: readonly RedisNode[],
    readonly proxies: readonly IamLoginProxy[],
    readonly logins: { -readonly [name in keyof IamLogins]: IamLogins[name] },
  ) {}

  get port(): number {
    return this.proxies[0]?.port ?? 0;
  }

  get caFile(): string {
    return join(this.folder, CA_FILE);
  }

  get expired(): number {
    return this.proxies.reduce((sum, { expired }) => sum + expired, 0);
  }

  get seen() {
    return this.proxies.flatMap(({ seen }) => seen);
  }

  async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
    await Promise.all(this.nodes.map((node) => node.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
