/**
 * The network that a cache lives in: one that is given, one in a VPC that is given, or a new one.
 * `network` and `vpc` exclude each other; `vpc` alone is `new RedisNetwork(…, { vpc })`.
 */

import type { Construct } from 'constructs';
import type { SecureRedisProps } from '../secure-redis-props';
import { SettingError } from '../settings/setting-error';
import type { Topology } from '../settings/topology';
import { endpointsOf } from './endpoint-choice';
import { chosenSubnets } from './network-checks';
import { RedisNetwork, type RedisNetworkProps } from './redis-network';

/** What of a cache's props concerns its network. */
type Given = Pick<SecureRedisProps, 'network' | 'vpc' | 'vpcSubnets'>;

/** What of a new network follows from the cache. */
type FromCache = Pick<RedisNetworkProps, 'encryptionKey' | 'logRetention' | 'logRemovalPolicy'>;

/** @throws SettingError if the props contradict each other, or the VPC cannot carry the cache. */
export function networkOf(
  cache: Construct,
  { network, vpc, vpcSubnets }: Given,
  topology: Topology,
  fromCache: FromCache,
): RedisNetwork {
  if (vpc) {
    const endpoints = endpointsOf({ hasVpc: true, hasGroup: false });
    chosenSubnets(cache, vpc, vpcSubnets, endpoints, 'vpcSubnets');
  }
  const subnets = vpcSubnets && { subnets: vpcSubnets };
  const made =
    network ??
    new RedisNetwork(cache, 'Network', { ...(vpc && { vpc }), ...subnets, ...fromCache });
  checkZones(cache, made, topology, vpc ? 'vpc' : 'network');
  return made;
}

/** @throws SettingError with a line for each prop that another one excludes. */
export function checkGivenNetwork({ node }: Construct, given: Given): void {
  const { network, vpc, vpcSubnets } = given;
  const lines: string[] = [];
  const use = "network: new RedisNetwork(this, 'Network', { vpc, subnets })";
  if (network !== undefined) {
    const names = (['vpc', 'vpcSubnets'] as const).filter((name) => given[name] !== undefined);
    for (const name of names) {
      lines.push(
        `\`${name}\` must be left out with \`network\`, which has a VPC and subnets of its own, ` +
          `got both. Remove one, or pass \`${use}\`.`,
      );
    }
  } else if (vpc === undefined && vpcSubnets !== undefined) {
    lines.push(
      '`vpcSubnets` must be left out without `vpc`: a new VPC has the subnets that a cache ' +
        'needs, got a selection. Pass the VPC that has them, or remove it.',
    );
  }
  if (lines.length === 0) return;
  throw new SettingError(lines.map((line) => `${node.path}: ${line}`).join('\n'));
}

/** AWS refuses Multi-AZ in one availability zone, but only during the deploy. */
function checkZones(
  { node }: Construct,
  { vpc, subnets }: RedisNetwork,
  { replicas }: Topology,
  prop: string,
): void {
  const zones = new Set(vpc.selectSubnets(subnets).availabilityZones);
  if (zones.size > 1 || replicas === 0) return;
  throw new SettingError(
    `${node.path}: \`${prop}\` must be subnets in two or more availability zones for a cache ` +
      `with replicas, got ${zones.size}. Add a subnet in another one, or take a topology ` +
      'without replicas.',
  );
}
