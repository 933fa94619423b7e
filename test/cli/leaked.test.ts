/**
 * `rotate --leaked` and the grace period: the command asks before it ends a grace period, ends
 * every session of the leaked password, and reports what it could not do.
 */

import { connect, type TLSSocket } from 'node:tls';
import type { Password } from '../../contract/password';
import { encodeCommand } from '../../contract/resp';
import { LABEL } from '../../contract/rotation';
import { logIn } from '../../rehearsal/redis/probe';
import type { RedisNode } from '../../rehearsal/redis/redis-node';
import { localForAll } from '../support/local-for-all';
import { runCli } from '../support/run-cli';

const FAST = ['--poll', '0.05'];

const local = localForAll({ isRotated: true });

const cli = (command: string, ...args: readonly string[]) =>
  runCli(local().deployment.plane, [command, '--cache', 'test', ...args], {});

const holder = (label: string) =>
  local().deployment.secrets.holderOf(local().deployment.secretArn, label);

async function answers(password: Password): Promise<readonly string[]> {
  const { nodes, certificates } = local().deployment;
  return Promise.all(nodes.map((node) => logIn(node, certificates.caPem, 'default', password)));
}

/** A session that is logged in with the current password, and does nothing. */
async function session({ host, port }: RedisNode): Promise<TLSSocket> {
  const { certificates } = local().deployment;
  const { username, password } = local().deployment.credentials();
  const socket = connect({ host, port, ca: certificates.caPem, servername: host });
  socket.on('error', () => undefined);
  socket.write(encodeCommand('AUTH', username, password.reveal()));
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

describe('A password that leaked', () => {
  test('is replaced, refused and logged out by `rotate --leaked`, which asks first', async () => {
    const { deployment } = local();
    const leaked = deployment.credentials().password;
    const sessions = await Promise.all(deployment.nodes.map(session));
    const unasked = await cli('rotate', '--leaked', ...FAST);
    expect(unasked.err).toMatch(
      /^this must be confirmed, got no terminal[\s\S]*\n {2}every session on/,
    );
    expect([unasked.code, deployment.credentials().password.equals(leaked)]).toEqual([2, true]);
    const { code, out, err } = await cli('rotate', '--leaked', '--yes', '--json', ...FAST);
    expect(err).toMatch(/every session on every node is ended[\s\S]*refused until they are restar/);
    const ended = [{ sessionsEnded: 1 }, { sessionsEnded: 1 }];
    const answer = { ending: 'moved', isRevoked: true, isDone: true, outcome: 'revoked' };
    expect(JSON.parse(out)).toMatchObject({ ...answer, sessions: ended });
    expect(code).toBe(0);
    expect(new Set(await answers(leaked))).toEqual(new Set(['WRONGPASS']));
    expect(sessions.map(({ closed }) => closed)).toStrictEqual([true, true]);
  });

  test('or loses its sessions alone, and a node that ended none is named', async () => {
    const { nodes } = local().deployment;
    const sessions = await Promise.all(nodes.map(session));
    await nodes[1]?.admin('ACL', 'SETUSER', 'default', '-client|kill');
    const half = await cli('revoke', '--end-sessions', '--yes', ...FAST);
    await nodes[1]?.admin('ACL', 'SETUSER', 'default', '+client|kill');
    expect(half.out).toMatch(
      /sessions ended: 1\n.*sessions NOT ended: command-refused\n {2}next: run `rev/,
    );
    const whole = await cli('revoke', '--end-sessions', '--yes', ...FAST);
    expect(whole.out).toMatch(/sessions ended: 0\n.*sessions ended: 1\n {2}next: restart clients/);
    expect([half.code, whole.code]).toStrictEqual([1, 0]);
    expect(sessions.map(({ closed }) => closed)).toStrictEqual([true, true]);
  });
});

describe('A rotation in the grace period of the one before', () => {
  test('says which date it breaks, and is not begun unless that is agreed to', async () => {
    const { deployment } = local();
    await deployment.service.rotate();
    const [current, previous] = [holder(LABEL.current), holder(LABEL.previous)];
    const { code, err } = await cli('rotate', ...FAST);
    const until = new Date(Date.now() + 7 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    expect(err).toMatch(
      new RegExp(`version ${previous?.slice(0, 8)}\\) is in its grace period unt`),
    );
    expect(err).toContain(` until ${until} (in 6 d); a rotation ends this period now`);
    expect([code, holder(LABEL.current), holder(LABEL.pending)]).toEqual([2, current, current]);
    const agreed = await cli('rotate', '--yes', ...FAST);
    expect(agreed.out).toContain(` until ${until} (in 6 d); a rotation ends this period now`);
    expect([agreed.code, holder(LABEL.previous)]).toEqual([0, current]);
  });

  test('is as `recover --apply` would do it: it asks, too', async () => {
    const pending = local().deployment.service.begin();
    local().deployment.clock.passDays(1);
    const { code, out, err } = await cli('recover', '--apply', ...FAST);
    expect(out).toMatch(/Z {2}pending-without-value: /);
    expect(err).toMatch(
      /^this must be confirmed, got no terminal[\s\S]*; a rotation ends this period now/,
    );
    expect([code, holder(LABEL.pending)]).toEqual([2, pending]);
    const agreed = await cli('recover', '--apply', '--yes', ...FAST);
    expect([agreed.code, holder(LABEL.current)]).toEqual([0, pending]);
  });
});
