/**
 * What `npx secure-redis develop` refuses, in words and without a change: files, passwords and
 * options.
 */

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { notePassword } from '../support/leaks';
import {
  develop,
  endServers,
  git,
  IS_ROOT,
  NOBODY,
  newProject,
  onFreePort,
  runIn,
  variablesIn,
} from '../support/run-develop';
import { runFolder } from '../support/temporary-folder';

afterAll(endServers);

describe('A file with a password that git could commit is refused, and nothing is made', () => {
  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'not ignored',
      () => undefined,
      /got '\.env': git could commit the password\. Add it to '\.gitignore': `echo \.env >> \.gi/,
    ],
    [
      'tracked',
      (folder) => {
        writeFileSync(join(folder, '.env'), '');
        git(folder, 'add', '.env');
        writeFileSync(join(folder, '.gitignore'), '.env\n');
      },
      /It is tracked: run `git rm --cached \.env`, and add it to '\.gitignore'\./,
    ],
  ])('%s', async (_, prepare, message) => {
    const folder = newProject('');
    prepare(folder);
    const { code, out, err } = await develop(folder);
    expect(err).toMatch(message);
    expect([code, out, existsSync(join(folder, '.secure-redis'))]).toEqual([2, '', false]);
  });

  test('a folder of data that is tracked', async () => {
    const folder = newProject();
    mkdirSync(join(folder, '.secure-redis'));
    writeFileSync(join(folder, '.secure-redis/settings.json'), '{}');
    git(folder, 'add', '-f', '.secure-redis/settings.json');
    const { code, err } = await develop(folder);
    expect(err).toMatch(/\.secure-redis must be a folder that git ignores.*git rm -r --cached/);
    expect(code).toBe(2);
  });
});

describe('A file that cannot be used is refused in one line', () => {
  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'a link',
      (folder) => symlinkSync('/dev/null', join(folder, '.env')),
      /^--file must be a regular file, got '\.env'/,
    ],
    [
      'a file that is read-only',
      (folder) => writeFileSync(join(folder, '.env'), '', { mode: 0o444 }),
      /got '\.env', which is read-only\. Make it writable with `chmod u\+w`/,
    ],
    [
      'another server',
      (folder) => writeFileSync(join(folder, '.env'), 'REDIS_URL=redis://cache.example:6379\n'),
      /^--file must be a file that does not set REDIS_URL itself, got '.*\.env'\. Remove that line/,
    ],
    [
      'a file in the place of the folder',
      (folder) => writeFileSync(join(folder, '.secure-redis'), ''),
      /\.secure-redis must be a folder, got something else\. Remove it\./,
    ],
  ])('%s', async (_, prepare, message) => {
    const folder = newProject();
    prepare(folder);
    const { code, out, err } = await develop(folder, ...(await onFreePort()));
    expect(err).toMatch(message);
    expect([code, out, err.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  });

  test.each<[string, string, RegExp]>([
    ['short', 'aB3-aB3-aB3-', /got one of 12 characters\. Remove the line, and develop generates/],
    [
      'without a special character',
      'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9aB3dE5g',
      /got one without a special/,
    ],
    ['without a digit', 'aBcdEfgHijKlmNopQrsTuvWxyZ-aBcdEfgHij', /got one without a digit/],
    [
      'of an example',
      'change-me-in-production-0123456789-abcdef',
      /got one with words that are kno/,
    ],
    ['of one character', `a1-${'a'.repeat(40)}`, /got one that repeats few characters/],
  ])('a password that is weak: %s', async (_, password, message) => {
    const folder = newProject();
    notePassword(password);
    writeFileSync(join(folder, '.env'), `REDIS_PASSWORD=${password}\n`);
    const { code, err } = await develop(folder);
    expect(err).toMatch(/^REDIS_PASSWORD in .*\.env must be a password of at least 32 characters/);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['no port', ['--port', '80'], /It must be an integer from 1024 to 65535\./],
    ['no purpose', ['--purpose', 'jobs'], /Allowed choices are cache, sessions, queue\./],
    ['no server', ['--server', '/bin/true'], /^--server must be the path of a redis-server/],
    ['two actions', ['--stop', '--tls'], /^--stop must be alone, got --stop and --tls\./],
    ['no stage', ['--like', '/'], /^--like must be STAGE\/CACHE, such as dev\/cache, got '\/'\./],
    ['no app', ['--like', 'dev'], /^--stage must be used in a folder with cdk\.json/],
  ])('%s', async (_, args, message) => {
    const folder = newProject();
    const { code, err } = await develop(folder, ...args);
    expect(err).toMatch(message);
    expect([code, existsSync(join(folder, '.secure-redis'))]).toEqual([2, false]);
  });

  test(IS_ROOT ? 'a folder and a file of another user' : 'nothing here, as no root', async () => {
    if (!IS_ROOT) return;
    const folder = newProject();
    for (const each of [runFolder(), folder]) chmodSync(each, 0o755);
    const options = { uid: NOBODY, env: { GIT_CONFIG_COUNT: '0' } };
    const closed = await runIn(folder, ['develop', '--file', '/tmp/.env'], options);
    expect(closed.err).toMatch(
      /\.secure-redis must be a folder that you may write, got EACCES\. M/,
    );
    chownSync(folder, NOBODY, NOBODY);
    rmSync(join(folder, '.git'), { recursive: true });
    writeFileSync(join(folder, '.env'), 'A=1\n', { mode: 0o600 });
    const unread = await runIn(folder, ['develop'], options);
    expect(unread.err).toMatch(/^--file is '.*\.env', which cannot be read: EACCES; name another/);
    expect([closed.code, unread.code]).toEqual([2, 2]);
  });
});

describe('A password that is there is kept', () => {
  test('in the form of the practice, encoded in the connection string', async () => {
    const folder = newProject();
    const password = '7Qf8K2mN/Vp1+T3jL9sW6hY4cZ5bA8nU0dE1gH2iF=';
    const text = `COLOUR=blue\nREDIS_PASSWORD="${password}"\n`;
    writeFileSync(join(folder, '.env'), text);
    const [option = '', port = ''] = await onFreePort();
    expect((await develop(folder, option, port)).code).toBe(0);
    expect(readFileSync(join(folder, '.env'), 'utf8').startsWith(text)).toBe(true);
    const { REDIS_PASSWORD, REDIS_URL } = variablesIn(folder);
    expect(REDIS_PASSWORD === password).toBe(true);
    const encoded = '7Qf8K2mN%2FVp1%2BT3jL9sW6hY4cZ5bA8nU0dE1gH2iF%3D';
    expect(REDIS_URL).toBe(`redis://default:${encoded}@localhost:${port}/0`);
    // A password that is changed in the file is that of the server from the next start.
    const other = 'another-Passw0rd-of-at-least-32-characters';
    writeFileSync(join(folder, '.env'), `REDIS_PASSWORD=${other}\n`);
    expect((await develop(folder)).out).toMatch(/\nrestarted: /);
    expect((await develop(folder, '--status')).code).toBe(0);
  });

  test('and so is a connection string that leads to the server already', async () => {
    const folder = newProject();
    const [option = '', port = ''] = await onFreePort();
    const url = `redis://:\${REDIS_PASSWORD}@127.0.0.1:${port}/0`;
    const text = `REDIS_PASSWORD=aB3dE5gH7jK9mN1pQ3sT5vW7yZ9-aB3dE5g\nREDIS_URL=${url}\n`;
    writeFileSync(join(folder, '.env'), text);
    expect((await develop(folder, option, port)).code).toBe(0);
    const written = readFileSync(join(folder, '.env'), 'utf8');
    expect(written.startsWith(text)).toBe(true);
    expect(written.match(/^REDIS_(URL|PASSWORD)=/gm)).toHaveLength(2);
    const moved = await develop(folder, ...(await onFreePort()));
    expect(moved.err).toMatch(/^--file must be a file that does not set REDIS_URL itself/);
  });

  test('but that of a cache on AWS is not taken, and its block is replaced', async () => {
    const folder = newProject();
    const ofCache = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9-aB3dE5g-of-a-cache';
    notePassword(ofCache);
    writeFileSync(
      join(folder, '.env'),
      '# secure-redis: begin\n# Redis for development: dev-main/Cache\n' +
        `REDIS_PASSWORD=${ofCache}\nREDIS_URL=rediss://default:${ofCache}@cache.example:6380/0\n` +
        '# secure-redis: end\n',
    );
    const { code, out } = await develop(folder, ...(await onFreePort()));
    expect(out).toContain('note       the variables of dev-main/Cache were replaced; `env --file`');
    expect(code).toBe(0);
    expect(readFileSync(join(folder, '.env'), 'utf8').includes(ofCache)).toBe(false);
    expect(variablesIn(folder).REDIS_PASSWORD).toMatch(/^[A-Za-z0-9-]{64}$/);
  });
});
