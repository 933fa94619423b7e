/**
 * The example service in Python logs in by IAM to a real server, whose connections a proxy ends 12
 * hours after their last login, by a clock that runs faster: no request fails.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PYTHON_MODULES } from '../../rehearsal/traffic/clients/examples';
import {
  findPython,
  isPythonAtLeast,
  type Python,
  pythonAdvice,
} from '../../rehearsal/traffic/python';
import { ExampleService } from '../support/example-service';
import { IamNodes } from '../support/iam-nodes';
import { KEY_ID, SECRET_KEY, SESSION_TOKEN, TEMPORARY_ID } from '../support/iam-tokens';
import { RequestTraffic } from '../support/traffic-on-example';

const MAIN = join(__dirname, '../../examples/python/main.py');
const LIFE_S = 3;
const SPANS = 3;
const TIMEOUT_MS = 60_000;
const python = findPython(PYTHON_MODULES);

if (python === undefined) {
  test(`not run: ${pythonAdvice(PYTHON_MODULES)}`, () => {
    expect(findPython(PYTHON_MODULES)).toBeUndefined();
  });
} else {
  prove(python);
}

function prove({ path, version }: Python): void {
  let iam: IamNodes;

  const start = (shards: number, env: Readonly<Record<string, string>> = {}) =>
    ExampleService.start([path, '-B', MAIN], {
      REDIS_USER: 'app',
      REDIS_CACHE_NAME: 'shop',
      REDIS_REGION: 'eu-west-1',
      REDIS_HOST: 'localhost',
      REDIS_PORT: String(iam.port),
      REDIS_CLUSTER: String(shards > 1),
      REDIS_CA_FILE: iam.caFile,
      REDIS_IAM_CONNECTION_S: String(LIFE_S),
      AWS_ACCESS_KEY_ID: KEY_ID,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...env,
    });
  const whyNot = (env: Readonly<Record<string, string>>) =>
    start(1, env).then(
      () => 'it started',
      (error: Error) => error.message,
    );

  async function expectNoFailure(shards: number): Promise<void> {
    const service = await start(shards);
    try {
      const traffic = new RequestTraffic(service);
      await sleep(SPANS * LIFE_S * 1_000);
      const { requests, failures } = await traffic.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(50);
      expect(iam.seen.filter(({ fault }) => fault !== undefined)).toEqual([]);
      expect(iam.seen.filter(({ isRenewal }) => isRenewal).length).toBeGreaterThanOrEqual(SPANS);
    } finally {
      expect(await service.stop()).toBe(0);
    }
    expect(service.err).not.toMatch(/X-Amz-Signature|wJalr/);
  }

  describe(`In Python with redis-py ${version}`, () => {
    beforeAll(async () => {
      iam = await IamNodes.start({ connectionMs: LIFE_S * 1_000 });
    }, TIMEOUT_MS);
    afterAll(() => iam.stop());

    test(
      'the service renews its logins, and no request fails',
      () => expectNoFailure(1),
      TIMEOUT_MS,
    );

    test('with temporary credentials it starts', async () => {
      const service = await start(1, {
        AWS_ACCESS_KEY_ID: TEMPORARY_ID,
        AWS_SESSION_TOKEN: SESSION_TOKEN,
      });
      expect((await service.request('GET', '/health')).status).toBe(200);
      expect(await service.stop()).toBe(0);
    });

    test.each<[string, Readonly<Record<string, string>>, RegExp]>([
      ['another region', { REDIS_REGION: 'us-east-1' }, /iam-login-refused.*in us-east-1 was ref/],
      ['another cache', { REDIS_CACHE_NAME: 'other' }, /iam-login-refused.*to cache other in/],
      ['another key', { AWS_SECRET_ACCESS_KEY: 'another' }, /iam-login-refused.*`date -u` must/],
      ['a user in no group', { REDIS_USER: 'nobody' }, /iam-login-refused.*the user group of the/],
      [
        'no AWS credentials',
        { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
        /credentials-unreadable.*the AWS credentials cannot be read/,
      ],
      ['no cache name', { REDIS_CACHE_NAME: '' }, /settings_invalid.*REDIS_CACHE_NAME must be the/],
    ])('with %s it says why it does not start', async (_, env, expected) => {
      const why = await whyNot(env);
      expect(why).toMatch(/^it ended with 1: /);
      expect(why).toMatch(expected);
      expect(why).not.toMatch(/Traceback|X-Amz-Signature|wJalr/);
    });
  });

  const isNewEnough = isPythonAtLeast(version, [4, 4]);
  describe(`With redis-py ${version} and a sharded cache`, () => {
    if (!isNewEnough) {
      test('not run: redis-py 4.4 or newer has TLS for clusters in asyncio', () => {
        expect(isNewEnough).toBe(false);
      });
      return;
    }

    beforeAll(async () => {
      iam = await IamNodes.start({ shards: 2, connectionMs: LIFE_S * 1_000 });
    }, TIMEOUT_MS);
    afterAll(() => iam.stop());

    test(
      'the service renews its logins, and no request fails',
      () => expectNoFailure(2),
      TIMEOUT_MS,
    );
  });
}
