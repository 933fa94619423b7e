/**
 * The documented snippets of the adapters run as modules, from the built entry point, against a
 * real server over TLS.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { variablesOf } from '../support/example-service';
import { IamNodes } from '../support/iam-nodes';
import { KEY_ID, SECRET_KEY } from '../support/iam-tokens';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { withoutSdkNotice } from '../support/sdk-notice';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const [, chapter = ''] = read('docs/connect.md').split('## With cdk-secure-redis/client\n');
const BLOCKS = Array.from(chapter.matchAll(/^```js\n([\s\S]*?)^```$/gm), ([, code = '']) => code);
const [whole = '', client = '', cluster = '', iamLogin = ''] = BLOCKS;

/** The whole snippet with other imports, and another line at its end. */
function withNodeRedis(line: string, imported: string): string {
  return whole
    .replace('connectIoredis,', 'connectNodeRedis,')
    .replace("{ Redis } from 'ioredis'", `{ ${imported} } from 'redis'`)
    .replace(/^const redis = .*$/m, line);
}

/** Runs the snippet as an application would, and then asks for an answer. */
function run(code: string, { deployment }: LocalDeployment): Promise<string> {
  return runWith(code, variablesOf(deployment));
}

async function runWith(code: string, given: Readonly<Record<string, string>>): Promise<string> {
  const end = "console.log(await redis.set('greeting', 'hello')); process.exit();";
  const args = ['--input-type=module', '-e', `${code}\n${end}`];
  const { REDIS_CA_FILE, ...variables } = given;
  const env = { PATH: process.env.PATH, ...variables, NODE_EXTRA_CA_CERTS: REDIS_CA_FILE };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
  noteOutput(stdout);
  noteOutput(stderr);
  expect(withoutSdkNotice(stderr)).toBe('');
  return stdout;
}

async function deploy(shards: number): Promise<LocalDeployment> {
  const topology = { isSharded: shards > 1, shards, replicas: 0 };
  const local = await startLocally({ topology, parameters: {} });
  await local.deployment.service.rotate();
  return local;
}

describe('What the documents show of the adapters works', () => {
  let local: LocalDeployment;

  beforeAll(async () => {
    local = await deploy(1);
  }, 20_000);

  afterAll(() => local?.deployment.stop());

  test('there are four snippets', () => {
    expect(BLOCKS).toHaveLength(4);
  });

  test('with ioredis, and what happens is in the log', async () => {
    const out = await run(whole, local);
    expect(out).toMatch(/event: 'connected',[^}]*database: 0[^}]*\}\n[\s\S]*OK\n$/);
  });

  test('with node-redis', async () => {
    expect(await run(withNodeRedis(client, 'createClient'), local)).toMatch(/OK\n$/);
  });

  test('and the README shows the same', () => {
    const [, shown = ''] = /```js\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect(shown).toContain('connectIoredis');
    expect(whole).toContain(shown);
  });
});

describe('What the documents show for a sharded cache works', () => {
  let local: LocalDeployment;

  beforeAll(async () => {
    local = await deploy(3);
  }, 20_000);

  afterAll(() => local?.deployment.stop());

  test('with ioredis', async () => {
    const code = whole
      .replace("{ Redis } from 'ioredis'", "{ Cluster } from 'ioredis'")
      .replace('{ Redis, log', '{ Cluster, log');
    expect(code).not.toContain('{ Redis');
    expect(await run(code, local)).toMatch(/OK\n$/);
  });

  test('with node-redis', async () => {
    expect(await run(withNodeRedis(cluster, 'createCluster'), local)).toMatch(/OK\n$/);
  });
});

describe('What the documents show of a login by IAM works', () => {
  let iam: IamNodes;

  beforeAll(async () => {
    iam = await IamNodes.start();
  }, 20_000);

  afterAll(() => iam.stop());

  test.each([
    ['ioredis', iamLogin],
    [
      'node-redis',
      iamLogin
        .replace('connectIoredis,', 'connectNodeRedis,')
        .replace("{ Redis } from 'ioredis'", "{ createClient } from 'redis'")
        .replace(/^const redis = .*$/m, client),
    ],
  ])('with %s and the default providers of AWS credentials', async (_, code) => {
    const out = await runWith(code, {
      REDIS_USER: 'app',
      REDIS_CACHE_NAME: 'shop',
      REDIS_REGION: 'eu-west-1',
      REDIS_HOST: 'localhost',
      REDIS_PORT: String(iam.port),
      REDIS_CA_FILE: iam.caFile,
      AWS_ACCESS_KEY_ID: KEY_ID,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    });
    expect(out).toMatch(/OK\n$/);
    expect(iam.seen.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });
});
