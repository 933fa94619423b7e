/**
 * EC2 API of the modelled account: networks, zones and security groups, as preflight queries them.
 *
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
 */

import type { Account } from './account';
import { AwsError } from './secrets-manager-store';
import { element } from './xml';

type Filter = (name: string) => string | undefined;

const ANSWERS: Readonly<
  Record<string, (account: Account, filter: Filter, input: URLSearchParams) => string>
> = {
  DescribeVpcs: ({ vpcs }) =>
    set(
      'vpcSet',
      vpcs.map((id) => element('vpcId', id)),
    ),
  DescribeSubnets: ({ subnets }) =>
    set(
      'subnetSet',
      Object.entries(subnets).map(
        ([id, zone]) => element('subnetId', id) + element('availabilityZone', zone),
      ),
    ),
  DescribeAvailabilityZones: ({ zones }) =>
    set(
      'availabilityZoneInfo',
      zones.map((zone) => element('zoneName', zone)),
    ),
  DescribeInstanceTypeOfferings: ({ zones, zonesWithoutMachines }, filter) =>
    set(
      'instanceTypeOfferingSet',
      zones
        .filter((zone) => !zonesWithoutMachines.includes(zone))
        .map(
          (zone) =>
            element('instanceType', filter('instance-type') ?? '') + element('location', zone),
        ),
    ),
  DescribeVpcEndpoints: ({ endpoints }, filter) =>
    set(
      'vpcEndpointSet',
      endpoints
        .filter(({ vpcId }) => vpcId === filter('vpc-id'))
        .map(
          ({ vpcId, service, type, privateDns }) =>
            element('vpcId', vpcId) +
            element('serviceName', service) +
            element('vpcEndpointType', type) +
            element('privateDnsEnabled', String(privateDns)),
        ),
    ),
  DescribeVpcEndpointServices: ({ services }, _, input) => {
    const name = input.get('ServiceName.1') ?? '';
    const zones = services[name];
    if (zones === undefined) {
      throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
    }
    const offered = set('availabilityZoneSet', zones);
    return set('serviceDetailSet', [element('serviceName', name) + offered]);
  },
  DescribeSecurityGroups: ({ groups }, filter) =>
    set(
      'securityGroupInfo',
      Object.keys(groups)
        .filter((id) => id === filter('group-id'))
        .map((id) => element('groupId', id)),
    ),
  DescribeSecurityGroupRules: ({ groups }, filter) =>
    set(
      'securityGroupRuleSet',
      (groups[filter('group-id') ?? ''] ?? []).map(({ isEgress, ...peers }) =>
        Object.entries({ isEgress: String(isEgress), ...peers })
          .map(([name, value]) => element(name, value))
          .join(''),
      ),
    ),
};

export const EC2_ACTIONS = Object.keys(ANSWERS);

/** The response body. @throws AwsError as AWS does. */
export function answerEc2(account: Account, action: string, input: URLSearchParams): string {
  const answer = ANSWERS[action];
  if (answer === undefined) {
    throw new AwsError('InvalidAction', `${action} is not part of the rehearsal`);
  }
  return element(`${action}Response`, answer(account, filterOf(input), input));
}

const FILTERS_MAX = 5;

/** The value of a filter; preflight sends one value per filter. */
function filterOf(input: URLSearchParams): Filter {
  const values = new Map<string, string>();
  for (let index = 1; index <= FILTERS_MAX; index++) {
    const name = input.get(`Filter.${index}.Name`);
    if (name !== null) values.set(name, input.get(`Filter.${index}.Value.1`) ?? '');
  }
  return (name) => values.get(name);
}

function set(name: string, items: readonly string[]): string {
  return element(name, items.map((item) => element('item', item)).join(''));
}
