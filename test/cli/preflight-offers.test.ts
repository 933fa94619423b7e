/**
 * Preflight says what AWS offers in the region and its zones, and which private DNS names of a VPC
 * are taken.
 */

import type { TemplateResource } from '../../cli/template/stack-template';
import type { Account } from '../../rehearsal/aws/account';
import { localForAll } from '../support/local-for-all';
import { deny, having, preflightOn } from '../support/preflight-run';
import { GIVEN, inGivenVpc, template, VPC } from '../support/preflight-template';

const { rows } = preflightOn(localForAll());

const SERVICE = 'com.amazonaws.us-east-1.secretsmanager';

describe('AWS offers it where the stage deploys', () => {
  rows('node type', [
    [
      'everywhere',
      'fine  node type cache.r7g.large: offered in us-east-1, and by EC2 ' +
        'in us-east-1a and us-east-1b',
      {},
    ],
    [
      'in the zones of subnets that exist',
      'and by EC2 in us-east-1a and us-east-1c',
      { stacks: [inGivenVpc()], account: having(GIVEN) },
    ],
    [
      'nowhere',
      'will fail  node type cache.r7g.large: it must be a node type that ElastiCache ' +
        'offers in us-east-1, got cache.r7g.large. ' +
        'Choose another `nodeType`',
      { account: having({ missingNodeTypes: ['cache.r7g.large'] }) },
    ],
    [
      'not in a zone, by EC2',
      'cannot tell  node type cache.r7g.large: offered in us-east-1, but EC2 ' +
        'does not offer it in us-east-1b',
      { account: having({ zonesWithoutMachines: ['us-east-1b'] }) },
    ],
    [
      'denied',
      'cannot tell  node type cache.r7g.large: needs the permission ' +
        'elasticache:DescribeReservedCacheNodesOfferings',
      { account: deny('elasticache:DescribeReservedCacheNodesOfferings') },
    ],
    [
      'zones denied',
      'needs the permission ec2:DescribeAvailabilityZones',
      { account: deny('ec2:DescribeAvailabilityZones') },
    ],
    [
      'machines denied',
      'needs the permission ec2:DescribeInstanceTypeOfferings',
      { account: deny('ec2:DescribeInstanceTypeOfferings') },
    ],
    [
      'too few zones',
      'cannot tell  node type cache.r7g.large: the region has 1 zones, and the ' +
        'network needs more',
      { account: having({ zones: ['us-east-1a'] }) },
    ],
  ]);
  rows('endpoint service', [
    [
      'everywhere',
      [
        `fine  endpoint service ${SERVICE}: offered in us-east-1a and us-east-1b`,
        'fine  endpoint service com.amazonaws.us-east-1.elasticache: offered in ' +
          'us-east-1a and us-east-1b',
      ],
      {},
    ],
    [
      'none made',
      'fine  endpoint services: the deploy creates no endpoint',
      { stacks: [template(noEndpoints())] },
    ],
    [
      'not in the region, and not in a zone',
      [
        `will fail  endpoint service ${SERVICE}: it must be a service that AWS ` +
          `offers in us-east-1, got ${SERVICE}. Use a VPC with NAT`,
        'will fail  endpoint service com.amazonaws.us-east-1.elasticache: it ' +
          'must be offered in the zones of the subnets, got an offer without us-east-1b. ' +
          'Choose subnets in us-east-1a, or',
      ],
      {
        account: having({
          services: { 'com.amazonaws.us-east-1.elasticache': ['us-east-1a'] },
        }),
      },
    ],
    [
      'denied',
      [
        `cannot tell  endpoint service ${SERVICE}: needs the permission ` +
          `ec2:DescribeVpcEndpointServices`,
        'cannot tell  endpoint service com.amazonaws.us-east-1.elasticache: ' +
          'needs the permission',
      ],
      { account: deny('ec2:DescribeVpcEndpointServices') },
    ],
  ]);
  const taken = (account: Account) => {
    Object.assign(account, GIVEN);
    account.endpoints = [{ vpcId: VPC, service: SERVICE, type: 'Interface', privateDns: true }];
  };
  const elastiCache = 'com.amazonaws.us-east-1.elasticache';
  rows('private DNS', [
    [
      'a new VPC',
      'fine  private DNS of endpoints: the deploy adds no endpoint to a VPC that exists',
      {},
    ],
    [
      'taken',
      [
        `will fail  private DNS of endpoints: ${VPC} must have no endpoint of ` +
          `${SERVICE} with private DNS, got an endpoint. Set \`"secretsManagerEndpoint": ` +
          `"existing"\``,
        `fine  private DNS of endpoints: ${VPC} has no endpoint of ${elastiCache} with private DNS`,
      ],
      { stacks: [inGivenVpc()], account: taken },
    ],
    [
      'an endpoint without private DNS, which takes no name',
      [
        `fine  private DNS of endpoints: ${VPC} has no endpoint of ${SERVICE} with private DNS`,
        `fine  private DNS of endpoints: ${VPC} has no endpoint of ${elastiCache} with private DNS`,
      ],
      {
        stacks: [inGivenVpc()],
        account: having({
          ...GIVEN,
          endpoints: [{ vpcId: VPC, service: SERVICE, type: 'Interface', privateDns: false }],
        }),
      },
    ],
    [
      'taken by an endpoint of the stack itself',
      'fine  private DNS of endpoints: the deploy adds no endpoint to a VPC that exists',
      { stacks: [inGivenVpc()], deployed: [inGivenVpc()], account: taken },
    ],
    [
      'taken, perhaps by the stack itself',
      [
        `cannot tell  private DNS of endpoints: ${VPC} has an endpoint of ` +
          `${SERVICE}, which may be that of test: needs the permission ` +
          `cloudformation:GetTemplate`,
        'fine  private DNS',
      ],
      {
        stacks: [inGivenVpc()],
        account: (account) =>
          taken(Object.assign(account, { denied: ['cloudformation:GetTemplate'] })),
      },
    ],
    [
      'denied',
      [
        'cannot tell  private DNS of endpoints: needs the permission ec2:DescribeVpcEndpoints',
        'cannot tell',
      ],
      { stacks: [inGivenVpc()], account: deny('ec2:DescribeVpcEndpoints') },
    ],
  ]);
});

function noEndpoints(): Readonly<Record<string, TemplateResource>> {
  const none = { Type: 'AWS::SNS::Topic' };
  return { Secrets: none, Caches: none };
}
