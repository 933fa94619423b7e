/**
 * Network choices in a stage file: each choice synthesizes, contradictions are refused, and all
 * named resources must be in one partition, region and account.
 */

import { Fleet } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { seenIn, THEIRS } from '../support/networks';
import { makeApp } from '../support/synth';

describe('A stage file says the same', () => {
  const VPC = { vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a', 'eu-west-1b'] };
  const ids = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'];
  const isolated = { ...VPC, isolatedSubnetIds: ids };
  const behindNat = { ...VPC, privateSubnetIds: ids };

  function fleetOf(network: object) {
    const app = makeApp();
    const config = checkedConfig('x.json', 'test', { shared: { network }, caches: { a: {} } });
    new Fleet(app, 'Fleet', config);
    const { stacks } = app.synth();
    const messages = stacks.flatMap((stack) =>
      stack.messages.map(({ entry }) => String(entry.data)),
    );
    const template = stacks.find(({ stackName }) => stackName.endsWith('-a'))?.template;
    return { ...seenIn(template, messages), stacks: stacks.length };
  }

  test.each<[string, object, object]>([
    [
      'NAT',
      { ...behindNat, endpoints: 'none' },
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0, stacks: 1 },
    ],
    [
      'existing endpoints',
      { ...isolated, endpointSecurityGroupId: THEIRS },
      { endpoints: [], calls: [THEIRS], added: 2, stacks: 1 },
    ],
    [
      'a shared VPC',
      { ...isolated, endpointSecurityGroupId: THEIRS, sharedVpc: true },
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0, stacks: 1 },
    ],
    [
      'existing endpoints, whose owner admits the subnets',
      { ...isolated, endpoints: 'existing' },
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0, stacks: 1 },
    ],
    [
      'one endpoint, and NAT',
      { ...behindNat, endpoints: 'none', secretsManagerEndpoint: 'existing' },
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0, stacks: 1 },
    ],
    ['new endpoints', { ...isolated, endpoints: 'create' }, { added: 0, stacks: 2 }],
  ])('%s', (_, network, seen) => {
    expect(fleetOf(network)).toMatchObject({ ...seen, subnets: ids, warnings: [] });
  });

  test('and warns where it says nothing', () => {
    expect(fleetOf(isolated).warnings).toHaveLength(1);
  });

  test.each<[object, string]>([
    [
      { ...isolated, sharedVpc: true },
      'shared.network.endpoints must be "existing" or "none" with `sharedVpc`, got nothing',
    ],
    [
      { ...isolated, endpoints: 'none' },
      'shared.network.isolatedSubnetIds must not be set with an endpoint "none"',
    ],
    [
      { ...isolated, privateSubnetIds: ids },
      'shared.network.privateSubnetIds must not be set beside `isolatedSubnetIds`, got both',
    ],
    [
      { ...VPC, endpoints: 'create' },
      'shared.network.isolatedSubnetIds must be a list of ids of subnets',
    ],
    [
      { ...behindNat, endpoints: 'nat' },
      'shared.network.endpoints must be one of "create", "existing", "none", got ' + '"nat"',
    ],
    [
      { ...behindNat, privateSubnetIds: ids.slice(1) },
      'shared.network.privateSubnetIds must be the same number of subnets, one or more, per ',
    ],
    [
      { endpoints: 'none' },
      'shared.network.endpoints must be "create" in a new VPC, which has no NAT gateway',
    ],
    [{ sharedVpc: true }, 'shared.network.vpcId must be an id of a VPC'],
  ])('and refuses %j', (network, message) => {
    const check = () => checkedConfig('x.json', 'test', { shared: { network }, caches: { a: {} } });
    expect(check).toThrow(`x.json: ${message}`);
  });

  const key = (place: string) => `arn:${place}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

  test.each<[string, object, object, string]>([
    [
      'a key of another region than the zones',
      { encryptionKey: { arn: key('aws:kms:us-east-1:111122223333') }, network: isolated },
      {},
      'shared.network.availabilityZones.0 must be in one region, that of the caches, got ' +
        'eu-west-1 beside `shared.encryptionKey.arn` ' +
        'in us-east-1',
    ],
    [
      'a key and zones of the European Sovereign Cloud',
      {
        encryptionKey: { arn: key('aws:kms:eu-west-1:111122223333') },
        network: { ...isolated, availabilityZones: ['eusc-de-east-1a', 'eusc-de-east-1b'] },
      },
      {},
      'shared.network.availabilityZones.0 must be in one partition, that of the caches, got ' +
        'aws-eusc beside `shared.encryptionKey.arn` in aws',
    ],
    [
      'a key whose partition has no such region',
      { encryptionKey: { arn: key('aws:kms:cn-north-1:111122223333') } },
      {},
      'shared.encryptionKey.arn must be in one partition, that of the caches, got aws beside ' +
        '`shared.encryptionKey.arn` in aws-cn',
    ],
    [
      'files in S3 of another partition',
      { network: isolated },
      { restoreFrom: { s3: ['arn:aws-cn:s3:::bucket/dump.rdb'] } },
      'caches.a.restoreFrom.s3 must be in one partition, that of the caches, got aws-cn beside ' +
        '`shared.network.availabilityZones.0` in aws',
    ],
  ])('and refuses %s', (_, shared, a, message) => {
    const check = () => checkedConfig('x.json', 'test', { shared, caches: { a } });
    expect(check).toThrow(`x.json: ${message}`);
  });
});
