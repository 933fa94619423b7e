/** Preflight compares what a deploy adds with the quotas of the account. */

import type { Account } from '../../rehearsal/aws/account';
import { localForAll } from '../support/local-for-all';
import { deny, having, preflightOn } from '../support/preflight-run';
import {
  GIVEN,
  GROUP_OF_ENDPOINTS,
  group,
  inGivenVpc,
  template,
  VPC,
} from '../support/preflight-template';

const { rows } = preflightOn(localForAll());

/** A quota of the account, and what is there. */
const quota =
  (code: string, value: number, more: Partial<Account> = {}) =>
  (account: Account) => {
    Object.assign(account, GIVEN);
    account.ownQuotas = { [code]: value };
    Object.assign(account, more);
  };

describe('What the deploy adds fits into the quotas', () => {
  rows('Lambda concurrency', [
    [
      'room',
      'fine  Lambda concurrency: 101 of 200 are unreserved, the functions reserve 1',
      { account: limit(200, 101) },
    ],
    [
      'deployed already',
      'fine  Lambda concurrency: the deploy reserves no concurrency',
      { deployed: [template()], account: limit(10, 10) },
    ],
    [
      'a new account',
      'will fail  Lambda concurrency: 100 must be left unreserved, got 9: 10 ' +
        'of 10 are unreserved, the functions reserve 1. Request a higher quota: `aws ' +
        'service-quotas',
      { account: limit(10, 10) },
    ],
    [
      'denied',
      'cannot tell  Lambda concurrency: needs the permission lambda:GetAccountSettings',
      { account: deny('lambda:GetAccountSettings') },
    ],
    [
      'deployed or not is not known',
      'cannot tell  Lambda concurrency: 10 of 10 are unreserved, the functions ' +
        'reserve 1, unless they are already deployed: needs the permission ' +
        'cloudformation:GetTemplate',
      {
        account: having({
          concurrency: { limit: 10, unreserved: 10 },
          denied: ['cloudformation:GetTemplate'],
        }),
      },
    ],
  ]);
  rows('VPCs', [
    ['room', 'fine  VPCs: 1 VPCs in the region and 1 more, of 5', {}],
    [
      'deployed already',
      'fine  VPCs: the deploy adds no VPCs',
      { deployed: [template()], account: quota('L-F678F1CE', 1) },
    ],
    [
      'deployed, but nothing that CDK has written',
      'unless some are already deployed: the template of test is not JSON with resources, as',
      { account: quota('L-F678F1CE', 1, { templates: { test: 'Resources: {}' } }) },
    ],
    [
      'a stack that nobody has deployed yet',
      'will fail  VPCs: they must be at most 1 VPCs in the region, got 1 and 1 more.',
      { account: quota('L-F678F1CE', 1, { templates: { test: '' } }) },
    ],
    [
      'none left',
      'will fail  VPCs: they must be at most 1 VPCs in the region, got 1 and 1 ' +
        'more. Request a higher quota: `aws service-quotas ' +
        'request-service-quota-increase --region us-east-1 --service-code vpc ' +
        '--quota-code L-F678F1CE --desired-value 2`.',
      { account: quota('L-F678F1CE', 1) },
    ],
    [
      'denied',
      'cannot tell  VPCs: needs the permission ec2:DescribeVpcs',
      { account: deny('ec2:DescribeVpcs') },
    ],
    [
      'quota denied',
      'cannot tell  VPCs: needs the permission servicequotas:GetServiceQuota',
      { account: deny('servicequotas:GetServiceQuota') },
    ],
    [
      'default denied',
      'cannot tell  VPCs: needs the permission servicequotas:GetAWSDefaultServiceQuota',
      { account: deny('servicequotas:GetAWSDefaultServiceQuota') },
    ],
    [
      'deployed or not is not known',
      'unless some are already deployed: needs the permission cloudformation:GetTemplate',
      { account: quota('L-F678F1CE', 1, { denied: ['cloudformation:GetTemplate'] }) },
    ],
  ]);
  const others = [
    { vpcId: VPC, service: 'other', type: 'Interface', privateDns: true },
    { vpcId: VPC, service: 's3', type: 'Gateway', privateDns: false },
    { vpcId: 'vpc-0c', service: 'other', type: 'Interface', privateDns: true },
  ] as const;
  rows('interface endpoints', [
    ['a new VPC', 'fine  interface endpoints: the deploy adds no endpoint to an existing VPC', {}],
    [
      'room',
      `fine  interface endpoints: 1 interface endpoints in ${VPC} and 2 more, of 3`,
      { stacks: [inGivenVpc()], account: quota('L-29B6F2EB', 3, { endpoints: [...others] }) },
    ],
    [
      'none left',
      `will fail  interface endpoints: they must be at most 2 interface ` +
        `endpoints in ${VPC}, got 1 and 2 more. Request`,
      { stacks: [inGivenVpc()], account: quota('L-29B6F2EB', 2, { endpoints: [...others] }) },
    ],
    [
      'denied',
      'cannot tell  interface endpoints: needs the permission ec2:DescribeVpcEndpoints',
      { stacks: [inGivenVpc()], account: deny('ec2:DescribeVpcEndpoints') },
    ],
  ]);
  rows('ElastiCache nodes', [
    ['room', 'fine  ElastiCache nodes: 2 nodes in the region and 2 more, of 300', {}],
    [
      'of a larger group, what is added',
      'fine  ElastiCache nodes: 2 nodes in the region and 3 more, of 5',
      {
        stacks: [template(group({ NumCacheClusters: 5 }))],
        deployed: [template()],
        account: quota('L-DFE45DF3', 5),
      },
    ],
    [
      'none left',
      'will fail  ElastiCache nodes: they must be at most 3 nodes in the ' +
        'region, got 2 and 2 more. Request',
      { account: quota('L-DFE45DF3', 3) },
    ],
    [
      'denied',
      'cannot tell  ElastiCache nodes: needs the permission elasticache:DescribeCacheClusters',
      { account: deny('elasticache:DescribeCacheClusters') },
    ],
    [
      'a number that only the deploy knows',
      'cannot tell  ElastiCache nodes: the number of nodes in the region is known only at deploy',
      { stacks: [template(group({ NumCacheClusters: { Ref: 'N' } }))] },
    ],
  ]);
  const rules = (count: number, more: object = {}) => ({
    groups: {
      [GROUP_OF_ENDPOINTS]: Array.from({ length: count }, () => ({
        isEgress: false,
        cidrIpv4: '10.0.0.0/8',
        ...more,
      })),
    },
  });
  rows('rules', [
    [
      'no group',
      'fine  rules per security group: the deploy adds no rule to an existing group',
      {},
    ],
    [
      'room, of each address family',
      `fine  rules of ${GROUP_OF_ENDPOINTS}: 2 ingress rules of ` +
        `${GROUP_OF_ENDPOINTS} and 2 more, of 4`,
      {
        stacks: [inGivenVpc()],
        account: quota('L-0EA8095F', 4, {
          groups: {
            [GROUP_OF_ENDPOINTS]: [
              { isEgress: false, cidrIpv4: '10.0.0.0/8' },
              { isEgress: false, cidrIpv4: '10.1.0.0/16' },
              { isEgress: false, cidrIpv6: 'fd00::/8' },
              { isEgress: true, cidrIpv4: '0.0.0.0/0' },
            ],
          },
        }),
      },
    ],
    [
      'none left',
      `will fail  rules of ${GROUP_OF_ENDPOINTS}: they must be at most 60 ` +
        `ingress rules of ${GROUP_OF_ENDPOINTS}, got 59 and 2 more. Request`,
      { stacks: [inGivenVpc()], account: having(rules(59)) },
    ],
    [
      'no such group',
      `will fail  rules of ${GROUP_OF_ENDPOINTS}: ${GROUP_OF_ENDPOINTS} must ` +
        `exist in this account in us-east-1, got no such group. Correct ` +
        `\`endpointSecurityGroupId\``,
      { stacks: [inGivenVpc()] },
    ],
    [
      'prefix lists',
      `cannot tell  rules of ${GROUP_OF_ENDPOINTS}: 1 ingress rules of ` +
        `${GROUP_OF_ENDPOINTS} and 2 more, of 60; each entry of its prefix lists counts`,
      {
        stacks: [inGivenVpc()],
        account: having(rules(1, { cidrIpv4: undefined, prefixListId: 'pl-1' })),
      },
    ],
    [
      'denied',
      `cannot tell  rules of ${GROUP_OF_ENDPOINTS}: needs the permission ` +
        `ec2:DescribeSecurityGroups`,
      { stacks: [inGivenVpc()], account: deny('ec2:DescribeSecurityGroups') },
    ],
    [
      'denied in part',
      `cannot tell  rules of ${GROUP_OF_ENDPOINTS}: needs the permission ` +
        `ec2:DescribeSecurityGroupRules`,
      {
        stacks: [inGivenVpc()],
        account: having({ ...GIVEN, denied: ['ec2:DescribeSecurityGroupRules'] }),
      },
    ],
  ]);
});

function limit(all: number, unreserved: number) {
  return (account: Account) => Object.assign(account, { concurrency: { limit: all, unreserved } });
}
