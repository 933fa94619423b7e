/**
 * A probe asks any server over plaintext or TLS, reports the facts of the handshake, and ends in
 * bounded time and memory with a name, whatever the server does.
 */

import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { makeAuthority, makeServerCertificate } from '../../cli/server/certificates';
import {
  openProbe,
  PROBE_BYTES_MAX,
  ProbeEnd,
  type ServerProbe,
  type ServerToProbe,
} from '../../cli/server/probe';
import { findServers } from '../../cli/server/redis-binary';
import { RespError } from '../../contract/resp';
import { SecretText } from '../../contract/secret-text';
import { answerWith, endOwnServers, startOwnServer, tlsConfig } from '../support/own-server';

afterAll(endOwnServers);

const PASSWORD = SecretText.of('the-password-of-a-probed-server-1');
const HOST = '127.0.0.1';

async function opened(server: ServerToProbe): Promise<ServerProbe> {
  const probe = await openProbe(server);
  if (probe instanceof ProbeEnd) throw new Error(`no connection: ${probe.why}`);
  return probe;
}

async function endOf(server: ServerToProbe): Promise<ProbeEnd> {
  const probe = await openProbe(server);
  const end = probe instanceof ProbeEnd ? probe : await probe.ask('PING');
  if (!(end instanceof ProbeEnd)) throw new Error('the server has answered');
  return end;
}

