/** `npx secure-redis list` prints each cache of a template. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listCaches } from '../../cli/list/list';
import type { TemplateResource } from '../../cli/template/stack-template';
import { built } from '../support/built';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');
const CLI = built('cli');

const group = (properties: object): TemplateResource => ({
  Type: 'AWS::ElastiCache::ReplicationGroup',
  Properties: { Engine: 'valkey', EngineVersion: '8.1', CacheNodeType: 'cache.a', ...properties },
  Metadata: { 'aws:cdk:path': 'App/one/Group' },
});
const parameter = (Name: unknown, Value: unknown): TemplateResource => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Value },
});
const schedule = (secret: string, RotationRules: object): TemplateResource => ({
  Type: 'AWS::SecretsManager::RotationSchedule',
  Properties: { SecretId: { Ref: secret }, RotationRules },
});

/** A cache as a stack publishes it. */
const published = (name: string, groupId: string, secretId: string) => ({
  [`${groupId}Id`]: parameter(`/${name}/ReplicationGroupId`, { Ref: groupId }),
  [`${groupId}Secret`]: parameter(`/${name}/CredentialsSecretArn`, { Ref: secretId }),
});

const linesOf = (resources: Readonly<Record<string, TemplateResource>>) =>
  listCaches([{ stack: 's', resources }], 'templates').lines;

describe('A cache is listed', () => {
  test('with its name, stack, engine, nodes and schedule', () => {
    const resources = {
      A: group({ NumCacheClusters: 2 }),
      B: group({ Engine: 'redis', NumNodeGroups: 3, ReplicasPerNodeGroup: '1' }),
      ...published('s/One', 'A', 'SecretA'),
      ...published('s/Two', 'B', 'SecretB'),
      SB: schedule('SecretB', { AutomaticallyAfterDays: 30 }),
      SA: schedule('SecretA', { ScheduleExpression: 'rate(90 days)' }),
    };
    expect(linesOf(resources)).toStrictEqual([
      'CACHE  STACK  ENGINE      NODES                  ROTATES',
      's/One  s      valkey 8.1  2 x cache.a            rate(90 days)',
      's/Two  s      redis 8.1   6 x cache.a, 3 shards  rate(30 days)',
    ]);
  });

  test('with the number of its users, which rotate each', () => {
    const resources = {
      A: group({ NumCacheClusters: 1 }),
      Id: parameter('/s/One/ReplicationGroupId', { Ref: 'A' }),
      App: parameter('/s/One/Users/app/SecretArn', { Ref: 'SecretApp' }),
      Web: parameter('/s/One/Users/web/SecretArn', { Ref: 'SecretWeb' }),
      Other: parameter('/s/Two/Users/other/SecretArn', { Ref: 'SecretOther' }),
      SA: schedule('SecretApp', { ScheduleExpression: 'rate(90 days)' }),
    };
    expect(linesOf(resources)[1]).toBe(
      's/One  s      valkey 8.1  1 x cache.a  rate(90 days), 2 users',
    );
  });

  test('by its path if it is not published, and as never rotating without a schedule', () => {
    const resources = { A: group({ NumCacheClusters: { Ref: 'N' }, CacheNodeType: { Ref: 'T' } }) };
    expect(linesOf(resources)[1]).toBe(
      'App/one/Group  s      valkey 8.1  ? x (known at deploy)  never',
    );
  });

  test('by a name that only the deploy knows, too', () => {
    const resources = {
      A: group({ NumCacheClusters: 1 }),
      P: parameter(
        { 'Fn::Join': ['', ['/', { Ref: 'AWS::StackName' }, '/ReplicationGroupId']] },
        1,
      ),
    };
    expect(linesOf(resources)[1]).toMatch(/^App\/one\/Group +s +valkey 8\.1 +1 x cache\.a +never$/);
  });

  test('or it is said that there is none', () => {
    expect(linesOf({ T: { Type: 'AWS::SNS::Topic' } })).toStrictEqual([
      'templates: no cache in 1 stack',
    ]);
  });
});

describe('The command', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [CLI, 'list', ...args], { cwd: ROOT, encoding: 'utf8', env: {} });

  test('lists a stage of the repository, with the name that --cache takes', () => {
    const { stdout, status } = run('--stage', 'dev');
    expect(stdout.split('\n')[1]).toMatch(
      /^secure-redis-dev-main\/Cache +secure-redis-dev-main +valkey 8\.0 +2 x cache\.t4g\.small +/,
    );
    expect(status).toBe(0);
  });

  test('names the stack as the manifest beside a template does', () => {
    const folder = temporaryFolder('list');
    const file = join(folder, 'App1234.template.json');
    writeFileSync(file, JSON.stringify({ Resources: { A: group({ NumCacheClusters: 1 }) } }));
    const artifacts = {
      App1234: { environment: 'aws://1/x', properties: { stackName: 'orders' } },
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
    const { caches } = JSON.parse(run('--template', file, '--json').stdout);
    expect(caches).toMatchObject([{ stack: 'orders', nodes: 1, nodeType: 'cache.a' }]);
  });

  test('refuses neither of --stage and --template', () => {
    expect(run().stderr).toBe(
      'list must get one of --stage and --template, got neither. Pass one of them.\n',
    );
  });
});
