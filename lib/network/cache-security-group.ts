/**
 * The security group of the cache: no way out, and no way in for everybody.
 *
 * Refuses rules that admit more than a network somebody could own, in any spelling.
 */

import {
  type CfnSecurityGroupEgress,
  type CfnSecurityGroupIngress,
  type IPeer,
  type IVpc,
  type Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Token } from 'aws-cdk-lib/core';
import type { Construct, IConstruct } from 'constructs';
import { SettingError } from '../settings/setting-error';
import { AppRules } from './app-rules';

/** The widest networks that may be admitted: 10.0.0.0/8 is the widest private IPv4 network. */
const IPV4_BITS_MIN = 8;
const IPV6_BITS_MIN = 32;

export class CacheSecurityGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, vpc: IVpc) {
    super(scope, id, {
      vpc,
      description: 'Secure Redis: the cache',
      allowAllOutbound: false,
    });
    AppRules.of(this).guard(this);
  }

  override addIngressRule(
    peer: IPeer,
    connection: Port,
    description?: string,
    remoteRule?: boolean,
  ): void {
    checkSource(peer.toIngressRuleConfig());
    super.addIngressRule(peer, connection, description, remoteRule);
  }

  override addEgressRule(): void {
    throw new SettingError(wayOut(this));
  }

  /** What is wrong with a rule that was made beside this class. */
  problemsOfIngress(rule: CfnSecurityGroupIngress): string[] {
    const problem = problemOf(rule);
    return problem === undefined ? [] : [problem];
  }

  /** A rule that lets anything out is wrong, whatever it says. */
  problemsOfEgress(rule: CfnSecurityGroupEgress): string[] {
    return [wayOut(rule)];
  }
}

type Source = Readonly<{ cidrIp?: unknown; cidrIpv6?: unknown }>;

function wayOut({ node }: IConstruct): string {
  return (
    `${node.path} would have a rule for egress; allowed is none, since a cache answers and never ` +
    'calls; remove the rule'
  );
}

function checkSource(source: Source): void {
  const problem = problemOf(source);
  if (problem !== undefined) throw new SettingError(problem);
}

function problemOf({ cidrIp, cidrIpv6 }: Source): string | undefined {
  return problemOfPrefix(cidrIp, IPV4_BITS_MIN) ?? problemOfPrefix(cidrIpv6, IPV6_BITS_MIN);
}

function problemOfPrefix(cidr: unknown, bitsMin: number): string | undefined {
  if (typeof cidr !== 'string' || Token.isUnresolved(cidr)) return undefined;
  const prefix = /\/(\d+)$/.exec(cidr)?.[1];
  if (prefix !== undefined && Number(prefix) >= bitsMin) return undefined;
  return (
    `ingress from ${cidr} would open the cache to everybody; allowed are security groups and ` +
    `networks of /${bitsMin} or smaller; use \`connections.allowDefaultPortFrom(client)\``
  );
}
