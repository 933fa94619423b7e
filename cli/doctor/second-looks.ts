/** Connections after a failed one, which tell its cause. They send no password. */

import type { HandshakeFacts } from '../server/handshake-facts';
import { openProbe, ProbeEnd, type ServerToProbe } from '../server/probe';
import type { Speech } from './connection-facts';

/** The usual ports of Redis, without and with TLS. */
const USUAL_PORTS = [6379, 6380] as const;

/** For each look: the server has refused or failed already. */
const LOOK_TIMEOUT_MS = 1_500;

const WITHOUT_LIMITS = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;

type Place = Pick<ServerToProbe, 'host' | 'port'>;

/** What answers at a port. TLS first: a server with TLS says nothing to plaintext. */
export async function speechAt({ host, port }: Place, timeoutMs: number): Promise<Speech> {
  const limited = Math.min(timeoutMs, LOOK_TIMEOUT_MS);
  const tls = await openProbe({ host, port, timeoutMs: limited, tls: { isVerified: false } });
  if (!(tls instanceof ProbeEnd)) {
    tls.close();
    return 'tls';
  }
  if (/ALERT/.test(tls.details.code ?? '')) return 'tls';
  const plain = await openProbe({ host, port, timeoutMs: limited });
  if (plain instanceof ProbeEnd) return 'unclear';
  const reply = await plain.ask('PING');
  plain.close();
  if (!(reply instanceof ProbeEnd)) return 'plaintext';
  if (reply.details.error !== undefined) return 'plaintext';
  return reply.details.speaks ?? 'unclear';
}

/** Another usual port of the host that answers, after a refused connection. */
export async function otherPortAt(
  { host, port }: Place,
  timeoutMs: number,
): Promise<{ readonly port: number; readonly speech: Speech } | undefined> {
  for (const usual of USUAL_PORTS) {
    if (usual === port) continue;
    const speech = await speechAt({ host, port: usual }, timeoutMs);
    if (speech === 'plaintext' || speech === 'tls') return { port: usual, speech };
  }
  return undefined;
}

/** The handshake of a client that accepts any version and cipher. */
export async function lenientHandshake(
  { host, port }: Place,
  timeoutMs: number,
): Promise<HandshakeFacts | undefined> {
  const probe = await openProbe({
    host,
    port,
    timeoutMs: Math.min(timeoutMs, LOOK_TIMEOUT_MS),
    tls: { isVerified: false, ...WITHOUT_LIMITS },
  });
  if (probe instanceof ProbeEnd) return undefined;
  probe.close();
  return probe.handshake;
}
