/** Decides by a TLS handshake that failed, or a certificate that is not trusted. */

import type { HandshakeFacts } from '../server/handshake-facts';
import type { ProbeEnd } from '../server/probe';
import { printable } from '../terminal/printable';
import type { ConnectionFacts } from './connection-facts';
import { type FailureFound, judged } from './failure-found';
import type { FailureId } from './failures/failures';
import { failuresInText } from './failures-in-text';

/** Names that authorities give to certificates between the server and the root. */
const INTERMEDIATE = /intermediate|issuing|sub(?:ordinate)?[ -]?ca\b/i;

/** Codes of OpenSSL for an issuer that it does not find. */
const OPEN = /^UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/;

export function judgeTls(facts: ConnectionFacts, end: ProbeEnd): FailureFound | undefined {
  const { address, speech, handshake } = facts;
  if (!address.tls) return undefined;
  if (end.why === 'certificate-not-trusted' && handshake !== undefined) {
    return judgeCertificate(facts, handshake, end.details.code ?? '');
  }
  if (speech === 'plaintext') {
    return judged('tls-on-plaintext-port', 'the server answers PING without TLS');
  }
  if (end.why !== 'tls-failed') return undefined;
  return judgeHandshake(facts, end.details.code ?? 'the handshake fails');
}

function judgeHandshake(
  { lenient, speech }: ConnectionFacts,
  code: string,
): FailureFound | undefined {
  const [found] = failuresInText(code);
  if (found?.id === 'client-certificate-required') return judged(found.id, code);
  if (lenient !== undefined) {
    const { protocol, cipher } = lenient;
    const got = `a client without limits gets ${protocol} with ${printable(cipher)}`;
    return judged(/^TLSv1(?:\.1)?$/.test(protocol) ? 'tls-version' : 'tls-cipher', code, got);
  }
  if (found?.id === 'tls-on-plaintext-port' && speech !== 'tls') {
    return judged(speech === 'HTTP' ? 'http-server' : 'not-redis', code);
  }
  // TLS 1.2 has no word for it: a server that demands a certificate refuses any client.
  const isDemand = found?.id === 'tls-cipher';
  if (isDemand) {
    return judged('client-certificate-required', code, 'also without limits of version and cipher');
  }
  return found === undefined ? undefined : judged(found.id, code);
}

function judgeCertificate(
  { caFile, authorities }: ConnectionFacts,
  handshake: HandshakeFacts,
  code: string,
): FailureFound {
  const { names, validFrom, validTo, issuer = 'no name' } = handshake;
  const [told] = failuresInText(code);
  const by: Partial<Record<FailureId, string>> = {
    'certificate-host-name': `it is for ${names.join(', ') || 'no name'}`,
    'certificate-expired': `it ended ${validTo}`,
    'certificate-not-yet-valid': `it begins ${validFrom}, now is ${new Date().toISOString()}`,
  };
  const id = told?.id;
  if (id !== 'certificate-authority-unknown') {
    return judged(id, code, ...(id && by[id] ? [by[id]] : []));
  }
  const trusted =
    caFile === undefined
      ? 'no file of an authority is given, so only public authorities are trusted'
      : `${printable(caFile)} has ${authorities.map(printable).join(', ') || 'none'}`;
  const signed = `it is signed by ${issuer}`;
  const isSameName = authorities.includes(issuer);
  const isAlone = handshake.chain.length === 1 && INTERMEDIATE.test(issuer);
  if (isAlone && !isSameName) {
    const alone = `${signed}, which the server does not send`;
    return judged('certificate-intermediate-missing', code, alone, trusted);
  }
  const again = isSameName ? [`the authority has the same name and another key`] : [];
  const found = judged(id, code, signed, trusted, ...again);
  // A server that sends one certificate, of an authority that is not trusted by its name.
  const isOpen = handshake.chain.length === 1 && !isSameName && OPEN.test(code);
  return isOpen ? { ...found, also: ['certificate-intermediate-missing'] } : found;
}
