/** Ways to break the rules of the cache's security group. */

import {
  CfnPrefixList,
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Aspects, CfnParameter, CfnResource } from 'aws-cdk-lib/core';
import { remove, type Spoil, set, type Violation } from '../../../support/rules';

const GROUP = 'SecurityGroup/Resource';
const PATH = 'Test/Cache/SecurityGroup/Resource';
const TCP = { IpProtocol: 'tcp', FromPort: 6380, ToPort: 6380 };

const network = (path: string, part: string, given: string) =>
  `${path}: ${part} must be a private network (RFC 1918, RFC 6598, fc00::/7), public IPv6 of ` +
  `/48 or longer, or in \`allowedNetworks\`, got ${given}. Admit a security group with ` +
  '`connections.allowDefaultPortFrom(client)`, or list the network in the prop `allowedNetworks`.';
const port = (path: string, part: string, given: string) =>
  `${path}: ${part} must be TCP on port 6380, got ${given}. Use ` +
  '`connections.allowDefaultPortFrom(client)`, which takes the port from the prop `port`.';
const egress = (path: string, part: string, given: string) =>
  `${path}: ${part} must be the rule to 255.255.255.255/32 alone, by which CDK says none, got ` +
  `${given}. Remove the rule.`;

/** A rule of the type itself, whatever class it is of. */
function ingress(more: object): Spoil {
  return ({ stack, part }) =>
    new CfnResource(stack, 'In', {
      type: 'AWS::EC2::SecurityGroupIngress',
      properties: { ...TCP, GroupId: part(GROUP).getAtt('GroupId'), ...more },
    });
}

const groupIdOf: (given: Parameters<Spoil>[0]) => string = ({ cache }) =>
  cache.connections.securityGroups[0]?.securityGroupId ?? '';

