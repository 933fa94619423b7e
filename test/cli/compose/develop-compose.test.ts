/**
 * `npx secure-redis develop --compose`: the files that it writes, and its entry point and health
 * check with real servers of each engine, in each shell of this machine.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { findServers, type RedisBinary } from '../../../cli/server/redis-binary';
import { linesOfCompose } from '../../../cli/verify/compose/lines-of-compose';
import { endContainers, healthOf, ran, secretIn, startContainer } from '../../support/container';
import { develop, git, newProject, sendTo, variablesIn } from '../../support/run-develop';

afterAll(endContainers);

const SERVERS = findServers();

/** The rules of a user are those that the version of the image has. */
const imageOf = ({ engine, version }: RedisBinary) =>
  `${engine === 'redis' ? 'redis' : 'valkey/valkey'}:${version}`;

const [SERVER] = SERVERS;
if (SERVER === undefined) throw new Error('the tests need a redis-server or valkey-server');
const SHELLS = [['sh'], ['bash'], ['busybox', 'sh']].filter(
  ([program = '', ...args]) => spawnSync(program, [...args, '-c', ':']).status === 0,
);
const DAY = new Date('2026-11-28T00:00:00Z');

const findings = (path: string) =>
  linesOfCompose(path, DAY).filter(({ verdict }) => verdict !== 'pass');

