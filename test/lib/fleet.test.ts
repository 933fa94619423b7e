/**
 * The caches of a stage are independent: each has its own stack and stable logical ids when other
 * caches are added, removed or moved; and each setting of a stage file reaches its stacks.
 */

import cdkJson from '../../cdk.json';
import { Topology } from '../../lib';
import { flatten } from '../support/flatten';
import { type MadeFleet, makeFleet } from '../support/fleet';
import type { TemplateJson } from '../support/synth';
import { all } from './claims';

const SHARED = { network: {}, encryptionKey: {}, alarmTopic: {} };
const A = { port: 7000 };
const B = { topology: { shards: 2 } };
const C = { purpose: 'queue', clients: ['sg-01234567'] };

const count = (template: TemplateJson | undefined, type: string) =>
  template === undefined ? 0 : all(template, type).length;

/** Types of what a cache has for itself or shares. */
const VPC = 'AWS::EC2::VPC';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const KEY = 'AWS::KMS::Key';
const TOPIC = 'AWS::SNS::Topic';
const GROUP = 'AWS::ElastiCache::ReplicationGroup';

describe.each([
  ['sharing everything', SHARED],
  ['sharing nothing', {}],
])('A cache does not change with other caches, %s', (_, shared) => {
  const fleet = (caches: object) => makeFleet({ shared, caches }).templates;
  const one = fleet({ a: A, b: B });

  test('with caches added before, between and after', () => {
    const more = fleet({ x: C, a: A, y: {}, b: B, z: {} });
    expect(Object.keys(more).sort()).toStrictEqual(
      [...Object.keys(one), 'x', 'y', 'z'].sort((left, right) => left.localeCompare(right)),
    );
    expect(more.a).toEqual(one.a);
    expect(more.b).toEqual(one.b);
  });

  test('with caches removed', () => {
    expect(fleet({ b: B }).b).toEqual(one.b);
  });

  test('in another order', () => {
    const turned = fleet({ b: B, a: A });
    expect(turned.a).toEqual(one.a);
    expect(turned.b).toEqual(one.b);
  });

  test('by logical ids, with other settings', () => {
    // The ids of rules carry a hash of the port, on which nothing is held.
    const ids = (template?: TemplateJson) =>
      Object.entries(template?.Resources ?? {})
        .filter(([, { Type }]) => !/SecurityGroup(In|E)gress/.test(Type))
        .map(([id]) => id);
    expect(ids(fleet({ a: { port: 7001, tags: { x: 'y' } } }).a)).toEqual(ids(one.a));
    expect(ids(one.a).length).toBeGreaterThan(30);
  });
});

describe('Shared parts are created once, in a stack that each cache depends on', () => {
  const { templates, waits, fleet } = makeFleet({ shared: SHARED, caches: { a: A, b: B, c: C } });
  const made = (type: string) =>
    Object.fromEntries(
      Object.entries(templates)
        .map(([name, template]) => [name, count(template, type)] as const)
        .filter(([, found]) => found > 0),
    );

  test('network, endpoints, key and topic', () => {
    expect(made(VPC)).toEqual({ shared: 1 });
    expect(made(ENDPOINT)).toEqual({ shared: 2 });
    expect(made(KEY)).toEqual({ shared: 1 });
    expect(made(TOPIC)).toEqual({ shared: 1 });
    expect(made(GROUP)).toEqual({ a: 1, b: 1, c: 1 });
  });

  test('one way', () => {
    expect(waits).toEqual({ shared: [], a: ['shared'], b: ['shared'], c: ['shared'] });
  });

  test('the caches are known by their names', () => {
    expect(Array.from(fleet.caches.keys())).toStrictEqual(['a', 'b', 'c']);
    expect(fleet.caches.get('a')?.port).toBe(7000);
    expect(fleet.caches.get('b')?.nodeIds).toHaveLength(Topology.sharded({ shards: 2 }).nodeCount);
  });

  test('the endpoints let through the caches of this account, which they cannot name', () => {
    const policies = all(templates.shared as TemplateJson, ENDPOINT).flatMap(({ Properties }) => {
      const { Statement } = Properties.PolicyDocument as { Statement: readonly object[] };
      return Statement.map(flatten);
    });
    const account = '<AWS::Region>:<AWS::AccountId>';
    const common = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Condition: { StringEquals: { 'aws:PrincipalAccount': '<AWS::AccountId>' } },
    };
    expect(policies).toStrictEqual([
      {
        ...common,
        Action: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:ListSecretVersionIds',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Resource: `arn:<AWS::Partition>:secretsmanager:${account}:secret:*`,
      },
      {
        ...common,
        Action: ['elasticache:DescribeReplicationGroups', 'elasticache:ModifyReplicationGroup'],
        Resource: `arn:<AWS::Partition>:elasticache:${account}:replicationgroup:*`,
      },
      {
        ...common,
        Action: 'elasticache:DescribeCacheClusters',
        Resource: `arn:<AWS::Partition>:elasticache:${account}:cluster:*`,
      },
    ]);
  });

  test('the key of the stage is for the logs of its stacks, an own key for those of one', () => {
    const own = makeFleet({
      shared: SHARED,
      caches: { a: A, b: { ...B, own: ['encryptionKey'] }, c: C },
    }).templates;
    expect(loggers(templates.shared)).toStrictEqual(['secure-redis-test-*']);
    expect(loggers(own.shared)).toStrictEqual(['secure-redis-test-*']);
    expect(loggers(own.b)).toStrictEqual(['secure-redis-test-b-*']);
  });
});

