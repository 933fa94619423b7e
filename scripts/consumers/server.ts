/** A redis-server with TLS for the consumers, and the secret that an application would read. */

import { mkdirSync } from 'node:fs';
import { makeCertificates } from '../../cli/server/certificates';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { connectionUrl, DEFAULT_USERNAME } from '../../contract/connection-url';
import { Password } from '../../contract/password';
import { RedisNode } from '../../rehearsal/redis/redis-node';

export interface ConsumerServer {
  /** Environment of the consumer's process. Secret. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export async function startServer(folder: string): Promise<ConsumerServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = Password.of(`consumers-${Math.random().toString(36).slice(2)}-0123456789`);
  const certificates = await makeCertificates();
  const node = await RedisNode.start({
    binaryPath: ensureRedisServer(console.error).path,
    folder,
    id: 'consumers-001',
    certificates,
    parameters: {},
    passwords: [password],
  });
  const { host, port } = node;
  const target = { username: DEFAULT_USERNAME, host, port, database: 0 };
  const url = connectionUrl(target, password);
  const secret = {
    username: DEFAULT_USERNAME,
    password: password.reveal(),
    host,
    readerHost: host,
    port,
    url,
    readerUrl: url,
  };
  return {
    environment: { REDIS_SECRET: JSON.stringify(secret), REDIS_CA: certificates.caPem },
    stop: () => node.stop(),
  };
}