describe.each(findServers().map(({ path }) => path))('%s', (program) => {
  test('answers commands over plaintext, one after the other', async () => {
    const { port } = await startOwnServer(program, [
      'port PORT',
      `requirepass ${PASSWORD.reveal()}`,
    ]);
    const probe = await opened({ host: HOST, port });
    const noPassword = await probe.ask('PING');
    expect(noPassword).toBeInstanceOf(RespError);
    expect((noPassword as RespError).code).toBe('NOAUTH');
    expect(await probe.logIn(undefined, PASSWORD)).toBe('OK');
    expect(await probe.logIn('default', PASSWORD)).toBe('OK');
    const answers = [
      probe.ask('SELECT', '3'),
      probe.ask('ECHO', 'three'),
      probe.ask('ACL', 'WHOAMI'),
    ];
    expect(await Promise.all(answers)).toEqual(['OK', 'three', 'default']);
    probe.close();
    expect(await probe.ask('PING')).toMatchObject({ why: 'closed-by-us', phase: 'conversation' });
  });

  test('has facts of its TLS, trusted or not', async () => {
    const { lines, caPem: ca } = await tlsConfig();
    const { port } = await startOwnServer(program, lines);
    const host = 'localhost';
    const probe = await opened({ host, port, tls: { ca, isVerified: true } });
    expect(await probe.ask('PING')).toBe('PONG');
    probe.close();
    expect(probe.handshake).toMatchObject({
      protocol: 'TLSv1.3',
      problem: undefined,
      isForHost: true,
      names: ['DNS:localhost', 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1'],
      daysLeft: 29,
      chain: ['localhost', 'Secure Redis rehearsal'],
    });
    const unknown = await endOf({ host, port, tls: { isVerified: true } });
    expect(unknown).toMatchObject({ why: 'certificate-not-trusted', phase: 'conversation' });
    expect(unknown.details.code).toMatch(/^(UNABLE_TO|SELF_SIGNED_CERT)/);
    expect(unknown.details.handshake?.isForHost).toBe(true);
    const tls = { ca, isVerified: true, servername: 'redis.example.com' };
    const misnamed = await endOf({ host, port, tls });
    expect(misnamed.details.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(misnamed.details.handshake).toMatchObject({ isForHost: false });
    const unverified = await opened({
      host,
      port,
      tls: { ca, isVerified: false, servername: 'x' },
    });
    expect(unverified.handshake?.problem).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    unverified.close();
    const old = { ca, isVerified: true, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    expect(await endOf({ host, port, tls: old })).toMatchObject({ why: 'tls-failed' });
    expect(await endOf({ host, port })).toMatchObject({
      why: expect.stringMatching(/closed|not-redis/),
    });
  });

  test('with a certificate that has ended', async () => {
    const authority = await makeAuthority('an authority', 1);
    const ended = { caPem: authority.certPem, ...(await makeServerCertificate(authority, -0.5)) };
    const { lines, caPem: ca } = await tlsConfig(ended);
    const { port } = await startOwnServer(program, lines);
    const end = await endOf({ host: 'localhost', port, tls: { ca, isVerified: true } });
    expect(end.details).toMatchObject({ code: 'CERT_HAS_EXPIRED', handshake: { daysLeft: -1 } });
  });
});

describe('A connection that ends has a name', () => {
  test('refused, unknown, and plaintext where TLS is asked for', async () => {
    const port = await answerWith((socket) => socket.end('-ERR unknown command\r\n'));
    expect(await endOf({ host: HOST, port: 1 })).toMatchObject({
      why: 'connection-refused',
      phase: 'connect',
      details: { code: 'ECONNREFUSED' },
    });
    expect(await endOf({ host: 'no-such-host.invalid', port: 1 })).toMatchObject({
      why: 'name-not-found',
    });
    expect(await endOf({ host: HOST, port, tls: { isVerified: true } })).toMatchObject({
      why: 'tls-failed',
      phase: 'handshake',
    });
  });

  test('a full server, which says so and closes', async () => {
    const port = await answerWith((socket) => socket.end('-ERR max number of clients reached\r\n'));
    const probe = await openProbe({ host: HOST, port });
    const end = await new Promise((resolve) => {
      if (probe instanceof ProbeEnd) resolve(probe);
      else probe.whenEnded(resolve);
    });
    expect(end).toMatchObject({
      why: 'refused-unasked',
      details: { error: { message: 'ERR max number of clients reached' } },
    });
  });
});

describe('A hostile server', () => {
  const forever = (socket: Socket, bytes: string) => {
    const send = () => {
      while (!socket.destroyed && socket.write(bytes));
      socket.once('drain', send);
    };
    send();
  };
  const drip = (socket: Socket, bytes: string, everyMs: number) => {
    const timer = setInterval(() => socket.write(bytes), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
  const PUSHES = `>1\r\n$9000\r\n${'a'.repeat(9_000)}\r\n`.repeat(5);
  const cases: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['silent', () => undefined, 'timed-out'],
    ['slow', (socket) => drip(socket, '+', 5), 'timed-out'],
    ['of another protocol', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'not-redis'],
    ['of a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'not-redis'],
    ['endless: one line', (socket) => forever(socket, `+${'a'.repeat(9_999)}`), 'not-redis'],
    ['endless: pushes', (socket) => forever(socket, PUSHES), 'too-many-bytes'],
    ['huge', (socket) => socket.write('$999999999\r\n'), 'not-redis'],
    ['nested', (socket) => socket.write('*1\r\n'.repeat(100_000)), 'not-redis'],
    ['nested in a push', (socket) => socket.write('>1\r\n'.repeat(100_000)), 'not-redis'],
    ['closing', (socket) => socket.destroy(), 'connection-closed'],
    ['quick to answer', (socket) => socket.write('+PONG\r\n+PONG\r\n+PONG\r\n'), 'reply-unasked'],
  ];
  test.each(cases)('that is %s', async (_, onSocket, why) => {
    const port = await answerWith((socket) => socket.once('data', () => onSocket(socket)));
    const probe = await opened({ host: HOST, port, timeoutMs: 400 });
    const beganMs = performance.now();
    const ended = new Promise<ProbeEnd>((resolve) => probe.whenEnded(resolve));
    await probe.ask('AUTH', 'default', PASSWORD.reveal());
    const end = await ended;
    expect(end.why).toBe(why);
    expect(performance.now() - beganMs).toBeLessThan(3_000);
    const shown = inspect([end, probe], { depth: 9, showHidden: true });
    expect(shown.includes(PASSWORD.reveal())).toBe(false);
  });

  test('that sends pushes of RESP3 between its replies is understood', async () => {
    const push = '>2\r\n+message\r\n*1\r\n:1\r\n';
    const port = await answerWith((socket) =>
      socket.on('data', () => socket.write(`${push}${push}+PONG\r\n${push}`)),
    );
    const probe = await opened({ host: HOST, port });
    for (const _ of [1, 2]) expect(await probe.ask('PING')).toBe('PONG');
    probe.close();
  });

  test(`may send ${PROBE_BYTES_MAX} bytes, which are 1 MiB, and no more`, async () => {
    expect(PROBE_BYTES_MAX).toBe(1_048_576);
    const block = `$60000\r\n${'a'.repeat(60_000)}\r\n`;
    const port = await answerWith((socket) => socket.on('data', () => socket.write(block)));
    const probe = await opened({ host: HOST, port });
    const answers = [];
    for (let round = 0; round < 20; round++) answers.push(await probe.ask('GET', 'a'));
    expect(answers.findIndex((each) => each instanceof ProbeEnd)).toBe(17);
    expect(answers[17]).toMatchObject({ why: 'too-many-bytes' });
  });
});
