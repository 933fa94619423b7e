/** Reads what a server with TLS accepts besides: plaintext, old versions, weak ciphers. */

import { openProbe, ProbeEnd, type ProbeTls, type ServerToProbe } from '../../server/probe';
import { type Fact, told, untold } from './fact';

/** A server that refuses closes at once; one that says nothing has not answered. */
const REFUSAL_TIMEOUT_MS = 1_500;

/** Reasons of OpenSSL on this side, which has nothing to offer then. */
const NOTHING_TO_OFFER = /^ERR_SSL_(NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|NO_CIPHER_MATCH)$/;

/** Without encryption, without a certificate, or broken; SECLEVEL=0 lets this side offer them. */
const WEAK = 'eNULL:aNULL:3DES:RC4:DES:EXPORT:@SECLEVEL=0';

/** TLS 1.0 and 1.1, which need a low level of security on this side. */
export const OLD_TLS = {
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.1',
  ciphers: 'ALL:@SECLEVEL=0',
} as const;

/** Whether a command in plaintext has any reply of Redis. */
export async function isPlaintextAnswered(host: string, port: number): Promise<Fact<boolean>> {
  const probe = await openProbe({ host, port, timeoutMs: REFUSAL_TIMEOUT_MS });
  if (probe instanceof ProbeEnd) return told(probe.why === 'refused-unasked');
  const reply = await probe.ask('PING');
  probe.close();
  return told(!(reply instanceof ProbeEnd));
}

export function oldVersionAt(server: ServerToProbe): Promise<Fact<string | undefined>> {
  return accepted(server, OLD_TLS, ({ protocol }) => protocol);
}

export function weakCipherAt(server: ServerToProbe): Promise<Fact<string | undefined>> {
  const tls = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: WEAK } as const;
  return accepted(server, tls, ({ cipher }) => cipher);
}

async function accepted(
  server: ServerToProbe,
  tls: Partial<ProbeTls>,
  tell: (handshake: { readonly protocol: string; readonly cipher: string }) => string,
): Promise<Fact<string | undefined>> {
  const probe = await openProbe({
    ...server,
    timeoutMs: REFUSAL_TIMEOUT_MS,
    tls: { ...tls, isVerified: false },
  });
  if (probe instanceof ProbeEnd) {
    const { code = '' } = probe.details;
    if (NOTHING_TO_OFFER.test(code)) return untold(`OpenSSL of this machine cannot offer it`);
    if (probe.phase === 'connect') return untold('the connection did not open again');
    return told(undefined);
  }
  const { handshake } = probe;
  probe.close();
  return told(handshake === undefined ? undefined : tell(handshake));
}
