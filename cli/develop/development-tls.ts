/**
 * The certificate authority and the server certificate of a development server, renewed before they
 * expire. Clients trust the authority by a file; no check of a certificate is turned off.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyPair, makeAuthority, makeServerCertificate } from '../server/certificates';
import { TLS_FILES } from '../server/server-config';

const AUTHORITY_DAYS = 10 * 365;
const CERTIFICATE_DAYS = 365;
/** Days before the end at which a certificate is renewed. */
export const RENEWAL_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Not named `ca.key`: the server never reads it. */
const AUTHORITY_KEY = 'authority.key';

export function caFileIn(tlsFolder: string): string {
  return join(tlsFolder, TLS_FILES.ca);
}

/** Whole days until the certificate or its authority ends; negative after it; NaN without one. */
export function daysLeft(tlsFolder: string): number {
  const ends = [TLS_FILES.cert, TLS_FILES.ca].map((name) => {
    const read = certificateIn(join(tlsFolder, name));
    return read === undefined ? Number.NaN : Date.parse(read.validTo) - Date.now();
  });
  return Math.floor(Math.min(...ends) / DAY_MS);
}

/**
 * Makes what is missing, broken or near its end, for `localhost` and further names.
 *
 * @returns what was made, in words
 */
export async function ensureCertificates(
  tlsFolder: string,
  names: readonly string[] = [],
): Promise<string | undefined> {
  const path = (name: string) => join(tlsFolder, name);
  const save = (name: string, text: string) => writeFileSync(path(name), text, { mode: 0o600 });
  const old = pairIn(path(TLS_FILES.ca), path(AUTHORITY_KEY));
  const authority = old ?? (await makeAuthority('Secure Redis development', AUTHORITY_DAYS));
  if (authority !== old) {
    save(TLS_FILES.ca, authority.certPem);
    save(AUTHORITY_KEY, authority.keyPem);
  }
  const served = pairIn(path(TLS_FILES.cert), path(TLS_FILES.key));
  if (authority === old && served && isSignedBy(served, authority)) return undefined;
  const fresh = await makeServerCertificate(authority, CERTIFICATE_DAYS, names);
  save(TLS_FILES.key, fresh.keyPem);
  save(TLS_FILES.cert, fresh.certPem);
  return authority === old ? 'a new certificate' : 'a new authority and certificate';
}

/** A certificate with its key, if both are there, fit, and are valid for long enough. */
function pairIn(certFile: string, keyFile: string): KeyPair | undefined {
  const read = certificateIn(certFile);
  if (read === undefined || Date.parse(read.validTo) - Date.now() < RENEWAL_DAYS * DAY_MS) {
    return undefined;
  }
  try {
    const keyPem = readFileSync(keyFile, 'utf8');
    if (!read.checkPrivateKey(createPrivateKey(keyPem))) return undefined;
    return { certPem: readFileSync(certFile, 'utf8'), keyPem };
  } catch {
    return undefined;
  }
}

function isSignedBy(served: KeyPair, authority: KeyPair): boolean {
  const { publicKey } = new X509Certificate(authority.certPem);
  return new X509Certificate(served.certPem).verify(publicKey);
}

function certificateIn(file: string): X509Certificate | undefined {
  try {
    return new X509Certificate(readFileSync(file));
  } catch {
    return undefined;
  }
}
