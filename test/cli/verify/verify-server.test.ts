/**
 * `npx secure-redis verify` on real servers of each engine: the server of the practice before and
 * after, and servers with TLS. Each fails in exactly the lines that it should.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../cli/server/free-port';
import { openProbe, ProbeEnd } from '../../../cli/server/probe';
import { findServers } from '../../../cli/server/redis-binary';
import { SERVER_LINE_IDS } from '../../../cli/verify/server/server-lines';
import { SecretText } from '../../../contract/secret-text';
import { notePassword } from '../../support/leaks';
import { endOwnServers, startOwnServer, tlsConfig } from '../../support/own-server';
import { verify } from '../../support/run-verify';

const STRONG = 'A-strong-password-of-a-test-0123456789';
notePassword(STRONG);

afterAll(endOwnServers);

/** Of a whole login, which is the user `default` with a password only. */
const RIGHTS = ['administration-refused', 'data-commands-refused', 'process-commands-refused'];

/** Redis 7.0 gets no security updates since 2024; the servers of this test are older or newer. */
const withVersion = (program: string, ids: readonly string[]) => {
  const server = findServers().find(({ path }) => path === program);
  const isOld = server?.engine === 'redis' && /^7\.0\./.test(server.version);
  return [...ids, ...(isOld ? ['version-supported'] : [])].sort();
};

