/** A redis-server or valkey-server with any configuration, and servers that answer anything. */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificates, makeCertificates } from '../../cli/server/certificates';
import { freePort } from '../../cli/server/free-port';
import { openProbe, ProbeEnd } from '../../cli/server/probe';
import { ServerProcess } from '../../rehearsal/redis/server-process';
import { temporaryFolder } from './temporary-folder';

const READY_TIMEOUT_MS = 10_000;
const POLL_MS = 10;

const running: ServerProcess[] = [];
const answering: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

export interface OwnServer {
  readonly port: number;
  /** Its working folder, with `server.log`. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** A Sentinel that watches no server. */
export function startSentinel(program: string): Promise<OwnServer> {
  const script = join(temporaryFolder('sentinel'), 'sentinel');
  writeFileSync(script, `#!/bin/sh\nexec ${program} "$1" --sentinel\n`, { mode: 0o700 });
  return startOwnServer(script, ['port PORT']);
}

/** Starts a server with lines of redis.conf, which may contain `PORT` and `FOLDER`. */
export async function startOwnServer(
  program: string,
  lines: readonly string[],
  wanted?: number,
): Promise<OwnServer> {
  const folder = temporaryFolder('own-server');
  const port = wanted ?? (await freePort());
  const configFile = join(folder, 'redis.conf');
  const text = ['save ""', `dir ${folder}`, ...lines].join('\n');
  writeFileSync(configFile, text.replaceAll('PORT', `${port}`).replaceAll('FOLDER', folder));
  const logFile = join(folder, 'server.log');
  const server = new ServerProcess({ program, folder, configFile, logFile });
  running.push(server);
  const stop = async () => {
    server.signal('SIGKILL');
    await server.ended;
  };
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadlineMs && !server.hasEnded) {
    const probe = await openProbe({ host: '127.0.0.1', port });
    if (!(probe instanceof ProbeEnd)) {
      probe.close();
      return { port, folder, stop };
    }
    await sleep(POLL_MS);
  }
  throw new Error(`${program} does not start; its output is in ${logFile}`);
}

/** Lines of a server with TLS only, whose certificate files are in a new folder. */
export async function tlsConfig(
  certificates?: Certificates,
): Promise<{ readonly lines: readonly string[]; readonly caPem: string; readonly caFile: string }> {
  const { caPem, certPem, keyPem } = certificates ?? (await makeCertificates());
  const folder = temporaryFolder('certificates');
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const caFile = write('ca.crt', caPem);
  const lines = [
    'port 0',
    'tls-port PORT',
    `tls-cert-file ${write('redis.crt', certPem)}`,
    `tls-key-file ${write('redis.key', keyPem)}`,
    `tls-ca-cert-file ${caFile}`,
    'tls-auth-clients no',
  ];
  return { lines, caPem, caFile };
}

/** A server of node:net on loopback. @returns its port */
export async function answerWith(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  answering.push({ server, sockets });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** For `afterAll`. */
export async function endOwnServers(): Promise<void> {
  for (const { server, sockets } of answering.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
  for (const server of running.splice(0)) {
    server.signal('SIGKILL');
    await server.ended;
  }
}
