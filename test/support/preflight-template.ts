/** A stack with a cache as preflight reads it, in small; the tests change it. */

import type { Output, StackTemplate, TemplateResource } from '../../cli/template/stack-template';

export const ACCOUNT = '000000000000';
export const VPC = 'vpc-00000000000000001';
export const GROUP_OF_ENDPOINTS = 'sg-00000000000000001';

const reference = (Ref: string) => ({ Ref });

const subnet = (index: number): TemplateResource => ({
  Type: 'AWS::EC2::Subnet',
  Properties: {
    VpcId: reference('Vpc'),
    AvailabilityZone: { 'Fn::Select': [index, { 'Fn::GetAZs': '' }] },
  },
});

export const endpoint = (service: string, changes: object = {}): TemplateResource => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcEndpointType: 'Interface',
    PrivateDnsEnabled: true,
    VpcId: reference('Vpc'),
    SubnetIds: [reference('Subnet1'), reference('Subnet2')],
    ServiceName: {
      'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, `.${service}`]],
    },
    ...changes,
  },
});

export const parameter = (name: string, Value: unknown): TemplateResource => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name: `/test/Cache/${name}`, Value },
});

/** The stack `test`, which the rehearsal of `local-deployment.ts` plays. */
export function template(
  changes: Readonly<Record<string, TemplateResource>> = {},
  stack: Partial<StackTemplate> & { readonly outputs?: Readonly<Record<string, Output>> } = {},
): StackTemplate {
  return {
    stack: 'test',
    conditions: {},
    outputs: {},
    parameters: { BootstrapVersion: { Default: '/cdk-bootstrap/hnb659fds/version' } },
    ...stack,
    resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: {} },
      Subnet1: subnet(0),
      Subnet2: subnet(1),
      Subnets: {
        Type: 'AWS::ElastiCache::SubnetGroup',
        Properties: { SubnetIds: [reference('Subnet1'), reference('Subnet2')] },
      },
      Group: {
        Type: 'AWS::ElastiCache::ReplicationGroup',
        Properties: {
          CacheNodeType: 'cache.r7g.large',
          NumCacheClusters: 2,
          CacheSubnetGroupName: reference('Subnets'),
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ReservedConcurrentExecutions: 1,
          Environment: { Variables: { GRACE_DAYS: '7' } },
        },
      },
      Schedule: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: {
          SecretId: reference('Credentials'),
          RotationRules: { ScheduleExpression: 'rate(90 days)', Duration: '2h' },
        },
      },
      Secrets: endpoint('secretsmanager'),
      Caches: endpoint('elasticache'),
      P1: parameter('ReplicationGroupId', reference('Group')),
      P2: parameter('CredentialsSecretArn', reference('Credentials')),
      ...changes,
    },
  };
}

/** The same in a VPC that exists, with new endpoints and rules in a group that exists. */
export function inGivenVpc(
  changes: Readonly<Record<string, TemplateResource>> = {},
): StackTemplate {
  const made = template();
  const subnets = ['subnet-0a', 'subnet-0b'];
  const given = { VpcId: VPC, SubnetIds: subnets };
  const { Vpc, Subnet1, Subnet2, ...resources } = made.resources;
  const rule = (type: string): TemplateResource => ({
    Type: `AWS::EC2::SecurityGroup${type}`,
    Properties: { GroupId: GROUP_OF_ENDPOINTS, IpProtocol: 'tcp' },
  });
  return {
    ...made,
    resources: {
      ...resources,
      Subnets: { Type: 'AWS::ElastiCache::SubnetGroup', Properties: { SubnetIds: subnets } },
      Secrets: endpoint('secretsmanager', given),
      Caches: endpoint('elasticache', given),
      Rule1: rule('Ingress'),
      Rule2: rule('Ingress'),
      ...changes,
    },
  };
}

/** The subnets and the group of `inGivenVpc`, in the account. */
export const GIVEN = {
  subnets: { 'subnet-0a': 'us-east-1a', 'subnet-0b': 'us-east-1c' },
  groups: { [GROUP_OF_ENDPOINTS]: [] },
};

export const withKey = (arn: string) => [
  template({ Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { KmsKeyId: arn } } }),
];

export const withTopic = (arn: string) => [
  template({ Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [arn] } } }),
];

/** The group of the template, changed. */
export function group(changes: object): Readonly<Record<string, TemplateResource>> {
  const { Type, Properties } = template().resources.Group ?? {};
  return { Group: { Type, Properties: { ...Properties, ...changes } } };
}
