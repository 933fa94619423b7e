/**
 * `npm start` on the real template passes each check, its checks detect faults, and no process or
 * file stays behind.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Password } from '../../contract/password';
import {
  checkNodeParameters,
  checkNodes,
  checkPassword,
  checkUrls,
} from '../../rehearsal/checks/checks';
import { checkLeaks } from '../../rehearsal/checks/leak-check';
import { habitTraffic } from '../../rehearsal/traffic/habits';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 60_000;

const started: ChildProcess[] = [];

// A test that fails half-way must not leave a process that keeps jest waiting.
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(...args: readonly string[]) {
  const command = ['-r', './bin/register.cjs', 'rehearsal/main.ts', ...args];
  const folder = temporaryFolder('run');
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve)).finally(() =>
    noteOutput(output),
  );
  return { child, folder, ended, output: () => output };
}

/** Servers that run below a folder, by the kernel's own list. */
function serversUnder(folder: string): number {
  const folders = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return readlinkSync(`/proc/${id}/cwd`);
      } catch {
        // It ended meanwhile.
        return '';
      }
    });
  return folders.filter((each) => each.startsWith(folder)).length;
}

async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600 && !condition() && child.exitCode === null; tries++) {
    await sleep(50);
  }
  expect(condition()).toBe(true);
}

/** Ctrl-C ends a rehearsal as one should end, and nothing stays behind. */
async function interrupt({ child, ended, folder }: ReturnType<typeof start>): Promise<void> {
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  await sleep(100);
  expect(serversUnder(folder)).toBe(0);
  expect(readdirSync(folder)).toStrictEqual([]);
}

