/** Lines about the ports of a Redis in a compose file. */

import { isIP, isIPv6 } from 'node:net';
import type { VerifyLine } from '../line';
import { type ComposeValue, entryAt, scalarsOf } from './compose-value';
import { valueOfWord, wordOf } from './compose-word';
import { isUnknownPart } from './interpolation';
import type { Judge } from './judge';

interface PublishedPort {
  readonly line: number;
  /** Empty for all interfaces; undefined if it is not known. */
  readonly host: string | undefined;
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|0:0:0:0:0:0:0:1)$/;
/** What the server takes for loopback; compose takes no names of hosts. */
const BOUND = new RegExp(`${LOOPBACK.source}|^localhost$`);
/** No address, and those that mean all. */
const EVERY = /^(?:|0\.0\.0\.0|::|\*)$/;
const FIX = "publish it on loopback only: `- '127.0.0.1:6379:6379'`, or not at all";

export function portLines(judge: Judge): readonly VerifyLine[] {
  const ports = portsOf(judge);
  const mode = modeOf(judge);
  const open = ports.filter(({ host }) => host !== undefined && !LOOPBACK.test(host));
  const every = open.find(({ host }) => EVERY.test(host ?? ''));
  const isHost = mode?.text === 'host' && !boundToLoopback(judge);
  const line = isHost ? mode.line : (every ?? open[0])?.line;
  const id = 'compose-port-loopback';
  if (line === undefined) return closedLines(judge, ports, mode);
  const tls = tlsLine(judge, line);
  if (!isHost && every === undefined && tls.verdict === 'pass') {
    return [judge.pass(id, `a port is published on ${open[0]?.host}, with TLS only`), tls];
  }
  const named = open.find(({ host = '' }) => !EVERY.test(host) && isIP(host) === 0);
  if (!isHost && every === undefined && named) {
    const why = `a port has the host name \`${named.host}\`, and compose takes addresses only`;
    return [judge.fail(id, why, FIX, named.line), tls];
  }
  const where = isHost
    ? '`network_mode: host` opens its ports on all interfaces of this machine'
    : `a port is published on ${every ? 'all interfaces, past most firewalls' : open[0]?.host}`;
  return [judge.fail(id, where, FIX, line), tls];
}

/** Of a service without a port that is known to be open. */
function closedLines(
  judge: Judge,
  ports: readonly PublishedPort[],
  mode: { readonly text: string; readonly line: number } | undefined,
): readonly VerifyLine[] {
  const [id, tls] = ['compose-port-loopback', 'compose-tls-beyond-loopback'] as const;
  const unknown = ports.find(({ host }) => host === undefined);
  const other = mode && /^(?:service|container):/.test(mode.text) ? mode : undefined;
  const at = unknown?.line ?? other?.line;
  if (at !== undefined) {
    const why = unknown
      ? 'the address that a port is published on is a variable without a value'
      : 'it has the network of another container';
    return [judge.unknown(id, why, FIX, at), judge.unknown(tls, why, undefined, at)];
  }
  const how = ports.length === 0 ? 'no port is published' : 'ports are published on loopback';
  return [judge.pass(id, how), judge.pass(tls, how)];
}

function tlsLine(judge: Judge, line: number): VerifyLine {
  const id = 'compose-tls-beyond-loopback';
  const all = judge.service.starts.flat();
  const lastOf = (name: string) => {
    const [word] = all.filter((each) => each.name === name).at(-1)?.values ?? [];
    return word === undefined ? undefined : valueOfWord(word);
  };
  const hasTls =
    !['0', '', undefined].includes(lastOf('tls-port')) || all.some(({ name }) => name === 'tls');
  const isBitnami = judge.service.environment.some(
    ({ name, word }) => /_TLS_ENABLED$/.test(name) && word && /^yes$/.test(valueOfWord(word)),
  );
  if ((hasTls && lastOf('port') === '0') || isBitnami) return judge.pass(id, 'its port has TLS');
  if (judge.service.unread.length > 0) {
    return judge.unknown(id, `${judge.service.unread[0]} is not here to read`, undefined, line);
  }
  const evidence = hasTls
    ? 'it has a port without TLS beside that with TLS'
    : 'the port that is published beyond loopback has no TLS';
  return judge.fail(
    id,
    evidence,
    'set tls-port and `port 0`, or publish it on loopback only',
    line,
  );
}

function modeOf({ file, service }: Judge) {
  const [scalar] = scalarsOf(entryAt(service.value, 'network_mode')?.value);
  return scalar && { text: valueOfWord(wordOf(scalar, file.variables)), line: scalar.line };
}

/** Of a container with the network of the host. */
function boundToLoopback({ service }: Judge): boolean {
  const bind = service.starts
    .flat()
    .filter(({ name }) => name === 'bind')
    .at(-1);
  const hosts = bind?.values.flatMap((word) => valueOfWord(word).split(/\s+/)) ?? [];
  return hosts.length > 0 && hosts.every((each) => BOUND.test(each.replace(/^-/, '')));
}

function portsOf({ file, service }: Judge): readonly PublishedPort[] {
  const given = entryAt(service.value, 'ports')?.value;
  if (given?.kind !== 'list') return [];
  return given.items.flatMap((item) => {
    const found = item.kind === 'mapping' ? longPort(judge(item)) : shortPort(judge(item));
    return found ?? [];
  });

  function judge(item: ComposeValue) {
    return { item, variables: file.variables };
  }
}

type Item = { readonly item: ComposeValue; readonly variables: Judge['file']['variables'] };

function shortPort({ item, variables }: Item): PublishedPort | undefined {
  const [scalar] = scalarsOf(item);
  if (scalar === undefined) return undefined;
  const word = wordOf(scalar, variables);
  const text = valueOfWord(word).trim();
  if (/\/(?:udp|sctp)$/.test(text)) return undefined;
  const host = hostOf(text.replace(/\/tcp$/, ''));
  const [first = ''] = word.part.split(':');
  // `${PORT}` alone may be a port, or an address with one.
  const isAlone =
    text.replace(/^:*(?:\/tcp)?$/, '') === '' && isUnknownPart(word.part, word.filled);
  const isUnknown =
    isAlone ||
    (host === '' && word.part.split(':').length > 2 && isUnknownPart(first, word.filled));
  return { line: scalar.line, host: isUnknown ? undefined : host };
}

/** `[::1]:6379:6379`, `127.0.0.1::6379`, `6379-6380:6379-6380`, `6379`. */
function hostOf(text: string): string {
  const [, inBrackets] = /^\[([^\]]*)\]:/.exec(text) ?? [];
  if (inBrackets !== undefined) return inBrackets;
  const parts = text.split(':');
  const host = parts.slice(0, -2).join(':');
  return parts.length > 3 && !isIPv6(host) ? '' : host;
}

function longPort({ item, variables }: Item): PublishedPort | undefined {
  const text = (key: string) =>
    scalarsOf(entryAt(item, key)?.value).map((each) => wordOf(each, variables))[0];
  const protocol = text('protocol');
  if (protocol && /udp|sctp/.test(valueOfWord(protocol))) return undefined;
  const host = text('host_ip');
  if (host === undefined) return { line: item.line, host: '' };
  const isUnknown = isUnknownPart(host.part, host.filled) && valueOfWord(host) === '';
  return {
    line: item.line,
    host: isUnknown ? undefined : valueOfWord(host).replace(/^\[|\]$/g, ''),
  };
}
