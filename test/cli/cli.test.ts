/**
 * The command line as a process: it reports the truth, repairs what it reports, exits with the
 * right code, and prints no password.
 *
 * One deployment for all tests, which build on each other.
 */

import { Password } from '../../contract/password';
import { LABEL, type RotationStep } from '../../contract/rotation';
import { logIn } from '../../rehearsal/redis/probe';
import { localForAll } from '../support/local-for-all';
import { type Ran, runCli } from '../support/run-cli';

const FAST = ['--poll', '0.05'];
const FOREIGN = 'set-by-somebody-else-0';

const local = localForAll();

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  runCli(local().deployment.plane, args, env);

const cli = (command: string, ...args: readonly string[]) =>
  run([command, '--cache', 'test', ...args]);

const holder = (label: string) => local().deployment.secrets.holderOf(secretArn(), label);
const secretArn = () => local().deployment.secretArn;

/** Begins a rotation as Secrets Manager does, and leaves it after some steps. */
async function leave(...steps: readonly RotationStep[]): Promise<string> {
  const { service, rotation } = local().deployment;
  const ClientRequestToken = service.begin();
  for (const Step of steps) {
    const outcome = await rotation.invoke({ Step, SecretId: secretArn(), ClientRequestToken });
    expect(outcome).toEqual({ ok: true });
  }
  return ClientRequestToken;
}

async function answers(password: Password): Promise<readonly string[]> {
  const { nodes, certificates } = local().deployment;
  return Promise.all(nodes.map((node) => logIn(node, certificates.caPem, 'default', password)));
}

describe('A rotation', () => {
  test('is recommended for a cache that was never rotated', async () => {
    const { code, out } = await cli('status');
    expect(out).toMatch(/action needed\nnever-rotated: /);
    expect(code).toBe(1);
  });

  test('is started, followed and completed', async () => {
    const before = holder(LABEL.current);
    const { code, out } = await cli('rotate', ...FAST);
    expect(out).toMatch(/Z {2}a rotation has begun, with version \w{8}\n.*Z {2}current/);
    expect(out).toMatch(/pending \w{8}[\s\S]*done: the new password is in AWSCURRENT/);
    expect(code).toBe(0);
    expect(holder(LABEL.current)).not.toBe(before);
  });
});

describe('The connection string', () => {
  test('is masked without reading the secret, and whole with --reveal', async () => {
    const { plane, nodes } = local().deployment;
    const actions: string[] = [];
    plane.hooks = {
      before: async ({ action }) => {
        actions.push(action);
      },
    };
    const masked = await cli('url', '--json');
    plane.hooks = {};
    expect(new Set(actions)).toEqual(new Set(['GetParametersByPath']));
    const url = `rediss://default:[password]@localhost:${nodes[0]?.port}/0`;
    expect(JSON.parse(masked.out)).toMatchObject({ url, isRevealed: false });
    const [reader, whole] = await Promise.all([cli('url', '--reader'), cli('url', '--reveal')]);
    expect(reader.out).toBe(`${url}\n`);
    expect(whole.out).toBe(`${JSON.parse(local().deployment.secretString()).url}\n`);
  });
});

describe('The status', () => {
  test('of a healthy cache: exit code 0, in words and as JSON', async () => {
    const [words, json] = [await cli('status'), await cli('status', '--json')];
    expect(words.out).toMatch(/^test\/Cache {2}no action needed\nin-grace: /);
    const login = 'current accepted, previous accepted, no password refused, plaintext refused';
    expect(words.out.split(login)).toHaveLength(3);
    expect(words.out).toMatch(
      /accepted until \d{4}-\d\d-\d\d \(in 6 d\)[\s\S]*alarms +none in ALARM state/,
    );
    expect(JSON.parse(json.out)).toMatchObject({
      isWell: true,
      diagnosis: { id: 'in-grace' },
      report: { outcome: 'in-grace', nodes: [{ current: 'accepted' }, { current: 'accepted' }] },
    });
    expect([words.code, json.code]).toStrictEqual([0, 0]);
  });

  test('of a cache with a node that refuses, and an alarm in ALARM state', async () => {
    const { deployment } = local();
    deployment.firing = [
      { name: 'test-CacheRotationDailyCheckAlarms', description: 'A node refuses. First: look.' },
      { name: 'test-CacheTwo', description: 'Of this one, too.' },
      { name: 'test-two-CacheMemory', description: 'Another stack.' },
    ];
    const [, replica] = deployment.nodes;
    await replica?.setPasswords([Password.of(FOREIGN)]);
    const { code, out } = await cli('status');
    const revoked = await cli('revoke', ...FAST);
    const { password } = deployment.credentials();
    await replica?.setPasswords([deployment.credentials(LABEL.previous).password, password]);
    deployment.firing = [];
    expect(out).toMatch(/action needed\ncurrent-refused-by-some: /);
    expect(out).toContain(`seen: localhost:${replica?.port} refuses the current password`);
    expect(out).toContain('test-CacheRotationDailyCheckAlarms: A node refuses. First: look.');
    expect(out).not.toContain('Another stack');
    expect(code).toBe(1);
    expect(revoked.out).toContain('current-refused: refused: ');
    expect(revoked.code).toBe(1);
  });
});