export const INGRESS: readonly Violation[] = [
  {
    rule: 'ingress-networks',
    by: 'override',
    what: 'the inline rules',
    spoil: set(GROUP, 'SecurityGroupIngress', [{ ...TCP, CidrIp: '0.0.0.0/0' }]),
    line: network(PATH, 'SecurityGroupIngress[0].CidrIp', '0.0.0.0/0'),
  },
  {
    rule: 'ingress-networks',
    by: 'override',
    what: 'one of two branches',
    spoil: set(GROUP, 'SecurityGroupIngress', [
      { 'Fn::If': ['Open', { ...TCP, CidrIp: '0.0.0.0/0' }, { Ref: 'AWS::NoValue' }] },
    ]),
    line: network(PATH, 'SecurityGroupIngress[0].CidrIp', '0.0.0.0/0 where `Open` is true'),
  },
  {
    rule: 'ingress-networks',
    by: 'mutation',
    what: 'the methods of the construct',
    spoil: ({ cache }) => cache.connections.allowDefaultPortFromAnyIpv4(),
    line: network(PATH, 'SecurityGroupIngress[0].CidrIp', '0.0.0.0/0'),
  },
  {
    rule: 'ingress-networks',
    by: 'aspect',
    what: 'an aspect on each rule',
    spoil: ({ app }) =>
      Aspects.of(app).add({
        visit: (node) => {
          if (!node.node.path.startsWith('Test/Cache/SecurityGroup/from')) return;
          (node as CfnSecurityGroupIngress).addPropertyOverride('CidrIpv6', '::/0');
        },
      }),
    line: [
      'Test/Cache/SecurityGroup/from TestCacheRotationSecurityGroupFFC55D6F:6380',
      'Test/Cache/SecurityGroup/from TestCacheClientSecurityGroup45AF1E75:6380',
    ]
      .map((path) => network(path, 'CidrIpv6', '::/0'))
      .join('\n'),
  },
  {
    rule: 'ingress-networks',
    by: 'neighbour',
    what: 'a rule beside the group',
    spoil: (given) =>
      new CfnSecurityGroupIngress(given.stack, 'In', {
        groupId: groupIdOf(given),
        ipProtocol: 'tcp',
        fromPort: 6380,
        toPort: 6380,
        cidrIp: '0.0.0.0/0',
      }),
    line: network('Test/In', 'CidrIp', '0.0.0.0/0'),
  },
  {
    rule: 'ingress-networks',
    by: 'neighbour',
    what: 'a rule through the group as an imported one',
    spoil: (given) =>
      SecurityGroup.fromSecurityGroupId(given.stack, 'Imported', groupIdOf(given)).addIngressRule(
        Peer.anyIpv6(),
        Port.tcp(6380),
      ),
    line: network('Test/Imported/from ::_0:6380', 'CidrIpv6', '::/0'),
  },
  {
    rule: 'ingress-networks',
    by: 'neighbour',
    what: 'a prefix list that is too wide',
    spoil: (given) => {
      const entries = [{ cidr: '10.0.0.0/8' }, { cidr: '52.0.0.0/8' }];
      const list = new CfnPrefixList(given.stack, 'List', {
        addressFamily: 'IPv4',
        prefixListName: 'list',
        maxEntries: 2,
        entries,
      });
      ingress({ SourcePrefixListId: list.attrPrefixListId })(given);
    },
    line: network('Test/In', 'SourcePrefixListId', '52.0.0.0/8'),
  },
  {
    rule: 'ingress-networks',
    by: 'neighbour',
    what: 'a prefix list that nobody can read here',
    spoil: ingress({ SourcePrefixListId: 'pl-0123' }),
    line: network('Test/In', 'SourcePrefixListId', 'pl-0123'),
  },
  {
    rule: 'ingress-networks',
    by: 'neighbour',
    what: 'a parameter',
    spoil: (given) => {
      const office = new CfnParameter(given.stack, 'Office', { default: '10.0.0.0/8' });
      ingress({ CidrIp: office.valueAsString })(given);
    },
    line: network('Test/In', 'CidrIp', '{"Ref":"Office"}, which only the deploy knows'),
  },
  {
    rule: 'ingress-port',
    by: 'override',
    what: 'every protocol',
    spoil: set(GROUP, 'SecurityGroupIngress', [{ IpProtocol: '-1', CidrIp: '10.0.0.0/8' }]),
    line: port(PATH, 'SecurityGroupIngress[0].IpProtocol', '"-1" from nothing to nothing'),
  },
  {
    rule: 'ingress-port',
    by: 'neighbour',
    what: 'many ports',
    spoil: ingress({ CidrIp: '10.0.0.0/8', FromPort: 6379 }),
    line: port('Test/In', 'IpProtocol', '"tcp" from 6379 to 6380'),
  },
  {
    rule: 'ingress-port',
    by: 'mutation',
    what: 'the methods of the construct',
    spoil: ({ cache }) => cache.connections.allowFrom(Peer.ipv4('10.0.0.0/8'), Port.udp(6380)),
    line: port(PATH, 'SecurityGroupIngress[0].IpProtocol', '"udp" from 6380 to 6380'),
  },
];

export const EGRESS: readonly Violation[] = [
  {
    rule: 'egress-none',
    by: 'override',
    what: 'a rule to everywhere',
    spoil: set(GROUP, 'SecurityGroupEgress', [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]),
    line: egress(PATH, 'SecurityGroupEgress[0]', '{"IpProtocol":"-1","CidrIp":"0.0.0.0/0"}'),
  },
  {
    rule: 'egress-none',
    by: 'override',
    what: 'no rule, for which AWS has one to everywhere',
    spoil: remove(GROUP, 'SecurityGroupEgress'),
    line: egress(PATH, 'SecurityGroupEgress', 'nothing'),
  },
  {
    rule: 'egress-none',
    by: 'mutation',
    what: 'the methods of the construct',
    spoil: ({ cache }) => cache.connections.allowToAnyIpv4(Port.tcp(443)),
    line: egress(
      PATH,
      'SecurityGroupEgress[0]',
      '{"CidrIp":"0.0.0.0/0","Description":"from ' +
        '0.0.0.0/0:443","FromPort":443,"IpProtocol":"tcp","ToPort":443}',
    ),
  },
  {
    rule: 'egress-none',
    by: 'neighbour',
    what: 'a rule beside the group',
    spoil: (given) =>
      new CfnSecurityGroupEgress(given.stack, 'Out', {
        groupId: groupIdOf(given),
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        cidrIp: '10.0.0.0/16',
      }),
    line: egress(
      'Test/Out',
      'egress',
      '{"CidrIp":"10.0.0.0/16","FromPort":443,' +
        '"GroupId":{"Fn::GetAtt":["CacheSecurityGroup79A9F160","GroupId"]},"IpProtocol":"tcp",' +
        '"ToPort":443}',
    ),
  },
];
