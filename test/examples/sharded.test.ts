/**
 * The examples on a sharded cache, with only their roles: they work as on a replicated cache, or
 * report in one line why they cannot.
 *
 * One deployment of two shards for all tests, which build on each other.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Role } from '../../lib/access/role';
import { PYTHON_MODULES } from '../../rehearsal/traffic/clients/examples';
import { findPython, isPythonAtLeast, pythonAdvice } from '../../rehearsal/traffic/python';
import { ExampleService, variablesOf } from '../support/example-service';
import { addJobs, jobsDone } from '../support/jobs-on-example';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { dropConnections } from '../support/restart-node';
import { restrictToRole } from '../support/restrict-to-role';
import { RequestTraffic } from '../support/traffic-on-example';

const ROOT = join(__dirname, '../..');
const NODE = [
  process.execPath,
  '-r',
  join(ROOT, 'bin/register.cjs'),
  `${ROOT}/examples/node/main.ts`,
];
const TRAFFIC_MS = 300;
const JOBS = 20;

let local: LocalDeployment;
const start = (command: readonly string[]) =>
  ExampleService.start(command, variablesOf(local.deployment));

beforeAll(async () => {
  local = await startLocally({
    topology: { isSharded: true, shards: 2, replicas: 0 },
    parameters: { 'maxmemory-policy': 'noeviction' },
  });
  await local.deployment.service.rotate();
}, 30_000);

afterAll(async () => {
  await local?.deployment.stop();
});

/** What failed while the password was rotated and revoked and all connections were lost. */
async function failuresOf(service: ExampleService): Promise<readonly string[]> {
  const { deployment } = local;
  const traffic = new RequestTraffic(service);
  await sleep(TRAFFIC_MS);
  await deployment.service.rotate();
  await deployment.service.dailyCheck('revoke');
  await dropConnections(deployment);
  await sleep(TRAFFIC_MS);
  const { requests, failures } = await traffic.stop();
  return requests > 50 ? failures : [...failures, `${requests} requests only`];
}

describe('On a sharded cache, the service in Node', () => {
  test('fails no request and no job', async () => {
    await restrictToRole(local.deployment, Role.nodeExample());
    const service = await start(NODE);
    try {
      const adding = addJobs(service, JOBS);
      expect(await failuresOf(service)).toEqual([]);
      expect(await adding).toEqual(new Set([202]));
      // After the revocation: BullMQ's own connections have logged in again.
      expect(service.err).toContain('password-refused');
      await addJobs(service, 1);
      expect(await jobsDone(service, JOBS + 1)).toEqual({ completed: JOBS + 1, failed: 0 });
      expect(await service.request('GET', '/health')).toMatchObject({ status: 200 });
    } finally {
      expect(await service.stop()).toBe(0);
    }
  });
});

const python = findPython(PYTHON_MODULES);
if (python === undefined) {
  test(`not run: ${pythonAdvice(PYTHON_MODULES)}`, () => {
    expect(findPython(PYTHON_MODULES)).toBeUndefined();
  });
} else {
  const { path, version } = python;
  const command = [path, '-B', join(ROOT, 'examples/python/main.py')];
  const hasTls = isPythonAtLeast(version, [4, 4]);

  describe(`On a sharded cache, the service in Python with redis-py ${version}`, () => {
    const promise = hasTls ? 'fails no request' : 'does not start, since it would be without TLS';
    test(promise, async () => {
      await restrictToRole(local.deployment, Role.pythonExample());
      const service = await start(command).catch((error: Error) => error.message);
      if (typeof service === 'string') {
        expect(service).toMatch(/^it ended with 1: .*has no TLS for a sharded cache.*needs 4\.4/);
        expect(hasTls).toBe(false);
        return;
      }
      try {
        expect(hasTls).toBe(true);
        const before = await service.stats();
        expect(await failuresOf(service)).toEqual([]);
        const after = await service.stats();
        expect(after.reads).toBe((before.reads ?? 0) + 1);
      } finally {
        expect(await service.stop()).toBe(0);
      }
    });
  });
}
