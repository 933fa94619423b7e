/** What the tests of quotas share: a network that stacks import, and the line of too many rules. */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Stack } from 'aws-cdk-lib/core';
import { RedisNetwork } from '../../lib';

export const THEIRS = 'sg-0123456789abcdef0';

/** A network with existing endpoints behind one group, as each stack imports it. */
export function networkIn(stack: Stack, groupId = THEIRS): RedisNetwork {
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a', 'b'],
    isolatedSubnetIds: ['subnet-1', 'subnet-2'],
  });
  const endpointSecurityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Theirs', groupId);
  return new RedisNetwork(stack, 'Network', { vpc, endpointSecurityGroup });
}

export const TOO_MANY = (count: number, family = 'IPv4', direction = 'ingress') =>
  `this security group must have at most 60 rules for ${direction} of ${family}, which is AWS's ` +
  `quota, got ${count} of this app.`;
