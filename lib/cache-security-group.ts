/**
 * The security group of the cache: no way out, and no way in for everybody.
 *
 * Refuses rules that admit more than a network somebody could own, in any spelling.
 */

import { type IPeer, type IVpc, type Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { SettingError } from './setting-error';

/** The widest networks that may be admitted: 10.0.0.0/8 is the widest private IPv4 network. */
const PREFIX_BITS_MIN = { cidrIp: 8, cidrIpv6: 32 } as const;

export class CacheSecurityGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, vpc: IVpc) {
    super(scope, id, {
      vpc,
      description: 'Secure Redis: the cache',
      allowAllOutbound: false,
    });
  }

  override addIngressRule(
    peer: IPeer,
    connection: Port,
    description?: string,
    remoteRule?: boolean,
  ): void {
    const rule: Readonly<Record<string, unknown>> = { ...peer.toIngressRuleConfig() };
    for (const [key, bitsMin] of Object.entries(PREFIX_BITS_MIN)) {
      const cidr = rule[key];
      if (typeof cidr === 'string' && !Token.isUnresolved(cidr)) checkPrefix(cidr, bitsMin);
    }
    super.addIngressRule(peer, connection, description, remoteRule);
  }
}

function checkPrefix(cidr: string, bitsMin: number): void {
  const [, prefix] = cidr.split('/');
  const bits = Number(prefix);
  if (prefix !== undefined && prefix.trim() !== '' && bits >= bitsMin) return;
  throw new SettingError(
    `ingress from ${cidr} would open the cache to everybody; allowed are security groups and ` +
      `networks of /${bitsMin} or smaller; use \`connections.allowDefaultPortFrom(client)\``,
  );
}
