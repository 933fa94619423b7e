/** Claims about the network. */

import {
  all,
  type Claim,
  ENDPOINT,
  everyHas,
  first,
  INGRESS,
  isOpen,
  type Properties,
  property,
  SECURITY_GROUP,
  same,
  statements,
} from './claim';

export const NETWORK_CLAIMS: readonly Claim[] = [
  {
    claim: 'nothing has a public address or a way to the internet',
    holds: (template) =>
      !Object.values(template.Resources).some(({ Type }) =>
        /InternetGateway|NatGateway|::EIP/.test(Type),
      ) && all(template, 'AWS::EC2::Route').length === 0,
    break: (template) => {
      template.Resources.Added = { Type: 'AWS::EC2::NatGateway', Properties: {} };
    },
  },
  {
    claim: 'no security group lets everybody in or everything out',
    holds: (template) => {
      const groups = all(template, SECURITY_GROUP).map(({ Properties }) => Properties);
      const inline = groups.flatMap(
        ({ SecurityGroupIngress = [], SecurityGroupEgress = [] }) =>
          [SecurityGroupIngress, SecurityGroupEgress].flat() as Properties[],
      );
      const rules = [...all(template, INGRESS), ...all(template, 'AWS::EC2::SecurityGroupEgress')];
      return ![...inline, ...rules.map(({ Properties }) => Properties)].some(isOpen);
    },
    break: (template) => {
      Object.assign(first(template, INGRESS), { CidrIp: '0.0.0.0/0' });
    },
  },
  {
    claim: 'every rule names a security group, not a network, and says why',
    holds: (template) =>
      all(template, INGRESS).length === 4 &&
      all(template, INGRESS).every(
        ({ Properties }) => Properties.SourceSecurityGroupId && Properties.Description,
      ),
    break: (template) => {
      delete first(template, INGRESS).Description;
    },
  },
  {
    claim: 'endpoints let through only this account, to one secret and one group',
    holds: (template) =>
      all(template, ENDPOINT).length === 2 &&
      all(template, ENDPOINT).every(({ Properties }) =>
        statements(Properties).every(
          ({ Condition, Resource }) =>
            same(Condition, {
              StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } },
            }) && Resource !== '*',
        ),
      ) &&
      all(template, ENDPOINT).every(({ Properties }) => statements(Properties).length > 0),
    break: (template) => {
      delete first(template, ENDPOINT).PolicyDocument;
    },
  },
  property(ENDPOINT, 'PrivateDnsEnabled', true, false, 'endpoints answer to AWS names'),
  {
    claim: 'the flow of the network is logged',
    holds: everyHas('AWS::EC2::FlowLog', 'TrafficType', 'ALL'),
    break: (template) => {
      first(template, 'AWS::EC2::FlowLog').TrafficType = 'REJECT';
    },
  },
];
