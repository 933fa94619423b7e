/**
 * Random stage files: most settings good, some at their bounds, some beyond them, some nonsense.
 */

import fc, { type Arbitrary } from 'fast-check';
import { Engine } from '../../lib';
import { PARAMETER_NAMES } from '../../lib/settings/parameters';

/** Mostly good values, sometimes one of what people get wrong. */
const mostly = <T>(good: Arbitrary<T>, ...wrong: readonly unknown[]): Arbitrary<unknown> =>
  fc.oneof({ arbitrary: good, weight: 40 }, { arbitrary: fc.constantFrom(...wrong), weight: 1 });

const NONSENSE = [null, '', 'x', -1, 1.5, [], {}, true];

const integer = (min: number, max: number) =>
  mostly(
    fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max })),
    min - 1,
    max + 1,
    ...NONSENSE,
  );

const hour = fc.integer({ min: 0, max: 23 }).map((each) => String(each).padStart(2, '0'));
const span = fc.tuple(hour, hour).map(([from, to]) => `${from}:00-${to}:30`);
const day = fc.constantFrom('sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat');
const weekly = fc.tuple(day, hour).map(([on, at]) => `${on}:${at}:00-${on}:${at}:59`);
const longWeekly = fc
  .tuple(day, hour, day, hour)
  .map(([a, b, c, d]) => `${a}:${b}:00-${c}:${d}:30`);

/** Other stages of the same app must not have the same ids. */
const hex = fc.stringMatching(/^[0-9a-f]{12}$/);

const topology = fc.oneof(
  fc.record({ replicas: integer(0, 5) }, { requiredKeys: [] }),
  fc.record(
    { shards: integer(1, 3), replicasPerShard: integer(0, 5) },
    { requiredKeys: ['shards'] },
  ),
);

const parameters = fc.dictionary(
  mostly(
    fc.constantFrom(...PARAMETER_NAMES),
    'cluster-enabled',
    'requirepass',
    'foo',
    'constructor',
    '__proto__',
  ) as Arbitrary<string>,
  mostly(fc.constantFrom('0', '1', '20', '100', 'yes', 'no', '', 'noeviction', 'KEA'), 7, null),
  { maxKeys: 1 },
);

const alarms = fc.record(
  {
    memoryPercent: integer(1, 100),
    enginePercent: integer(1, 100),
    evictions: integer(1, 1_000_000),
    replicationLagSeconds: integer(1, 3600),
    swapMiB: integer(1, 4096),
    off: mostly(
      fc.constantFrom({}, { evictions: 'a cache evicts' }, { swap: 'watched elsewhere' }),
      { nosuch: 'nobody knows it' },
      { evictions: '' },
    ),
  },
  { requiredKeys: [] },
);

const cache = fc.record(
  {
    purpose: mostly(fc.constantFrom('cache', 'sessions', 'queue'), 'store', ...NONSENSE),
    topology: mostly(topology, ...NONSENSE),
    engine: mostly(fc.constantFrom(...Engine.ALL.map(({ id }) => id)), 'redis-5', ...NONSENSE),
    nodeType: mostly(
      fc.constantFrom('cache.t4g.micro', 'cache.r7g.large', 'cache.r6gd.2xlarge', 'cache.t2.small'),
      'cache.m1.large',
      'cache.m6i.large',
      'large',
    ),
    port: integer(1024, 65535),
    replicationGroupId: mostly(
      hex.map((id) => `Group${id}`),
      'a-',
      '1',
      'a--b',
    ),
    parameters: mostly(parameters, ...NONSENSE),
    blockedCommands: mostly(
      fc.constantFrom([], ['preset'], ['preset', 'keys'], ['FLUSHDB', 'MONITOR']),
      ['AUTH'],
      ['CONFIG'],
      'preset',
    ),
    rotationDays: integer(1, 90),
    rotationSchedule: mostly(
      fc.record(
        { weekday: day, hour: integer(0, 23), everyMonths: integer(1, 2) },
        { requiredKeys: ['weekday', 'hour'] },
      ),
      ...NONSENSE,
    ),
    rotationWindowHours: integer(1, 3),
    quietSeconds: integer(60, 300),
    snapshotRetentionDays: integer(0, 35),
    snapshotWindow: mostly(span, '2-3', ...NONSENSE),
    maintenanceWindow: mostly(fc.oneof(weekly, longWeekly), 'sun', ...NONSENSE),
    restoreFrom: mostly(
      fc.constantFrom({ snapshot: 'before' }, { s3: ['arn:aws:s3:::bkt/a.rdb'] }),
      {},
    ),
    removal: mostly(fc.constantFrom('snapshot', 'destroy'), 'delete'),
    logRetentionDays: mostly(fc.constantFrom(1, 30, 365), 2),
    clients: mostly(fc.constantFrom([], ['sg-01234567', 'sg-89abcdef']), ['0.0.0.0/0']),
    alarms: mostly(alarms, ...NONSENSE),
    dashboard: mostly(fc.boolean(), 'no'),
    eventTopic: mostly(fc.boolean(), 'no'),
    own: mostly(fc.subarray(['network', 'encryptionKey', 'alarmTopic']), ['key']),
    tags: mostly(fc.constantFrom({}, { team: 'red' }), { 'aws:team': 'red' }),
  },
  { requiredKeys: [] },
);

