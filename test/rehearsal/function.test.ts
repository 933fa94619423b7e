/**
 * The deployed bundle on real servers: its error in each odd situation, and the content of its code
 * and log.
 */

import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Password } from '../../contract/password';
import { LABEL, type RotationEvent, type RotationStep } from '../../contract/rotation';
import { newPassword } from '../../lambda/rotation/new-password';
import { ROTATION_ERROR_CODES, RotationError } from '../../lambda/rotation/rotation-error';
import { readSettings } from '../../lambda/rotation/settings';
import { buildRotation } from '../../scripts/build-rotation';
import { noteOutput } from '../support/leaks';
import { BLUEPRINT, type LocalDeployment, startLocally } from '../support/local-deployment';
import { withoutSdkNotice } from '../support/sdk-notice';

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally();
});

afterEach(async () => {
  await local.deployment.stop();
});

async function invoke(step: RotationStep, versionId: string, change: Partial<RotationEvent> = {}) {
  const { rotation, secretArn } = local.deployment;
  const event = { Step: step, SecretId: secretArn, ClientRequestToken: versionId, ...change };
  const outcome = await rotation.invoke(event);
  noteOutput(JSON.stringify(outcome));
  return outcome;
}

/** Runs the first steps of a rotation, as far as named. */
async function runUntil(versionId: string, steps: readonly RotationStep[]): Promise<void> {
  for (const step of steps) expect(await invoke(step, versionId)).toEqual({ ok: true });
}

