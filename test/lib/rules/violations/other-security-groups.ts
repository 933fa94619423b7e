/** Ways to break the rules of the security groups of clients, rotation function and endpoints. */

import { CfnResource } from 'aws-cdk-lib/core';
import { type Spoil, set, type Violation } from '../../../support/rules';

const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const CALLERS =
  'a private network, a security group, or what the prop `endpoints` of the network needs';
const callers = (path: string, part: string, given: string) =>
  `${path}: ${part} must be ${CALLERS}, got ${given}. Remove the rule. Give a client that calls ` +
  'others a second security group.';
const endpoints = (path: string, part: string) =>
  `${path}: ${part} must be a private network or a security group, got 0.0.0.0/0. Admit the ` +
  'security group of each client.';

function rule(type: 'Ingress' | 'Egress', path: string, more: object): Spoil {
  return ({ stack, part }) =>
    new CfnResource(stack, 'Rule', {
      type: `AWS::EC2::SecurityGroup${type}`,
      properties: { ...HTTPS, GroupId: part(path).getAtt('GroupId'), ...more },
    });
}

export const GROUP_NETWORKS: readonly Violation[] = [
  ...['ClientSecurityGroup/Resource', 'Rotation/SecurityGroup/Resource'].flatMap(
    (path): Violation[] => [
      {
        rule: 'caller-egress',
        by: 'override',
        what: path,
        spoil: set(path, 'SecurityGroupEgress', [{ ...HTTPS, CidrIp: '0.0.0.0/0' }]),
        line: callers(`Test/Cache/${path}`, 'SecurityGroupEgress[0].CidrIp', '0.0.0.0/0'),
      },
      {
        rule: 'caller-egress',
        by: 'neighbour',
        what: path,
        spoil: rule('Egress', path, { CidrIpv6: '::/0' }),
        line: callers('Test/Rule', 'CidrIpv6', '::/0'),
      },
    ],
  ),
  {
    rule: 'endpoint-ingress',
    by: 'override',
    what: 'everybody',
    spoil: set('Network/EndpointSecurityGroup/Resource', 'SecurityGroupIngress', [
      { ...HTTPS, CidrIp: '0.0.0.0/0' },
    ]),
    line: endpoints(
      'Test/Cache/Network/EndpointSecurityGroup/Resource',
      'SecurityGroupIngress[0].CidrIp',
    ),
  },
  {
    rule: 'endpoint-ingress',
    by: 'neighbour',
    what: 'everybody',
    spoil: rule('Ingress', 'Network/EndpointSecurityGroup/Resource', { CidrIp: '0.0.0.0/0' }),
    line: endpoints('Test/Rule', 'CidrIp'),
  },
];