/** The compose specification's schema, as the linter of compose files carries it. */
const SCHEMA = readFileSync(
  join(dirname(require.resolve('dclint/package.json')), 'schemas/compose.schema.json'),
  'utf8',
);
// Ajv knows the draft that the schema names by its address with http only.
const isCompose = new Ajv({ strict: false, validateFormats: false }).compile({
  ...JSON.parse(SCHEMA),
  $schema: undefined,
});
const schemaErrors = (path: string) => {
  isCompose(parse(readFileSync(path, 'utf8')));
  return (isCompose.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

/** Asks the server of a container with the password of `.env`. */
const send = (project: string, port: number, ...command: readonly string[]) =>
  sendTo(`redis://:${variablesIn(project).REDIS_PASSWORD}@127.0.0.1:${port}`, ...command);

describe('The files', () => {
  test('have no finding, hold no password, and are written once', async () => {
    const project = newProject();
    const { code, out, err } = await develop(project, '--compose');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^written: compose\.yaml, valkey\/valkey:8\.1\.10-alpine\n/);
    expect(findings(join(project, 'compose.yaml'))).toEqual([]);
    expect(schemaErrors(join(project, 'compose.yaml'))).toEqual([]);

    const { REDIS_PASSWORD: password = '', REDIS_URL: url } = variablesIn(project);
    expect(url).toBe(`redis://default:${password}@localhost:6379/0`);
    const secret = secretIn(project);
    expect(readFileSync(secret, 'utf8') === password).toBe(true);
    expect(statSync(secret).mode & 0o777).toBe(0o444);
    expect(statSync(join(secret, '..')).mode & 0o777).toBe(0o700);
    const shared = [
      'compose.yaml',
      ...readdirSync(join(project, 'secure-redis')).map((each) => `secure-redis/${each}`),
    ];
    expect(shared).toEqual([
      'compose.yaml',
      'secure-redis/health.sh',
      'secure-redis/redis.conf',
      'secure-redis/start.sh',
      'secure-redis/user.acl',
    ]);
    const texts = shared.map((each) => readFileSync(join(project, each), 'utf8')).join('\n');
    expect(texts.includes(password)).toBe(false);
    expect(git(project, 'status', '--short', '--untracked-files=all')).toBe(
      ['?? .gitignore', ...shared.map((each) => `?? ${each}`), ''].join('\n'),
    );

    const again = await develop(project, '--compose');
    expect(again.out).toMatch(/^unchanged: compose\.yaml/);
    expect(variablesIn(project).REDIS_PASSWORD === password).toBe(true);
  });

  test('keep their options, and change with others', async () => {
    const project = newProject();
    const digest = `sha256:${'a1'.repeat(32)}`;
    const image = 'redis:7.4.11-bookworm';
    const given = ['--image', image, '--digest', digest, '--purpose', 'queue', '--port', '7001'];
    await develop(project, '--compose', '--tls', ...given);
    const text = () => readFileSync(join(project, 'compose.yaml'), 'utf8');
    expect(text()).toContain(`image: ${image}@${digest}\n`);
    expect(text()).toContain("- '127.0.0.1:7001:6380'\n");
    expect(text()).toContain("user: '999:999'\n");
    expect(text()).toContain('      - redis-server\n');
    const config = readFileSync(join(project, 'secure-redis/redis.conf'), 'utf8');
    expect(config).toContain('\nport 0\ntls-port 6380\n');
    expect(config).toContain('\nmaxmemory-policy noeviction\n');
    expect(findings(join(project, 'compose.yaml'))).toEqual([]);
    expect(schemaErrors(join(project, 'compose.yaml'))).toEqual([]);
    expect(variablesIn(project).REDIS_CA_FILE).toMatch(/\.secure-redis\/compose\/tls\/ca\.crt$/);
    expect((await develop(project, '--compose')).out).toMatch(/^unchanged: /);
    await develop(project, '--compose', '--no-tls', '--image', 'valkey/valkey:9.0.7');
    expect(text()).toContain('image: valkey/valkey:9.0.7\n');
    expect(text()).toContain("- '127.0.0.1:6379:6379'\n");
    expect(variablesIn(project).REDIS_CA_FILE).toBe(undefined);
  });

  test.each<[string, (project: string) => void, readonly string[], RegExp]>([
    [
      'a compose file of another',
      (project) => writeFileSync(join(project, 'compose.yaml'), 'services: {}\n'),
      [],
      /compose\.yaml must be a file that develop has written, got another; it is unchanged\. Run/,
    ],
    [
      'a compose file of another name',
      (project) => writeFileSync(join(project, 'docker-compose.yml'), 'services: {}\n'),
      [],
      /compose\.yaml must be the only compose file here, got docker-compose\.yml, which compose wo/,
    ],
    [
      'a moving tag',
      () => undefined,
      ['--image', 'redis:7-alpine'],
      /--image must be redis or valk/,
    ],
    [
      'another image',
      () => undefined,
      ['--image', 'bitnami/redis:7.4.1'],
      /--image must be redis /,
    ],
    ['an old image', () => undefined, ['--image', 'redis:5.0.14'], /--image must be 6\.2 or newer/],
    [
      'half a digest',
      () => undefined,
      ['--digest', 'sha256:12'],
      /--digest must be sha256: and 64/,
    ],
    ['--like', () => undefined, ['--like', 'dev/jobs'], /--like must be left out with --compose/],
    ['--server', () => undefined, ['--server', 'redis-server'], /--server must be left out with/],
    [
      '--status',
      () => undefined,
      ['--status'],
      /--status must be alone, got --status and --compose/,
    ],
  ])('are not written beside %s', async (_, prepare, options, message) => {
    const project = newProject();
    prepare(project);
    const before = readdirSync(project).sort();
    const { code, err } = await develop(project, '--compose', ...options);
    expect(err).toMatch(message);
    expect([code, readdirSync(project).sort()]).toEqual([2, before]);
  });

  test.each(['compose.yaml', 'secure-redis/start.sh', 'secure-redis/user.acl'])(
    'are kept with a change by hand in %s',
    async (name) => {
      const project = newProject();
      await develop(project, '--compose');
      const path = join(project, name);
      const changed = `${readFileSync(path, 'utf8')}# mine\n`;
      writeFileSync(path, changed);
      const { code, err } = await develop(project, '--compose', '--purpose', 'queue');
      expect(err).toContain(`${name} must be as develop has written it, got changes by hand`);
      expect([code, readFileSync(path, 'utf8') === changed]).toEqual([2, true]);
    },
  );

  test('options of an image need --compose', async () => {
    const { code, err } = await develop(newProject(), '--image', 'redis:7.4.11');
    expect([code, err]).toEqual([
      2,
      '--image must be given with --compose, got it alone. Add --compose.\n',
    ]);
  });
});

describe.each(SERVERS)('The entry point with $path', (binary) => {
  test.each(SHELLS)('starts it in %s, with no password to be seen', async (...shell) => {
    const project = newProject();
    await develop(project, '--compose', '--image', imageOf(binary));
    const words = shell.filter((each) => each !== undefined);
    const container = await startContainer({ project, server: binary.path, shell: words });
    const { REDIS_PASSWORD: password = '' } = variablesIn(project);
    const seen = ['cmdline', 'environ'].map((name) =>
      readFileSync(`/proc/${container.process.pid}/${name}`, 'latin1'),
    );
    expect(seen[0]).toContain('-server');
    expect(seen.join('').includes(password)).toBe(false);
    const config = join(container.private, 'server.conf');
    expect(readFileSync(config, 'utf8').includes(password)).toBe(false);
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(container.output().includes(password)).toBe(false);

    const { port } = container;
    expect(await send(project, port, 'SET', 'a', '1')).toBe('OK');
    for (const command of ['FLUSHALL', 'KEYS *', 'CONFIG GET *', 'SHUTDOWN', 'MONITOR']) {
      expect(await send(project, port, ...command.split(' '))).toBe('NOPERM');
    }
    const client = `${binary.engine}-cli`;
    const anonymous = ran(client, ['-p', String(port), 'ping']);
    expect(anonymous.out).toBe('NOAUTH Authentication required.');
    const health = healthOf(project, port, { shell: words, client });
    expect(health).toEqual({ code: 0, out: '' });
    expect(await send(project, port, 'DBSIZE')).toBe(1);
  });
});

describe('The entry point', () => {
  test.each<[string, string, RegExp]>([
    ['short', 'a-password-of-31-characters-abc', /must have at least 32 characters, got 31\. Run/],
    ['empty', '', /must have at least 32 characters, got 0\. Run/],
  ])('does not start with a password that is %s', async (_, password, message) => {
    const project = newProject();
    await develop(project, '--compose');
    const secret = join(project, 'secret');
    writeFileSync(secret, password);
    const container = await startContainer({ project, server: SERVER.path, secret });
    expect(container.output()).toMatch(message);
    expect(container.process.exitCode).toBe(1);
  });

  test('does not start without a password', async () => {
    const project = newProject();
    await develop(project, '--compose');
    const secret = join(project, 'none');
    const container = await startContainer({ project, server: SERVER.path, secret });
    expect(container.output()).toMatch(/none must be a file that user \d+ can read\. Run/);
    expect(container.process.exitCode).toBe(1);
  });

  test.each(SERVERS)('with TLS accepts no plaintext, in $path', async (binary) => {
    const project = newProject();
    await develop(project, '--compose', '--tls', '--image', imageOf(binary));
    const { port } = await startContainer({ project, server: binary.path });
    const ca = String(variablesIn(project).REDIS_CA_FILE);
    const client = `${binary.engine}-cli`;
    expect(healthOf(project, port, { ca, client })).toEqual({ code: 0, out: '' });
    expect(healthOf(project, port, { client }).code).toBe(1);
    const names = ['redis.crt', 'redis.key', 'ca.crt'].map((each) => join(ca, '..', each));
    expect(names.map((each) => statSync(each).mode & 0o777)).toEqual([0o444, 0o444, 0o444]);
    expect(statSync(join(ca, '../authority.key')).mode & 0o777).toBe(0o600);
  });
});
