/** Facts of a TLS handshake: version, cipher, certificates, and the problem of verification. */

import { checkServerIdentity, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Certificates of a chain that are read; OpenSSL refuses chains of more than 100. */
const CHAIN_MAX = 10;

/** Characters of a name that are kept: names are texts of the server. */
const NAME_LENGTH_MAX = 100;
const NAMES_MAX = 10;

export interface HandshakeFacts {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly protocol: string;
  /** OpenSSL's name, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** Why Node.js does not trust the certificate, such as CERT_HAS_EXPIRED; absent if it does. */
  readonly problem?: string;
  /** Whether the certificate is for the host, whatever its authority. */
  readonly isForHost: boolean;
  /** The names in the certificate: `DNS:localhost`. */
  readonly names: readonly string[];
  /** ISO times; absent without a readable certificate. */
  readonly validFrom?: string;
  readonly validTo?: string;
  /** Whole days until the certificate ends, negative once it has ended. */
  readonly daysLeft?: number;
  /** Common names of the certificates that were sent or found, the server's first. */
  readonly chain: readonly string[];
  /** Common name of the authority that has signed the certificate, whether found or not. */
  readonly issuer?: string;
  /** Bits of the public key, if it is RSA, or the name of its curve. */
  readonly key?: string;
}

export function handshakeFacts(socket: TLSSocket, host: string): HandshakeFacts {
  const certificate = socket.getPeerCertificate(true);
  const hasCertificate = certificate.raw !== undefined;
  const ends = hasCertificate ? Date.parse(certificate.valid_to) : Number.NaN;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.standardName ?? socket.getCipher()?.name ?? 'unknown',
    problem: problemOf(socket),
    isForHost: hasCertificate && checkServerIdentity(host, certificate) === undefined,
    names: namesOf(certificate),
    validFrom: hasCertificate ? isoOf(certificate.valid_from) : undefined,
    validTo: hasCertificate ? isoOf(certificate.valid_to) : undefined,
    daysLeft: Number.isNaN(ends) ? undefined : Math.floor((ends - Date.now()) / DAY_MS),
    chain: hasCertificate ? chainOf(certificate) : [],
    issuer: hasCertificate ? commonName(certificate.issuer) : undefined,
    key: keyOf(certificate),
  };
}

/** Node.js documents an Error, and sets its code. */
function problemOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  if (authorized) return undefined;
  const problem: unknown = authorizationError;
  const code = problem instanceof Error ? (problem as NodeJS.ErrnoException).code : problem;
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : 'not trusted';
}

function namesOf({ subjectaltname }: DetailedPeerCertificate): readonly string[] {
  const names = subjectaltname?.split(', ') ?? [];
  return names.slice(0, NAMES_MAX).map(shownName);
}

function chainOf(certificate: DetailedPeerCertificate): readonly string[] {
  const chain: string[] = [];
  let next: DetailedPeerCertificate | undefined = certificate;
  while (next?.subject !== undefined && chain.length < CHAIN_MAX) {
    chain.push(commonName(next.subject));
    // A certificate that has signed itself is its own issuer.
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return chain;
}

function commonName({ CN, O }: DetailedPeerCertificate['subject']): string {
  return shownName([CN ?? O ?? 'no name'].flat().join(' '));
}

function keyOf({ bits, nistCurve, asn1Curve }: DetailedPeerCertificate): string | undefined {
  const curve = nistCurve ?? asn1Curve;
  if (curve !== undefined) return curve;
  return bits === undefined ? undefined : `RSA ${bits}`;
}

function isoOf(time: string): string | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Printable, on one line and short. */
function shownName(name: string): string {
  return name.slice(0, NAME_LENGTH_MAX).replaceAll(/[^ -~]/g, '?');
}
