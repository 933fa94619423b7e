/**
 * Proves about `rotate --leaked` that it is done only when the leaked password is gone, whatever
 * somebody has made of the secret before; and that any other end of it says what is missing and
 * has another exit code than 0.
 */

import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Password } from '../../contract/password';
import { LABEL } from '../../contract/rotation';
import type { Call } from '../../rehearsal/aws/control-plane';
import { AwsError } from '../../rehearsal/aws/secrets-manager-store';
import { logIn } from '../../rehearsal/redis/probe';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { runCli } from '../support/run-cli';

const FAST = ['--yes', '--poll', '0.05'];
/** In minutes: for a look or two. */
const SOON = ['--timeout', '0.05'];

jest.setTimeout(60_000);

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally();
  await local.deployment.service.rotate();
  await local.deployment.service.rotate();
});

afterEach(async () => {
  await local.deployment.stop();
});

const cli = (
  args: readonly string[],
  watch?: (child: ChildProcess, printed: string) => void,
  env: NodeJS.ProcessEnv = {},
) => {
  const [command = '', ...options] = args;
  return runCli(local.deployment.plane, [command, '--cache', 'test', ...options], env, watch);
};

const current = () => local.deployment.credentials().password;

async function answers(password: Password): Promise<readonly string[]> {
  const { nodes, certificates } = local.deployment;
  const seen = nodes.map((node) => logIn(node, certificates.caPem, 'default', password));
  return Array.from(new Set(await Promise.all(seen)));
}

/** AWS leaves AWSPENDING on the version before. */
function edit(change: object): void {
  const { secrets, secretArn } = local.deployment;
  const value = JSON.parse(local.deployment.secretString());
  secrets.putValue(secretArn, randomUUID(), JSON.stringify({ ...value, ...change }));
}

/** A rotation that has asked the cache, and is left there. */
async function leave(): Promise<string> {
  const { rotation, secretArn, service } = local.deployment;
  const ClientRequestToken = service.begin();
  for (const Step of ['createSecret', 'setSecret'] as const) {
    await rotation.invoke({ Step, SecretId: secretArn, ClientRequestToken });
  }
  return ClientRequestToken;
}

function passwordOf(versionId: string): Password {
  const { secrets, secretArn } = local.deployment;
  const { secretString } = secrets.getValue(secretArn, { versionId });
  secrets.putValue(secretArn, 'copy-of-a-version', secretString, ['COPY']);
  return local.deployment.credentials('COPY').password;
}

function moveBack(): void {
  const { secrets, secretArn } = local.deployment;
  secrets.moveLabel(secretArn, {
    label: LABEL.current,
    fromVersionId: secrets.holderOf(secretArn, LABEL.current),
    toVersionId: secrets.holderOf(secretArn, LABEL.previous),
  });
}

describe('A password that leaked is gone, and AWSCURRENT has a new one', () => {
  const twice = () => {
    edit({ note: 'one' });
    edit({ note: 'two' });
  };
  test.each<[string, () => readonly Password[] | Promise<readonly Password[]>]>([
    ['after an edit', () => [current(), edit({ note: 'ours' })].slice(0, 1) as Password[]],
    ['after two edits', () => [current(), twice()].slice(0, 1) as Password[]],
    [
      'after an edit of the username',
      () => [current(), edit({ username: '' })].slice(0, 1) as Password[],
    ],
    [
      'after AWSCURRENT was moved back by hand, from the one that leaked',
      () => {
        const leaked = [current()];
        moveBack();
        return [...leaked, current()];
      },
    ],
    [
      'while a rotation is stuck, whose password leaked, too',
      async () => [current(), passwordOf(await leave())],
    ],
    [
      'after a rotation was taken back, whose password leaked, too',
      async () => {
        const abandoned = await leave();
        const leaked = [current(), passwordOf(abandoned)];
        local.deployment.service.abandon(abandoned);
        return leaked;
      },
    ],
  ])('%s', async (_, prepare) => {
    const leaked = await prepare();
    const { code, out, err } = await cli(['rotate', '--leaked', ...FAST]);
    expect(`${out}${err}`).toMatch(
      /\ndone: the new password is in AWSCURRENT\nrevoked: every node/,
    );
    expect(code).toBe(0);
    for (const each of leaked) expect(await answers(each)).toEqual(['WRONGPASS']);
    expect(leaked.some((each) => each.equals(current()))).toBe(false);
    expect(await answers(current())).toEqual(['PONG']);
  });
});

describe('`rotate` says that a password is new only if it is', () => {
  test.each<[string, object]>([
    ['a key of somebody else', { note: 'ours' }],
    ['an empty username', { username: '' }],
  ])('after an edit: %s', async (_, change) => {
    const before = current();
    edit(change);
    const { code, out } = await cli(['rotate', ...FAST]);
    expect(out).toMatch(
      /with an earlier password: rotating again\n[\s\S]*done: the new password is/,
    );
    expect([code, current().equals(before)]).toEqual([0, false]);
    expect(await answers(before)).toEqual(['PONG']);
  });

  test('and resumes one that is stuck without another rotation', async () => {
    const before = current();
    const pending = await leave();
    const { code, out } = await cli(['rotate', ...FAST]);
    expect(out).toMatch(/AWS retries it\n[\s\S]*done: the new password is in AWSCURRENT/);
    const { secrets, secretArn } = local.deployment;
    expect([code, secrets.holderOf(secretArn, LABEL.current)]).toEqual([0, pending]);
    expect(await answers(before)).toEqual(['PONG']);
  });
});

