/** Routes to the internet are found in a VPC that a template knows only by ids. */

import { CfnRoute, CfnRouteTable, CfnSubnetRouteTableAssociation, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib/core';
import { RedisNetwork, SecureRedis } from '../../../lib';
import { linesOf } from '../../support/rules';
import { makeApp } from '../../support/synth';

describe('Routes to the internet of an imported VPC are found by ids', () => {
  const routesOf = (spoil: (stack: Stack) => unknown) => {
    const app = makeApp();
    const stack = new Stack(app, 'Data');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a', 'b'],
      isolatedSubnetIds: ['subnet-1', 'subnet-2'],
      isolatedSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
      vpcCidrBlock: '10.0.0.0/16',
    });
    new SecureRedis(stack, 'Cache', { network: new RedisNetwork(stack, 'Network', { vpc }) });
    spoil(stack);
    return linesOf({ app }).map((line) => line.replace(/ must be .* \(/, ' ('));
  };
  const route = (stack: Stack, routeTableId: string, gatewayId = 'igw-0123') =>
    new CfnRoute(stack, 'Way', { routeTableId, gatewayId, destinationCidrBlock: '0.0.0.0/0' });

  test.each<[string, (stack: Stack) => unknown]>([
    ['of its route table', (stack) => route(stack, 'rtb-1')],
    [
      'of a route table that is given to one of its subnets',
      (stack) => {
        const table = new CfnRouteTable(stack, 'Table', { vpcId: 'vpc-1' });
        const names = { routeTableId: table.ref, subnetId: 'subnet-2' };
        new CfnSubnetRouteTableAssociation(stack, 'Association', names);
        route(stack, table.ref);
      },
    ],
    [
      'in one branch',
      (stack) =>
        route(stack, 'rtb-2').addPropertyOverride('GatewayId', {
          'Fn::If': ['Cond', 'igw-0123', { Ref: 'AWS::NoValue' }],
        }),
    ],
  ])('%s', (_, spoil) => {
    expect(routesOf(spoil)).toStrictEqual(['Data/Way: GatewayId (cache-subnet-routes)']);
  });

  test.each<[string, (stack: Stack) => unknown]>([
    ['of another route table', (stack) => route(stack, 'rtb-3')],
    ['to a gateway of a VPN', (stack) => route(stack, 'rtb-1', 'vgw-0123')],
  ])('but not %s', (_, spoil) => {
    expect(routesOf(spoil)).toStrictEqual([]);
  });
});
