/**
 * The wrong password of `verify`: over a connection that somebody could read, it has no part of the
 * login of the url.
 */

import os, { networkInterfaces } from 'node:os';
import { openProbe, ProbeEnd } from '../../../cli/server/probe';
import { findServers } from '../../../cli/server/redis-binary';
import { loginLines } from '../../../cli/verify/server/login-lines';
import { wrongPasswordAt } from '../../../cli/verify/server/read-logins';
import type { ServerFacts } from '../../../cli/verify/server/server-facts';
import { SecretText } from '../../../contract/secret-text';
import { notePassword } from '../../support/leaks';
import { answerWith, endOwnServers, startOwnServer, tlsConfig } from '../../support/own-server';
import { verify } from '../../support/run-verify';

const STRONG = 'A-strong-password-of-a-test-0123456789';
notePassword(STRONG);
const [{ path: program } = { path: '' }] = findServers();

const WITHOUT =
  'AUTH with a random password, for the user `default` and without the user of the url,';

afterAll(endOwnServers);
afterEach(() => jest.restoreAllMocks());

const ownAddress = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

const evidenceIn = (lines: readonly { readonly id: string; readonly evidence: string }[]) =>
  lines.find(({ id }) => id === 'wrong-password-refused')?.evidence;

/** The refused logins, as the server has seen them. */
async function logOf(port: number): Promise<string> {
  const probe = await openProbe({ host: 'localhost', port, tls: { isVerified: false } });
  if (probe instanceof ProbeEnd) throw new Error(probe.why);
  await probe.logIn('app-of-url', SecretText.of(STRONG));
  const log = await probe.ask('ACL', 'LOG');
  probe.close();
  return String(log);
}

describe('A certificate that is not trusted', () => {
  test('gets a wrong password without the user, and a trusted one with it', async () => {
    const { lines, caFile } = await tlsConfig();
    const users = ['user default off', `user app-of-url on >${STRONG} ~* +@all`];
    const { port } = await startOwnServer(program, [...lines, 'bind 127.0.0.1', ...users]);
    const url = `rediss://app-of-url:${STRONG}@localhost:${port}`;
    const untrusted = await verify(url);
    expect(untrusted.failing).toContain('certificate-trusted');
    expect(evidenceIn(untrusted.lines)).toBe(
      `${WITHOUT} since the certificate is not trusted: WRONGPASS`,
    );
    const server = { host: 'localhost', port, tls: { isVerified: false } };
    const fact = await wrongPasswordAt(server, 'app-of-url');
    expect(fact).toMatchObject({ value: { reply: 'refused', username: 'default' } });
    expect(await logOf(port)).not.toContain('username,app-of-url');
    const trusted = await verify(url, { ca: caFile });
    expect(await logOf(port)).toContain('username,app-of-url');
    expect(evidenceIn(trusted.lines)).toBe('AUTH with a random password: WRONGPASS');
    const logged = trusted.lines.find(({ id }) => id === 'failed-logins-logged');
    expect(logged?.verdict).toBe('pass');
  }, 30_000);
});

describe('Plaintext', () => {
  /** What a server reads that refuses each login. */
  async function readFrom(onRead: (text: string) => void): Promise<number> {
    return answerWith((socket) => {
      socket.on('data', (chunk) => {
        onRead(chunk.toString('latin1'));
        socket.write('-WRONGPASS invalid username-password pair\r\n');
      });
    });
  }

  test('on this machine has the user', async () => {
    let read = '';
    const port = await readFrom((text) => {
      read += text;
    });
    const fact = await wrongPasswordAt({ host: '127.0.0.1', port }, 'app-of-url');
    expect(fact).toEqual({ isKnown: true, value: { reply: 'refused', username: 'app-of-url' } });
    expect(read).toMatch(/^\*3\r\n\$4\r\nAUTH\r\n\$10\r\napp-of-url\r\n/);
  });

  // A machine without a network has no address that can seem to be another machine's.
  (ownAddress === undefined ? test.skip : test)(
    'to another machine has none',
    async () => {
      const { port } = await startOwnServer(program, [
        'port PORT',
        'protected-mode no',
        `user default on >${STRONG} ~* +@all`,
        `user app-of-url on >${STRONG} ~* +@all`,
      ]);
      jest.spyOn(os, 'networkInterfaces').mockReturnValue({});
      const seen = await verify(`redis://app-of-url:${STRONG}@${ownAddress}:${port}`);
      expect(evidenceIn(seen.lines)).toBe(
        `${WITHOUT} since the connection is plaintext to another machine: WRONGPASS`,
      );
      // The log has it under the user that was sent.
      const logged = seen.lines.find(({ id }) => id === 'failed-logins-logged');
      expect(logged?.evidence).toBe('ACL LOG has the wrong login of this run');
    },
    30_000,
  );
});

test('a wrong password that is accepted fails, whoever it was for', () => {
  const fact = {
    isKnown: true,
    value: { reply: 'accepted', username: 'default', leftOut: 'the certificate is not trusted' },
  } as const;
  const untold = { isKnown: false, why: 'not asked' } as const;
  const facts = {
    target: { hasPassword: true },
    logins: { noLogin: untold, wrongPassword: fact, rightPassword: untold },
    session: { application: untold, isFailureLogged: untold },
  } as unknown as ServerFacts;
  const line = loginLines(facts).find(({ id }) => id === 'wrong-password-refused');
  expect(line).toMatchObject({
    verdict: 'fail',
    evidence: `${WITHOUT} since the certificate is not trusted: OK`,
  });
});