describe('npm start deploys, rotates and checks', () => {
  test(
    'every check passes, the figures are written, nothing stays behind',
    async () => {
      const file = join(temporaryFolder('json'), 'out.json');
      const { ended, output, folder } = start('--json', file);
      expect(await ended).toBe(0);
      const { checks, rotations } = JSON.parse(readFileSync(file, 'utf8'));
      const [rotation] = rotations;
      expect(checks.map(({ id }: { id: string }) => id)).toStrictEqual([
        'first-rotation',
        'no-password',
        'wrong-password',
        'right-password',
        'plaintext',
        'foreign-certificate',
        'foreign-name',
        'old-tls',
        'admin-commands',
        'loopback',
        'parameters',
        'url',
        'rotation',
        'no-failed-command',
        'always-accepted',
        'no-failed-login',
        'few-calls',
        'previous-accepted',
        'initial-refused',
        'daily-check',
        'daily-check-metrics',
        'previous-revoked',
        'current-kept',
        'no-leak',
      ]);
      expect(checks.filter(({ pass }: { pass: boolean }) => !pass)).toStrictEqual([]);
      expect(rotation).toMatchObject({ failed: 0 });
      expect(rotation.commands).toBeGreaterThan(100);
      expect(rotation.reconnects).toBeGreaterThan(5);
      expect(output()).toContain('24 passed, 0 failed');
      const lists = output().split(/^(?=proven here|checks of the rehearsal|not proven here)/m);
      const [, ofProduct = '', ofRehearsal = '', unproven = ''] = lists;
      expect(ofProduct).toMatch(/^proven here.*\nok {4}first-rotation.*\nok {4}no-leak/s);
      expect(ofProduct.match(/^ok/gm)).toHaveLength(16);
      expect(ofRehearsal.match(/(?<=^ok {4})[\w-]+/gm)).toStrictEqual([
        'no-password',
        'wrong-password',
        'plaintext',
        'foreign-certificate',
        'foreign-name',
        'old-tls',
        'admin-commands',
        'loopback',
      ]);
      for (const each of [
        'AWS itself',
        'IAM',
        'security groups',
        'KMS',
        "ElastiCache's own AUTH",
      ]) {
        expect(unproven).toContain(`\n  -   ${each}`);
      }
      expect(readdirSync(folder)).toStrictEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    '--keep says how to connect without the password, and Ctrl-C cleans up',
    async () => {
      const run = start('--keep');
      const { child, output, folder } = run;
      await until(() => output().includes('stop with Ctrl-C'), child);
      expect(output()).toMatch(/rediss:\/\/default:\[password\]@localhost:\d+\/0/);
      expect(serversUnder(folder)).toBe(2);
      await interrupt(run);
    },
    TIMEOUT_MS,
  );

  test(
    'Ctrl-C while the servers start leaves nothing behind',
    async () => {
      const run = start();
      const { child, output, folder } = run;
      await until(() => output().includes('deploying') || serversUnder(folder) > 0, child);
      await interrupt(run);
    },
    TIMEOUT_MS,
  );

  test.each([
    [['--stage', 'nosuch'], 'the stage must be a file in config/ (dev, prod), got "nosuch".'],
    [['--nosuch'], "Unknown option '--nosuch'"],
    [['--cache', 'nosuch'], "--cache must be a cache of the stage dev (main), got 'nosuch'"],
    [
      ['--stage', 'prod', '--keep'],
      '--keep must be for one cache, got the stage prod with cache, sessions, jobs. Choose',
    ],
    [
      ['--traffic', 'ioredis,nosuch'],
      '--traffic must be all, list or some of ioredis, node-redis, bullmq',
    ],
    [['--traffic', 'all', '--keep'], '--traffic must be without --keep, got both'],
    [
      ['--json', '/nosuch/out.json'],
      "in a folder that exists, got '/nosuch/out.json' (ENOENT). Make the folder",
    ],
  ])(
    '%p ends with a message and exit code 1',
    async (args, message) => {
      const { ended, output } = start(...args);
      expect(await ended).toBe(1);
      expect(output()).toContain(message);
      expect(output()).not.toMatch(/\n\s+at /);
    },
    TIMEOUT_MS,
  );
});

describe('Each check detects its fault', () => {
  let local: LocalDeployment;

  beforeEach(async () => {
    local = await startLocally();
  });

  afterEach(async () => {
    await local.deployment.stop();
  });

  test('a node with unauthenticated access', async () => {
    const [, replica] = local.deployment.nodes;
    await replica?.admin('ACL', 'SETUSER', 'default', 'nopass');
    const failed = (await checkNodes(local.deployment)).filter(({ pass }) => !pass);
    expect(failed.map(({ id }) => id)).toStrictEqual(['no-password', 'wrong-password']);
  });

  test('a node that refuses the current password', async () => {
    const [, replica] = local.deployment.nodes;
    await replica?.setPasswords([Password.of('another-password-0')]);
    const failed = (await checkNodes(local.deployment)).filter(({ pass }) => !pass);
    expect(failed.map(({ id }) => id)).toStrictEqual(['right-password', 'admin-commands']);
  });

  test('an application that may administer', async () => {
    await local.deployment.nodes[0]?.admin('ACL', 'SETUSER', 'default', '+@all');
    const failed = (await checkNodes(local.deployment)).filter(({ pass }) => !pass);
    expect(failed.map(({ id }) => id)).toStrictEqual(['admin-commands']);
  });

  test('a parameter that is not in force', async () => {
    await local.deployment.nodes[1]?.admin('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(await checkNodeParameters(local.deployment)).toMatchObject({ pass: false });
  });

  test('only unknown parameters, or cluster parameters without a cluster', async () => {
    const parameters = { 'reserved-memory-percent': '25' };
    const { nodes, blueprint } = local.deployment;
    const withParameters = (given: Record<string, string>) =>
      checkNodeParameters({ nodes, blueprint: { ...blueprint, parameters: given } });
    expect(await withParameters(parameters)).toMatchObject({
      pass: false,
      detail: expect.stringContaining('not known to this server: reserved-memory-percent'),
    });
    const clustered = { ...blueprint.parameters, 'cluster-enabled': 'yes' };
    expect(await withParameters(clustered)).toMatchObject({ pass: false });
  });

  test('a URL that does not connect', async () => {
    await local.deployment.service.rotate();
    await local.deployment.nodes[0]?.setPasswords([Password.of('another-password-0')]);
    expect(await checkUrls(local.deployment)).toMatchObject({ pass: false });
  });

  test('a password that is still accepted', async () => {
    const expected = { id: 'x', claim: 'x', expected: 'WRONGPASS' } as const;
    const current = local.deployment.credentials().password;
    expect(await checkPassword(local.deployment, current, expected)).toMatchObject({ pass: false });
  });

  test('a password in an output', () => {
    const password = Password.of('an-unlucky-password-0');
    expect(checkLeaks(['it is an-unlucky-password-0!'], [password])).toMatchObject({ pass: false });
    expect(checkLeaks(['nothing'], [password])).toMatchObject({ pass: true });
  });

  test('traffic that fails', async () => {
    await local.deployment.service.rotate();
    const traffic = habitTraffic(local.deployment);
    await sleep(200);
    for (const node of local.deployment.nodes) {
      await node.setPasswords([Password.of('another-password-0')]);
    }
    await sleep(400);
    const { failed, failures } = await traffic.stop();
    expect(failed).toBeGreaterThan(0);
    expect(failures).toContain('WRONGPASS');
  });
});
