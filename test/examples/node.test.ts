/**
 * The example service in Node, as a process against a real server over TLS: with only its
 * role, requests and jobs survive rotations, errors are reported, and no password is printed.
 *
 * One deployment for all tests, which build on each other.
 */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Password } from '../../contract/password';
import { type Parts, serviceOf } from '../../examples/node/service';
import { Role } from '../../lib/access/role';
import { ExampleService, expectSilentEnd, variablesOf } from '../support/example-service';
import { addJobs, jobsDone } from '../support/jobs-on-example';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { dropConnections, restart } from '../support/restart-node';
import { restrictToRole } from '../support/restrict-to-role';
import { runFolder } from '../support/temporary-folder';
import { RequestTraffic } from '../support/traffic-on-example';

const ROOT = join(__dirname, '../..');
const COMMAND = [
  process.execPath,
  '-r',
  join(ROOT, 'bin/register.cjs'),
  `${ROOT}/examples/node/main.ts`,
];
const TRAFFIC_MS = 300;
const JOBS = 20;
/** More than are done when it is told to end. */
const MANY_JOBS = 200;
/** The one of the cache and queue, the worker's, and BullMQ's own duplicate of that. */
const CONNECTIONS = 3;

let local: LocalDeployment;
let service: ExampleService;

const start = (env: Readonly<Record<string, string>> = {}) =>
  ExampleService.start(COMMAND, { ...variablesOf(local.deployment), ...env });
const whyNot = (env: Readonly<Record<string, string>>) =>
  start(env).then(
    () => 'it started',
    (error: Error) => error.message,
  );

beforeAll(async () => {
  local = await startLocally({
    topology: { isSharded: false, shards: 1, replicas: 0 },
    parameters: { 'maxmemory-policy': 'noeviction' },
  });
  await local.deployment.service.rotate();
  await restrictToRole(local.deployment, Role.nodeExample());
  service = await start();
}, 20_000);

afterAll(async () => {
  await service?.stop();
  await local?.deployment.stop();
});

