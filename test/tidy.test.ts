/**
 * Enforces the repository's conventions that no rule of Biome expresses: docstrings, passwords
 * revealed in few places, documented defaults, no dead code.
 *
 * biome.json has the others: imports in one direction, small files and functions, no skipped tests.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, PRODUCT, ROOT, SOURCES } from './support/sources';

const LINE_COLUMNS_MAX = 100;

describe('Lines are short, and files begin with a docstring', () => {
  // Biome's formatter breaks code, but no comments and texts.
  test(`lines have at most ${LINE_COLUMNS_MAX} columns`, () => {
    const long = SOURCES.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        line.length > LINE_COLUMNS_MAX ? [`${path}:${index + 1}`] : [],
      ),
    );
    expect(long).toStrictEqual([]);
  });

  test('each begins with a docstring', () => {
    const silent = SOURCES.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toStrictEqual([]);
  });
});

describe('A name means one thing', () => {
  test('no two files export the same one', () => {
    const shipped = PRODUCT.filter(({ path }) => !/^(?:bench|scripts)\//.test(path));
    const exported = shipped.flatMap(({ path, text }) => {
      const found = text.matchAll(
        /^export (?:abstract |async )*(?:const|let|function|class|interface|type|enum) (\w+)/gm,
      );
      return Array.from(new Set(Array.from(found, ([, name = '']) => name)), (name) => ({
        name,
        path,
      }));
    });
    expect(exported.length).toBeGreaterThan(500);
    const twice = exported.filter(({ name, path }) =>
      exported.some((other) => other.name === name && other.path !== path),
    );
    expect(twice.map(({ name, path }) => `${name} in ${path}`).sort()).toStrictEqual([]);
  });
});

describe('Passwords are revealed in few places', () => {
  test('and each of them is known', () => {
    const revealing = PRODUCT.filter(({ text }) => text.includes('.reveal()'));
    expect(revealing.map(({ path }) => path).sort()).toStrictEqual([
      // The secret of a container, hashes of passwords in a configuration, the login, the variables
      // of a .env file, and the password that `password` prints.
      'cli/develop/compose/develop-compose.ts',
      'cli/develop/development-config.ts',
      'cli/develop/development-server.ts',
      'cli/develop/development-variables.ts',
      'cli/develop/new-password.ts',
      // Other forms of a refused login, and what an IAM token says of itself.
      'cli/doctor/login-tries.ts',
      // The variable of a .env file, beside its connection string.
      'cli/rotation/dotenv.ts',
      // The login to any server.
      'cli/server/probe.ts',
      // Whether it is strong.
      'cli/verify/server/read-server.ts',
      // What node-redis asks for before each login, and the login that ioredis is spared.
      'client/ioredis-renewal.ts',
      'client/node-redis-logins.ts',
      'client/node-redis-renewal.ts',
      // Whether it can be sent, or be written down.
      'client/redis-credential.ts',
      'client/redis-url.ts',
      'client/session.ts',
      'contract/connection-url.ts',
      'contract/secret-json.ts',
      'lambda/rotation/aws-cache.ts',
      'lambda/rotation/end-sessions.ts',
      'lambda/rotation/login.ts',
      'rehearsal/checks/leak-check.ts',
      // A program of another language reads its password from the environment.
      'rehearsal/connect/server.ts',
      'rehearsal/drills/intruder.ts',
      'rehearsal/redis/iam-login-proxy.ts',
      'rehearsal/redis/probe.ts',
      'rehearsal/redis/redis-node.ts',
      'scripts/consumers/programs.ts',
      'scripts/consumers/server.ts',
    ]);
  });

  test('the loop catches no errors, so that an error and a crash have the same effect', () => {
    const loop = PRODUCT.find(({ path }) => path === 'lambda/rotation/run.ts');
    expect(loop?.text).toContain('for (');
    expect(loop?.text).not.toMatch(/\bcatch\b\s*[({]|\.catch\(|\bfinally\b/);
  });

  test('TLS is verified in every file that is deployed', () => {
    const deployed = PRODUCT.filter(({ path }) => /^(lambda|lib|contract|client)\//.test(path));
    const off = /rejectUnauthorized:\s*false|checkServerIdentity|NODE_TLS_REJECT_UNAUTHORIZED/;
    expect(deployed.filter(({ text }) => off.test(text)).map(({ path }) => path)).toStrictEqual([]);
  });
});

describe('Optional props say their default', () => {
  test('with @default in the docstring before them', () => {
    const missing = PRODUCT.filter(({ path }) => /^(lib|client)\//.test(path)).flatMap((source) =>
      source.lines.flatMap((line, index) => {
        if (!/^ {2}readonly \w+\?:/.test(line)) return [];
        const before = source.lines.slice(0, index).join('\n');
        const docstring = before.slice(before.lastIndexOf('/**'));
        // Interfaces that are not exported have no props; defaults of stage files are in the
        // schema.
        const opening = before.match(/^(export )?interface .*$/gm)?.at(-1) ?? '';
        const isPublic = opening.startsWith('export') && !/ \w+File /.test(opening);
        return !isPublic || docstring.includes('@default') ? [] : [`${source.path}:${index + 1}`];
      }),
    );
    expect(missing).toStrictEqual([]);
  });
});

describe('No postponed, disabled or dead code', () => {
  // Biome has no rule for these. It has rules against focused and skipped tests and against `any`.
  test('no postponed work, no skipped table of tests, no disabled check', () => {
    // Written as patterns, so that this file does not find itself.
    const left = /TO[D]O|FIX[M]E|@ts-[e]xpect-error|biome-[i]gnore/;
    const off = /\b(?:test|it|describe)\.(?:[t]odo|[f]ailing|[s]kip\.each)\b/;
    const offences = SOURCES.filter(({ text }) => left.test(text) || off.test(text));
    expect(offences.map(({ path }) => path)).toStrictEqual([]);
  });

  test('every module is imported, or started by a command', () => {
    const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
    const started = manifest + readFileSync(join(ROOT, 'cdk.json'), 'utf8');
    const imported = new Set(SOURCES.flatMap(importsOf));
    const dead = PRODUCT.filter(({ path, text }) => {
      const module = path.replace(/(\/index)?\.ts$/, '');
      // As `build.ts` and `fork` name files: by the end of their path.
      const [tail = path] = /[^/]+\/[^/]+$/.exec(path) ?? [];
      const names = [path, tail, `'${path.split('/').at(-1)}'`];
      const isNamed = SOURCES.some(
        (other) => other.text !== text && names.some((name) => other.text.includes(name)),
      );
      return !imported.has(module) && !imported.has(path) && !isNamed && !started.includes(path);
    });
    expect(dead.map(({ path }) => path)).toStrictEqual([]);
  });
});

describe('The README agrees with the code', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

  test('its code is in the example, line by line', () => {
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    const example = readFileSync(join(ROOT, 'examples/app.ts'), 'utf8');
    const lines = code.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => !example.includes(line))).toStrictEqual([]);
  });

  test('every file and command that it names exists', () => {
    const named = Array.from(readme.matchAll(/`((?:test|lib|lambda|config|examples)\/[\w./-]+)`/g));
    const paths = named.map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toStrictEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const commands = Array.from(readme.matchAll(/npm run ([\w:]+)/g), ([, name = '']) => name);
    expect(commands.filter((name) => scripts[name] === undefined)).toStrictEqual([]);
  });
});
