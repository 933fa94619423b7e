/** Ways to break the rules of the replication group: login, encryption, network. */

import { CfnRoute, CfnRouteTable, type PrivateSubnet, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Aspects } from 'aws-cdk-lib/core';
import { remove, set, type Violation } from '../../../support/rules';

export const GROUP = 'ReplicationGroup/Group';
const REMOVE = 'Remove what changes it.';
export const PATH = 'Test/Cache/ReplicationGroup/Group';
const PASSWORD =
  `${PATH}: AuthToken must be a reference to the initial secret, without a version, got another ` +
  `value. ${REMOVE} Applications and rotation use \`credentials\`.`;

/** By an override of one property of the group. */
export function override(
  rule: string,
  property: string,
  value: unknown,
  allowed: string,
  fix = REMOVE,
  props = {},
): Violation {
  const given = value === undefined ? 'nothing' : JSON.stringify(value);
  return {
    rule,
    by: 'override',
    what: `${property} ${given}`,
    spoil: value === undefined ? remove(GROUP, property) : set(GROUP, property, value),
    line: `${PATH}: ${property} must be ${allowed}, got ${given}. ${fix}`,
    props,
  };
}

export const LOGIN: readonly Violation[] = [
  override('cache-tls', 'TransitEncryptionEnabled', false, 'true'),
  override('cache-tls', 'TransitEncryptionEnabled', undefined, 'true'),
  override('cache-tls', 'TransitEncryptionEnabled', 'true', 'true'),
  {
    rule: 'cache-tls',
    by: 'aspect',
    what: 'an aspect on every group',
    spoil: ({ app }) =>
      Aspects.of(app).add({
        visit: (node) => {
          if (node instanceof CfnReplicationGroup) node.transitEncryptionEnabled = false;
        },
      }),
    line: `${PATH}: TransitEncryptionEnabled must be true, got false. ${REMOVE}`,
  },
  override(
    'cache-tls-mode',
    'TransitEncryptionMode',
    'preferred',
    '"required", where the engine has a mode',
  ),
  override(
    'cache-tls-mode',
    'TransitEncryptionMode',
    undefined,
    '"required", where the engine has a mode',
  ),
  {
    rule: 'cache-password',
    by: 'override',
    what: 'no password',
    spoil: remove(GROUP, 'AuthToken'),
    line: PASSWORD.replace('another value', 'nothing'),
  },
  ...[
    'a-password-that-somebody-typed-0',
    '{{resolve:ssm-secure:a-password-that-somebody-typed-0}}',
    '{{resolve:secretsmanager:other:SecretString:password::v1}}',
  ].map(
    (value): Violation => ({
      rule: 'cache-password',
      by: 'override',
      what: value,
      spoil: set(GROUP, 'AuthToken', value),
      line: PASSWORD,
    }),
  ),
  {
    rule: 'cache-password',
    by: 'mutation',
    what: 'the secret that rotates',
    spoil: ({ part, cache }) => {
      const { secretArn } = cache.credentials;
      const reference = `{{resolve:secretsmanager:${secretArn}:SecretString:password::}}`;
      (part(GROUP) as CfnReplicationGroup).authToken = reference;
    },
    line: PASSWORD,
  },
  override(
    'cache-user-groups',
    'UserGroupIds',
    ['people'],
    "absent, or the group of the cache's own users",
  ),
];

export const KEY = "the cache's key";
export const BY_KEY = 'Pass the key as the prop `encryptionKey`.';
const BY_NETWORK = 'Choose subnets with the prop `network`.';
const ADMIT = 'Admit clients with `connections.allowDefaultPortFrom(client)`.';

export const NETWORK: readonly Violation[] = [
  override('cache-at-rest', 'AtRestEncryptionEnabled', false, 'true'),
  override('cache-at-rest', 'AtRestEncryptionEnabled', undefined, 'true'),
  override('cache-key', 'KmsKeyId', 'alias/other', KEY, BY_KEY),
  override('cache-key', 'KmsKeyId', undefined, KEY, BY_KEY),
  {
    rule: 'cache-security-groups',
    by: 'neighbour',
    what: 'another group instead',
    spoil: ({ stack, cache, part }) => {
      const open = new SecurityGroup(stack, 'Open', { vpc: cache.vpc });
      part(GROUP).addPropertyOverride('SecurityGroupIds', [open.securityGroupId]);
    },
    line:
      `${PATH}: SecurityGroupIds must be the cache's own security group alone, got ` +
      `[{"Fn::GetAtt":["Open2F4367FD","GroupId"]}]. ${ADMIT}`,
  },
  override(
    'cache-security-groups',
    'SecurityGroupIds',
    ['sg-1'],
    "the cache's own security group alone",
    ADMIT,
  ),
  {
    rule: 'cache-security-groups',
    by: 'mutation',
    what: 'another group beside, put into the list itself',
    spoil: ({ part }) => (part(GROUP) as CfnReplicationGroup).securityGroupIds?.push('sg-1'),
    line:
      `${PATH}: SecurityGroupIds must be the cache's own security group alone, got ` +
      `[{"Fn::GetAtt":["CacheSecurityGroup79A9F160","GroupId"]},"sg-1"]. ${ADMIT}`,
  },
  override('cache-classic-groups', 'CacheSecurityGroupNames', ['default'], 'absent'),
  override(
    'cache-subnet-group',
    'CacheSubnetGroupName',
    'default',
    "the cache's own subnet group",
    BY_NETWORK,
  ),
  {
    rule: 'cache-subnets',
    by: 'override',
    what: 'another subnet',
    spoil: set('ReplicationGroup/Subnets', 'SubnetIds', ['subnet-1']),
    line:
      "Test/Cache/ReplicationGroup/Subnets: SubnetIds must be the subnets of the cache's " +
      'network, ' +
      `got ["subnet-1"]. ${BY_NETWORK}`,
  },
  {
    rule: 'cache-subnet-routes',
    by: 'neighbour',
    what: 'a route to a gateway that is there already',
    spoil: ({ stack, cache }) =>
      new CfnRoute(stack, 'Way', {
        routeTableId: (cache.vpc.isolatedSubnets[0] as PrivateSubnet).routeTable.routeTableId,
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: 'igw-0123',
      }),
    line:
      'Test/Way: GatewayId must be absent in the subnets of a cache\'s network, got "igw-0123". ' +
      'Remove the route, or take other subnets for the cache.',
  },
  {
    rule: 'cache-subnet-routes',
    by: 'override',
    what: 'another route table, which has such a route',
    spoil: ({ stack, cache, part }) => {
      const table = new CfnRouteTable(stack, 'Public', { vpcId: cache.vpc.vpcId });
      new CfnRoute(stack, 'Way', { routeTableId: table.ref, gatewayId: 'igw-0123' });
      const path = 'Network/Vpc/IsolatedSubnet2/RouteTableAssociation';
      part(path).addPropertyOverride('RouteTableId', table.ref);
    },
    line:
      'Test/Way: GatewayId must be absent in the subnets of a cache\'s network, got "igw-0123". ' +
      'Remove the route, or take other subnets for the cache.',
  },
  override('cache-network-type', 'NetworkType', 'dual_stack', 'as the construct sets it'),
  override('cache-network-type', 'IpDiscovery', 'ipv6', 'as the construct sets it'),
  override('cache-port', 'Port', 6379, 'the port of the prop `port`', 'Set the prop `port`.'),
];
