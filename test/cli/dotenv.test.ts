/**
 * `npx secure-redis env`: the printed file has no password; the written file has mode 600, keeps
 * its other lines, and is refused unless git ignores it.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { localForAll } from '../support/local-for-all';
import { runCli } from '../support/run-cli';
import { temporaryFolder } from '../support/temporary-folder';

const local = localForAll({ isRotated: true });
let folder: string;

beforeEach(() => {
  folder = temporaryFolder('dotenv');
});

const env = (...args: readonly string[]) =>
  runCli(local().deployment.plane, ['env', '--cache', 'test', ...args], { HOME: folder });

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', folder, ...args], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  });

const secret = () => JSON.parse(local().deployment.secretString()) as Record<string, string>;

function written(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n');
}

describe('A file that git could take is refused, and not written', () => {
  test.each<[string, () => void]>([
    ['not ignored', () => undefined],
    [
      'tracked, though a pattern names it',
      () => {
        writeFileSync(join(folder, '.env'), '');
        git('add', '.env');
        writeFileSync(join(folder, '.gitignore'), '.env\n');
      },
    ],
  ])('%s', async (_, prepare) => {
    git('init', '-q');
    prepare();
    const file = join(folder, '.env');
    const before = existsSync(file);
    const { code, out, err } = await env('--file', file);
    expect(err).toMatch(
      /^--file must be a file that git ignores, .*, got '.*\.env': git could commit the password/,
    );
    expect([code, out, existsSync(file)]).toEqual([2, '', before]);
    if (before) expect(readFileSync(file, 'utf8')).toBe('');
  });

  test('in a folder below, too, or where git cannot be asked', async () => {
    const below = join(folder, 'a', 'b');
    mkdirSync(below, { recursive: true });
    mkdirSync(join(folder, '.git'));
    const { code, err } = await env('--file', join(below, '.env'));
    expect(err).toContain(
      'git could commit the password. git must answer whether it ignores the file, got: fatal: ',
    );
    expect([code, readdirSync(below)]).toEqual([2, []]);
  });

  test('one that git ignores is written', async () => {
    git('init', '-q');
    writeFileSync(join(folder, '.gitignore'), '.env\n');
    expect((await env('--file', join(folder, '.env'))).code).toBe(0);
    expect(existsSync(join(folder, '.env'))).toBe(true);
  });
});

describe('What cannot be written is said in one line', () => {
  const written = (name: string, text: string, mode = 0o644): string => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };

  test.each<[string, () => readonly string[], RegExp]>([
    [
      'no folder',
      () => ['--file', join(folder, 'nope', '.env')],
      /^--file must be in a folder that exists, got '.*'\. Create it, or name another\.\n$/,
    ],
    [
      'a folder',
      () => ['--file', folder],
      /^--file must be a regular file, got '.*'\. Name another/,
    ],
    [
      'a link to somewhere else',
      () => {
        symlinkSync('/dev/null', join(folder, '.env'));
        return ['--file', join(folder, '.env')];
      },
      /must be a regular file/,
    ],
    [
      'a variable that is set already',
      () => ['--file', written('.env', 'A=1\nexport REDIS_URL=redis://localhost\n')],
      /^--file must be a file that does not set REDIS_URL itself, got '.*'\. Remove that line, or/,
    ],
    [
      'a file that is read-only',
      () => ['--file', written('.env', 'A=1\n', 0o444)],
      /^--file must be a file that you may write, got '.*', which is read-only\. Make it writ/,
    ],
    [
      'a name that is too long',
      () => ['--file', join(folder, 'n'.repeat(300))],
      /^--file is '.*n', which cannot be used: ENAMETOOLONG; name another\n$/,
    ],
    ['no CA', () => ['--ca', join(folder, 'ca.pem')], /^--ca must be a file that exists, .*ca\.p/],
    ['a CA with a space in its name', () => ['--ca', written('c a', '')], /^--ca must.*'.*c a'/],
  ])('%s', async (_, prepare, message) => {
    const { code, out, err } = await env(...prepare());
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
  });
});

describe('What is printed', () => {
  test('has a placeholder, and no secret is read for it', async () => {
    const { plane, nodes, secretArn } = local().deployment;
    const actions: string[] = [];
    plane.hooks = {
      before: async ({ action }) => {
        actions.push(action);
      },
    };
    const { code, out } = await env();
    plane.hooks = {};
    const url = `rediss://default:{password}@localhost:${nodes[0]?.port}/0`;
    expect(out).toBe(
      '# secure-redis: begin\n' +
        '# Redis for development: test/Cache\n' +
        '# Fill it: npx secure-redis env --cache test/Cache --file .env\n' +
        `# REDIS_SECRET_ARN=${secretArn}\n` +
        'REDIS_PASSWORD={password}\n' +
        `REDIS_URL=${url}\n` +
        `REDIS_READER_URL=${url}\n` +
        '# for a sharded cache: REDIS_CLUSTER=true\n' +
        '# secure-redis: end\n',
    );
    expect(code).toBe(0);
    expect(new Set(actions)).toEqual(new Set(['GetParametersByPath']));
  });
});

describe('What is written', () => {
  test('has the connection, for its owner alone, whatever the file was before', async () => {
    const file = join(folder, '.env');
    writeFileSync(file, 'COLOUR=blue\n');
    chmodSync(file, 0o666);
    const { code, out } = await env('--file', file, '--ca', local().deployment.caFile);
    expect(out).toMatch(/^wrote .*\.env, readable only by you; write it again after each rot/);
    expect(code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['.env']);
    const lines = written(file);
    expect(lines.slice(0, 3)).toEqual(['COLOUR=blue', '', '# secure-redis: begin']);
    expect(lines.includes(`REDIS_PASSWORD=${secret().password}`)).toBe(true);
    expect(lines.includes(`REDIS_URL=${secret().url}`)).toBe(true);
    expect(lines.includes(`REDIS_READER_URL=${secret().readerUrl}`)).toBe(true);
    expect(lines.includes(`REDIS_CA_FILE=${local().deployment.caFile}`)).toBe(true);
  });

  test('is replaced after a rotation, and the rest is kept', async () => {
    const file = join(folder, '.env');
    await env('--file', file);
    writeFileSync(file, `COLOUR=blue\n${readFileSync(file, 'utf8')}SHAPE=round\n`);
    const before = secret().url;
    await local().deployment.service.rotate();
    await env('--file', file);
    const lines = written(file);
    expect(lines.includes(`REDIS_URL=${before}`)).toBe(false);
    expect(lines.includes(`REDIS_URL=${secret().url}`)).toBe(true);
    expect(lines.filter((line) => line.startsWith('REDIS_URL='))).toHaveLength(1);
    expect(lines.filter((line) => /^(COLOUR|SHAPE)=/.test(line))).toEqual([
      'COLOUR=blue',
      'SHAPE=round',
    ]);
  });

  test('is replaced with the ends of lines that an editor gave the file', async () => {
    const file = join(folder, '.env');
    await env('--file', file);
    const edited = `COLOUR=blue\n${readFileSync(file, 'utf8')}`.replaceAll('\n', '\r\n');
    writeFileSync(file, edited);
    const { code, err } = await env('--file', file);
    expect([code, err]).toEqual([0, '']);
    const text = readFileSync(file, 'utf8');
    expect(text.split('\r\n').filter((line) => /^(COLOUR|REDIS_URL)=/.test(line))).toHaveLength(2);
    expect(text.replaceAll('\r\n', '').includes('\n')).toBe(false);
  });

  test.each<[string, string]>([
    ['above other lines', '# secure-redis: begin\nCOLOUR=blue\nSHAPE=round\n'],
    ['twice', '# secure-redis: begin\n# secure-redis: begin\nCOLOUR=blue\nSHAPE=round\n'],
    ['with Windows ends', '# secure-redis: begin\r\nCOLOUR=blue\r\nSHAPE=round\r\n'],
    ['without an end of line', 'COLOUR=blue\nSHAPE=round\n# secure-redis: begin'],
  ])('is replaced, and a begin without an end takes no line of yours: %s', async (_, before) => {
    const file = join(folder, '.env');
    writeFileSync(file, before);
    for (let times = 1; times <= 3; times++) {
      expect((await env('--file', file)).code).toBe(0);
      const text = readFileSync(file, 'utf8');
      expect(text.startsWith(before.trimEnd())).toBe(true);
      expect(text.match(/^REDIS_URL=/gm)).toHaveLength(1);
    }
  });

  test.each([200, 252, 255])('has a name of %d characters', async (length) => {
    const name = 'n'.repeat(length);
    const { code, err } = await env('--file', join(folder, name));
    expect([code, err, readdirSync(folder)]).toEqual([0, '', [name]]);
  });

  test('is read by a shell as it is meant', async () => {
    const file = join(folder, '.env');
    await env('--file', file);
    const script = `set -a; . ${file}; printenv REDIS_URL`;
    const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(stdout === `${secret().url}\n`).toBe(true);
  });
});
