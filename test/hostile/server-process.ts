/**
 * The process of hostile servers: listens on loopback once per script that it is sent. It is a
 * process of its own, so that its memory and its endless writing are not those of the test.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { makeCertificates } from '../../cli/server/certificates';
import type { Script, Step } from './script';

/** The header of a TLS record with a handshake of 16 KiB, of which a part comes. */
const BEGUN_RECORD = '\x16\x03\x03\x40\x00';

const certificates = makeCertificates();

process.on('message', async ({ id, script }: { readonly id: number; readonly script: Script }) => {
  const { caPem, certPem, keyPem } = await certificates;
  const server =
    script.tls === 'valid'
      ? createTlsServer({ cert: certPem, key: keyPem }, (socket) => play(socket, script))
      : createServer((socket) => play(socket, script));
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.({ id, port: (server.address() as AddressInfo).port, caPem });
});
process.on('disconnect', () => process.exit());

function play(socket: Socket, script: Script): void {
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  const { greeting = [], answers = [], byCommand = {} } = script;
  const queue: Step[] = [...greeting, ...handshakeOf(script)];
  let isPlaying = false;
  const run = async () => {
    if (isPlaying) return;
    isPlaying = true;
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      if (socket.destroyed) return;
      await perform(socket, step);
    }
    isPlaying = false;
  };
  let commands = 0;
  socket.on('data', (chunk: Buffer) => {
    // A command begins with the number of its parts, the length of its name and its name.
    for (const [, name = ''] of chunk.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
      queue.push(...(byCommand[name] ?? answers[commands++ % answers.length] ?? []));
    }
    void run();
  });
  void run();
}

function handshakeOf({ tls }: Script): readonly Step[] {
  if (tls === 'dripping') return [{ drip: BEGUN_RECORD.padEnd(16_000, '\x02'), everyMs: 20 }];
  if (tls === 'garbage') return [{ send: `${BEGUN_RECORD}${'\xff'.repeat(16_384)}` }];
  if (tls === 'endless') return [{ forever: `\x16\x03\x03\x40\x00${'\x00'.repeat(16_384)}` }];
  return [];
}

async function perform(socket: Socket, step: Step): Promise<void> {
  if ('send' in step) {
    const { send, times = 1 } = step;
    // Blocks of 64 KiB at most: the server must not become the slow part.
    const perBlock = Math.max(1, Math.floor(65_536 / Math.max(1, send.length)));
    for (let left = times; left > 0 && !socket.destroyed; left -= perBlock) {
      await write(socket, send.repeat(Math.min(left, perBlock)));
    }
  } else if ('forever' in step) {
    while (!socket.destroyed) await write(socket, step.forever);
  } else if ('drip' in step) {
    for (const byte of step.drip) {
      if (socket.destroyed) return;
      await write(socket, byte);
      await sleep(step.everyMs);
    }
  } else if ('waitMs' in step) await sleep(step.waitMs);
  else if (step.end === 'reset') socket.resetAndDestroy();
  else socket.end();
}

/** Resolves once there is room for more, or the connection has ended. */
async function write(socket: Socket, bytes: string): Promise<void> {
  if (socket.destroyed) return;
  if (socket.write(Buffer.from(bytes, 'latin1'))) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.once('drain', go);
    socket.once('close', go);
  });
}
