/**
 * Settings of a new VPC: number of zones, addresses, and flow logs. The construct and the stage
 * file share these checks.
 */

import { isIPv4 } from 'node:net';
import { isAdmissible } from '../rules/admitted-networks';
import { checkLimit, type Limit } from '../validation/limits';
import type { Problems } from '../validation/setting-error';

export interface NewVpcSettings {
  /** @default 2 */
  readonly zones?: number | undefined;
  /** @default '10.0.0.0/16' */
  readonly cidr?: string | undefined;
  /** @default true */
  readonly flowLogs?: boolean | undefined;
}

const NAMES = ['zones', 'cidr', 'flowLogs'] as const satisfies readonly (keyof NewVpcSettings)[];

/**
 * Availability zones of a new VPC. Every region has at least three; a replica needs a second zone.
 */
export const ZONES: Limit = { min: 2, max: 3 };

/**
 * The prefix length of a new VPC. AWS allows /16 to /28; a quarter of a /24 is a subnet of 59
 * addresses, and each node, endpoint and function needs one address.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
const PREFIX: Limit = { min: 16, max: 24 };

export const CIDR_WORDS = 'a private IPv4 block from /16 to /24, like "10.20.0.0/16"';

/** Each subnet is a quarter of the VPC, so that a later third zone has free addresses. */
const SUBNET_BITS = 2;

/** Independent of the number of subnets: CDK's default division would replace all subnets. */
export function subnetMaskOf(cidr: string): number {
  return prefixOf(cidr) + SUBNET_BITS;
}

export function checkNewVpc(problems: Problems, settings: NewVpcSettings, hasVpc: boolean): void {
  const given = NAMES.filter((name) => settings[name] !== undefined);
  if (hasVpc) {
    for (const name of given) {
      problems.add(name, settings[name], 'nothing beside a VPC that exists', 'remove it');
    }
    return;
  }
  const { zones, cidr } = settings;
  if (zones !== undefined) checkLimit(problems, 'zones', zones, ZONES, 'zones');
  if (cidr === undefined) return;
  const [address = ''] = cidr.split('/');
  const prefix = prefixOf(cidr);
  const isBlock = isIPv4(address) && prefix >= PREFIX.min && prefix <= PREFIX.max;
  if (!isBlock || !isAdmissible(cidr, [])) {
    problems.add('cidr', cidr, CIDR_WORDS);
    return;
  }
  const first = networkOf(address, prefix);
  if (first === address) return;
  const why = `the first address of a block of /${prefix}: AWS takes no other`;
  problems.add('cidr', cidr, why, `use "${first}/${prefix}"`);
}

/** NaN without a valid prefix. */
function prefixOf(cidr: string): number {
  const [, prefix] = /^[\d.]+\/([1-9]\d?)$/.exec(cidr) ?? [];
  return Number(prefix);
}

/** The first address of the block that contains an address. */
function networkOf(address: string, prefix: number): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  const first = number - (number % size);
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}
