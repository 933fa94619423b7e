/** Reads where a port is open: listening addresses of this machine, and connections to them. */

import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { BlockList, isIPv6, SocketAddress } from 'node:net';
import { endianness, networkInterfaces } from 'node:os';
import { openProbe, ProbeEnd } from '../../server/probe';
import { type Fact, told, untold } from './fact';
import type { NetworkFacts } from './server-facts';

const ADDRESSES_MAX = 16;
const CONNECT_TIMEOUT_MS = 1_000;
/** State LISTEN in /proc/net/tcp. */
const LISTEN = '0A';

export type OwnNetwork = Omit<NetworkFacts, 'bind' | 'from'>;

export async function readNetwork(host: string, port: number): Promise<OwnNetwork> {
  const found = await lookup(host, { all: true }).catch(() => []);
  const addresses = found.map(({ address }) => address).slice(0, ADDRESSES_MAX);
  const own = ownAddresses();
  const isThisMachine =
    addresses.length > 0 && addresses.every((each) => isLoopback(each) || own.includes(each));
  if (!isThisMachine) {
    const why = 'the server is on another machine';
    return { addresses, isThisMachine, listening: untold(why), others: [] };
  }
  const others = await Promise.all(
    own.map(async (address) => ({ address, isOpen: await isOpenAt(address, port) })),
  );
  return { addresses, isThisMachine, listening: listeningOn(port), others };
}

/** Whether an address leads to this machine. */
export function isOwnAddress(address: string): boolean {
  return isLoopback(address) || ownAddresses().includes(address);
}

async function isOpenAt(host: string, port: number): Promise<boolean> {
  const probe = await openProbe({ host, port, timeoutMs: CONNECT_TIMEOUT_MS });
  if (probe instanceof ProbeEnd) return probe.phase !== 'connect';
  probe.close();
  return true;
}

/** Addresses of this machine other than loopback; a link-local IPv6 address needs its interface. */
function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .map(({ address }) => address)
    .slice(0, ADDRESSES_MAX);
}

function listeningOn(port: number): Fact<readonly string[]> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    try {
      return [readFileSync(path, 'utf8')];
    } catch {
      return [];
    }
  });
  const found = tables.flatMap((table) => listenersIn(table, port));
  // Docker can forward a port without a process that listens.
  if (found.length === 0) return untold('this machine does not show who listens on the port');
  return told(Array.from(new Set(found)));
}

/** Local addresses in a table of /proc/net that listen on a port. */
export function listenersIn(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [hex = '', at] = local.split(':');
    return state === LISTEN && at === wanted ? [addressOf(hex)] : [];
  });
}

/** From words of 32 bits in the byte order of the machine. */
function addressOf(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => word.match(/../g) ?? []);
  const bytes = words.flatMap((word) => (endianness() === 'LE' ? word.reverse() : word));
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.slice(2 * at, 2 * at + 2).join(''));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** https://www.iana.org/assignments/iana-ipv4-special-registry and the same for IPv6. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6');
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

export function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, familyOf(address));
}

export function isPrivateAddress(address: string): boolean {
  return isLoopback(address) || PRIVATE.check(address, familyOf(address));
}
