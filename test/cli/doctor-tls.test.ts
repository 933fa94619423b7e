/** `doctor` tells why TLS fails: certificates, versions, ciphers, one side without TLS. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair } from '../../cli/server/certificates';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { anAuthority, certificateWith } from '../support/doctor-certificates';
import {
  Admin,
  type Doctored,
  doctored,
  explained,
  PASSWORD,
  produces,
} from '../support/doctor-run';
import { endOwnServers, type OwnServer, startOwnServer, tlsConfig } from '../support/own-server';
import { temporaryFolder } from '../support/temporary-folder';

const { path: program } = ensureRedisServer(() => undefined);
const folder = temporaryFolder('doctor-tls');

let authority: KeyPair;
let server: OwnServer;
let caFile = '';
let admin: Admin;

beforeAll(async () => {
  authority = await anAuthority('The authority');
  const pair = await certificateWith({ authority });
  const config = await tlsConfig({ caPem: authority.certPem, ...pair });
  ({ caFile } = config);
  const lines = [...config.lines, 'port 0', `requirepass ${PASSWORD}`];
  server = await startOwnServer(program, lines);
  admin = await Admin.of(server.port, PASSWORD, authority.certPem);
});

afterAll(async () => {
  admin.close();
  await endOwnServers();
});

const url = (port = server.port) => `rediss://:${PASSWORD}@localhost:${port}/0`;

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** What doctor says while the server shows another certificate. */
function showing({ certPem, keyPem }: KeyPair, ca: string | undefined = caFile): Promise<Doctored> {
  const settings = {
    'tls-cert-file': file('shown.crt', certPem),
    'tls-key-file': file('shown.key', keyPem),
  };
  return admin.configured(settings, () => doctored(url(), { ca }));
}

test('A right certificate is healthy, with its facts', async () => {
  const { state, checked, notes } = await doctored(url(), { ca: caFile });
  expect(state).toBe('healthy');
  expect(checked[1]).toMatch(/^TLSv1\.3 with TLS_AES_256_GCM_SHA384, verified$/);
  expect(checked[2]).toMatch(/^the certificate is valid until 20.*Z, [01] days from now$/);
  expect(notes[1]).toMatch(/^the certificate ends in [01] days$/);
});

describe('The certificate', () => {
  produces('certificate-self-signed', 'a certificate without an authority', async () =>
    showing(await certificateWith({}), undefined),
  );

  produces(
    'certificate-authority-unknown',
    'a private authority that the client is not given',
    () => doctored(url()),
  );

  test('certificate-authority-unknown: the file of another authority', async () => {
    const other = await anAuthority('Another authority');
    const { failure, also } = await doctored(url(), { ca: file('other.crt', other.certPem) });
    expect(failure?.id).toBe('certificate-authority-unknown');
    expect(failure?.evidence[1]).toBe('it is signed by The authority');
    expect(also).toStrictEqual([]);
    expect(failure?.evidence[2]).toMatch(/other\.crt has Another authority$/);
  });

  test('certificate-authority-unknown: an authority that was made again', async () => {
    const again = await anAuthority('The authority');
    const { failure, also } = await doctored(url(), { ca: file('again.crt', again.certPem) });
    expect(failure?.id).toBe('certificate-authority-unknown');
    expect(failure?.evidence).toContain('the authority has the same name and another key');
    expect(also).toStrictEqual([]);
  });

  produces('certificate-intermediate-missing', 'a server that sends only its own', async () => {
    const isAuthority = true;
    const wanted = { authority, commonName: 'An intermediate authority', isAuthority };
    const intermediate = await certificateWith(wanted);
    const pair = await certificateWith({ authority: intermediate });
    const whole = { ...pair, certPem: `${pair.certPem}\n${intermediate.certPem}` };
    expect((await showing(whole)).state).toBe('healthy');
    return showing(pair);
  });

  test('certificate-authority-unknown, or an intermediate of any name', async () => {
    const isAuthority = true;
    const intermediate = await certificateWith({ authority, commonName: 'R3', isAuthority });
    const { failure, also } = await showing(await certificateWith({ authority: intermediate }));
    expect(failure?.id).toBe('certificate-authority-unknown');
    expect(failure?.evidence[1]).toBe('it is signed by R3');
    expect(also).toStrictEqual(['certificate-intermediate-missing']);
  });

  produces('certificate-host-name', 'a certificate for redis.example.com', async () =>
    showing(await certificateWith({ authority, names: ['redis.example.com'] })),
  );

  produces('certificate-expired', 'a certificate that ended an hour ago', async () =>
    showing(await certificateWith({ authority, to: -1 / 24 })),
  );

  produces('certificate-not-yet-valid', 'a certificate that begins in an hour', async () =>
    showing(await certificateWith({ authority, from: 1 / 24 })),
  );

  test('is verified though the connection string says not to', async () => {
    const { failure, notes } = await doctored(`${url()}?ssl_cert_reqs=none`);
    expect(failure?.id).toBe('certificate-authority-unknown');
    expect(notes.join()).toContain('turns verification off; doctor has verified all the same');
  });

  test('may be for another name, if the connection string says so', async () => {
    const pair = await certificateWith({ authority, names: ['redis.example.com'] });
    const settings = {
      'tls-cert-file': file('other-name.crt', pair.certPem),
      'tls-key-file': file('other-name.key', pair.keyPem),
    };
    const { state } = await admin.configured(settings, () =>
      doctored(`${url()}?ssl_check_hostname=false`, { ca: caFile }),
    );
    expect(state).toBe('healthy');
  });
});

describe('The text of a client', () => {
  produces('certificate-refused', 'scripted: the text of StackExchange.Redis', async () =>
    explained('The remote certificate was rejected by the provided Remote'),
  );

  produces('tls-verification-not-set', 'scripted: the text of Celery', async () =>
    explained('ValueError: A rediss:// URL must have parameter ssl_cert_reqs'),
  );
});

describe('The handshake', () => {
  produces('client-certificate-required', 'tls-auth-clients yes, as is the default', () =>
    admin.configured({ 'tls-auth-clients': 'yes' }, () => doctored(url(), { ca: caFile })),
  );

  test('client-certificate-required: with TLS 1.2', async () => {
    const settings = { 'tls-auth-clients': 'yes', 'tls-protocols': 'TLSv1.2' };
    const { failure } = await admin.configured(settings, () => doctored(url(), { ca: caFile }));
    expect(failure?.id).toBe('client-certificate-required');
  });

  produces('tls-version', 'a server with TLS 1.1 alone', () =>
    admin.configured({ 'tls-protocols': 'TLSv1.1', 'tls-ciphers': 'ALL:@SECLEVEL=0' }, () =>
      doctored(url(), { ca: caFile }),
    ),
  );

  produces('tls-cipher', 'a server with a cipher that clients do not allow', () =>
    admin.configured(
      { 'tls-protocols': 'TLSv1.2', 'tls-ciphers': 'ECDHE-ECDSA-CAMELLIA128-SHA256' },
      () => doctored(url(), { ca: caFile }),
    ),
  );

  produces('plaintext-on-tls-port', 'redis:// at a port with TLS', () =>
    doctored(`redis://:${PASSWORD}@localhost:${server.port}/0`),
  );

  produces('tls-on-plaintext-port', 'rediss:// at a port without TLS', async () => {
    const plain = await startOwnServer(program, ['port PORT', `requirepass ${PASSWORD}`]);
    return doctored(url(plain.port), { ca: caFile });
  });
});
