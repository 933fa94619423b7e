/**
 * What follows from a setting: the defaults, the properties of a node type and of a region, and the
 * window of one of several secrets.
 */

import { Purpose } from '../../lib';
import {
  DEFAULT_THRESHOLDS,
  DEFAULTS,
  DELIVERY_DEFAULTS,
  defaultSnapshotDays,
} from '../../lib/settings/defaults';
import { checkNodeType, clientsMaxOf, hasDataTiering, vcpusOf } from '../../lib/settings/node-type';
import { partitionOf, serviceIn } from '../../lib/settings/partitions';
import { everyDays, windowOf } from '../../lib/settings/rotation-schedule';
import { Problems } from '../../lib/validation/setting-error';

const problemsOf = (act: (problems: Problems) => void) => {
  const problems = new Problems();
  act(problems);
  return problems.found.map(({ setting, given, allowed, advice }) =>
    [setting, given, allowed, advice].join(' | '),
  );
};

describe('Defaults', () => {
  test('of a cache', () => {
    expect({ ...DEFAULTS, purpose: DEFAULTS.purpose.id, engine: DEFAULTS.engine.id }).toStrictEqual(
      {
        purpose: 'cache',
        engine: 'valkey-8.0',
        nodeType: 'cache.t4g.small',
        port: 6380,
        replicas: 1,
        rotationDays: 90,
        rotationWindowHours: 2,
        gracePeriodDays: 7,
        quietSeconds: 60,
        snapshotWindow: '02:00-03:00',
        maintenanceWindow: 'sun:04:00-sun:05:00',
        logRetention: 365,
        dashboard: true,
        zones: 2,
        cidr: '10.0.0.0/16',
        flowLogs: true,
      },
    );
  });

  test('of snapshots, alarms and deliveries', () => {
    expect(Purpose.ALL.map(defaultSnapshotDays)).toStrictEqual([16, 16, 35]);
    expect(DEFAULT_THRESHOLDS).toStrictEqual({
      memoryPercent: 80,
      enginePercent: 90,
      connectionsPercent: 80,
      evictions: 1,
      replicationLagSeconds: 10,
      swapMiB: 50,
      authenticationFailures: 3,
    });
    expect(DELIVERY_DEFAULTS).toStrictEqual({
      environmentFile: '/run/redis.env',
      scriptFile: '/usr/local/sbin/redis-env',
      secretName: 'redis',
      refreshHours: 1,
      redeploymentHours: 1,
      importedGraceDays: 1,
    });
  });
});

describe('A node type', () => {
  test.each<[name: string, vcpus: number, clients: number, tiering: boolean]>([
    ['cache.t4g.micro', 2, 20_000, false],
    ['cache.t4g.small', 2, 65_000, false],
    ['cache.t3.micro', 2, 20_000, false],
    ['cache.t3.medium', 2, 46_000, false],
    ['cache.t2.small', 1, 20_000, false],
    ['cache.t2.medium', 2, 20_000, false],
    ['cache.m3.medium', 1, 65_000, false],
    ['cache.m7g.large', 2, 65_000, false],
    ['cache.m7g.xlarge', 4, 65_000, false],
    ['cache.r7g.2xlarge', 8, 65_000, false],
    ['cache.r7g.16xlarge', 64, 65_000, false],
    ['cache.r6gd.xlarge', 4, 65_000, true],
    ['large', 2, 65_000, false],
  ])('%s', (name, vcpus, clients, tiering) => {
    expect([vcpusOf(name), clientsMaxOf(name), hasDataTiering(name)]).toStrictEqual([
      vcpus,
      clients,
      tiering,
    ]);
  });

  const open = 'a node type of t4g, t3, m7g, m6g, m5, m4, r7g, r6g, r6gd, r5, r4, c7gn';
  const table = "by AWS's table of November 2026";
  test.each<[name: string, engine: 'redis' | 'valkey', problems: readonly string[]]>([
    ['cache.r7g.large', 'valkey', []],
    ['cache.t2.small', 'valkey', []],
    ['cache.r9g.large', 'valkey', []],
    [
      'r7g.large',
      'valkey',
      [
        'nodeType | "r7g.large" | a node type like "cache.r7g.large" | choose one that ' +
          'ElastiCache offers in the region',
      ],
    ],
    [
      'cache.r7g.micro',
      'redis',
      [
        'nodeType | "cache.r7g.micro" | a size of large, xlarge, 2xlarge, 4xlarge, 8xlarge, ' +
          `12xlarge, 16xlarge, ${table}: ElastiCache has no size micro of r7g | choose another one`,
      ],
    ],
    [
      'cache.r8g.large',
      'redis',
      [
        `nodeType | "cache.r8g.large" | ${open}, ${table}: Redis OSS does not run on r8g | ` +
          'choose another one',
      ],
    ],
    [
      'cache.m1.large',
      'redis',
      [`nodeType | "cache.m1.large" | ${open}, ${table}: m1 cannot encrypt | choose another one`],
    ],
    [
      'cache.x1.large',
      'redis',
      [
        `nodeType | "cache.x1.large" | ${open}, ${table}: ElastiCache has no node family x1 | ` +
          'choose another one',
      ],
    ],
  ])('%s with %s: %j', (name, engine, problems) => {
    expect(problemsOf((found) => checkNodeType(found, name, { name: engine }))).toStrictEqual(
      problems,
    );
  });
});

describe('Regions', () => {
  test.each([
    ['eu-west-1', 'aws', 'logs.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'logs.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'logs.us-gov-west-1.amazonaws.com'],
  ])('%s', (region, partition, service) => {
    expect(partitionOf(region)).toBe(partition);
    expect(serviceIn(region, 'logs')).toBe(service);
  });
});

describe('The window of one of several secrets', () => {
  const monthly = {
    rotationExpression: 'cron(0 4 ? * SUN#1 *)',
    rotationHour: 4,
    rotationWindowHours: 3,
  };
  test.each([
    [undefined, 'cron(0 4 ? * SUN#1 *)', 3],
    [1, 'cron(0 5 ? * SUN#1 *)', 2],
    [2, 'cron(0 6 ? * SUN#1 *)', 1],
    [3, 'cron(0 4 ? * SUN#1 *)', 3],
  ])('by the number %p', (seed, expression, hours) => {
    expect(windowOf(monthly, seed)).toStrictEqual({ expression, hours });
  });

  test('of an interval of days, always at midnight', () => {
    const days = { ...everyDays(30), rotationWindowHours: 3 };
    expect(windowOf(days, 2)).toStrictEqual({ expression: 'rate(30 days)', hours: 3 });
    expect(everyDays(1)).toStrictEqual({
      rotationExpression: 'rate(1 day)',
      rotationDays: 1,
      rotationDaysMin: 1,
      rotationHour: 0,
      rotationDay: undefined,
    });
  });
});
