/** Decides by how a connection failed or ended: name, route, port, TLS, protocol. */

import { isIP } from 'node:net';
import type { ProbeEnd } from '../server/probe';
import { printable } from '../terminal/printable';
import type { ConnectionFacts } from './connection-facts';
import { type FailureFound, judged } from './failure-found';
import { failuresInText } from './failures-in-text';
import { judgeError } from './judge-reply';
import { judgeTls } from './judge-tls';

/** Addresses that only a private network has: RFC 1918, RFC 6598 and RFC 4193. */
const PRIVATE =
  /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|^f[cd]/i;
const OF_ELASTICACHE = /\.cache\.amazonaws\.com(?:\.cn)?$/i;

export function judgeEnd(facts: ConnectionFacts): FailureFound | undefined {
  const { address, addresses, end } = facts;
  if ('code' in addresses) return judgeName(address.host, addresses.code);
  if (end === undefined) return undefined;
  const { error, speaks } = end.details;
  if (error !== undefined) {
    return judgeError('unasked', { text: error.message, isError: true });
  }
  if (speaks === 'HTTP') return judged('http-server', 'the answer begins with HTTP/');
  return judgeConnect(facts, end) ?? judgeTls(facts, end) ?? judgeTalk(facts, end);
}

function judgeName(host: string, code: string): FailureFound {
  const evidence = `${printable(host)} does not resolve: ${code}`;
  const isService = !host.includes('.') && isIP(host) === 0 && host !== 'localhost';
  if (isService) return judged('container-name-on-host', evidence);
  return judged(code === 'ENOTFOUND' ? 'host-unknown' : 'dns-unavailable', evidence);
}

/** Before the server has answered. */
function judgeConnect(facts: ConnectionFacts, end: ProbeEnd): FailureFound | undefined {
  const { address, otherPort } = facts;
  const where = `${connectedTo(facts)}`;
  if (end.phase !== 'connect') return undefined;
  if (end.why === 'connection-refused') {
    const refused = `${where}: ${end.details.code ?? 'refused'}`;
    if (otherPort === undefined) return judged('connection-refused', refused);
    const speech = otherPort.speech === 'tls' ? 'TLS' : 'plaintext';
    return judged('wrong-port', refused, `port ${otherPort.port} answers, with ${speech}`);
  }
  if (end.why === 'no-route') {
    return judged('network-unreachable', `${where}: ${end.details.code ?? 'no route'}`);
  }
  if (end.why !== 'timed-out') return undefined;
  if (OF_ELASTICACHE.test(address.host) && hasPrivateAddresses(facts)) {
    return judged('elasticache-outside-vpc', `${where}, a private address, does not answer`);
  }
  return judged('connect-timed-out', `${where} does not answer`);
}

function hasPrivateAddresses({ addresses }: ConnectionFacts): boolean {
  return 'every' in addresses && addresses.every((each) => PRIVATE.test(each));
}

/** `localhost:6379 (127.0.0.1, ::1)`. */
export function connectedTo({ address: { host, port }, addresses }: ConnectionFacts): string {
  const found = 'code' in addresses ? [] : addresses.filter((each) => each !== host);
  const at = `${printable(isIP(host) === 6 ? `[${host}]` : host)}:${port}`;
  return found.length === 0 ? at : `${at} (${found.slice(0, 4).join(', ')})`;
}

/** After the connection stood, but not by TLS. */
function judgeTalk({ address, speech }: ConnectionFacts, end: ProbeEnd): FailureFound {
  if (!address.tls && speech === 'tls') {
    return judged('plaintext-on-tls-port', 'the server answers a TLS handshake, and no PING');
  }
  if (speech === 'HTTP') return judged('http-server', 'the answer begins with HTTP/');
  if (end.why === 'timed-out') return judged('no-answer', `no answer in time to ${asked(address)}`);
  if (end.why === 'connection-closed') {
    const code = end.details.code === undefined ? '' : `: ${end.details.code}`;
    return judged('connection-closed', `the server closes instead of an answer${code}`);
  }
  if (['not-redis', 'too-many-bytes', 'reply-unasked'].includes(end.why)) {
    return judged('not-redis', `the server answers no Redis: ${end.why}`);
  }
  const code = end.details.code ?? end.why;
  const [found] = failuresInText(code);
  return judged(found?.id, `the connection ends: ${code}`);
}

function asked({ tls }: ConnectionFacts['address']): string {
  return tls ? 'a TLS handshake or PING' : 'PING';
}