/** Answers of an administrator that must not change. */
async function stateOf(port: number, password?: string) {
  const probe = await openProbe({ host: '127.0.0.1', port });
  if (probe instanceof ProbeEnd) throw new Error(probe.why);
  if (password !== undefined) await probe.logIn(undefined, SecretText.of(password));
  const asked = [
    ['DBSIZE'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['GET', 'kept'],
    ['INFO', 'keyspace'],
    ['INFO', 'replication'],
  ];
  const replies = await Promise.all(asked.map((command) => probe.ask(...command)));
  probe.close();
  return replies;
}

describe.each(findServers().map(({ path }) => path))('%s', (program) => {
  test('the server of the practice before: no password, all interfaces', async () => {
    const { port } = await startOwnServer(program, ['port PORT', 'protected-mode no']);
    const { exitCode, failing, untold } = await verify(`redis://localhost:${port}`);
    expect(exitCode).toBe(1);
    expect(failing).toEqual(
      withVersion(program, [
        ...RIGHTS,
        'default-user',
        'memory-limit',
        'no-login-refused',
        'other-addresses',
        'password-rule',
        'port-binding',
        'protected-mode',
        'wrong-password-refused',
      ]),
    );
    expect(untold).toEqual([
      'eviction-policy',
      'failed-logins-logged',
      'login-accepted',
      'other-host',
      'persistence',
    ]);
  }, 30_000);

  test('the server of the practice after: a password, loopback; nothing has changed', async () => {
    const { port } = await startOwnServer(program, [
      'port PORT',
      'bind 127.0.0.1',
      'protected-mode no',
      `requirepass ${STRONG}`,
    ]);
    const before = await stateOf(port, STRONG);
    const url = `redis://:${STRONG}@localhost:${port}/0`;
    const { exitCode, failing, untold, out } = await verify(url, { purpose: 'queue' });
    expect(exitCode).toBe(1);
    const lacks = [...RIGHTS, 'memory-limit', 'persistence'];
    expect(failing).toEqual(withVersion(program, lacks));
    expect(untold).toEqual([]);
    expect(out.includes(STRONG)).toBe(false);
    expect(await stateOf(port, STRONG)).toEqual(before);
  }, 30_000);

  test('hardened with TLS it passes; a login without rights says what is not told', async () => {
    const { lines, caFile } = await tlsConfig();
    const { port } = await startOwnServer(program, [
      ...lines,
      'bind 127.0.0.1 -::1',
      'maxmemory 64mb',
      'maxmemory-policy allkeys-lru',
      'tls-protocols "TLSv1.2 TLSv1.3"',
      'user default off',
      `user audit on >${STRONG} +ping +hello +select +info +config|get +acl|log +acl|dryrun`,
      `user app on >${STRONG} ~app:* +get +set +ping +hello +select`,
    ]);
    const args = { purpose: 'cache', ca: caFile };
    const audit = await verify(`rediss://audit:${STRONG}@localhost:${port}/0`, args);
    expect([audit.failing, audit.untold]).toEqual([withVersion(program, []), []]);
    const ids = SERVER_LINE_IDS.filter((id) => id !== 'cluster-nodes-refuse').sort();
    expect(audit.lines.map(({ id }) => id).sort()).toEqual(ids);
    const app = await verify(`rediss://app:${STRONG}@localhost:${port}/0`, args);
    expect(app.failing).toEqual([]);
    expect(app.untold).toEqual([
      'administration-refused',
      'connection-limit',
      'data-commands-refused',
      'eviction-policy',
      'failed-logins-logged',
      'memory-limit',
      'no-plaintext-port',
      'process-commands-refused',
      'version-supported',
    ]);
    expect(app.out).toContain('MULTI is answered by NOPERM');
  }, 30_000);

  test('weak TLS, a port in plaintext, and an unknown authority fail in their lines', async () => {
    const { lines, caFile } = await tlsConfig();
    const plain = await freePort();
    const { port } = await startOwnServer(program, [
      ...lines.filter((line) => line !== 'port 0'),
      `port ${plain}`,
      'bind 127.0.0.1',
      'tls-protocols "TLSv1 TLSv1.1 TLSv1.2"',
      'tls-ciphers "ALL:eNULL:@SECLEVEL=0"',
      `requirepass ${STRONG}`,
    ]);
    const url = `rediss://default:${STRONG}@localhost:${port}`;
    const { failing, lines: seen, untold } = await verify(url);
    expect(failing).toEqual(['certificate-trusted', 'old-tls-refused', 'tls-cipher']);
    // No password was sent.
    const login = seen.find(({ id }) => id === 'login-accepted');
    expect(login?.evidence).toMatch(/^the certificate is not trusted \(/);
    expect(untold).toContain('no-plaintext-port');
    const loose = await verify(`${url}?ssl_cert_reqs=none`);
    expect(loose.failing).toContain('certificate-verified');
    const trusted = await verify(url, { ca: caFile });
    expect(trusted.failing).toContain('no-plaintext-port');
    expect(trusted.lines.find(({ id }) => id === 'no-plaintext-port')?.evidence).toBe(
      `the server listens on port ${plain} without TLS`,
    );
  }, 30_000);

  test('siblings and old names of commands fail; what the fix advises passes', async () => {
    const { port } = await startOwnServer(program, [
      'port PORT',
      'bind 127.0.0.1',
      'maxmemory 64mb',
      'user default off',
      `user old on >${STRONG} ~* +@all -config -acl|setuser -module -replicaof -debug -cluster` +
        ' -bgsave -flushall -flushdb -swapdb -keys -migrate -shutdown -save -monitor -psync' +
        ' +config|get +acl|dryrun',
      `user few on >${STRONG} ~* +ping +info +slaveof +acl|load +acl|deluser +multi +discard`,
      `user advised on >${STRONG} ~* +@all -@admin -@dangerous +info`,
    ]);
    const linesFor = async (user: string) => {
      const { lines } = await verify(`redis://${user}:${STRONG}@localhost:${port}`);
      return Object.fromEntries(
        ['administration-refused', 'data-commands-refused', 'process-commands-refused'].map(
          (id) => {
            const { verdict, evidence } = lines.find((line) => line.id === id) ?? {};
            return [id, verdict === 'fail' ? evidence : verdict];
          },
        ),
      );
    };
    expect(await linesFor('old')).toEqual({
      'administration-refused':
        'may run ACL DELUSER, ACL LOAD, ACL SAVE, SLAVEOF, FAILOVER, BGREWRITEAOF',
      'data-commands-refused': 'pass',
      'process-commands-refused': 'may run SYNC',
    });
    expect(await linesFor('few')).toEqual({
      'administration-refused': 'may run ACL DELUSER, ACL LOAD, SLAVEOF',
      'data-commands-refused': 'pass',
      'process-commands-refused': 'cannot tell',
    });
    expect(await linesFor('advised')).toEqual({
      'administration-refused': 'pass',
      'data-commands-refused': 'pass',
      'process-commands-refused': 'cannot tell',
    });
  }, 30_000);

  test('a server with old TLS only fails for it, and plaintext is never advised', async () => {
    const { lines, caFile } = await tlsConfig();
    const { port } = await startOwnServer(program, [
      ...lines,
      'bind 127.0.0.1',
      'tls-protocols "TLSv1 TLSv1.1"',
      'tls-ciphers "ALL:@SECLEVEL=0"',
      `requirepass ${STRONG}`,
    ]);
    const { failing, lines: seen } = await verify(`rediss://:${STRONG}@localhost:${port}`, {
      ca: caFile,
    });
    expect(failing).toEqual(expect.arrayContaining(['old-tls-refused', 'tls-version']));
    expect(seen.find(({ id }) => id === 'tls-version')?.evidence).toBe('TLSv1.1');
    // No password was sent.
    expect(seen.find(({ id }) => id === 'login-accepted')?.verdict).toBe('cannot tell');
  }, 30_000);

  test('plaintext is advised for a server without TLS, not where a certificate lacks', async () => {
    const plain = await startOwnServer(program, ['port PORT', `requirepass ${STRONG}`]);
    await expect(verify(`rediss://:${STRONG}@localhost:${plain.port}`)).rejects.toThrow(
      /, or write redis:\/\/ instead of rediss:\/\/\.$/,
    );
    const open = verify(`redis://localhost:${plain.port}`);
    const line = (await open).lines.find(({ id }) => id === 'application-connection');
    expect(line).toMatchObject({
      verdict: 'fail',
      fix: 'Write the password into the url: the server asks for one',
    });
    const { lines, caFile } = await tlsConfig();
    const mutual = lines.map((each) => each.replace('tls-auth-clients no', 'tls-auth-clients yes'));
    const { port } = await startOwnServer(program, [...mutual, `requirepass ${STRONG}`]);
    const refused = verify(`rediss://:${STRONG}@localhost:${port}`, { ca: caFile });
    await expect(refused).rejects.toThrow(/with the same url\.$/);
  }, 30_000);

  test('sends no command that changes anything, and no wrong login unless asked', async () => {
    const { port, folder } = await startOwnServer(program, [
      'port PORT',
      'bind 127.0.0.1',
      'loglevel debug',
      `logfile FOLDER/own.log`,
      `user default on >${STRONG} ~* &* +@all -acl|dryrun`,
    ]);
    const watch = await openProbe({ host: '127.0.0.1', port, timeoutMs: 20_000 });
    if (watch instanceof ProbeEnd) throw new Error(watch.why);
    await watch.logIn(undefined, SecretText.of(STRONG));
    const before = await watch.ask('INFO', 'commandstats');
    const url = `redis://:${STRONG}@localhost:${port}`;
    const { failing } = await verify(url, { failedLogin: false, purpose: 'cache' });
    expect(failing).toContain('data-commands-refused');
    const after = await watch.ask('INFO', 'commandstats');
    const countsOf = (info: unknown) =>
      new Map(
        Array.from(
          String(info).matchAll(/cmdstat_([\w|]+):calls=(\d+),/g),
          ([, name = '', calls]) => [name, Number(calls)],
        ),
      );
    const [was, is] = [countsOf(before), countsOf(after)];
    const ran = Array.from(is.keys()).filter((name) => is.get(name) !== (was.get(name) ?? 0));
    // A queued command is counted only when it runs.
    expect(ran.sort()).toEqual([
      ...['auth', 'config|get', 'discard', 'hello', 'info', 'multi', 'ping', 'select'],
    ]);
    expect(is.get('auth')).toBe((was.get('auth') ?? 0) + 1);
    // The refused ACL DRYRUN is in the log; no login is.
    expect(String(await watch.ask('ACL', 'LOG'))).not.toContain('auth,context');
    watch.close();
    expect(readFileSync(join(folder, 'own.log'), 'utf8').includes(STRONG)).toBe(false);
  }, 30_000);
});
