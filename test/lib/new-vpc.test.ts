/**
 * Proves of a VPC that a network makes: as many zones as are asked for, of which a third one only
 * adds, the addresses that are asked for, and a flow log unless it is off, which synth notes.
 */

import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { App, Fn, Stack } from 'aws-cdk-lib/core';
import {
  EndpointChoice,
  RedisNetwork,
  type RedisNetworkProps,
  SecureRedis,
  Topology,
} from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { compared, recorded, made as recordedStage } from '../support/baselines';
import { makeFleet } from '../support/fleet';
import { makeApp, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const ISOLATED = SubnetType.PRIVATE_ISOLATED;

function made(props: RedisNetworkProps): TemplateJson {
  const stack = new Stack(makeApp(), 'S');
  new RedisNetwork(stack, 'Network', props);
  return templateOf(stack);
}

const blocksOf = (template: TemplateJson) =>
  all(template, 'AWS::EC2::Subnet').map(({ Properties }) => Properties.CidrBlock);

describe('A new VPC has the zones and addresses that are asked for', () => {
  test.each<[RedisNetworkProps, string, readonly string[]]>([
    [{}, '10.0.0.0/16', ['10.0.0.0/18', '10.0.64.0/18']],
    [{ zones: 2 }, '10.0.0.0/16', ['10.0.0.0/18', '10.0.64.0/18']],
    [{ zones: 3 }, '10.0.0.0/16', ['10.0.0.0/18', '10.0.64.0/18', '10.0.128.0/18']],
    [
      { zones: 3, cidr: '192.168.7.0/24' },
      '192.168.7.0/24',
      ['192.168.7.0/26', '192.168.7.64/26', '192.168.7.128/26'],
    ],
    [{ cidr: '172.31.240.0/20' }, '172.31.240.0/20', ['172.31.240.0/22', '172.31.244.0/22']],
    [{ cidr: '100.64.0.0/16' }, '100.64.0.0/16', ['100.64.0.0/18', '100.64.64.0/18']],
  ])('%j', (props, block, subnets) => {
    const template = made(props);
    expect(all(template, 'AWS::EC2::VPC')[0]?.Properties.CidrBlock).toBe(block);
    expect(blocksOf(template)).toStrictEqual(subnets);
    for (const { Properties } of all(template, 'AWS::EC2::VPCEndpoint')) {
      expect(Properties.SubnetIds).toHaveLength(subnets.length);
    }
  });

  const CACHES = { a: { topology: { replicas: 2 } } };

  test('a third zone only adds: no resource of two zones is another one, or goes', () => {
    const shared = (zones: number) => ({ shared: { network: { zones, cidr: '10.9.0.0/20' } } });
    const two = recordedStage(CACHES, shared(2));
    expect(compared(recorded(two), recordedStage(CACHES, shared(3)))).toStrictEqual([]);
    const resourcesOf = (zones: number) =>
      makeFleet({ ...shared(zones), caches: CACHES }).templates.shared?.Resources ?? {};
    const [before, after] = [resourcesOf(2), resourcesOf(3)];
    const subnets = Object.keys(before).filter((id) => /IsolatedSubnet\d/.test(id));
    // A subnet, its route table and what joins them.
    expect(subnets).toHaveLength(2 * 3);
    for (const id of subnets) expect(after[id]).toStrictEqual(before[id]);
  });

  test('and other addresses would replace the VPC, which the baseline refuses', () => {
    const stage = (cidr: string) => recordedStage(CACHES, { shared: { network: { cidr } } });
    const lines = compared(recorded(stage('10.9.0.0/20')), stage('10.8.0.0/20'));
    expect(lines.join('\n')).toContain('CidrBlock');
  });

  test('a stage file says the same', () => {
    const network = { zones: 3, cidr: '10.9.0.0/20', flowLogs: false };
    const { shared } = makeFleet({ shared: { network }, caches: CACHES }).templates;
    expect(blocksOf(shared as TemplateJson)).toStrictEqual([
      '10.9.0.0/22',
      '10.9.4.0/22',
      '10.9.8.0/22',
    ]);
    expect(all(shared as TemplateJson, 'AWS::EC2::FlowLog')).toStrictEqual([]);
  });
});

describe('The flow log of a new VPC', () => {
  const notesOf = (props: RedisNetworkProps) => {
    const app = new App();
    new RedisNetwork(new Stack(app, 'S'), 'Network', props);
    return app.synth().stacks.flatMap(({ messages }) => messages.map(({ entry }) => entry.data));
  };

  test('is on', () => {
    expect(all(made({}), 'AWS::EC2::FlowLog')).toHaveLength(1);
    expect(all(made({ flowLogs: true }), 'AWS::EC2::FlowLog')).toHaveLength(1);
    expect(notesOf({})).toStrictEqual([]);
  });

  test('is off where that is asked for, with its group and role, and synth notes it', () => {
    const template = made({ flowLogs: false });
    for (const type of ['AWS::EC2::FlowLog', 'AWS::IAM::ManagedPolicy']) {
      expect(all(template, type)).toStrictEqual([]);
    }
    expect(Object.keys(template.Resources).filter((id) => /Flow/.test(id))).toStrictEqual([]);
    expect(notesOf({ flowLogs: false })).toStrictEqual([
      expect.stringMatching(/^the VPC has no flow log: who connected to a cache, and who was rej/),
    ]);
  });
});

describe('A cache with more nodes per shard than its network has zones', () => {
  const notesOf = (topology: Topology, zones: number) => {
    const app = makeApp();
    const stack = new Stack(app, 'S');
    const network = new RedisNetwork(stack, 'Network', { zones });
    new SecureRedis(stack, 'Cache', { network, topology });
    return app
      .synth()
      .stacks.flatMap(({ messages }) => messages.map(({ entry }) => String(entry.data)))
      .filter((text) => text.includes('nodes per shard'));
  };

  test.each<[Topology, number, number]>([
    [Topology.replicated(), 2, 0],
    [Topology.replicated({ replicas: 2 }), 2, 1],
    [Topology.replicated({ replicas: 2 }), 3, 0],
    [Topology.replicated({ replicas: 5 }), 3, 0],
    [Topology.replicated({ replicas: 0 }), 2, 0],
    [Topology.sharded({ shards: 4, replicasPerShard: 1 }), 2, 0],
    [Topology.sharded({ shards: 2, replicasPerShard: 2 }), 2, 1],
  ])('is noted: case %#', (topology, zones, notes) => {
    expect(notesOf(topology, zones)).toHaveLength(notes);
  });
});

describe('What a new VPC may not be is refused', () => {
  const CIDR = 'must be a private IPv4 block from /16 to /24, like "10.20.0.0/16", got';
  const BAD: readonly (readonly [object, string, string])[] = [
    [{ zones: 1 }, 'zones', 'must be an integer from 2 to 3 zones, got 1.'],
    [{ zones: 4 }, 'zones', 'must be an integer from 2 to 3 zones, got 4.'],
    [{ zones: 2.5 }, 'zones', 'must be an integer from 2 to 3 zones, got 2.5.'],
    [{ cidr: '10.0.0.0' }, 'cidr', `${CIDR} "10.0.0.0".`],
    [{ cidr: '10.0.0.0/8' }, 'cidr', `${CIDR} "10.0.0.0/8".`],
    [{ cidr: '10.0.0.0/25' }, 'cidr', `${CIDR} "10.0.0.0/25".`],
    [{ cidr: '52.1.0.0/16' }, 'cidr', `${CIDR} "52.1.0.0/16".`],
    [{ cidr: '172.32.0.0/16' }, 'cidr', `${CIDR} "172.32.0.0/16".`],
    [{ cidr: '10.0.0.0/016' }, 'cidr', `${CIDR} "10.0.0.0/016".`],
    [{ cidr: '010.0.0.0/16' }, 'cidr', `${CIDR} "010.0.0.0/16".`],
    [{ cidr: 'fd00::/16' }, 'cidr', `${CIDR} "fd00::/16".`],
    [{ cidr: '' }, 'cidr', `${CIDR} "".`],
    [
      { cidr: '10.1.2.3/16' },
      'cidr',
      'must be the first address of a block of /16, got "10.1.2.3/16": AWS takes no other. Use ' +
        '"10.1.0.0/16".',
    ],
    [
      { cidr: '192.168.7.200/24' },
      'cidr',
      'must be the first address of a block of /24, got "192.168.7.200/24": AWS takes no other. ' +
        'Use "192.168.7.0/24".',
    ],
  ];

  test.each(BAD)('%j', (props, name, message) => {
    expect(() => made(props)).toThrow(`S/Network: \`${name}\` ${message}`);
    const read = () =>
      checkedConfig('x.json', 'test', { shared: { network: props }, caches: { a: {} } });
    expect(read).toThrow(`x.json: shared.network.${name} ${message}`);
  });

  test.each([
    ['zones', 3, '3'],
    ['cidr', '10.0.0.0/16', '"10.0.0.0/16"'],
    ['flowLogs', true, 'true'],
  ])('`%s` of a VPC that exists', (name, value, shown) => {
    const line = `must not be set beside a VPC that exists, got ${shown}. Remove it.`;
    const stack = new Stack(makeApp(), 'S');
    const vpc = new Vpc(stack, 'Vpc');
    expect(() => new RedisNetwork(stack, 'Network', { vpc, [name]: value })).toThrow(
      `S/Network: \`${name}\` ${line}`,
    );
    const network = {
      vpcId: 'vpc-01234567',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
      endpoints: 'create',
      [name]: value,
    };
    expect(() =>
      checkedConfig('x.json', 'test', { shared: { network }, caches: { a: {} } }),
    ).toThrow(`x.json: shared.network.${name} ${line}`);
  });
});

describe('A new VPC is published, so that an app of another repository can be put into it', () => {
  const publishedBy = (template: TemplateJson) =>
    Object.fromEntries(
      all(template, 'AWS::SSM::Parameter').map(({ Properties: { Name, Type, Value } }) => [
        Name,
        [Type, Value],
      ]),
    );
  const stage = { shared: { network: { zones: 3 } }, caches: { a: {} } };

  test('under the path of the network, as parameters and as outputs', () => {
    const { shared } = makeFleet(stage).templates;
    const [one, two, three] = ['1Subnet0400477E', '2SubnetF65B365A', '3Subnet8C12D961'].map(
      (id) => `NetworkVpcIsolatedSubnet${id}`,
    );
    const zoneOf = (id: string | undefined) => ({ 'Fn::GetAtt': [id, 'AvailabilityZone'] });
    const joined = (parts: readonly unknown[]) => ({ 'Fn::Join': [',', parts] });
    const published = publishedBy(shared as TemplateJson);
    const [subnets, zones] = [
      joined([{ Ref: one }, { Ref: two }, { Ref: three }]),
      joined([zoneOf(one), zoneOf(two), zoneOf(three)]),
    ];
    expect(published).toStrictEqual({
      '/secure-redis-test-shared/Network/VpcId': ['String', { Ref: 'NetworkVpc7FB7348F' }],
      '/secure-redis-test-shared/Network/SubnetIds': ['StringList', subnets],
      '/secure-redis-test-shared/Network/AvailabilityZones': ['StringList', zones],
    });
    const values = Object.values(shared?.Outputs ?? {}).map(({ Value }) => Value);
    for (const value of [{ Ref: 'NetworkVpc7FB7348F' }, subnets, zones]) {
      expect(values).toContainEqual(value);
    }
  });

  test('and read as docs/networks.md shows', () => {
    const stack = new Stack(makeApp(), 'Shop');
    const path = '/secure-redis-prod-shared/Network';
    const listOf = (name: string) => {
      const list = StringListParameter.valueForTypedListParameter(stack, `${path}/${name}`);
      return [0, 1].map((index) => Fn.select(index, list));
    };
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: StringParameter.valueForStringParameter(stack, `${path}/VpcId`),
      availabilityZones: listOf('AvailabilityZones'),
      isolatedSubnetIds: listOf('SubnetIds'),
    });
    new CfnFunction(stack, 'F', {
      role: 'x',
      code: { zipFile: 'x' },
      vpcConfig: { subnetIds: vpc.selectSubnets({ subnetType: ISOLATED }).subnetIds },
    });
    const { Properties } = all(templateOf(stack), 'AWS::Lambda::Function')[0] ?? {};
    expect(Properties?.VpcConfig).toMatchObject({
      SubnetIds: [{ 'Fn::Select': [0, { Ref: expect.any(String) }] }, expect.any(Object)],
    });
  });

  test('but not a VPC that exists', () => {
    const stack = new Stack(makeApp(), 'S');
    const vpc = new Vpc(stack, 'Vpc');
    new RedisNetwork(stack, 'Network', { vpc, endpoints: EndpointChoice.NONE });
    expect(publishedBy(templateOf(stack))).toStrictEqual({});
  });

  test('and a path that SSM takes no parameter under is refused', () => {
    const stack = new Stack(makeApp(), 'S', { stackName: 'aws-net' });
    expect(() => new RedisNetwork(stack, 'Network')).toThrow(
      'S/Network: the name of the stack must not begin with "aws" or "ssm", which SSM reserves, ' +
        'got "aws-net": the network publishes SSM parameters below it. Set another `stackName`.',
    );
  });
});
