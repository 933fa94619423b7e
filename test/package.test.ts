/**
 * The packed package, unpacked elsewhere: the entry point `cdk-secure-redis/client` by `require`,
 * by `import` and with its types, without dependencies; the constructs; and the command line.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './support/built';
import { temporaryFolder } from './support/temporary-folder';

const ROOT = join(__dirname, '..');
const FOLDER = temporaryFolder('consumer');
const MODULES = join(FOLDER, 'node_modules');
const PACKAGE = join(MODULES, 'cdk-secure-redis');

/** A program that uses each part, with the types of both libraries or of none. */
const CONSUMER = `
import { RedisCredentials, RedisClientError, redisUrl, SecretText } from 'cdk-secure-redis/client';
import type { RedisCredential, RedisClientErrorCode } from 'cdk-secure-redis/client';

const credentials = new RedisCredentials({ read: async () => '{}' });
export const read: Promise<RedisCredential> = credentials.get();
export const url: string = redisUrl.build({
  username: 'default', password: SecretText.of('a#b'), host: 'h', port: 1, database: 0,
});
export const code: RedisClientErrorCode = new RedisClientError('not-tls', 'x').code;
`;
const WITH_LIBRARIES = `
import { Cluster, Redis } from 'ioredis';
import { createClient } from 'redis';
import { connectIoredis, connectNodeRedis, RedisCredentials } from 'cdk-secure-redis/client';

export async function all(credentials: RedisCredentials): Promise<(string | null)[]> {
  const redis: Redis = await connectIoredis(credentials, { Redis });
  const cluster: Cluster = await connectIoredis(credentials, { Cluster, database: 0 });
  const client = await connectNodeRedis(credentials, { createClient, endpoint: 'reader' });
  return [await redis.get('a'), await cluster.get('a'), await client.get('a')];
}
export const wrong: number = redisOf; declare const redisOf: ReturnType<typeof all>;
`;

beforeAll(() => {
  // Built here where it is not fresh: a pack that builds would pull it from under other tests.
  for (const part of ['constructs', 'cli', 'client'] as const) built(part);
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', FOLDER];
  const packed = execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, name = ''] = /"filename": "([^"]+)"/.exec(packed) ?? [];
  mkdirSync(PACKAGE, { recursive: true });
  execFileSync('tar', ['-xzf', join(FOLDER, name), '-C', PACKAGE, '--strip-components', '1']);
}, 60_000);

function run(file: string, text: string): string {
  writeFileSync(join(FOLDER, file), text);
  return execFileSync(process.execPath, [join(FOLDER, file)], { encoding: 'utf8' });
}

/** The compiler's errors in these files, and unless told otherwise in the types they import. */
function check(text: string, files: readonly string[], skipLibCheck: boolean) {
  for (const file of files) writeFileSync(join(FOLDER, file), text);
  const options = { module: 'node16', strict: true, noEmit: true, types: ['node'], skipLibCheck };
  const compilerOptions = { ...options, typeRoots: [join(ROOT, 'node_modules/@types')] };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', FOLDER], { encoding: 'utf8' });
  const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
  return errors.map((line) => line.slice(line.indexOf('consumer.')));
}

const NAMES = [
  'IamCredentials',
  'RedisClientError',
  'RedisCredentials',
  'SecretText',
  'connectIoredis',
  'connectNodeRedis',
  'explainRedisError',
  'redisUrl',
];

