/**
 * Which networks may be admitted to a cache: private ones, and those that somebody has said to own.
 *
 * Node's own block list does the arithmetic.
 */

import { BlockList, isIPv4, isIPv6 } from 'node:net';

type Family = 'ipv4' | 'ipv6';

interface Block {
  readonly address: string;
  readonly bits: number;
  readonly family: Family;
}

/**
 * The IPv4 addresses that no router of the internet forwards: RFC 1918, and the shared addresses of
 * RFC 6598, which AWS takes as a further block of a VPC; of IPv6 the unique local ones of RFC 4193.
 */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/**
 * A VPC has public IPv6 addresses, since there is no other kind that AWS gives, a /56 of them. No
 * shorter prefix than a /48 is what one organization gets for one site (RFC 6177, and AWS's bound
 * for a block of one's own): what is longer belongs to one owner.
 */
const IPV6_PUBLIC = '2000::/3';
const IPV6_SITE_BITS = 48;

/** The widest blocks that one organization owns. */
const OWNED_BITS_MIN: Readonly<Record<Family, number>> = { ipv4: 8, ipv6: 32 };

/** A CIDR block in its usual spelling. Undefined if it is none, or has leading zeros. */
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

/** Whether a CIDR block is inside of private ranges, of one site's IPv6, or of a given network. */
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

/** So many of the widest blocks are more than any organization owns. */
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
