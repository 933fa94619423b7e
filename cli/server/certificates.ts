/**
 * Creates certificate authorities and server certificates for servers on this machine only.
 *
 * Keys stay in memory or in files that only this user can read.
 */

import { generate } from 'selfsigned';

/** A certificate with its private key, as PEM. */
export interface KeyPair {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface Certificates extends KeyPair {
  /** The authority that clients trust. */
  readonly caPem: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DNS = 2;
const IP = 7;
const COMMON = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** Of a rehearsal that stays up: certificates of a healthy server are valid for weeks, too. */
const REHEARSAL_DAYS = 30;

/** For `localhost`, 127.0.0.1 and ::1; for one rehearsal. */
export async function makeCertificates(): Promise<Certificates> {
  const authority = await makeAuthority('Secure Redis rehearsal', REHEARSAL_DAYS);
  const made = await makeServerCertificate(authority, REHEARSAL_DAYS);
  return { caPem: authority.certPem, ...made };
}

/** Certificates are valid since yesterday, for clocks that differ. */
const datesOf = (days: number) => ({
  notBeforeDate: new Date(Date.now() - DAY_MS),
  notAfterDate: new Date(Date.now() + days * DAY_MS),
});

/** An authority that signs server certificates. */
export async function makeAuthority(commonName: string, days: number): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...COMMON,
    ...datesOf(days),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certPem: made.cert, keyPem: made.private };
}

/** A certificate of an authority, for `localhost`, 127.0.0.1, ::1 and further names. */
export async function makeServerCertificate(
  authority: KeyPair,
  days: number,
  names: readonly string[] = [],
): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...COMMON,
    ...datesOf(days),
    ca: { key: authority.keyPem, cert: authority.certPem },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...['localhost', ...names].map((value) => ({ type: DNS, value }) as const),
          { type: IP, ip: '127.0.0.1' },
          { type: IP, ip: '::1' },
        ],
      },
    ],
  });
  return { certPem: made.cert, keyPem: made.private };
}
