/**
 * Creates a certificate authority and a server certificate, valid for this run and this machine
 * only.
 *
 * Keys stay in memory or in files that only this user can read.
 */

import { generate } from 'selfsigned';

export interface Certificates {
  /** The authority that clients trust. */
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DNS = 2;
const IP = 7;
const COMMON = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** For `localhost`, 127.0.0.1 and ::1, valid for two days. */
export async function makeCertificates(): Promise<Certificates> {
  const now = Date.now();
  const dates = { notBeforeDate: new Date(now - DAY_MS), notAfterDate: new Date(now + DAY_MS) };
  const authority = await generate([{ name: 'commonName', value: 'Secure Redis rehearsal' }], {
    ...COMMON,
    ...dates,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...COMMON,
    ...dates,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: DNS, value: 'localhost' },
          { type: IP, ip: '127.0.0.1' },
          { type: IP, ip: '::1' },
        ],
      },
    ],
  });
  return { caPem: authority.cert, certPem: server.cert, keyPem: server.private };
}
