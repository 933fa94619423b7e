/** Lines of `verify` about TLS; a connection in plaintext has none. Pure. */

import { failed, notTold, passed, type VerifyLine } from '../line';
import { lineOf } from './login-lines';
import type { ServerFacts, TlsFacts } from './server-facts';

/** Days in which a certificate is renewed; certificates of Let's Encrypt are renewed at 30. */
export const CERTIFICATE_DAYS_MIN = 14;

const MODERN = ['TLSv1.2', 'TLSv1.3'];
/** With forward secrecy and authenticated encryption: BCP 195, RFC 9325. */
const STRONG_CIPHER = /^TLS_(AES_|CHACHA20_)|^TLS_(ECDHE|DHE)_\w+_(GCM|CHACHA20|CCM)/;

export function handshakeLines({ tls, target }: ServerFacts): readonly VerifyLine[] {
  if (tls === undefined) return [];
  return [
    plaintextLine(tls),
    plaintextPortLine(tls),
    versionLine(tls),
    oldVersionLine(tls),
    cipherLine(tls),
    verificationLine(target),
    trustLine(tls),
    hostLine(tls, target.host),
    daysLine(tls),
  ];
}

function plaintextLine({ isPlaintextAnswered }: TlsFacts): VerifyLine {
  const [id, claim] = ['plaintext-refused', 'the TLS port refuses plaintext'];
  return lineOf(id, claim, isPlaintextAnswered, (isAnswered) =>
    isAnswered
      ? failed(id, claim, 'PING in plaintext was answered', 'Set `tls-port` and `port 0`')
      : passed(id, claim, 'PING in plaintext has no answer'),
  );
}

function plaintextPortLine({ plaintextPort }: TlsFacts): VerifyLine {
  const [id, claim] = ['no-plaintext-port', 'the server has no port without TLS'];
  return lineOf(id, claim, plaintextPort, (port) =>
    port === undefined
      ? passed(id, claim, 'the server listens with TLS only')
      : failed(id, claim, `the server listens on port ${port} without TLS`, 'Set `port 0`'),
  );
}

function versionLine({ handshake: { protocol } }: TlsFacts): VerifyLine {
  const [id, claim] = ['tls-version', 'the connection uses TLS 1.2 or 1.3'];
  return MODERN.includes(protocol)
    ? passed(id, claim, protocol)
    : failed(id, claim, protocol, 'Set `tls-protocols "TLSv1.2 TLSv1.3"`');
}

function oldVersionLine({ oldVersion }: TlsFacts): VerifyLine {
  const [id, claim] = ['old-tls-refused', 'TLS 1.0 and 1.1 are refused'];
  return lineOf(id, claim, oldVersion, (version) =>
    version === undefined
      ? passed(id, claim, 'a handshake that offers only these fails')
      : failed(id, claim, `${version} was accepted`, 'Set `tls-protocols "TLSv1.2 TLSv1.3"`'),
  );
}

function cipherLine({ handshake, weakCipher }: TlsFacts): VerifyLine {
  const id = 'tls-cipher';
  const claim = 'the cipher has forward secrecy, and weak ciphers are refused';
  const fix = 'Remove `tls-ciphers`, or name ECDHE ciphers with GCM or CHACHA20 only';
  const { cipher } = handshake;
  if (!STRONG_CIPHER.test(cipher)) return failed(id, claim, cipher, fix);
  return lineOf(id, claim, weakCipher, (weak) =>
    weak === undefined
      ? passed(id, claim, `${cipher}; a handshake that offers only weak ciphers fails`)
      : failed(id, claim, `${weak} was accepted`, fix),
  );
}

function verificationLine({ verification }: ServerFacts['target']): VerifyLine {
  const [id, claim] = ['certificate-verified', 'clients with this url verify the certificate'];
  if (verification === 'full') return passed(id, claim, 'no option of the url turns it off');
  const seen = verification === 'none' ? 'the certificate' : 'the host name';
  const fix = 'Remove the option, such as `ssl_cert_reqs=none` or `rejectUnauthorized=false`';
  return failed(id, claim, `an option of the url turns off the verification of ${seen}`, fix);
}

/** The name has a line of its own. */
function trustLine({ handshake: { problem, chain } }: TlsFacts): VerifyLine {
  const [id, claim] = ['certificate-trusted', 'the certificate is trusted'];
  const evidence = `${chain.join(' < ')}`;
  if (problem === undefined || problem === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return passed(id, claim, evidence);
  }
  const fix =
    'Pass the authority with --ca FILE or `ssl_ca_certs` in the url, or take a certificate of a ' +
    'public authority; send the intermediate certificates, too';
  return failed(id, claim, `${problem}: ${evidence}`, fix);
}

function hostLine({ handshake: { isForHost, names } }: TlsFacts, host: string): VerifyLine {
  const [id, claim] = ['certificate-host', 'the certificate is for the host name of the url'];
  const evidence = `${host}; the certificate has ${names.join(', ') || 'no name'}`;
  return isForHost
    ? passed(id, claim, evidence)
    : failed(id, claim, evidence, 'Connect by a name of the certificate, or add the host to it');
}

function daysLine({ handshake: { daysLeft, validTo = '' } }: TlsFacts): VerifyLine {
  const id = 'certificate-days';
  const claim = `the certificate is valid for ${CERTIFICATE_DAYS_MIN} more days`;
  if (daysLeft === undefined) return notTold(id, claim, 'the certificate has no readable end');
  const end = validTo.slice(0, 10);
  const evidence =
    daysLeft < 0
      ? `it ended ${-daysLeft} days ago, on ${end}`
      : `${daysLeft} days left, until ${end}`;
  return daysLeft >= CERTIFICATE_DAYS_MIN
    ? passed(id, claim, evidence)
    : failed(id, claim, evidence, 'Renew the certificate, and let the server load it');
}
