/**
 * Networks that may be admitted to a cache: private networks, and declared networks of the owner.
 *
 * Node's BlockList does the arithmetic.
 */

import { BlockList, isIPv4, isIPv6 } from 'node:net';

type Family = 'ipv4' | 'ipv6';

interface Block {
  readonly address: string;
  readonly bits: number;
  readonly family: Family;
}

/**
 * Addresses that the internet does not route: RFC 1918, the shared addresses of RFC 6598, which AWS
 * allows as additional VPC block, and the unique local IPv6 addresses of RFC 4193.
 */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/**
 * AWS gives a VPC public IPv6 addresses, a /56 block. A /48 is the block that one organization gets
 * per site (RFC 6177, and AWS's limit for your own block): longer prefixes have one owner.
 */
const IPV6_PUBLIC = '2000::/3';
const IPV6_SITE_BITS = 48;

/** Shortest prefixes that one organization can own. */
const OWNED_BITS_MIN: Readonly<Record<Family, number>> = { ipv4: 8, ipv6: 32 };

/** Parses a CIDR block; `undefined` if it is invalid or has leading zeros. */
function parse(cidr: string): Block | undefined {
  const [, address = '', bitsText = ''] = /^([\da-f.:]+)\/(0|[1-9]\d{0,2})$/i.exec(cidr) ?? [];
  const bits = Number(bitsText);
  if (isIPv4(address) && bits <= 32) return { address, bits, family: 'ipv4' };
  if (isIPv6(address) && bits <= 128) return { address, bits, family: 'ipv6' };
  return undefined;
}

function isInside(inner: Block, outer: Block): boolean {
  if (inner.family !== outer.family || inner.bits < outer.bits) return false;
  const list = new BlockList();
  list.addSubnet(outer.address, outer.bits, outer.family);
  return list.check(inner.address, inner.family);
}

/** Whether a CIDR block is within private networks, a /48 of public IPv6, or a given network. */
export function isAdmissible(cidr: string, given: readonly string[]): boolean {
  const block = parse(cidr);
  if (block === undefined) return false;
  const inside = (outer: string) => {
    const network = parse(outer);
    return network !== undefined && isInside(block, network);
  };
  if ([...PRIVATE_NETWORKS, ...given].some(inside)) return true;
  return inside(IPV6_PUBLIC) && block.bits >= IPV6_SITE_BITS;
}

/** Whether one organization could own a CIDR block. */
export function isOwnable(cidr: string): boolean {
  const block = parse(cidr);
  return block !== undefined && block.bits >= OWNED_BITS_MIN[block.family];
}

/** More of the largest blocks than any organization owns. */
const WIDEST_MAX = 16;

/** Whether one organization could own all of some CIDR blocks. */
export function areOwnable(cidrs: readonly string[]): boolean {
  return (['ipv4', 'ipv6'] as const).every((family) => {
    const widest = OWNED_BITS_MIN[family];
    const shares = cidrs
      .map(parse)
      .filter((block) => block !== undefined)
      .filter((block) => block.family === family && block.bits >= widest)
      .map(({ bits }) => 2 ** (widest - bits));
    return shares.reduce((sum, share) => sum + share, 0) <= WIDEST_MAX;
  });
}