describe('What keeps the service in Node from starting', () => {
  test.each([
    [
      'no settings',
      { REDIS_SECRET_ARN: 'rediss://', PORT: 'x' },
      /no ARN of a secret.*PORT must be 0 to 65535 \(0 for any\), got 'x'/,
    ],
    ['another authority', { REDIS_CA_FILE: '' }, /certificate-refused/],
    ['a cache that is not sharded', { REDIS_CLUSTER: 'true' }, /wrong-cache.*is not sharded/],
    [
      'another secret',
      { REDIS_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Nope' },
      /credentials-unreadable.*ResourceNotFoundException/,
    ],
  ])('%s is said in one line, with exit code 1', async (_, env, expected) => {
    const why = await whyNot(env);
    expect(why).toMatch(/^it ended with 1: /);
    expect(why).toMatch(expected);
    expect(why).not.toMatch(/\n +at /);
  });

  test('a password that is refused is said after one more read', async () => {
    const { nodes, group } = local.deployment;
    for (const node of nodes) await node.setPasswords([Password.of('set-by-somebody-1')]);
    const why = await whyNot({});
    for (const node of nodes) await node.setPasswords(group.passwords);
    expect(why).toMatch(/^it ended with 1: .*password-refused[\s\S]*authentication-failed/);
  });
});

describe('The service', () => {
  test('keeps what it is given', async () => {
    expect(await service.request('GET', '/cache/name')).toEqual({ status: 404, body: '' });
    expect((await service.request('PUT', '/cache/name', 'Ada Łovelace')).status).toBe(204);
    const answer = { status: 200, body: 'Ada Łovelace' };
    expect(await service.request('GET', '/cache/name')).toEqual(answer);
    expect((await service.request('POST', '/cache/name')).status).toBe(405);
    const long = 'x'.repeat(1024 * 1024 + 1);
    expect((await service.request('PUT', '/cache/name', long)).status).toBe(413);
    const health = { status: 200, body: '{"status":"ok"}' };
    expect(await service.request('GET', '/health')).toEqual(health);
  });

  test('fails nothing in a rotation, a revocation and a loss of all connections', async () => {
    const { deployment } = local;
    const before = await service.stats();
    const traffic = new RequestTraffic(service);
    const added = addJobs(service, JOBS);
    await sleep(TRAFFIC_MS);
    expect(await deployment.service.rotate()).toBe(true);
    const { outcome } = await deployment.service.dailyCheck('revoke');
    await dropConnections(deployment);
    await sleep(TRAFFIC_MS);
    const { requests, failures } = await traffic.stop();
    expect(outcome).toBe('revoked');
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(await added).toEqual(new Set([202]));
    // BullMQ's own connection has logged in again as well: its worker goes on.
    await addJobs(service, JOBS);
    expect(await jobsDone(service, 2 * JOBS)).toEqual({ completed: 2 * JOBS, failed: 0 });
    const after = await service.stats();
    expect(after.reconnects).toBe((before.reconnects ?? 0) + CONNECTIONS);
    // One for all connections that were refused.
    expect(after.reads).toBe((before.reads ?? 0) + 1);
  });

  test('is unavailable while the cache is away, and comes back with its worker', async () => {
    const [node] = local.deployment.nodes;
    if (!node) throw new Error('no node');
    await node.stop();
    const away = await service.request('GET', '/health');
    const endAgain = await restart(local.deployment, node);
    try {
      expect(away).toEqual({ status: 503, body: '{"status":"unavailable"}' });
      // Soon, and not when its time was over.
      expect(service.err).toMatch(/"request-failed","error":"\w+","code":"cannot-connect"/);
      expect(service.err).not.toContain('TooLate');
      expect(await healthy()).toBe(true);
      await addJobs(service, 1);
      expect(await jobsDone(service, 1)).toEqual({ completed: 1, failed: 0 });
    } finally {
      await endAgain();
    }
  });

  test('shows no password and no key, and ends though the cache is away', async () => {
    const secret = local.deployment.credentials().password.reveal();
    await expectSilentEnd(service, 'main.ts', secret);
  });

  test('ends the job that it has begun, and leaves the others', async () => {
    const [node] = local.deployment.nodes;
    if (!node) throw new Error('no node');
    const endAgain = await restart(local.deployment, node);
    try {
      service = await start();
      await addJobs(service, MANY_JOBS);
      expect(await service.stop()).toBe(0);
      expect(service.err).not.toMatch(/ended-early|-failed/);
      expect(await node.admin('LLEN', '{secure-cache}:jobs:active')).toBe(0);
      const waiting = Number(await node.admin('LLEN', '{secure-cache}:jobs:wait'));
      const completed = Number(await node.admin('ZCARD', '{secure-cache}:jobs:completed'));
      expect(waiting + completed).toBe(MANY_JOBS);
    } finally {
      await endAgain();
    }
  });
});

describe('An unexpected error', () => {
  test('ends the process, and its message is not printed', async () => {
    const thrower = join(runFolder(), 'thrower.cjs');
    writeFileSync(thrower, 'setTimeout(() => { throw new RangeError("Ada Lovelace"); }, 0);');
    const [node = '', ...args] = COMMAND;
    const command = [node, '-r', thrower, ...args];
    const why = await ExampleService.start(command, variablesOf(local.deployment)).catch(
      ({ message }: Error) => message,
    );
    expect(why).toBe('it ended with 1: {"event":"failed","error":"RangeError"}\n');
  });
});

describe('A cache that hangs', () => {
  test('is answered for in time', async () => {
    const client = { ping: () => new Promise(() => undefined) };
    const parts = { client, at: { host: 'cache', port: 1 } } as unknown as Parts;
    const printed: string[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((line) => {
      printed.push(String(line));
      return true;
    });
    const server = serviceOf(parts, 20).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status } = await fetch(`http://127.0.0.1:${port}/health`);
    server.close();
    write.mockRestore();
    expect(status).toBe(503);
    expect(printed).toEqual(['{"event":"request-failed","error":"TooLate"}\n']);
  });
});

async function healthy(): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await service.request('GET', '/health')).status === 200) return true;
    await sleep(50);
  }
  return false;
}
