/** Failures of TLS: no TLS on one side, certificates, versions, ciphers. */

import { type KnownFailure, LINKS } from './known-failure';

export const TLS_FAILURES = [
  {
    id: 'plaintext-on-tls-port',
    what: 'The client speaks plaintext, and the server speaks TLS.',
    texts: [
      /Protocol error, got "\\u0015" as reply type byte/,
      /Unknown RESP type 21\b/,
      /Protocol Error: b'\\x15/,
    ],
    cause: 'The connection string begins with `redis://`, or the option for TLS is missing.',
    fix: ['Write `rediss://`, with the authority of the server: `?ssl_ca_certs=FILE` or `--ca`.'],
    link: LINKS.tls,
  },
  {
    id: 'tls-on-plaintext-port',
    what: 'The client speaks TLS, and the server speaks plaintext.',
    texts: [
      /WRONG_VERSION_NUMBER|wrong version number/,
      /PACKET_LENGTH_TOO_LONG|packet length too long/,
      /RECORD_LAYER_FAILURE|record layer failure/,
      /first record does not look like a TLS handshake/,
      /Unsupported or unrecognized SSL message/,
      /NotSslRecordException/,
    ],
    cause: 'The server has no TLS at this port: `tls-port` is not set, or is another port.',
    fix: [
      'Use the TLS port of the server, or switch TLS on: `tls-port`, `tls-cert-file`, ' +
        '`tls-key-file`, `tls-ca-cert-file`.',
      'On this machine only, `redis://` is fine.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'certificate-not-yet-valid',
    what: 'The certificate of the server begins to be valid in the future.',
    texts: [
      /CERT_NOT_YET_VALID/,
      /certificate is not yet valid/,
      /or is not yet valid: current time [\dTZ:+-]+ is before/,
      /CertificateNotYetValidException/,
    ],
    cause: 'The clock of this machine or of that which made the certificate is wrong.',
    fix: ['Compare `date -u` on both machines; correct the clock, or make the certificate again.'],
    link: LINKS.certificates,
  },
  {
    id: 'certificate-expired',
    what: 'The certificate of the server has expired.',
    texts: [
      /CERT_HAS_EXPIRED/,
      /certificate has expired/,
      /alert certificate expired/i,
      /CertificateExpiredException/,
      /invalid peer certificate: (?:certificate )?expired/i,
      /\bNotTimeValid\b/,
    ],
    cause: 'Nobody renewed it, or the server was not told to load the new one.',
    fix: [
      'Renew it, and load it: `CONFIG SET tls-cert-file FILE tls-key-file FILE`, or a restart.',
      'A server of `npx secure-redis develop --tls`: run `develop` again.',
    ],
    link: LINKS.certificates,
  },
  {
    id: 'certificate-host-name',
    what: 'The certificate of the server is for another name.',
    texts: [
      /ERR_TLS_CERT_ALTNAME_INVALID/,
      /does not match certificate's altnames/,
      /Hostname mismatch|IP address mismatch/,
      /certificate is valid for [\w.*, :-]+, not [\w.:-]+/,
      /doesn't contain any IP SANs/,
      /certificate is not valid for any names/,
      /No subject alternative (?:DNS |IP )?(?:names?|names? present|address)/,
      /No name matching [\w.-]+ found/,
      /HOSTNAME_MISMATCH|RemoteCertificateNameMismatch/,
      /hostname "[\w.:-]{1,120}" does not match the server certificate/,
      /Peer certificate CN=(?<shown>`[^'\n]{0,120}') did not match expected CN/,
      /certificate relies on legacy Common Name field/,
      /NotValidForName|certificate not valid for name/,
    ],
    cause:
      'The application connects by an address or another name, such as a tunnel at localhost, or ' +
      'the certificate has the name only as its common name, which clients ignore.',
    fix: [
      'Connect by a name that the certificate has.',
      'Or make the certificate again with `subjectAltName=DNS:HOST`, for addresses `IP:ADDRESS`.',
      'Through a tunnel, keep localhost as the host and set the server name (SNI) of the cache.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'certificate-self-signed',
    what: 'The certificate of the server is signed by itself, and the client does not trust it.',
    texts: [/DEPTH_ZERO_SELF_SIGNED_CERT/, /self[- ]signed certificate(?! in)/],
    cause: 'It was made without an authority, as `openssl req -x509` does.',
    fix: [
      'Give the client this certificate as the one to trust, or better make an authority and ' +
        'have it sign the certificate.',
      'Never switch verification off: the password goes to whoever answers.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'certificate-authority-unknown',
    what: 'The client does not trust the authority of the certificate.',
    texts: [
      /SELF_SIGNED_CERT_IN_CHAIN/,
      /self[- ]signed certificate in certificate chain/,
      /UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?/,
      /unable to get (?:local )?issuer certificate/,
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
      /unable to verify the first certificate/,
      /CERT_SIGNATURE_FAILURE|certificate signature failure/,
      /certificate signed by unknown authority/,
      /PKIX path building failed/,
      /unable to find valid certification path/,
      /UntrustedRoot|PartialChain/,
      /alert unknown ca|unknown certificate authority/i,
      /fatal alert: (?:unknown_ca|UnknownCA)/,
      /UnknownIssuer/,
      /certificate is not trusted/,
      /Path does not chain with any of the trust anchors/,
    ],
    or: {
      texts: [
        /UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
        /unable to get (?:local )?issuer certificate|unable to verify the first certificate/,
        /certificate signed by unknown authority|UnknownIssuer|PartialChain/,
        /PKIX path building failed|unable to find valid certification path/,
      ],
      id: 'certificate-intermediate-missing',
    },
    cause:
      'A private authority is not in the trust store of the client, `ssl_ca_certs` names that of ' +
      'another server, or an authority that was made again with the same name.',
    fix: [
      'Give the client the file of the authority: `?ssl_ca_certs=FILE`, `ca`, ' +
        'NODE_EXTRA_CA_CERTS, `--ca` here.',
      'ElastiCache needs none: its authority is public, so update the trust store of the image.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'certificate-intermediate-missing',
    what: 'The server does not send the certificate between its own and the authority.',
    texts: [],
    cause:
      '`tls-cert-file` has only the certificate of the server. The client trusts the authority ' +
      'above, and cannot find the way to it.',
    fix: [
      'Append the intermediate: `cat server.crt intermediate.crt > chain.crt`, and name it as ' +
        '`tls-cert-file`.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'client-certificate-required',
    what: 'The server demands a certificate of the client.',
    texts: [
      /TLSV13_ALERT_CERTIFICATE_REQUIRED/,
      /alert certificate required|tls: certificate required/i,
      /peer did not return a certificate/,
      /SSLV3_ALERT_BAD_CERTIFICATE|tls: bad certificate/i,
      /alert bad certificate(?<!accepting a client connection[^\n]{0,200})/i,
      /fatal alert: (?:bad_certificate|certificate_required|BadCertificate|CertificateRequired)/,
    ],
    cause:
      '`tls-auth-clients` of Redis and Valkey is yes unless it is set: TLS as the common guides ' +
      'configure it demands certificates of clients.',
    fix: [
      'Set `tls-auth-clients no`, if passwords are to prove who the client is.',
      'Or give the client a certificate and key that `tls-ca-cert-file` of the server signs.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'tls-version',
    what: 'Client and server have no version of TLS in common.',
    texts: [
      /ALERT_PROTOCOL_VERSION|alert protocol version/i,
      /UNSUPPORTED_PROTOCOL|unsupported protocol/i,
      /protocol version not supported/,
      /server selected unsupported protocol version/,
      /fatal alert: protocol_version/,
      /no protocols available/i,
    ],
    cause: 'The server allows only TLS 1.0 or 1.1, or the client is older than TLS 1.2.',
    fix: [
      'Set `tls-protocols "TLSv1.2 TLSv1.3"` on the server.',
      'Update the runtime or its TLS library; do not lower the minimum of the client.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'tls-cipher',
    what: 'Client and server have no cipher, curve or kind of key in common.',
    texts: [
      /ALERT_HANDSHAKE_FAILURE|alert handshake failure/i,
      /fatal alert: handshake_failure/,
      /tls: handshake failure/,
      /no shared cipher|NO_SHARED_CIPHER|NO_CIPHERS_AVAILABLE/i,
      /(?:EE|DH|CA)_(?:KEY|MD)_TOO_(?:SMALL|WEAK)/,
    ],
    cause:
      '`tls-ciphers` or `tls-ciphersuites` of the server has none that the client allows, or a ' +
      'key is too short. With TLS 1.2, a demanded client certificate looks the same.',
    fix: [
      'Remove `tls-ciphers` and `tls-ciphersuites`, whose defaults every current client has.',
      'Look at what the server offers: `openssl s_client -connect HOST:PORT`.',
    ],
    link: LINKS.tls,
  },
  {
    id: 'certificate-refused',
    what: 'The client refuses the certificate of the server, and its text does not say why.',
    texts: [
      /certificate verify failed/i,
      /CERTIFICATE_VERIFY_FAILED/,
      /remote certificate (?:is invalid|was rejected)/i,
      /RemoteCertificateChainErrors/,
      /alert certificate unknown|fatal alert: (?:certificate_unknown|CertificateUnknown)/i,
      /(?<=accepting a client connection[^\n]{0,200})alert bad certificate/i,
      /tls: failed to verify certificate|invalid peer certificate/,
    ],
    cause:
      'One of: the client does not trust its authority, it is signed by itself, it is for ' +
      'another name, it has expired or is not yet valid, or an intermediate is missing.',
    fix: [
      'Run `doctor URL` on the same machine, with the same authority: it tells which of them.',
      'Or look yourself: `openssl s_client -connect HOST:PORT -verify_hostname HOST -CAfile FILE`.',
      'Never switch verification off: the password goes to whoever answers.',
    ],
    link: LINKS.certificates,
  },
  {
    id: 'tls-verification-not-set',
    what: 'The client wants to be told how to verify the certificate of the server.',
    texts: [/URL must have parameter ssl_cert_reqs/, /Invalid SSL Certificate Requirements Flag/],
    cause: 'Celery takes rediss:// only with `ssl_cert_reqs`, and redis-py takes few values of it.',
    fix: [
      'Append `?ssl_cert_reqs=required`, and for a private authority `&ssl_ca_certs=FILE`.',
      'Do not write `none`: the password goes to whoever answers.',
    ],
    link: LINKS.celery,
  },
] as const satisfies readonly KnownFailure[];
