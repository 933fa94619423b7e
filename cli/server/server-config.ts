/** Lines of `redis.conf` for every server on this machine: loopback only, and TLS. */

import { join } from 'node:path';

/** `localhost` may be an IPv6 address; a machine without IPv6 ignores the second one. */
export const LOOPBACK_LINE = 'bind 127.0.0.1 -::1';

export const TLS_FILES = { ca: 'ca.crt', cert: 'redis.crt', key: 'redis.key' } as const;

/** TLS only, with the certificates of a folder. */
export function tlsLines(folder: string, port: number): readonly string[] {
  return [
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${quotedPath(join(folder, TLS_FILES.cert))}`,
    `tls-key-file ${quotedPath(join(folder, TLS_FILES.key))}`,
    `tls-ca-cert-file ${quotedPath(join(folder, TLS_FILES.ca))}`,
    'tls-auth-clients no',
    'tls-protocols "TLSv1.2 TLSv1.3"',
  ];
}

/** A path quoted for a server configuration. */
export function quotedPath(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}
