/** Preflight says whether credentials, region and network are the stage's. */

import { localForAll } from '../support/local-for-all';
import { deny, having, preflightOn } from '../support/preflight-run';
import {
  GIVEN,
  inGivenVpc,
  template,
  VPC,
  withKey,
  withTopic,
} from '../support/preflight-template';

const { rows } = preflightOn(localForAll());

const ORDERS = { BootstrapVersion: { Default: '/cdk-bootstrap/orders/version' } };
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/given';
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:alarms';

describe('Credentials match the stage', () => {
  const named = (environment: string) => [template({}, { environment })];
  rows('account', [
    [
      'as the stage says',
      'fine  account: the credentials are of 000000000000, as the stage says',
      { stacks: named('aws://000000000000/us-east-1') },
    ],
    [
      'as the key is',
      'fine  account: the credentials are of 000000000000, the account of the key',
      { stacks: withKey(KEY) },
    ],
    [
      'another one',
      'will fail  account: the credentials must be of 111122223333, which the ' +
        'stage names, got ' +
        '000000000000. Choose others with --profile.',
      { stacks: named('aws://111122223333/unknown-region') },
    ],
    [
      'not that of the key',
      'will fail  account: the credentials must be of the account of ' +
        'arn:aws:kms:us-east-1:111122223333:key/k, got 000000000000.',
      { stacks: withKey('arn:aws:kms:us-east-1:111122223333:key/k') },
    ],
    [
      'nothing names it',
      'cannot tell  account: the credentials are of 000000000000, and ' +
        'the stage names no account. Set `account`',
      {},
    ],
    [
      'denied',
      'cannot tell  account: needs the permission sts:GetCallerIdentity',
      { account: deny('sts:GetCallerIdentity') },
    ],
  ]);
  rows('region', [
    [
      'as the stage says',
      'fine  region: us-east-1, as the stage says',
      { stacks: named('aws://unknown-account/us-east-1') },
    ],
    [
      'as the ARNs',
      'fine  region: us-east-1, the region of the stage',
      { stacks: withTopic(TOPIC) },
    ],
    [
      'another one',
      'will fail  region: it must be that of ' +
        'arn:aws:sns:eu-central-1:000000000000:a, got us-east-1. Choose it with ' +
        '--region',
      { stacks: withTopic('arn:aws:sns:eu-central-1:000000000000:a') },
    ],
    [
      'nothing names it',
      'cannot tell  region: checked us-east-1, and the stage names ' + 'no region. Set `region`',
      {},
    ],
  ]);
  rows('cdk bootstrap', [
    [
      'none is needed',
      'fine  cdk bootstrap: the templates need no bootstrap stack',
      { stacks: [template({}, { parameters: {} })] },
    ],
    [
      'a qualifier of its own',
      'will fail  cdk bootstrap: its version must be 6 or later, got none. Run `npx cdk ' +
        'bootstrap --qualifier orders aws://000000000000/us-east-1`.',
      {
        stacks: [template({}, { parameters: ORDERS })],
      },
    ],
    ['new enough', 'fine  cdk bootstrap: version 30', {}],
    [
      'none',
      'will fail  cdk bootstrap: its version must be 6 or later, got none. Run ' +
        '`npx cdk bootstrap aws://000000000000/us-east-1`.',
      { account: having({ bootstrap: undefined }) },
    ],
    ['too old', 'must be 6 or later, got 5. Run', { account: having({ bootstrap: '5' }) }],
    [
      'denied',
      'cannot tell  cdk bootstrap: needs the permission ssm:GetParametersByPath',
      { account: deny('ssm:GetParametersByPath') },
    ],
  ]);
  rows('VPC:', [
    ['a new one', 'fine  VPC: the deploy creates it', {}],
    [
      'one that exists',
      `fine  VPC: ${VPC}, subnet-0a and subnet-0b exist in this account and region`,
      { stacks: [inGivenVpc()], account: having(GIVEN) },
    ],
    [
      'a subnet that does not',
      'in us-east-1, got no subnet-0b. Correct `shared.network`',
      {
        stacks: [inGivenVpc()],
        account: having({ subnets: { 'subnet-0a': 'us-east-1a' } }),
      },
    ],
    [
      'denied',
      'cannot tell  VPC: needs the permission ec2:DescribeVpcs',
      { stacks: [inGivenVpc()], account: deny('ec2:DescribeVpcs') },
    ],
    [
      'denied in part',
      'cannot tell  VPC: needs the permission ec2:DescribeSubnets',
      { stacks: [inGivenVpc()], account: deny('ec2:DescribeSubnets') },
    ],
  ]);
});