/** A few settings each, since every one more is a chance to be wrong. */
const fewSettings = cache.chain((all) =>
  fc.subarray(Object.entries(all), { maxLength: 6 }).map((kept) => Object.fromEntries(kept)),
);

/** Most other caches cannot be durable. */
const durableCache = fc.record({
  engine: fc.constantFrom('valkey-9.0', 'valkey-9.1'),
  nodeType: mostly(fc.constantFrom('cache.r7g.large', 'cache.m9g.large'), 'cache.t4g.small'),
  topology: mostly(fc.constant({ shards: 2 }), { replicas: 1 }),
  durability: mostly(fc.constantFrom('sync', 'async'), 'disabled'),
});

const oneCache = fc.oneof(
  { arbitrary: fewSettings, weight: 20 },
  { arbitrary: durableCache, weight: 1 },
);

const network = mostly(
  fc.oneof(
    fc.constantFrom({}, { zones: 3 }, { zones: 2, cidr: '10.8.0.0/20' }, { flowLogs: false }),
    hex.map((id) => ({
      vpcId: `vpc-${id}`,
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      isolatedSubnetIds: [`subnet-${id}`, `subnet-${id}0`],
      endpointSecurityGroupId: `sg-${id}`,
    })),
    hex.map((id) => ({
      vpcId: `vpc-${id}`,
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      isolatedSubnetIds: [`subnet-${id}`, `subnet-${id}0`],
    })),
    hex.map((id) => ({
      vpcId: `vpc-${id}`,
      availabilityZones: ['us-east-1a'],
      isolatedSubnetIds: [`subnet-${id}`],
    })),
  ),
  { vpcId: 'vpc-01234567' },
);

const arns = (arn: string) => mostly(fc.constantFrom({}, { arn }), { arn: 'x' });

/** A stage file with one to three caches. */
export const randomStage: Arbitrary<unknown> = fc.record(
  {
    caches: fc.dictionary(
      mostly(fc.constantFrom('a', 'b', 'jobs'), 'Jobs', 'shared') as Arbitrary<string>,
      oneCache,
      { minKeys: 1, maxKeys: 2 },
    ),
    defaults: fewSettings,
    shared: fc.record(
      {
        network,
        encryptionKey: arns(
          'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        ),
        alarmTopic: fc.oneof(
          arns('arn:aws:sns:us-east-1:111122223333:topic'),
          mostly(
            fc.constantFrom(
              { email: ['oncall@example.com'] },
              { chat: { slackWorkspaceId: 'T0123ABCD', slackChannelId: 'C0123ABCD' } },
            ),
            { email: [] },
            { email: ['oncall'] },
            { email: ['oncall@example.com'], arn: 'arn:aws:sns:us-east-1:111122223333:topic' },
          ),
        ),
      },
      { requiredKeys: [] },
    ),
    terminationProtection: mostly(fc.boolean(), 'yes'),
    account: mostly(fc.constant('111122223333'), 111122223333, '000011112222'),
    region: mostly(fc.constant('us-east-1'), 'us-east-9', 'eu-west-1'),
  },
  { requiredKeys: ['caches'] },
);