describe('The packed entry point', () => {
  test('works with require', () => {
    const text = `console.log(Object.keys(require('cdk-secure-redis/client')).sort().join());`;
    expect(run('a.cjs', text).trim()).toBe(NAMES.join());
  });

  test('works with import', () => {
    const text = `
      import * as all from 'cdk-secure-redis/client';
      console.log(Object.keys(all).filter((name) => name !== 'default').sort().join());
      const { redisUrl, SecretText } = all;
      const password = SecretText.of('a#b');
      console.log(redisUrl.build({ username: 'u', password, host: 'h', port: 1, database: 0 }));`;
    expect(run('a.mjs', text).trim()).toBe(`${NAMES.join()}\nrediss://u:a%23b@h:1/0`);
  });

  test.each(['cjs', 'esm'])('brings nothing but itself (%s)', (format) => {
    const bundle = readFileSync(join(PACKAGE, 'client/dist', format, 'index.js'), 'utf8');
    const imported = bundle.matchAll(/(?:\bfrom|\brequire\(|\bimport\(?)\s*["']([^"']+)["']/g);
    const names = [...new Set(Array.from(imported, ([, name]) => name))].sort();
    expect(names).toEqual(['node:crypto', 'node:net', 'node:timers/promises', 'node:tls']);
    expect(bundle.length).toBeLessThan(95_000);
  });

  test('has types in both kinds of module, without either library', () => {
    const errors = check(
      `${CONSUMER}\nexport const wrong: number = url;`,
      ['consumer.cts', 'consumer.mts'],
      false,
    );
    expect(errors).toEqual([
      expect.stringMatching(/^consumer\.cts.*TS2322: Type 'string' is not/),
      expect.stringMatching(/^consumer\.mts.*TS2322: Type 'string' is not/),
    ]);
  });

  test('has types with both libraries, and gives the clients that they make', () => {
    for (const name of ['ioredis', 'redis', '@redis', '@ioredis', 'denque', 'redis-errors']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(MODULES, name));
    }
    // Type-checking the libraries takes seconds and is not the purpose of this test.
    expect(check(WITH_LIBRARIES, ['consumer.mts'], true)).toEqual([
      expect.stringMatching(/^consumer\.mts.*TS2322: Type 'Promise/),
    ]);
  });
});

/** A program that synthesizes a cache, and says what is in its template. */
const SYNTHESIZES = `
const { App, Stack } = require('aws-cdk-lib/core');
const { SecureRedis } = require('cdk-secure-redis');
const app = new App();
const stack = new Stack(app, 'Shop');
new SecureRedis(stack, 'Cache');
const [{ template }] = app.synth().stacks;
const types = Object.values(template.Resources).map(({ Type }) => Type);
console.log(types.filter((type) => /ReplicationGroup|RotationSchedule/.test(type)).sort().join());
`;

describe('The packed construct library', () => {
  beforeAll(() => {
    for (const name of ['aws-cdk-lib', 'constructs', 'ajv']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(MODULES, name));
    }
  });

  test('synthesizes a cache, its function with it', () => {
    expect(run('c.cjs', SYNTHESIZES)).toBe(
      'AWS::ElastiCache::ReplicationGroup,AWS::SecretsManager::RotationSchedule\n',
    );
  });

  test('has types', () => {
    const text = `
      import { Stack } from 'aws-cdk-lib/core';
      import { SecureRedis } from 'cdk-secure-redis';
      export const cache = new SecureRedis(new Stack(), 'Cache', { port: 'a' });`;
    expect(check(text, ['consumer.cts'], true)).toEqual([
      expect.stringMatching(/^consumer\.cts.*TS2322: Type 'string' is not assignable to type 'num/),
    ]);
  });
});

describe('The packed command line', () => {
  test('needs nothing else', () => {
    const { bin } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
    const command = join(PACKAGE, bin['secure-redis']);
    const help = execFileSync(process.execPath, [command, '--help'], { encoding: 'utf8' });
    expect(help).toContain('Usage: secure-redis');
    const { status, stderr } = spawnSync(process.execPath, [command, 'frobnicate'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: unknown command 'frobnicate'\n/);
  });

  test('and nothing is packed but what was built, and the documents', () => {
    expect(readdirSync(PACKAGE).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin',
      'client',
      'dist',
      'docs',
      'package.json',
    ]);
    expect(readdirSync(join(PACKAGE, 'bin'))).toEqual(['secure-redis.cjs']);
  });
});
