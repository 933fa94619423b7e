/** Certificates that are wrong in one way each, for tests of `doctor`. */

import { generate } from 'selfsigned';
import { type KeyPair, makeAuthority } from '../../cli/server/certificates';

const DAY_MS = 24 * 60 * 60 * 1000;
const COMMON = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const DNS = 2;

interface Wanted {
  readonly names?: readonly string[];
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  /** Itself, without one. */
  readonly authority?: KeyPair;
  readonly commonName?: string;
  readonly isAuthority?: boolean;
}

export async function certificateWith({
  names = ['localhost'],
  from = -1,
  to = 1,
  authority,
  commonName = 'localhost',
  isAuthority = false,
}: Wanted): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...COMMON,
    notBeforeDate: new Date(Date.now() + from * DAY_MS),
    notAfterDate: new Date(Date.now() + to * DAY_MS),
    ...(authority ? { ca: { key: authority.keyPem, cert: authority.certPem } } : {}),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(isAuthority
        ? [{ name: 'keyUsage' as const, keyCertSign: true, cRLSign: true, critical: true }]
        : [
            {
              name: 'subjectAltName' as const,
              altNames: names.map((value) => ({ type: DNS, value })),
            },
          ]),
    ] as never,
  });
  return { certPem: made.cert, keyPem: made.private };
}

export const anAuthority = (name: string) => makeAuthority(name, 1);
