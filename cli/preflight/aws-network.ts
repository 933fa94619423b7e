/** Preflight's reads from EC2: zones, VPCs, subnets, endpoints, services, security groups. */

import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Where } from '../aws/aws';
import type { timeouts } from '../aws/aws-call';
import type { AwsAccount, RuleCounts } from './account';
import { asker } from './asking';

/** Options of the SDK's clients. */
export type Config = Where & { readonly requestHandler: ReturnType<typeof timeouts> };

export function ofNetworks(
  config: Config,
  callMs: number,
): Pick<
  AwsAccount,
  'zones' | 'instanceZones' | 'vpcs' | 'subnetZones' | 'endpoints' | 'serviceZones' | 'rules'
> {
  const ec2 = new EC2Client(config);
  const ask = asker(callMs);
  return {
    zones: () =>
      ask.one('ec2:DescribeAvailabilityZones', async (signal) => {
        const Filters = [{ Name: 'zone-type', Values: ['availability-zone'] }];
        const command = new DescribeAvailabilityZonesCommand({ Filters });
        const { AvailabilityZones = [] } = await ec2.send(command, signal);
        return AvailabilityZones.map(({ ZoneName = '' }) => ZoneName);
      }),
    vpcs: () =>
      ask.pages(
        'ec2:DescribeVpcs',
        async (signal, NextToken) => {
          const answer = await ec2.send(new DescribeVpcsCommand({ NextToken }), signal);
          return { items: answer.Vpcs, next: answer.NextToken };
        },
        (found) => found.map(({ VpcId = '' }) => VpcId),
      ),
    subnetZones: () =>
      ask.pages(
        'ec2:DescribeSubnets',
        async (signal, NextToken) => {
          const answer = await ec2.send(new DescribeSubnetsCommand({ NextToken }), signal);
          return { items: answer.Subnets, next: answer.NextToken };
        },
        (found) =>
          Object.fromEntries(
            found.map(({ SubnetId = '', AvailabilityZone = '' }) => [SubnetId, AvailabilityZone]),
          ),
      ),
    endpoints: (vpcId) =>
      ask.pages(
        'ec2:DescribeVpcEndpoints',
        async (signal, NextToken) => {
          const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
          const command = new DescribeVpcEndpointsCommand({ Filters, NextToken });
          const answer = await ec2.send(command, signal);
          return { items: answer.VpcEndpoints, next: answer.NextToken };
        },
        (found) =>
          found.map(({ ServiceName = '', VpcEndpointType = '', PrivateDnsEnabled = false }) => ({
            service: ServiceName,
            isInterface: !/^gateway$/i.test(VpcEndpointType),
            hasPrivateDns: PrivateDnsEnabled,
          })),
      ),
    serviceZones: (service) =>
      ask.unless('ec2:DescribeVpcEndpointServices', /^InvalidServiceName/, async (signal) => {
        const command = new DescribeVpcEndpointServicesCommand({ ServiceNames: [service] });
        const { ServiceDetails = [] } = await ec2.send(command, signal);
        return ServiceDetails[0]?.AvailabilityZones;
      }),
    instanceZones: (type) =>
      ask.one('ec2:DescribeInstanceTypeOfferings', async (signal) => {
        const command = new DescribeInstanceTypeOfferingsCommand({
          LocationType: 'availability-zone',
          Filters: [{ Name: 'instance-type', Values: [type] }],
        });
        const { InstanceTypeOfferings = [] } = await ec2.send(command, signal);
        return InstanceTypeOfferings.map(({ Location = '' }) => Location);
      }),
    async rules(groupId) {
      const Filters = [{ Name: 'group-id', Values: [groupId] }];
      const groups = await ask.one('ec2:DescribeSecurityGroups', (signal) =>
        ec2.send(new DescribeSecurityGroupsCommand({ Filters }), signal),
      );
      if (groups.kind === 'none') return groups;
      if (!groups.value.SecurityGroups?.length) return { kind: 'answer', value: undefined };
      return ask.pages(
        'ec2:DescribeSecurityGroupRules',
        async (signal, NextToken) => {
          const command = new DescribeSecurityGroupRulesCommand({ Filters, NextToken });
          const answer = await ec2.send(command, signal);
          return { items: answer.SecurityGroupRules, next: answer.NextToken };
        },
        ruleCounts,
      );
    },
  };
}

/** The larger of the IPv4 and IPv6 counts; a rule with a group or prefix list counts for both. */
function ruleCounts(rules: readonly SecurityGroupRule[]): RuleCounts {
  const count = (isEgress: boolean) => {
    const some = rules.filter((rule) => rule.IsEgress === isEgress);
    const of6 = some.filter(({ CidrIpv6 }) => CidrIpv6 !== undefined).length;
    const of4 = some.filter(({ CidrIpv4 }) => CidrIpv4 !== undefined).length;
    return some.length - Math.min(of4, of6);
  };
  return {
    ingress: count(false),
    egress: count(true),
    hasPrefixLists: rules.some(({ PrefixListId }) => PrefixListId !== undefined),
  };
}
