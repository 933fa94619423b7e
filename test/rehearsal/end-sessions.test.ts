/**
 * The event of a leaked password: client sessions end only once the password is refused on every
 * node, other sessions stay, and a node that did not end sessions is named.
 */

import { connect, type TLSSocket } from 'node:tls';
import type { DailyCheck, DailyCheckReport } from '../../contract/daily-check';
import { encodeCommand } from '../../contract/resp';
import { endSessions } from '../../lambda/rotation/end-sessions';
import { localForAll } from '../support/local-for-all';

const local = localForAll({ isRotated: true });

const dailyCheck = (which: DailyCheck): Promise<DailyCheckReport> =>
  local().deployment.service.dailyCheck(which);

/** A session on each node, with the current password. */
async function sessions(): Promise<readonly TLSSocket[]> {
  const { nodes, certificates } = local().deployment;
  const { username, password } = local().deployment.credentials();
  return Promise.all(
    nodes.map(async ({ host, port }) => {
      const socket = connect({ host, port, ca: certificates.caPem, servername: host });
      socket.on('error', () => undefined);
      socket.write(encodeCommand('AUTH', username, password.reveal()));
      await new Promise((resolve) => socket.once('data', resolve));
      return socket;
    }),
  );
}

const LOOKS_MAX = 100;
const LOOK_MS = 10;

async function areClosed(sockets: readonly TLSSocket[]): Promise<boolean> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (sockets.every(({ closed }) => closed)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

describe('Sessions end', () => {
  test('on no report, and by no other event', async () => {
    const open = await sessions();
    for (const which of ['report', 'daily', 'revoke'] as const) {
      const { nodes } = await dailyCheck(which);
      expect(nodes.map(({ sessionsEnded }) => sessionsEnded)).toStrictEqual([undefined, undefined]);
    }
    expect(open.map(({ closed }) => closed)).toStrictEqual([false, false]);
    for (const socket of open) socket.destroy();
  });

  test('on every node, again at each event, with a count', async () => {
    for (const _ of ['first', 'repeated']) {
      const open = await sessions();
      const { outcome, nodes, isRevoked } = await dailyCheck('leaked');
      expect([outcome, isRevoked]).toStrictEqual(['revoked', true]);
      expect(nodes.map(({ sessionsEnded }) => sessionsEnded)).toStrictEqual([1, 1]);
      expect(await areClosed(open)).toBe(true);
    }
  });

  test('but none, while a rotation keeps the password from being revoked', async () => {
    const { service, rotation, secretArn } = local().deployment;
    const ClientRequestToken = service.begin();
    for (const Step of ['createSecret', 'setSecret'] as const) {
      await rotation.invoke({ Step, SecretId: secretArn, ClientRequestToken });
    }
    const open = await sessions();
    const { outcome, nodes } = await dailyCheck('leaked');
    expect(outcome).toBe('rotating');
    expect(nodes.map(({ sessionsEnded }) => sessionsEnded)).toStrictEqual([undefined, undefined]);
    expect(open.map(({ closed }) => closed)).toStrictEqual([false, false]);
    for (const socket of open) socket.destroy();
    await service.attempt(ClientRequestToken);
  });
});

describe('A node that did not end sessions is reported, with the reason', () => {
  test('in the report', async () => {
    const { nodes } = local().deployment;
    await nodes[1]?.admin('ACL', 'SETUSER', 'default', '-client|kill');
    const open = await sessions();
    const report = await dailyCheck('leaked');
    await nodes[1]?.admin('ACL', 'SETUSER', 'default', '+client|kill');
    expect(report.nodes.map(({ sessionsEnded, why }) => [sessionsEnded, why])).toStrictEqual([
      [1, undefined],
      [undefined, 'command-refused'],
    ]);
    for (const socket of open) socket.destroy();
  });

  test('and as one of a fixed list of reasons, if it is unreachable or not trusted', async () => {
    const { username, password } = local().deployment.credentials();
    const [{ port = 0 } = {}] = local().deployment.nodes;
    const ended = await Promise.all([
      endSessions({ host: 'localhost', port: 1 }, username, password),
      // This process does not trust the authority of the rehearsal.
      endSessions({ host: 'localhost', port }, username, password),
    ]);
    expect(ended).toStrictEqual([
      { why: 'connection-refused' },
      { why: 'certificate-not-trusted' },
    ]);
  });
});

describe('The end of the grace period', () => {
  test('is in a report until the previous password is revoked', async () => {
    await local().deployment.service.rotate();
    const { graceEndsAt = '', at } = await dailyCheck('report');
    const days = (Date.parse(graceEndsAt) - Date.parse(at)) / (24 * 60 * 60 * 1000);
    expect(Math.round(days)).toBe(7);
    expect((await dailyCheck('revoke')).graceEndsAt).toBeUndefined();
    const after = await dailyCheck('report');
    expect([after.outcome, after.graceEndsAt]).toStrictEqual(['revoked', undefined]);
  });
});