describe('A password that leaked', () => {
  test('is refused after `revoke`, which asks within the grace period', async () => {
    const { deployment } = local();
    const leaked = deployment.credentials(LABEL.previous).password;
    const unasked = await cli('revoke', ...FAST);
    expect(unasked.err).toMatch(
      /must be confirmed, got no terminal, so nothing was done\.[\s\S]*grace period until/,
    );
    expect(unasked.code).toBe(2);
    expect(new Set(await answers(leaked))).toEqual(new Set(['PONG']));
    const { code, out } = await cli('revoke', '--yes', ...FAST);
    expect(out).toMatch(/\nrevoked: every node accepts only the current/);
    expect(code).toBe(0);
    expect(new Set(await answers(leaked))).toEqual(new Set(['WRONGPASS']));
    expect(new Set(await answers(deployment.credentials().password))).toEqual(new Set(['PONG']));
  });
});

describe('A stuck rotation', () => {
  test('is explained, and nothing is changed without --apply', async () => {
    const pending = await leave('createSecret', 'setSecret');
    local().deployment.clock.passDays(1);
    const explained = await cli('recover');
    const revoked = await cli('revoke', ...FAST);
    expect(explained.out).toMatch(
      /^pending-live: [\s\S]*would: RotateSecret: .*\n +carry it out with --ap/,
    );
    expect(revoked.out).toMatch(/\nrotating: refused: /);
    expect([explained.code, revoked.code]).toStrictEqual([1, 1]);
    expect(holder(LABEL.pending)).toBe(pending);
    const applied = await cli('recover', '--apply', ...FAST);
    expect(applied.out).toMatch(/is already pending; AWS retries it[\s\S]*\nin-grace: /);
    expect(applied.code).toBe(0);
    expect(holder(LABEL.current)).toBe(pending);
  }, 30_000);

  test('or was abandoned: its password is adopted', async () => {
    const abandoned = await leave('createSecret', 'setSecret');
    const { secrets, service } = local().deployment;
    const { secretString } = secrets.getValue(secretArn(), { versionId: abandoned });
    service.abandon(abandoned);
    const { code, out } = await cli('recover', '--apply', ...FAST);
    expect(out).toMatch(/Z {2}newest-unclear: [\s\S]*\nin-grace: /);
    expect(code).toBe(0);
    expect(local().deployment.secretString()).toContain(JSON.parse(secretString).password);
  });

  test('or was edited: it is replaced', async () => {
    const edited = await leave();
    local().deployment.secrets.putValue(secretArn(), edited, 'edited', [LABEL.pending]);
    const { code, out } = await cli('recover', '--apply', '--yes', ...FAST);
    expect(out).toMatch(/Z {2}pending-malformed: [\s\S]*remove AWSPENDING from[\s\S]*\nin-grace: /);
    expect(code).toBe(0);
  });

  test('or stops at an out-of-band change: it is revoked, and the rotation resumes', async () => {
    const { group } = local().deployment;
    group.modify('ROTATE', FOREIGN);
    await group.settled();
    const pending = await leave('createSecret');
    local().deployment.clock.passDays(1);
    const { code, out } = await cli('recover', '--apply', ...FAST);
    expect(out).toMatch(
      /Z {2}out-of-band-change-pending: [\s\S]*revoked: every node accepts only[\s\S]*\nin-grace: /,
    );
    expect(code).toBe(0);
    expect(holder(LABEL.current)).toBe(pending);
  });

  test('or does not complete in time: the reason is printed before and after', async () => {
    const { nodes } = local().deployment;
    for (const node of nodes) await node.setPasswords([Password.of(FOREIGN)]);
    const { code, out } = await cli('rotate', '--timeout', '0.01', '--poll', '0.3');
    expect(out).toMatch(/this will probably stop[\s\S]*not done in time[\s\S]*\ncurrent-refused: /);
    expect(code).toBe(1);
    const { deployment } = local();
    const inForce = [LABEL.previous, LABEL.current].map((label) => deployment.credentials(label));
    for (const node of nodes) await node.setPasswords(inForce.map(({ password }) => password));
  });

  test('or is abandoned while it is followed', async () => {
    const { plane, service } = local().deployment;
    plane.hooks = {
      before: async ({ action }) => {
        if (action !== 'ModifyReplicationGroup') return;
        service.abandon(holder(LABEL.pending) ?? '');
        throw new Error('the request is lost');
      },
    };
    const { code, out } = await cli('rotate', '--yes', ...FAST);
    plane.hooks = {};
    expect(out).toMatch(/\nfailed: AWSPENDING was removed.*\n {2}next: `rotate` again/);
    expect(code).toBe(1);
  });

  test('or is not visible, since the function is busy', async () => {
    const { plane, service } = local().deployment;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    plane.hooks = {
      before: ({ action }) => (action === 'DescribeReplicationGroups' ? held : Promise.resolve()),
    };
    const dailyCheck = service.dailyCheck('report');
    const { code, out } = await cli('recover', '--poll', '0.01');
    plane.hooks = {};
    release();
    await dailyCheck;
    expect(out).toMatch(/^busy: /);
    expect(code).toBe(1);
  }, 30_000);
});
