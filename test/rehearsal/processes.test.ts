/**
 * Processes of the rehearsal behave as in AWS: the function is killed at its timeout, runs once at
 * a time, and restarts after a crash; a server finds a port.
 */

import processes from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../../cli/server/certificates';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { Password } from '../../contract/password';
import type { RotationStep } from '../../contract/rotation';
import { LambdaFunction } from '../../rehearsal/aws/lambda-process';
import { RedisNode } from '../../rehearsal/redis/redis-node';
import { noteOutput } from '../support/leaks';
import { temporaryFolder } from '../support/temporary-folder';

/** Each step of this bundle does one thing that the real one never should. */
const BUNDLE = `
export const handler = async ({ Step }) => {
  console.log('begin ' + Step);
  if (Step === 'createSecret') setTimeout(() => process.exit(3), 20);
  if (Step === 'setSecret') await new Promise((resolve) => setTimeout(resolve, 10_000));
  if (Step === 'testSecret') await new Promise((resolve) => setTimeout(resolve, 50));
  console.log('end ' + Step);
};`;

let rotation: LambdaFunction;
let lines: string[];

beforeEach(() => {
  const assetFolder = temporaryFolder('bundle');
  writeFileSync(join(assetFolder, 'index.mjs'), BUNDLE);
  lines = [];
  const onLine = (line: string) => lines.push(line);
  const common = { handler: 'index.handler', environment: {}, timeoutMs: 500 };
  rotation = new LambdaFunction({ assetFolder, onLine, ...common });
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rotation.stop();
});

const invoke = (step: RotationStep) =>
  rotation.invoke({ Step: step, SecretId: 'arn', ClientRequestToken: 'v1' });

describe('The function lives as one in Lambda does', () => {
  test('it is killed at its timeout, and the next invocation starts anew', async () => {
    expect(await invoke('setSecret')).toMatchObject({ ok: false, code: 'Killed' });
    expect(lines).toStrictEqual(['begin setSecret']);
    expect(await invoke('finishSecret')).toEqual({ ok: true });
  });

  test('two invocations never overlap: the second is turned away', async () => {
    const first = invoke('testSecret');
    await expect(invoke('testSecret')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await first;
    await invoke('testSecret');
    await sleep(20);
    const one = ['begin testSecret', 'end testSecret'];
    expect(lines).toStrictEqual([...one, ...one]);
  });

  test('one that died between two invocations starts anew', async () => {
    expect(await invoke('createSecret')).toEqual({ ok: true });
    await sleep(300);
    expect(await invoke('finishSecret')).toEqual({ ok: true });
  });

  test('one that has died already is stopped at once', async () => {
    await invoke('createSecret');
    await sleep(300);
    await rotation.stop();
  });
});

describe('A server starts, or says why not', () => {
  const start = async (change: {
    binaryPath?: string;
    parameters?: Record<string, string>;
    isSharded?: boolean;
  }) =>
    RedisNode.start({
      binaryPath: ensureRedisServer(noteOutput).path,
      folder: temporaryFolder('nodes'),
      id: '001',
      certificates: await makeCertificates(),
      parameters: {},
      passwords: [Password.of('password-a-0000000000')],
      ...change,
    });

  test('a port that another process took meanwhile is given up for another', async () => {
    const { createServer } = net;
    const takers: net.Server[] = [];
    let taken = 0;
    jest.spyOn(net, 'createServer').mockImplementationOnce(() => {
      const server = createServer();
      const close = server.close.bind(server);
      server.close = (done) => {
        taken = (server.address() as net.AddressInfo).port;
        return close(() => takers.push(createServer().listen(taken, '127.0.0.1', () => done?.())));
      };
      return server;
    });
    const node = await start({});
    expect(takers).toHaveLength(1);
    expect(node.port).not.toBe(taken);
    await node.stop();
    for (const taker of takers) taker.close();
  });

  /** The first port that is tried is this one, the next ones are any. */
  function tryFirst(port: number): void {
    const { createServer } = net;
    jest.spyOn(net, 'createServer').mockImplementationOnce(() => {
      const server = createServer();
      const listen = server.listen.bind(server);
      server.listen = (_: unknown, ...rest: unknown[]) => listen(port, ...(rest as [string]));
      return server;
    });
  }

  test('in a cluster, a port whose bus port is taken is given up for another', async () => {
    const taker = net.createServer();
    await new Promise<void>((resolve) => taker.listen(0, '127.0.0.1', resolve));
    const taken = (taker.address() as net.AddressInfo).port;
    tryFirst(taken - 10_000);
    const spawn = jest.spyOn(processes, 'spawn');
    const node = await start({ isSharded: true });
    expect(spawn).toHaveBeenCalledTimes(1);
    expect(node.busPort).toBe(node.port + 10_000);
    expect(node.busPort).not.toBe(taken);
    await node.stop();
    taker.close();
  });

  test('in a cluster, a port whose bus port is above all ports is given up, too', async () => {
    tryFirst(60_123);
    const spawn = jest.spyOn(processes, 'spawn');
    const node = await start({ isSharded: true });
    expect(spawn).toHaveBeenCalledTimes(1);
    expect(node.port).toBeLessThanOrEqual(55_535);
    await node.stop();
  });

  test('what makes a cluster is what the group is, not its parameter', async () => {
    const parameters = { 'cluster-enabled': 'yes' };
    const alone = await start({ parameters });
    const member = await start({ isSharded: true });
    const seen = [await alone.setting('cluster-enabled'), await member.setting('cluster-enabled')];
    expect(seen).toStrictEqual(['no', 'yes']);
    await Promise.all([alone.stop(), member.stop()]);
  });

  test('a parameter that the server does not know is named', async () => {
    const sent = start({ parameters: { 'reserved-memory-percent': '25' } });
    await expect(sent).rejects.toThrow('takes its value: reserved-memory-percent');
  });

  test('a program that is not there is an error like any other', async () => {
    await expect(start({ binaryPath: '/nosuch/redis-server' })).rejects.toThrow(
      'must start as node 001',
    );
  });

  test('its configuration and its socket are for this user alone', async () => {
    const folder = temporaryFolder('nodes');
    const node = await RedisNode.start({
      binaryPath: ensureRedisServer(noteOutput).path,
      folder,
      id: '001',
      certificates: await makeCertificates(),
      parameters: {},
      passwords: [Password.of('password-a-0000000000')],
    });
    const modeOf = (name: string) => (statSync(join(folder, '001', name)).mode & 0o777).toString(8);
    expect(['.', 'redis.conf', 'redis.key', 'admin.sock'].map(modeOf)).toStrictEqual([
      '700',
      '600',
      '600',
      '700',
    ]);
    await node.stop();
  });
});
