/**
 * The example service in Python, as a process against a real server over TLS: with only its
 * role, requests survive rotations, errors are reported, and no password is printed.
 *
 * One deployment for all tests, which build on each other. Without a Python that has what it
 * needs, one test says so by its name.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Password } from '../../contract/password';
import { Role } from '../../lib/access/role';
import { PYTHON_MODULES } from '../../rehearsal/traffic/clients/examples';
import { findPython, type Python, pythonAdvice } from '../../rehearsal/traffic/python';
import { ExampleService, expectSilentEnd, variablesOf } from '../support/example-service';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { dropConnections, restart } from '../support/restart-node';
import { restrictToRole } from '../support/restrict-to-role';
import { RequestTraffic } from '../support/traffic-on-example';

const FOLDER = join(__dirname, '../../examples/python');
const TRAFFIC_MS = 300;
const run = promisify(execFile);
const python = findPython(PYTHON_MODULES);

if (python === undefined) {
  test(`not run: ${pythonAdvice(PYTHON_MODULES)}`, () => {
    expect(findPython(PYTHON_MODULES)).toBeUndefined();
  });
} else {
  prove(python);
}

function prove({ path, version }: Python): void {
  const command = [path, '-B', join(FOLDER, 'main.py')];
  let local: LocalDeployment;
  let service: ExampleService;
  const start = (env: Readonly<Record<string, string>> = {}) =>
    ExampleService.start(command, { ...variablesOf(local.deployment), ...env });
  const whyNot = (env: Readonly<Record<string, string>>) =>
    start(env).then(
      () => 'it started',
      (error: Error) => error.message,
    );

  beforeAll(async () => {
    local = await startLocally({ topology: { isSharded: false, shards: 1, replicas: 0 } });
    await local.deployment.service.rotate();
    await restrictToRole(local.deployment, Role.pythonExample());
    service = await start();
  }, 20_000);

  afterAll(async () => {
    await service?.stop();
    await local?.deployment.stop();
  });

  describe(`In Python with redis-py ${version}, what keeps it from starting`, () => {
    test.each([
      [
        'no settings',
        { REDIS_SECRET_ARN: '' },
        /settings_invalid.*neither of REDIS_SECRET_ARN and/,
      ],
      [
        'a connection string of two hosts',
        {
          REDIS_SECRET_ARN: '',
          REDIS_URL: 'rediss://default:p@evil.example:6380/x@real.example:6380/0',
        },
        /credentials-unreadable.*REDIS_URL has a character in its user or password that must be/,
      ],
      [
        'a database that a sharded cache has not',
        {
          REDIS_SECRET_ARN: '',
          REDIS_CLUSTER: 'true',
          REDIS_URL: 'rediss://default:hush-hush-0123@real.example:6380/3',
        },
        /settings_invalid.*REDIS_URL selects database 3/,
      ],
      ['another authority', { REDIS_CA_FILE: '' }, /certificate-refused/],
      [
        'another secret',
        { REDIS_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Nope' },
        /credentials-unreadable.*Secrets Manager answers ResourceNotFoundException/,
      ],
      [
        'no Secrets Manager',
        { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' },
        /credentials-unreadable.*is not reached: EndpointConnectionError/,
      ],
    ])('%s is said in one line, with exit code 1', async (_, env, expected) => {
      const why = await whyNot(env);
      expect(why).toMatch(/^it ended with 1: /);
      expect(why).toMatch(expected);
      expect(why).not.toMatch(/Traceback|evil|real|hush/);
    });

    test('a password that is refused is said after one more read', async () => {
      const { nodes, group } = local.deployment;
      for (const node of nodes) await node.setPasswords([Password.of('set-by-somebody-0')]);
      const why = await whyNot({});
      for (const node of nodes) await node.setPasswords(group.passwords);
      expect(why).toMatch(/^it ended with 1: .*authentication-failed.*after the secret was read/);
    });
  });

  describe('Its own tests', () => {
    test('pass, all of them', async () => {
      const { stderr } = await run(path, ['-B', '-m', 'unittest'], { cwd: FOLDER });
      expect(stderr).toMatch(/^Ran \d{2} tests in .*\n\nOK\n$/m);
    });
  });

  describe('The service', () => {
    test('keeps what it is given', async () => {
      expect(await service.request('GET', '/cache/name')).toEqual({ status: 404, body: '' });
      expect((await service.request('PUT', '/cache/name', 'Ada Łovelace')).status).toBe(204);
      const answer = { status: 200, body: 'Ada Łovelace' };
      expect(await service.request('GET', '/cache/name')).toEqual(answer);
      const { status, body } = await service.request('GET', '/health');
      expect([status, JSON.parse(body)]).toEqual([200, { status: 'ok' }]);
    });

    test('fails no request in a rotation, a revocation and a loss of all connections', async () => {
      const { deployment } = local;
      const before = await service.stats();
      const traffic = new RequestTraffic(service);
      await sleep(TRAFFIC_MS);
      expect(await deployment.service.rotate()).toBe(true);
      const { outcome } = await deployment.service.dailyCheck('revoke');
      await traffic.answers(50);
      await dropConnections(deployment);
      await traffic.answers(50);
      const { requests, failures } = await traffic.stop();
      const after = await service.stats();
      expect(outcome).toBe('revoked');
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(100);
      expect(after.reconnects).toBeGreaterThan(before.reconnects ?? 0);
      // One for all connections that were refused.
      expect(after.reads).toBe((before.reads ?? 0) + 1);
    });

    test('is unavailable while the cache is away, says why, and comes back', async () => {
      const [node] = local.deployment.nodes;
      if (!node) throw new Error('no node');
      await service.request('GET', '/health');
      await node.stop();
      const away = await service.request('GET', '/health');
      const endAgain = await restart(local.deployment, node);
      try {
        const back = await service.request('GET', '/health');
        expect([away.status, JSON.parse(away.body)]).toEqual([503, { status: 'unavailable' }]);
        expect(service.err).toMatch(/"kind": "cannot-connect", "message": "the cache does not an/);
        expect(back.status).toBe(200);
        expect(service.err).toContain('redis_data_lost');
      } finally {
        await endAgain();
      }
    });

    test('shows no password and no key, and ends with exit code 0', async () => {
      const secret = local.deployment.credentials().password.reveal();
      await expectSilentEnd(service, 'main.py', secret);
    });
  });
}