/** Fails calls of an action once RotateSecret was called, so many times. */
function failAfterwards(action: string, times: number, fail: (call: Call) => never): void {
  let [isBegun, left] = [false, times];
  const { plane } = local.deployment;
  plane.hooks = {
    ...plane.hooks,
    before: async (call) => {
      isBegun ||= call.action === 'RotateSecret';
      if (!isBegun || call.action !== action || left === 0) return;
      left -= 1;
      fail(call);
    },
  };
}

const throttled = () => {
  throw new AwsError('ThrottlingException', 'Rate exceeded');
};
const lost = () => {
  throw new Error('the connection is lost');
};
const denied = () => {
  throw new AwsError('AccessDeniedException', 'no');
};

describe('A look that fails while it follows is a look without an answer', () => {
  test.each<[string, string, () => never]>([
    ['DescribeSecret is throttled', 'DescribeSecret', throttled],
    ['the connection of DescribeSecret is lost', 'DescribeSecret', lost],
    ['Invoke is throttled', 'Invoke', throttled],
    ['the connection of Invoke is lost', 'Invoke', lost],
  ])('%s', async (_, action, fail) => {
    const leaked = current();
    // The function's own calls are among them: its step fails, and AWS repeats it.
    failAfterwards(action, action === 'Invoke' ? 5 : 12, fail);
    const { code, out, err } = await cli(['rotate', '--leaked', ...FAST]);
    expect(`${out}${err}`).toMatch(/no answer: (Desc|Inv).* failed: [\s\S]*AWS answer/);
    expect([code, await answers(leaked)]).toEqual([0, ['WRONGPASS']]);
  });
});

describe('Any other end says what is NOT revoked', () => {
  const rotating =
    /the leaked password is NOT revoked, .*under way: `rotate --leaked` again continues it/;
  const revoking =
    /the leaked password is NOT revoked, .*: `revoke --end-sessions`, which can be r/;

  test.each<[string, string, () => never, RegExp]>([
    ['RotateSecret is refused', 'RotateSecret', denied, rotating],
    ['the answer of RotateSecret is lost', 'RotateSecret', lost, rotating],
    ['DescribeSecret is throttled for ever', 'DescribeSecret', throttled, rotating],
    ['DescribeSecret is refused', 'DescribeSecret', denied, rotating],
    ['Invoke is throttled for ever', 'Invoke', throttled, revoking],
    ['Invoke is refused', 'Invoke', denied, revoking],
    ['every AWS call of the function is lost', 'DescribeReplicationGroups', lost, rotating],
  ])('%s', async (_, action, fail, missing) => {
    failAfterwards(action, Number.POSITIVE_INFINITY, fail);
    const { code, out, err } = await cli(['rotate', '--leaked', ...FAST, ...SOON]);
    expect(`${out}${err}`).toMatch(missing);
    expect(code).not.toBe(0);
    expect(`${out}${err}`).not.toContain('nobody foresaw');
  });

  const pauseAt = (seen: RegExp, then: (child: ChildProcess) => void) => {
    let isDone = false;
    return (child: ChildProcess, printed: string) => {
      if (isDone || !seen.test(printed)) return;
      isDone = true;
      then(child);
    };
  };

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s', async (signal, expected) => {
    const { group } = local.deployment;
    for (const node of local.deployment.nodes) group.lagging.add(node);
    const watch = pauseAt(/a rotation has begun/, (child) => child.kill(signal));
    const { code, err } = await cli(['rotate', '--leaked', ...FAST], watch);
    expect(err).toMatch(rotating);
    expect(code).toBe(expected);
  });

  test('a reader that goes away', async () => {
    const watch = pauseAt(/a rotation has begun/, (child) => child.stdout?.destroy());
    const { code, err } = await cli(['rotate', '--leaked', ...FAST], watch);
    expect(err).toMatch(rotating);
    expect(code).toBe(1);
  });

  test('time is up', async () => {
    const { group } = local.deployment;
    for (const node of local.deployment.nodes) group.lagging.add(node);
    const { code, out } = await cli(['rotate', '--leaked', '--json', ...FAST, ...SOON]);
    expect(JSON.parse(out)).toMatchObject({ ending: 'timed-out', isRevoked: false });
    expect(JSON.parse(out).missing).toMatch(rotating);
    expect(code).toBe(1);
  });

  test('but a rotation that is not of a leaked password does not speak of one', async () => {
    failAfterwards('DescribeSecret', Number.POSITIVE_INFINITY, denied);
    const { code, out, err } = await cli(['rotate', ...FAST]);
    expect([code, `${out}${err}`.includes('leaked')]).toEqual([2, false]);
  });
});

describe('The time that it waits unless told otherwise', () => {
  test('is longer than the slowest change, and the start of a rotation', async () => {
    const { out } = await cli(['rotate', '--help']);
    expect(out).toMatch(/--timeout <minutes> .*\(default: 45\)/);
  });
});
