/** Whether rules of security groups open a port to every address. Pure. */

import { type Fact, told, untold } from '../server/fact';

/** Of a rule, as EC2 describes it. */
export interface DescribedGroupRule {
  readonly IsEgress?: boolean;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIpv4?: string;
  readonly CidrIpv6?: string;
  readonly PrefixListId?: string;
}

/** EC2's port of a rule for all ports. */
const ALL_PORTS = -1;

/** Not told where a rule names a prefix list: its addresses can be all, and are not read. */
export function opennessOf(rules: readonly DescribedGroupRule[], port: number): Fact<boolean> {
  const about = rules.filter((rule) => rule.IsEgress !== true && hasPort(rule, port));
  if (about.some((rule) => rule.CidrIpv4 === '0.0.0.0/0' || rule.CidrIpv6 === '::/0')) {
    return told(true);
  }
  const list = about.find(({ PrefixListId }) => PrefixListId !== undefined)?.PrefixListId;
  if (list === undefined) return told(false);
  return untold(
    `a rule lets in the prefix list ${list}, whose addresses are not read`,
    'Look at its entries: `aws ec2 get-managed-prefix-list-entries`',
  );
}

function hasPort(
  { FromPort = ALL_PORTS, ToPort = ALL_PORTS }: DescribedGroupRule,
  port: number,
): boolean {
  return FromPort === ALL_PORTS || (FromPort <= port && port <= ToPort);
}
