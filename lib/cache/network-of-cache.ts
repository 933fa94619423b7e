/**
 * The network of a cache: a given network, a network in a given VPC, or a new network. `network`
 * and `vpc` exclude each other; `vpc` is short for `new RedisNetwork(…, { vpc })`.
 */

import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { endpointsOf } from '../network/endpoint-choice';
import { chosenSubnets } from '../network/network-checks';
import { RedisNetwork } from '../network/redis-network';
import type { RedisNetworkProps } from '../network/redis-network-props';
import type { Topology } from '../settings/topology';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import type { SecureRedisProps } from './secure-redis-props';

/** The network props of a cache. */
type Given = Pick<SecureRedisProps, 'network' | 'vpc' | 'vpcSubnets'>;

/** Props of a new network that follow from the cache. */
type FromCache = Pick<RedisNetworkProps, 'encryptionKey' | 'logRetention' | 'logRemovalPolicy'>;

/** @throws SettingError if the props contradict each other, or the VPC is unsuitable. */
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

/** @throws SettingError with a line per prop that another prop excludes. */
export function checkGivenNetwork({ node }: Construct, given: Given): void {
  const { network, vpc, vpcSubnets } = given;
  const lines: string[] = [];
  const use = "network: new RedisNetwork(this, 'Network', { vpc, subnets })";
  if (network !== undefined) {
    const names = (['vpc', 'vpcSubnets'] as const).filter((name) => given[name] !== undefined);
    for (const name of names) {
      lines.push(
        mustBe({
          subject: `${node.path}: \`${name}\``,
          allowed: 'nothing beside `network`: that has a VPC and subnets of its own',
          given: 'both',
          advice: `remove one, or pass \`${use}\``,
        }),
      );
    }
  } else if (vpc === undefined && vpcSubnets !== undefined) {
    lines.push(
      mustBe({
        subject: `${node.path}: \`vpcSubnets\``,
        allowed: 'nothing without `vpc`: a new VPC has the subnets that a cache needs',
        given: 'a selection',
        advice: 'pass the VPC that has them, or remove it',
      }),
    );
  }
  if (lines.length === 0) return;
  throw new SettingError(lines.join('\n'));
}

/** AWS rejects Multi-AZ in one availability zone, but only during the deploy. */
function checkZones(
  scope: Construct,
  { vpc, subnets }: RedisNetwork,
  { replicas }: Topology,
  prop: string,
): void {
  const zones = new Set(vpc.selectSubnets(subnets).availabilityZones);
  if (replicas === 0) return;
  if (zones.size > 1) {
    noteZones(scope, zones.size, replicas + 1);
    return;
  }
  throw new SettingError(
    mustBe({
      subject: `${scope.node.path}: \`${prop}\``,
      allowed: 'subnets in two or more availability zones for a cache with replicas',
      given: `${zones.size}`,
      advice: 'add a subnet in another one, or take a topology without replicas',
    }),
  );
}

/** Most networks have at most three zones. */
const ZONES_USEFUL = 3;

function noteZones(scope: Construct, zones: number, nodes: number): void {
  if (zones >= Math.min(nodes, ZONES_USEFUL)) return;
  Annotations.of(scope).addInfoV2(
    'secure-redis:fewer-zones-than-nodes',
    `the cache has ${nodes} nodes per shard in ${zones} availability zones, so that a zone that ` +
      'fails takes several nodes with it. Add a third zone: `zones` of the network, or a subnet ' +
      'of the VPC that exists (docs/networks.md, A new VPC)',
  );
}