/** Names of the log groups that the key of a template may encrypt. */
function loggers(template: TemplateJson | undefined): readonly string[] {
  const text = JSON.stringify(flatten(template?.Resources ?? {}));
  return Array.from(
    text.matchAll(/log-group:(secure-redis-test-[^"]+)"/g),
    ([, name = '']) => name,
  );
}

describe('A cache may have its own', () => {
  test.each<[string, readonly string[], Readonly<Record<string, number>>]>([
    ['nothing', [], {}],
    ['network', ['network'], { [VPC]: 1, [ENDPOINT]: 2 }],
    ['key', ['encryptionKey'], { [KEY]: 1 }],
    ['topic', ['alarmTopic'], { [TOPIC]: 1 }],
    [
      'all',
      ['network', 'encryptionKey', 'alarmTopic'],
      { [VPC]: 1, [ENDPOINT]: 2, [KEY]: 1, [TOPIC]: 1 },
    ],
  ])('%s', (_, own, expected) => {
    const { templates, waits } = makeFleet({ shared: SHARED, caches: { a: { own }, b: {} } });
    for (const type of [VPC, ENDPOINT, KEY, TOPIC]) {
      expect([type, count(templates.a, type)]).toStrictEqual([type, expected[type] ?? 0]);
      expect([type, count(templates.b, type)]).toStrictEqual([type, 0]);
    }
    expect(waits.a).toEqual(own.length === 3 ? [] : ['shared']);
  });

  test('and where all do, there is no shared stack', () => {
    const own = ['network', 'encryptionKey', 'alarmTopic'];
    expect(
      Object.keys(makeFleet({ shared: SHARED, caches: { a: { own } } }).templates),
    ).toStrictEqual(['a']);
    expect(Object.keys(makeFleet({ caches: { a: {} } }).templates)).toStrictEqual(['a']);
  });

  test('an unused shared part is not created', () => {
    const caches = { a: { own: ['network', 'alarmTopic'] } };
    const { templates } = makeFleet({ shared: SHARED, caches });
    expect(Object.values(templates.shared?.Resources ?? {}).map(({ Type }) => Type)).toStrictEqual([
      KEY,
    ]);
  });

  test('a shared topic or network has a key in its stack, though each cache has its own', () => {
    const topic = makeFleet({ shared: { alarmTopic: {} }, caches: { a: {} } }).templates;
    expect([count(topic.shared, KEY), count(topic.a, KEY)]).toStrictEqual([1, 1]);
    const network = makeFleet({ shared: { network: {} }, caches: { a: {} } }).templates;
    expect([count(network.shared, KEY), count(network.a, KEY)]).toStrictEqual([1, 1]);
    expect(loggers(network.shared)).toStrictEqual(['secure-redis-test-*']);
  });
});

describe('Each setting reaches its stack', () => {
  const stage = (rest: object = {}): MadeFleet =>
    makeFleet({
      shared: { alarmTopic: {} },
      caches: { a: {}, b: { tags: { team: 'red' } } },
      ...rest,
    });

  test('tags of the stage on what every stack has, those of a cache on its own', () => {
    const { templates } = stage({ tags: { 'data-class': 'phi', team: 'blue' } });
    const tags = (name: string) =>
      all(templates[name] as TemplateJson, name === 'shared' ? TOPIC : GROUP).map(
        ({ Properties }) => Properties.Tags,
      );
    const phi = { Key: 'data-class', Value: 'phi' };
    expect(tags('shared')).toStrictEqual([[phi, { Key: 'team', Value: 'blue' }]]);
    expect(tags('a')).toStrictEqual([[phi, { Key: 'team', Value: 'blue' }]]);
    expect(tags('b')).toStrictEqual([[phi, { Key: 'team', Value: 'red' }]]);
  });

  test('as many as a file may have fit beside those of CDK', () => {
    const tags = Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`t${index}`, 'x']));
    const { a } = makeFleet({ tags, caches: { a: {} } }).templates;
    const made = Object.values(a?.Resources ?? {});
    const counts = made.map(({ Properties }) => [Properties?.Tags ?? []].flat().length);
    expect(Math.max(...counts)).toBe(50);
  });

  test.each([
    ['with the flags of cdk.json', cdkJson.context],
    ['without them', {}],
  ])('tags are not on a stack, which would put them on its secrets, %s', (_, context) => {
    const file = { caches: { a: { tags: { team: 'red' } } }, tags: { 'data-class': 'phi' } };
    expect(makeFleet(file, context).stackTags).toEqual({ a: {} });
  });

  test('tags never touch a secret', () => {
    const { templates } = stage({ tags: { 'data-class': 'phi' } });
    const secrets = all(templates.b as TemplateJson, 'AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(2);
    for (const { Properties } of secrets) expect(Properties).not.toHaveProperty('Tags');
  });

  test('protection on every stack, or on none', () => {
    expect(stage({ terminationProtection: true }).protectedStacks).toStrictEqual([
      'secure-redis-test-shared',
      'secure-redis-test-a',
      'secure-redis-test-b',
    ]);
    expect(stage().protectedStacks).toStrictEqual([]);
  });

  test('a description', () => {
    for (const template of Object.values(stage().templates)) {
      expect(template).toMatchObject({
        Description: 'A managed Redis that an application can trust with health data',
      });
    }
  });

  test('a client by its id: let in on our side, and nothing of theirs changed', () => {
    const clients = ['sg-01234567', 'sg-89abcdef'];
    const { a } = makeFleet({ caches: { a: { clients, port: 7000 } } }).templates;
    const rules = all(a as TemplateJson, 'AWS::EC2::SecurityGroupIngress').filter(
      ({ Properties }) => clients.includes(String(Properties.SourceSecurityGroupId)),
    );
    const rule = (id: string, port: number, end: string, GroupId: string) => ({
      Description: `Client ${id}${end}`,
      FromPort: port,
      ToPort: port,
      IpProtocol: 'tcp',
      GroupId,
      SourceSecurityGroupId: id,
    });
    const endpoints = '<CacheNetworkEndpointSecurityGroup8D288EAA.GroupId>';
    const expected = clients.flatMap((id) => [
      rule(id, 7000, '', '<CacheSecurityGroup79A9F160.GroupId>'),
      rule(id, 443, ' reads its secret', endpoints),
    ]);
    const made = rules.map(({ Properties }) => flatten(Properties));
    expect(made).toHaveLength(4);
    expect(made).toEqual(expect.arrayContaining(expected));
    const egress = all(a as TemplateJson, 'AWS::EC2::SecurityGroupEgress');
    expect(JSON.stringify(egress)).not.toContain('sg-');
  });

  test('a topic for events where it is asked for, in the stack of its cache', () => {
    const { a, b } = makeFleet({ caches: { a: { eventTopic: true }, b: {} } }).templates;
    const group = a?.Resources.CacheReplicationGroup5B07CC82?.Properties;
    expect(flatten(group?.NotificationTopicArn)).toBe('<EventsD32975C2>');
    expect([count(a, TOPIC), count(b, TOPIC)]).toStrictEqual([2, 1]);
  });
});