describe('A step that cannot go on says why, and changes nothing', () => {
  test('an event for another secret', async () => {
    const outcome = await invoke('createSecret', 'v'.repeat(32), { SecretId: 'arn:another' });
    expect(outcome).toMatchObject({ ok: false, code: 'WrongSecret' });
    expect(local.deployment.plane.calls).toBe(0);
  });

  test('an event that Secrets Manager does not send', async () => {
    const step = 'deleteSecret' as RotationStep;
    expect(await invoke(step, 'v1')).toMatchObject({ ok: false, code: 'BadEvent' });
    expect(local.deployment.plane.calls).toBe(0);
  });

  test('a version that is not staged', async () => {
    const outcome = await invoke('createSecret', 'v'.repeat(32));
    expect(outcome).toMatchObject({ ok: false, code: 'NotStaged' });
  });

  test.each(['setSecret', 'finishSecret'] as const)('%s before createSecret', async (step) => {
    const versionId = local.deployment.service.begin();
    expect(await invoke(step, versionId)).toMatchObject({ ok: false, code: 'NoPassword' });
  });

  test('a pending value that somebody edited', async () => {
    const { service, secrets, secretArn } = local.deployment;
    const versionId = service.begin();
    secrets.putValue(secretArn, versionId, 'hunter2-hunter2-hunter2', [LABEL.pending]);
    const outcome = await invoke('setSecret', versionId);
    expect(outcome).toMatchObject({ ok: false, code: 'SecretMalformed' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  test('a current password that was changed outside of the rotation', async () => {
    const versionId = local.deployment.service.begin();
    await runUntil(versionId, ['createSecret']);
    for (const node of local.deployment.nodes) {
      await node.setPasswords([Password.of('set-by-somebody-else-0')]);
    }
    const outcome = await invoke('setSecret', versionId);
    expect(outcome).toMatchObject({ ok: false, code: 'CurrentRefused' });
  });

  test('a node that is down is unreachable, not refusing', async () => {
    const versionId = local.deployment.service.begin();
    await runUntil(versionId, ['createSecret']);
    await local.deployment.nodes[1]?.stop();
    const outcome = await invoke('setSecret', versionId);
    expect(outcome).toMatchObject({ ok: false, code: 'Unreachable' });
    expect(JSON.stringify(outcome)).toContain('connection-refused');
  });

  test('a node that AWS gives no address is named, not left out', async () => {
    const versionId = local.deployment.service.begin();
    const [, replica] = local.deployment.nodes;
    if (replica) local.deployment.group.withoutAddress.add(replica);
    const outcome = await invoke('createSecret', versionId);
    expect(outcome).toMatchObject({ ok: false, code: 'AwsCallFailed' });
    expect(JSON.stringify(outcome)).toContain('the node test-group-002 has no endpoint');
  });

  test('an AWS error leaves its name and request id, not its text', async () => {
    const versionId = local.deployment.service.begin();
    await runUntil(versionId, ['createSecret', 'setSecret', 'testSecret']);
    const { plane, secrets, secretArn } = local.deployment;
    plane.hooks = {
      // Somebody moves the label between the look and the move.
      before: async ({ action }) => {
        if (action === 'UpdateSecretVersionStage') {
          secrets.putValue(secretArn, 'x'.repeat(32), local.deployment.secretString());
        }
      },
    };
    const outcome = await invoke('finishSecret', versionId);
    expect(outcome).toMatchObject({ ok: false, code: 'AwsCallFailed' });
    expect(JSON.stringify(outcome)).toMatch(
      /UpdateSecretVersionStage: InvalidParameterException, request id rehearsal-\d+/,
    );
  });
});

describe('A request to the cache whose answer is lost is not sent again by the SDK', () => {
  test('one call, an error, and the retry finds that it has happened', async () => {
    const { plane, service } = local.deployment;
    const versionId = service.begin();
    await runUntil(versionId, ['createSecret']);
    const asked: number[] = [];
    plane.hooks = {
      after: async ({ action, index }) => {
        if (action !== 'ModifyReplicationGroup') return;
        asked.push(index);
        throw new Error('the answer is lost');
      },
    };
    expect(await invoke('setSecret', versionId)).toMatchObject({
      ok: false,
      code: 'AwsCallFailed',
    });
    expect(await service.attempt(versionId)).toBe(true);
    expect(asked).toHaveLength(1);
  });
});

describe('A step that was run before is done at once', () => {
  test('each of the four, twice', async () => {
    const versionId = local.deployment.service.begin();
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      await runUntil(versionId, [step, step]);
    }
    expect(local.deployment.secrets.holderOf(local.deployment.secretArn, LABEL.current)).toBe(
      versionId,
    );
  });
});

describe('A configuration test, with a pending version that has no value', () => {
  test('passes on the current password, and says so', async () => {
    const versionId = local.deployment.service.begin();
    await runUntil(versionId, ['testSecret']);
    expect(local.lines.at(-1)).toContain('"why":"configuration-tested"');
  });
});

describe('The operator takes a rotation back, and starts anew', () => {
  test('the password that was live already is adopted', async () => {
    const { service, secrets, secretArn } = local.deployment;
    const abandoned = service.begin();
    await runUntil(abandoned, ['createSecret', 'setSecret']);
    const { secretString } = secrets.getValue(secretArn, { versionId: abandoned });
    service.abandon(abandoned);
    const versionId = service.begin();
    expect(await service.attempt(versionId)).toBe(true);
    expect(JSON.parse(local.deployment.secretString()).password).toBe(
      JSON.parse(secretString).password,
    );
    expect(local.lines.join()).toContain('"effect":"adopt"');
  });
});

describe('A log line is made of booleans, counts and closed words', () => {
  test('every value in every line of a rotation is known', async () => {
    await local.deployment.service.rotate();
    expect(local.lines.length).toBeGreaterThanOrEqual(8);
    const words = new Set<string>();
    const collect = (key: string, value: unknown): void => {
      if (typeof value === 'object' && value !== null) {
        for (const [name, inner] of Object.entries(value)) collect(name, inner);
      } else if (typeof value === 'string' && key !== 'versionId') words.add(value);
    };
    const lines = withoutSdkNotice(local.lines.join('\n')).split('\n');
    for (const line of lines) collect('', JSON.parse(line));
    const known = `accepted already-current ask createSecret current do done finishSecret
      has-password make mark nobody pending promote setSecret testSecret this wait yes`.split(
      /\s+/,
    );
    expect(Array.from(words).filter((word) => !known.includes(word))).toStrictEqual([]);
    expect(words.size).toBeGreaterThanOrEqual(known.length - 1);
  });
});

describe('The bundle carries only what it needs', () => {
  const bundle = join(BLUEPRINT.rotation.assetFolder, 'index.mjs');

  test('at most 285 kB, with the SDK and the ACL commands, without the credential chain', () => {
    const inputs = Object.keys(buildRotation().inputs).join();
    expect(statSync(bundle).size).toBeLessThanOrEqual(285_000);
    expect(inputs).toContain('client-elasticache');
    expect(inputs).not.toMatch(/credential-provider|event-streams|client-sso|ioredis/);
  });

  test('it loads in an empty environment', () => {
    const load = `await import(${JSON.stringify(bundle)})`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', load], {
      env: {},
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('The function’s environment is checked', () => {
  const good = {
    CREDENTIALS_SECRET_ARN: 'arn',
    REPLICATION_GROUP_ID: 'group',
    POLL_INTERVAL_MS: '5000',
    QUIET_MS: '60000',
    ROTATION_DAYS: '90',
    GRACE_DAYS: '7',
  };

  test.each([
    [{ CREDENTIALS_SECRET_ARN: '' }, 'CREDENTIALS_SECRET_ARN is missing'],
    [{ REPLICATION_GROUP_ID: undefined }, 'REPLICATION_GROUP_ID is missing'],
    [{ POLL_INTERVAL_MS: '0' }, 'POLL_INTERVAL_MS must be an integer from 1 to 300000, got 0'],
    [{ QUIET_MS: 'soon' }, 'QUIET_MS must be an integer from 1 to 300000, got soon'],
    [{ ROTATION_DAYS: '91' }, 'ROTATION_DAYS must be an integer from 1 to 90, got 91'],
    [{ GRACE_DAYS: '-1' }, 'GRACE_DAYS must be an integer from 0 to 90, got -1'],
  ])('%p', (change, message) => {
    expect(() => readSettings({ ...good, ...change })).toThrow(message);
  });

  test('as the template has it', () => {
    expect(readSettings(good).timing).toEqual({
      pollIntervalMs: 5000,
      quietMs: 60_000,
      iterationMsMax: 140_000,
    });
  });
});

describe('A new password has 64 characters, and one of each kind', () => {
  test('in a thousand draws, all different', () => {
    const drawn = Array.from({ length: 1000 }, () => newPassword().reveal());
    const isLegal = /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*-)[A-Za-z0-9-]{64}$/;
    expect(drawn.filter((each) => !isLegal.test(each))).toStrictEqual([]);
    expect(new Set(drawn).size).toBe(1000);
  });
});

describe('Every error code says what it means and what to do next', () => {
  test.each(ROTATION_ERROR_CODES)('%s', (code) => {
    const { message } = new RotationError(code, { step: 'setSecret', versionId: 'v1' });
    expect(message).toMatch(new RegExp(`^${code} in setSecret, version v1: .{20,}; next: .{20,}`));
  });
});
