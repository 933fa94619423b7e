/**
 * A user that logs in by IAM, as its application uses it: the grant to connect, an environment
 * without a secret, and connections of the clients that sign tokens.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Role as IamRole, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { Access, type ClientName, Role, SecureRedis, Topology } from '../../../lib';
import { CLIENT_PROFILES } from '../../../lib/client-profiles/client-profiles';
import { roleIn, statementsOf } from '../../support/imported';
import { messageOf } from '../../support/message-of';
import { makeApp, makeStack, templateOf } from '../../support/synth';
import { temporaryFolder } from '../../support/temporary-folder';
import { usersStack, WITH_IAM } from '../../support/users';
import { all } from '../claims';

const { cache } = usersStack(WITH_IAM);
const stack = Stack.of(cache);
const reports = cache.user('reports');
const resolve = (value: unknown) => stack.resolve(value);
const ID = Object.values(templateOf(stack).Resources)
  .filter(({ Type }) => Type === 'AWS::ElastiCache::User')
  .map(({ Properties }) => String(Properties?.UserId))
  .find((id) => id.startsWith('reports-'));
const PATH = 'Test/Cache/Users/reports';

test('has one object per name, whose `userId` is the id in the template', () => {
  expect(cache.user('reports')).toBe(reports);
  expect(ID).toMatch(/^reports-[a-z0-9]{8}$/);
  expect(reports.userId).toBe(ID);
});

describe('The grant to connect', () => {
  const app = makeApp();
  const own = usersStack(WITH_IAM, app);
  const readers = new Stack(app, 'Readers');
  own.cache.user('reports').grantConnect(roleIn(readers));
  const statements = statementsOf(templateOf(readers));

  test('is on the replication group and on the user, and on nothing else', () => {
    expect(statements).toStrictEqual([
      {
        Action: 'elasticache:Connect',
        Effect: 'Allow',
        Resource: [[':replicationgroup:', expect.anything()], [`:user:${ID}`]].map((end) => ({
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':elasticache:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ...end,
            ],
          ],
        })),
      },
    ]);
  });

  test('is refused to a role of another account, which has no such policy', () => {
    const apart = new App();
    const env = { account: '111122223333', region: 'eu-west-1' };
    const here = new Stack(apart, 'Here', { env });
    const users = Access.users({ reports: Role.readOnly().iam() });
    const far = new SecureRedis(here, 'Cache', { access: users }).user('reports');
    const role = IamRole.fromRoleArn(here, 'Role', 'arn:aws:iam::999988887777:role/other');
    expect(messageOf(() => far.grantConnect(role))).toBe(
      'Here/Cache/Users/reports: a client that logs in by IAM must be in the account of the ' +
        'cache, 111122223333, got Here/Role in account 999988887777. Grant a role of account ' +
        '111122223333, and let 999988887777 assume that role.',
    );
    expect(messageOf(() => far.grantConnect('role' as never))).toContain(
      '`grantee` must be a role',
    );
  });

  test('is refused to what has no policy of its own', () => {
    const principal = new ServicePrincipal('ecs-tasks.amazonaws.com');
    expect(messageOf(() => reports.grantConnect(principal))).toContain(
      `${PATH}: a client that logs in by IAM must have a policy of its own`,
    );
  });

  test('is refused of a user with a password', () => {
    const { cache: here } = usersStack(WITH_IAM);
    expect(messageOf(() => here.user('app').grantConnect(roleIn(Stack.of(here))))).toBe(
      'Test/Cache/Users/app: `grantConnect` must be asked of a user with an IAM login, got one ' +
        'with a password. Use `grantRead(role)`, or add `.iam()` to its role.',
    );
    expect(messageOf(() => here.user('app').userId)).toContain('`userId` must be asked of a user');
  });
});

describe('What belongs to a password is refused in words', () => {
  const ADVICE =
    'must be asked of a user with a password, got one with an IAM login, which has neither ' +
    'password nor secret. Use `grantConnect(role)`, `delivery.environment()` and ' +
    '`connectionString({ client })`, or remove `.iam()` from its role.';

  test.each<[string, () => unknown, string]>([
    ['credentials', () => reports.credentials, 'the credentials secret'],
    ['grantRead', () => reports.grantRead(roleIn(stack)), 'the credentials secret'],
    ['the template', () => reports.connectionStringTemplate, '`connectionStringTemplate`'],
  ])('%s', (_, ask, asked) => {
    expect(messageOf(ask)).toBe(`${PATH}: ${asked} ${ADVICE}`);
  });

  test.each<[string, () => unknown, string]>([
    [
      'ecsSecrets',
      () => reports.delivery.ecsSecrets(),
      'Pass `environment()` as `environment` of the container',
    ],
    [
      'externalSecrets',
      () => reports.delivery.externalSecrets({ namespace: 'shop' }),
      'Put `environment()` into a ConfigMap or the pod',
    ],
  ])('delivery.%s', (method, ask, advice) => {
    expect(messageOf(ask)).toBe(
      `${PATH}.delivery: \`${method}\` must be asked of a user with a secret, got one that logs ` +
        `in by IAM. ${advice}: nothing in it is secret.`,
    );
  });
});

describe('A connection', () => {
  const ABLE = ['redis-py', 'redis-py-asyncio', 'ioredis', 'node-redis'];

  test.each(ABLE)('of %s has no password, and what its tokens are signed for', (client) => {
    const settings = reports.connectionString({ client: client as ClientName, database: 3 });
    expect(JSON.stringify(settings)).not.toContain('{password}');
    const host = { 'Fn::GetAtt': ['CacheReplicationGroupGroupB1AFCBE3', expect.any(String)] };
    expect(resolve(settings.template)).toMatchObject({
      'Fn::Join': ['', ['rediss://', expect.anything(), ':6380/3']],
    });
    expect(resolve(settings.iam)).toEqual({
      userId: ID,
      replicationGroupId: { Ref: expect.stringContaining('ReplicationGroup') },
      host: expect.objectContaining({ 'Fn::GetAtt': expect.anything() }),
      port: 6380,
      region: { Ref: 'AWS::Region' },
    });
    expect(host).toBeDefined();
    expect(settings.secretKey).toBeUndefined();
    expect(settings.use).toMatch(/IamCredentials\(\{ \.\.\.iam|credential_provider=/);
  });

  test.each(
    Object.keys(CLIENT_PROFILES).filter((client) => !ABLE.includes(client)) as ClientName[],
  )('of %s is refused, with those that can', (client) => {
    const { title } = CLIENT_PROFILES[client];
    expect(messageOf(() => reports.connectionString({ client }))).toBe(
      `${PATH}: \`client\` must be one of redis-py, redis-py-asyncio, ioredis, node-redis, which ` +
        `log in by IAM, got "${client}". Take one of them, or a user with a password: ${title} ` +
        'takes no new token per connection.',
    );
  });

  test('of a user with a password has nothing to sign', () => {
    expect(cache.user('app').connectionString({ client: 'ioredis' }).iam).toBeUndefined();
  });
});

describe('Deliveries without a secret', () => {
  test('the environment has all that a client signs and connects with', () => {
    expect(resolve(reports.delivery.environment())).toEqual({
      REDIS_HOST: { 'Fn::GetAtt': [expect.any(String), 'PrimaryEndPoint.Address'] },
      REDIS_READER_HOST: { 'Fn::GetAtt': [expect.any(String), 'ReaderEndPoint.Address'] },
      REDIS_PORT: '6380',
      REDIS_USER: ID,
      REDIS_CACHE_NAME: { Ref: expect.stringContaining('ReplicationGroup') },
      REDIS_REGION: { Ref: 'AWS::Region' },
    });
    const topology = Topology.sharded({ shards: 2 });
    const access = Access.users({ app: Role.readWrite().iam() });
    const sharded = makeStack({ access, topology }).cache.user('app');
    expect(sharded.delivery.environment().REDIS_CLUSTER).toBe('true');
  });

  test('a machine may read the parameters, and connect', () => {
    const app = makeApp();
    const own = usersStack(WITH_IAM, app);
    const machines = new Stack(app, 'Machines');
    own.cache.user('reports').delivery.toHost(roleIn(machines));
    const text = JSON.stringify(statementsOf(templateOf(machines)));
    const names = [
      'Endpoint',
      'ReaderEndpoint',
      'Port',
      'Users/reports/UserId',
      'ReplicationGroupId',
    ];
    const granted = Array.from(text.matchAll(/:parameter\/secure-redis-test\/Cache\/([\w/]+)"/g));
    expect(granted.map(([, name]) => name).sort()).toStrictEqual(Array.from(names).sort());
    const published = all(templateOf(own), 'AWS::SSM::Parameter').map(
      ({ Properties }) => Properties.Name,
    );
    expect(published).toEqual(
      expect.arrayContaining(names.map((name) => `/secure-redis-test/Cache/${name}`)),
    );
    expect(text).toContain('elasticache:Connect');
    expect(text).not.toContain('secretsmanager');
  });

  test('the script of a machine, run by a shell, writes the environment', () => {
    const folder = temporaryFolder('iam-host');
    const file = join(folder, 'redis.env');
    writeFileSync(join(folder, 'aws'), '#!/bin/sh\n[ "$1" = ssm ] && echo "of:$4"\n');
    chmodSync(join(folder, 'aws'), 0o755);
    const scriptFile = join(folder, 'redis-env');
    const commands = reports.delivery.hostCommands({ environmentFile: file, scriptFile });
    const region = reports.env.region;
    const text = commands.join('\n').replaceAll(region, 'eu-west-1');
    const ran = spawnSync('sh', ['-c', text], {
      env: { PATH: `${folder}:${process.env.PATH}` },
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    const of = (name: string) => `of:/secure-redis-test/Cache/${name}`;
    expect(readFileSync(file, 'utf8')).toBe(
      [
        'REDIS_REGION=eu-west-1',
        `REDIS_HOST=${of('Endpoint')}`,
        `REDIS_READER_HOST=${of('ReaderEndpoint')}`,
        `REDIS_PORT=${of('Port')}`,
        `REDIS_USER=${of('Users/reports/UserId')}`,
        `REDIS_CACHE_NAME=${of('ReplicationGroupId')}`,
        '',
      ].join('\n'),
    );
  });
});
