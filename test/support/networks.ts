/** Endpoints and rules of a template, for tests of network choices. */

import { all } from '../lib/claims';
import { flatten } from './flatten';
import type { TemplateJson } from './synth';

/** The security group of endpoints that others own. */
export const THEIRS = 'sg-0123456789abcdef0';

export interface Seen {
  readonly endpoints: readonly unknown[];
  /** Destinations of the egress of our functions and clients, on port 443. */
  readonly calls: readonly unknown[];
  /** Rules that are added to a group of others. */
  readonly added: number;
  readonly subnets: unknown;
  readonly warnings: readonly string[];
}

export function seenIn(template: TemplateJson, warnings: readonly string[]): Seen {
  const groups = all(template, 'AWS::EC2::SecurityGroup').flatMap(
    ({ Properties }) => (Properties.SecurityGroupEgress ?? []) as readonly unknown[],
  );
  const egress = all(template, 'AWS::EC2::SecurityGroupEgress').map(({ Properties }) => Properties);
  const calls = [...groups, ...egress]
    .map((rule) => flatten(rule) as unknown as Record<string, unknown>)
    .filter(({ FromPort }) => FromPort === 443)
    .map(({ CidrIp, DestinationSecurityGroupId }) => CidrIp ?? DestinationSecurityGroupId);
  const ingress = all(template, 'AWS::EC2::SecurityGroupIngress');
  return {
    endpoints: all(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) =>
      JSON.stringify(flatten(Properties.ServiceName)).replace(/.*\.(\w+)"$/, '$1'),
    ),
    calls: Array.from(new Set(calls)),
    added: ingress.filter(({ Properties }) => Properties.GroupId === THEIRS).length,
    subnets: all(template, 'AWS::ElastiCache::SubnetGroup').map(
      ({ Properties }) => Properties.SubnetIds,
    )[0],
    warnings,
  };
}
