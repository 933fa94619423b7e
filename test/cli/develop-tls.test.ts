/**
 * `npx secure-redis develop --tls` with real servers of each engine: TLS only, verified by an
 * authority of the folder, renewed before a certificate ends.
 */

import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAuthority, makeServerCertificate } from '../../cli/server/certificates';
import { findServers } from '../../cli/server/redis-binary';
import { overPlaintext, overTls } from '../../rehearsal/redis/probe';
import { develop, endServers, newProject, onFreePort, variablesIn } from '../support/run-develop';

afterAll(endServers);

/** The reply to PING over TLS with full verification. */
function ping(folder: string, host: string, ca = readFileSync(caOf(folder), 'utf8')) {
  const { port, password } = new URL(String(variablesIn(folder).REDIS_URL));
  const login = ['AUTH', 'default', password];
  return overTls({ host, port: Number(port) }, { ca }, [login, ['PING']]);
}

const caOf = (folder: string) => String(variablesIn(folder).REDIS_CA_FILE);

describe.each(findServers().map(({ path }) => path))('%s', (program) => {
  test('serves TLS only, to clients that verify it, and goes back', async () => {
    const folder = newProject();
    await develop(folder, '--server', program, ...(await onFreePort()));
    const [option = '', port = ''] = await onFreePort();
    const { code, out } = await develop(folder, '--tls', option, port);
    expect(code).toBe(0);
    expect(out).toMatch(/TLS {8}verified by \.secure-redis\/tls\/ca\.crt; 364 days left/);
    const { REDIS_PASSWORD, REDIS_URL } = variablesIn(folder);
    expect(REDIS_URL).toBe(`rediss://default:${REDIS_PASSWORD}@localhost:${port}/0`);
    expect(caOf(folder)).toBe(join(folder, '.secure-redis/tls/ca.crt'));
    expect(await ping(folder, 'localhost')).toBe('PONG');
    const other = (await makeAuthority('another', 1)).certPem;
    expect(await ping(folder, 'localhost', other)).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
    expect(await overPlaintext({ host: 'localhost', port: Number(port) })).not.toBe('PONG');
    for (const name of ['authority.key', 'redis.key', 'ca.crt']) {
      expect(statSync(join(folder, '.secure-redis/tls', name)).mode & 0o777).toBe(0o600);
    }
    expect((await develop(folder)).out).toMatch(/^already running: /);
    expect((await develop(folder, '--status')).out).toContain('valid for 364 more days');

    const plain = await develop(folder, '--no-tls', ...(await onFreePort()));
    expect(plain.out).toContain('\nrestarted: ');
    expect(variablesIn(folder).REDIS_URL).toMatch(/^redis:\/\//);
    expect(variablesIn(folder).REDIS_CA_FILE).toBe(undefined);
  }, 60_000);
});

describe('Certificates', () => {
  test('are renewed before they end, under the same authority', async () => {
    const folder = newProject();
    await develop(folder, '--tls', ...(await onFreePort()));
    const tls = join(folder, '.secure-redis/tls');
    const ca = readFileSync(join(tls, 'ca.crt'), 'utf8');
    const authority = { certPem: ca, keyPem: readFileSync(join(tls, 'authority.key'), 'utf8') };
    const ending = await makeServerCertificate(authority, 29);
    writeFileSync(join(tls, 'redis.crt'), ending.certPem);
    writeFileSync(join(tls, 'redis.key'), ending.keyPem);
    const status = await develop(folder, '--status');
    expect(status.out).toMatch(/problem {4}the certificate ends in 2\d days\. Run `npx secure-red/);
    expect(status.code).toBe(1);
    expect((await develop(folder)).out).toMatch(/made a new certificate in .*\n.*\nrestarted: /);
    expect(readFileSync(join(tls, 'ca.crt'), 'utf8')).toBe(ca);
    const served = new X509Certificate(readFileSync(join(tls, 'redis.crt')));
    expect(Date.parse(served.validTo) - Date.now()).toBeGreaterThan(360 * 86_400_000);
    expect(await ping(folder, 'localhost', ca)).toBe('PONG');
  }, 60_000);

  test.each<[string, (tls: string) => void]>([
    ['missing', (tls) => rmSync(join(tls, 'redis.crt'))],
    ['broken', (tls) => writeFileSync(join(tls, 'redis.key'), 'no key')],
    ['of another key', (tls) => rmSync(join(tls, 'authority.key'))],
  ])(
    'that are %s are made again',
    async (_, spoil) => {
      const folder = newProject();
      await develop(folder, '--tls', ...(await onFreePort()));
      spoil(join(folder, '.secure-redis/tls'));
      expect((await develop(folder)).out).toMatch(/made a new (authority and )?certificate in /);
      expect(await ping(folder, 'localhost')).toBe('PONG');
    },
    60_000,
  );
});
