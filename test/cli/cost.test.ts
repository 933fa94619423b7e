/**
 * `npx secure-redis cost`: resources of a template are counted and priced, unknown quantities are
 * reported, and AWS is not called. Prices are round numbers, typed by hand.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monthlyCost } from '../../cli/cost/monthly-cost';
import { type Prices, pricesOf } from '../../cli/cost/prices';
import type { TemplateResource } from '../../cli/template/stack-template';
import { built } from '../support/built';
import { runInside } from '../support/cli-process';
import { temporaryFolder } from '../support/temporary-folder';

const PRICES: Prices = {
  region: 'x-1',
  currency: 'USD',
  date: '2026-01-01',
  endpointZoneHour: 0.1,
  natGatewayHour: 1,
  key: 7,
  secret: 5,
  alarmMetric: 3,
  compositeAlarm: 11,
  dashboard: 13,
  nodeHour: { redis: { 'cache.a': 2 }, valkey: { 'cache.a': 1 } },
};

const group = (properties: object): TemplateResource => ({
  Type: 'AWS::ElastiCache::ReplicationGroup',
  Properties: { Engine: 'valkey', CacheNodeType: 'cache.a', ...properties },
});

function of(
  resources: Readonly<Record<string, TemplateResource>>,
): (string | number | undefined)[][] {
  return monthlyCost([{ stack: 's', resources }], PRICES).map(({ what, monthly, why }) => [
    what,
    monthly ?? why,
  ]);
}

describe('A resource of a template has its price', () => {
  test.each<[string, TemplateResource, (string | number)[]]>([
    ['a replicated group', group({ NumCacheClusters: 3 }), ['3 x node cache.a, valkey', 2190]],
    [
      'a sharded group',
      group({ NumNodeGroups: 3, ReplicasPerNodeGroup: 1 }),
      ['6 x node cache.a, valkey', 4380],
    ],
    [
      'numbers as texts, as an override writes them',
      group({ NumNodeGroups: '2', ReplicasPerNodeGroup: '0' }),
      ['2 x node cache.a, valkey', 1460],
    ],
    [
      'Redis OSS',
      group({ Engine: 'redis', NumCacheClusters: 1 }),
      ['1 x node cache.a, redis', 1460],
    ],
    [
      'an interface endpoint, per zone',
      {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { VpcEndpointType: 'Interface', SubnetIds: [1, 2] },
      },
      ['2 x interface endpoint in one availability zone', 146],
    ],
    ['a NAT gateway', { Type: 'AWS::EC2::NatGateway' }, ['1 x NAT gateway', 730]],
    ['a key', { Type: 'AWS::KMS::Key' }, ['1 x KMS key', 7]],
    ['a secret', { Type: 'AWS::SecretsManager::Secret' }, ['1 x secret', 5]],
    [
      'an alarm on an expression, per metric',
      {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [{ Expression: 'a+b' }, { MetricStat: {} }, { MetricStat: {} }] },
      },
      ['2 x metric watched by an alarm', 6],
    ],
    [
      'an alarm on a metric',
      { Type: 'AWS::CloudWatch::Alarm' },
      ['1 x metric watched by an alarm', 3],
    ],
    ['a composite alarm', { Type: 'AWS::CloudWatch::CompositeAlarm' }, ['1 x composite alarm', 11]],
    ['a dashboard', { Type: 'AWS::CloudWatch::Dashboard' }, ['1 x dashboard', 13]],
    [
      'a node type that the table lacks',
      group({ CacheNodeType: 'cache.b', NumCacheClusters: 1 }),
      ['1 x node cache.b, valkey', 'the price table has no cache.b for valkey'],
    ],
    [
      'a number that only the deploy knows',
      group({ NumCacheClusters: { Ref: 'N' } }),
      ['node cache.a, valkey', 'the number of nodes is known only at deploy'],
    ],
  ])('%s', (_, resource, line) => {
    expect(of({ R: resource })).toStrictEqual([line]);
  });

  test('and none where AWS bills nothing by the hour', () => {
    const free = ['AWS::EC2::VPC', 'AWS::Lambda::Function', 'AWS::SSM::Parameter', undefined];
    expect(free.flatMap((Type) => of({ R: { Type } }))).toStrictEqual([]);
    const gateway = { VpcEndpointType: 'Gateway', SubnetIds: [1] };
    expect(of({ R: { Type: 'AWS::EC2::VPCEndpoint', Properties: gateway } })).toStrictEqual([]);
  });

  test('those of a kind are added up', () => {
    const key = { Type: 'AWS::KMS::Key' };
    expect(of({ A: key, B: key })).toStrictEqual([['2 x KMS key', 14]]);
  });
});

const CLI = built('cli');
const folder = temporaryFolder('cost');
const cli = (...args: readonly string[]) => runInside(['cost', ...args], {});

function written(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('The command', () => {
  test('prints the total and what drives it, by the table that it is given', async () => {
    const resources = {
      G: group({ NumCacheClusters: 2 }),
      S: { Type: 'AWS::SecretsManager::Secret' },
    };
    const template = written('a.template.json', { Resources: resources });
    const prices = written('p.json', PRICES);
    const { out, code } = await cli('--template', template, '--prices', prices);
    expect(out).toMatch(/^templates: list prices on demand of x-1, 2026-01-01, in USD per month\n/);
    expect(out).toMatch(/\ntotal +1465\.00\ndriven by: nodes 100 %\n/);
    expect(code).toBe(0);
    const json = await cli('--template', template, '--prices', prices, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ total: 1465, region: 'x-1', date: '2026-01-01' });
  });

  test('knows each node type that the project offers with Valkey and Redis OSS', () => {
    const { nodeHour } = pricesOf();
    expect(nodeHour.valkey?.['cache.r7g.large']).toBe(0.1752);
    expect(nodeHour.redis?.['cache.r7g.large']).toBe(0.219);
    expect(nodeHour.valkey?.['cache.t4g.small']).toBe(0.0256);
  });

  test.each<[string, () => readonly string[], RegExp]>([
    [
      'nothing',
      () => [],
      /^cost must get one of --stage and --template, got neither\. Pass one of them\.\n$/,
    ],
    ['both', () => ['--stage', 'dev', '--template', 'x'], /^cost must get one of --stage and/],
    ['no file', () => ['--template', join(folder, 'none')], /got ENOENT from .*none\. Name a file/],
    ['no JSON', () => ['--template', written('b', '{')], /got text that is not JSON from/],
    ['no template', () => ['--template', written('c', '[]')], /got .*c without `Resources`\. Name/],
    [
      'no price table',
      () => [
        '--template',
        written('d', { Resources: {} }),
        '--prices',
        written('e', { region: 'x' }),
      ],
      /^--prices must be a table .*, in which `currency` is not a text\. Correct it\.\n$/,
    ],
    [
      'a negative price',
      () => [
        '--template',
        written('d', { Resources: {} }),
        '--prices',
        written('f', { ...PRICES, secret: -1 }),
      ],
      /in which `secret` is not a price/,
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, out, err } = await cli(...args());
    expect(err).toMatch(message);
    expect([code, out]).toStrictEqual([2, '']);
  });

  test('synthesizes a stage of the repository, which no other folder has', () => {
    const cwd = join(__dirname, '../..');
    const out = execFileSync(process.execPath, [CLI, 'cost', '--stage', 'dev', '--json'], { cwd });
    const lines: { stack: string; what: string }[] = JSON.parse(String(out)).lines;
    expect(lines.map(({ stack, what }) => `${stack}: ${what}`)).toContain(
      'secure-redis-dev-main: 2 x node cache.t4g.small, valkey',
    );
    const elsewhere = spawnSync(process.execPath, [CLI, 'cost', '--stage', 'dev'], { cwd: folder });
    expect(String(elsewhere.stderr)).toMatch(/^--stage must be used in a folder with cdk\.json/);
  });
});
