/**
 * The command line on a cache with users: a table of all, and each command for one of them.
 *
 * One deployment for all tests, which build on each other.
 */

import { LABEL } from '../../contract/rotation';
import { logIn } from '../../rehearsal/redis/probe';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { type Ran, runCli } from '../support/run-cli';
import { templateBlueprint } from '../support/template-blueprint';
import { usersStack } from '../support/users';

const FAST = ['--poll', '0.05', '--yes'];
const CACHE = ['--cache', 'secure-redis-test'];

let local: LocalDeployment;

beforeAll(async () => {
  local = await startLocally({ blueprint: templateBlueprint(undefined, usersStack()) });
}, 60_000);

afterAll(async () => {
  await local?.deployment.stop();
});

const cli = (command: string, ...args: readonly string[]): Promise<Ran> =>
  runCli(local.deployment.plane, [command, ...CACHE, ...args], {});

const holder = (user: string, label: string) =>
  local.deployment.secrets.holderOf(local.deployment.login(user).arn, label);

async function answers(user: string, label: string): Promise<readonly string[]> {
  const { nodes, certificates } = local.deployment;
  const { password } = local.deployment.login(user).credentials(label);
  return Promise.all(nodes.map((node) => logIn(node, certificates.caPem, user, password)));
}

describe('status without --user', () => {
  test('has a line per user, and a diagnosis of each that needs a person', async () => {
    const { code, out } = await cli('status');
    expect(out).toMatch(/^secure-redis-test\/Cache {2}action needed\nuser +state +nodes/);
    expect(out).toMatch(
      /\napp +never-rotated +2 of 2 accept +\d+ \w+ ago +none +next [\d-]{10} \(in .*\) +reads and/,
    );
    for (const user of ['app', 'worker', 'reports']) {
      expect(out).toContain(`\nuser ${user}\nnever-rotated: `);
    }
    expect(out).toMatch(/\nalarms +none in ALARM state\n$/);
    expect(code).toBe(1);
  });
});

describe('rotate --user', () => {
  test('rotates this user alone', async () => {
    const [app, worker] = [holder('app', LABEL.current), holder('worker', LABEL.current)];
    const { code, out } = await cli('rotate', '--user', 'app', ...FAST);
    expect(out).toMatch(/a rotation has begun[\s\S]*done: the new password is in AWSCURRENT/);
    expect(code).toBe(0);
    expect(holder('app', LABEL.current)).not.toBe(app);
    expect(holder('worker', LABEL.current)).toBe(worker);
    expect(await answers('app', LABEL.current)).toEqual(['PONG', 'PONG']);
    expect(await answers('app', LABEL.previous)).toEqual(['PONG', 'PONG']);
  });

  test('is seen in the status of this user, and in the table', async () => {
    const { code, out } = await cli('status', '--user', 'app');
    expect(out).toMatch(/^secure-redis-test\/Cache, user app {2}no action needed\nin-grace: /);
    expect(out.split('current accepted, previous accepted')).toHaveLength(3);
    expect(out).toMatch(/rotation +next \d{4}/);
    expect(code).toBe(0);
    const { users, isWell } = JSON.parse((await cli('status', '--json')).out);
    expect(isWell).toBe(false);
    expect(
      users.map(({ user, diagnosis }: { user: string; diagnosis: { id: string } }) => [
        user,
        diagnosis.id,
      ]),
    ).toEqual([
      ['app', 'in-grace'],
      ['worker', 'never-rotated'],
      ['reports', 'never-rotated'],
    ]);
  });

  test('with --leaked, revokes, and says that its role cannot end sessions', async () => {
    const { code, out } = await cli('rotate', '--user', 'worker', '--leaked', ...FAST);
    expect(out).toMatch(/done: the new password is in AWSCURRENT[\s\S]*revoked: every node/);
    expect(out.split('sessions NOT ended: command-refused')).toHaveLength(3);
    expect(out).toContain('does not allow CLIENT KILL, so its sessions stay open: restart its');
    expect(code).toBe(1);
    expect(await answers('worker', LABEL.current)).toEqual(['PONG', 'PONG']);
    expect(await answers('worker', LABEL.previous)).toEqual(['WRONGPASS', 'WRONGPASS']);
  });
});

describe('revoke --user', () => {
  test('revokes the previous password of this user', async () => {
    const { code, out } = await cli('revoke', '--user', 'app', ...FAST);
    expect(out).toContain('revoked: every node accepts only the current password');
    expect(code).toBe(0);
    expect(await answers('app', LABEL.previous)).toEqual(['WRONGPASS', 'WRONGPASS']);
    expect((await cli('status')).out).toMatch(/\napp +well +2 of 2 accept +\d+ \w+ ago +revoked/);
  });
});

describe('url --user and env --user', () => {
  test('name the user; the whole URL is that of its secret', async () => {
    const port = local.deployment.nodes[0]?.port;
    const masked = await cli('url', '--user', 'reports');
    expect(masked.out).toBe(`rediss://reports:[password]@localhost:${port}/0\n`);
    const whole = await cli('url', '--user', 'app', '--reveal');
    const { url } = JSON.parse(local.deployment.login('app').secretString());
    expect(whole.out).toBe(`${url}\n`);
    const { out } = await cli('env', '--user', 'app');
    expect(out).toContain(`REDIS_URL=rediss://app:{password}@localhost:${port}/0`);
    expect(out).toContain('env --cache secure-redis-test/Cache --user app --file .env');
  });
});

describe('A wrong --user is refused', () => {
  test.each([
    ['apps', "(app, worker, reports), got 'apps'. Did you mean app?"],
    ['report', "got 'report'. Did you mean reports?"],
    ['somebody', "got 'somebody'. Name one of them."],
    ['default', "got 'default'. Name one of them."],
  ])('%s', async (user, message) => {
    const { code, err } = await cli('rotate', '--user', user, ...FAST);
    expect(err).toContain('--user must be a user of secure-redis-test/Cache ');
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test.each(['rotate', 'revoke', 'url', 'env'])('%s without one', async (command) => {
    const { code, err } = await cli(command);
    expect(err).toContain(
      '--user must name the user that this is about: secure-redis-test/Cache has users with a ' +
        'password each (app, worker, reports). Add it, such as --user app.',
    );
    expect(code).toBe(2);
  });
});

describe('A user that nodes refuse', () => {
  test('is named in the status, and in words in its diagnosis', async () => {
    const [, replica] = local.deployment.nodes;
    await replica?.admin('ACL', 'SETUSER', 'reports', 'resetpass');
    const { code, out } = await cli('status');
    expect(out).toMatch(/\nreports +current-refused-by-some +1 of 2 accept/);
    expect(out).toContain(`seen: localhost:${replica?.port} refuses the current password`);
    expect(out).toContain(
      'next: `recover --apply`, which makes every node accept the current password again',
    );
    expect(code).toBe(1);
  });

  test('is repaired by `recover --apply`, which sends its passwords again', async () => {
    const { out } = await cli('recover', '--user', 'reports', '--apply', ...FAST);
    expect(out).toContain('send the passwords of the user again, as a daily check does\n');
    expect(await answers('reports', LABEL.current)).toEqual(['PONG', 'PONG']);
  });
});
