/** An app that imports a cache with users takes those that it names, each with its own secret. */

import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import { type ISecureRedis, SecureRedis, type SecureRedisAttributes } from '../../../lib';
import {
  byParameters,
  DECRYPT,
  HERE,
  HOST,
  KEY,
  READ,
  roleIn,
  SECRET,
  statementsOf,
} from '../../support/imported';
import { messageOf } from '../../support/message-of';
import { makeStack, templateOf } from '../../support/synth';
import { usersStack } from '../../support/users';
import { all } from '../claims';

const ATTRIBUTES: SecureRedisAttributes = {
  users: { app: { secretArn: SECRET } },
  encryptionKeyArn: KEY,
  endpointAddress: HOST,
  securityGroupId: 'sg-cache',
};

const anywhere = () => new Stack(new App(), 'App');

const byAttributes = (more: object = {}, stack = anywhere()) =>
  SecureRedis.fromSecureRedisAttributes(stack, 'Cache', { ...ATTRIBUTES, ...more });

const takes = (...users: readonly string[]) => byParameters(anywhere(), { users });

function readBy(stack: Stack): readonly string[] {
  const { Parameters } = templateOf(stack) as unknown as {
    Parameters: Record<string, { Default: string }>;
  };
  return Object.values(Parameters)
    .map(({ Default }) => Default)
    .filter((name) => name.includes('/Cache/'));
}

describe('An imported cache with users', () => {
  test('reads the parameters of the users that it asks for, not that of the password', () => {
    const stack = anywhere();
    byParameters(stack, { users: ['app', 'worker'] })
      .user('app')
      .grantRead(roleIn(stack));
    expect(readBy(stack)).toStrictEqual([
      '/shop-prod/Cache/Shape/replicated-6380',
      '/shop-prod/Cache/EncryptionKeyArn',
      '/shop-prod/Cache/Users/app/SecretArn',
    ]);
  });

  test('reads nothing that the stack of a cache with users does not publish', () => {
    const published = all(templateOf(usersStack()), 'AWS::SSM::Parameter').map(
      ({ Properties }) => Properties.Name,
    );
    const stack = anywhere();
    const users = ['app', 'worker'];
    const cache = SecureRedis.fromParameters(stack, 'Cache', '/secure-redis-test/Cache', { users });
    const role = roleIn(stack);
    for (const name of users) cache.user(name).grantRead(role);
    expect(published).toEqual(expect.arrayContaining([...readBy(stack)]));
    expect(readBy(stack)).toHaveLength(4);
  });

  test('grants the secret of the user alone', () => {
    const stack = anywhere();
    byParameters(stack, { users: ['app', 'worker'] })
      .user('worker')
      .grantRead(roleIn(stack));
    const [read, decrypt] = statementsOf(templateOf(stack));
    const Ref = expect.stringMatching(/^SsmParameterValueshopprodCacheUsersworkerSecretArn/);
    expect(read).toEqual({ ...READ, Resource: { Ref } });
    expect(decrypt).toMatchObject({
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': { Ref } } },
    });
  });

  test('by attributes, in the region of the secrets', () => {
    const stack = new Stack(new App(), 'Far', { env: { ...HERE, region: 'us-east-1' } });
    byAttributes({}, stack).user('app').grantRead(roleIn(stack));
    expect(statementsOf(templateOf(stack))).toStrictEqual([READ, DECRYPT]);
  });

  test.each<[string, string]>([
    ['ioredis', `rediss://app:{password}@${HOST}:6380/0`],
    ['redis-py', `rediss://app:{password}@${HOST}:6380/0`],
  ])('connects %s by the name of the user', (client, template) => {
    const app = byAttributes().user('app');
    expect(app.connectionString({ client: client as 'ioredis' }).template).toBe(template);
    expect(app.connectionStringTemplate).toBe(template);
  });

  test('delivers to a function, to ECS, to a machine and to Kubernetes', () => {
    const stack = anywhere();
    const cache = byParameters(stack, { users: ['app'] });
    const app = cache.user('app');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a'],
      isolatedSubnetIds: ['subnet-1'],
    });
    const application = new LambdaFunction(stack, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {}'),
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
      securityGroups: [cache.clientSecurityGroup],
    });
    app.delivery.toFunction(application);
    app.delivery.toHost(roleIn(stack));
    app.delivery.externalSecrets({ namespace: 'shop' });
    expect(Object.keys(app.delivery.ecsSecrets())).toStrictEqual(['REDIS_URL', 'REDIS_READER_URL']);
    expect(app.delivery.hostCommands().join('\n')).toContain(
      "name='/shop-prod/Cache/Users/app/SecretArn'",
    );
    const template = templateOf(stack);
    const [made] = all(template, 'AWS::Lambda::Function');
    const Ref = expect.stringMatching(/^SsmParameterValueshopprodCacheUsersappSecretArn/);
    expect(made?.Properties.Environment).toEqual({
      Variables: { REDIS_SECRET_ARN: { Ref } },
    });
    expect(JSON.stringify(statementsOf(template))).toContain('/Cache/Users/app/SecretArn');
  });

  test('has each user once', () => {
    const cache = takes('app', 'worker');
    expect(cache.user('app')).toBe(cache.user('app'));
    expect(cache.user('app')).not.toBe(cache.user('worker'));
  });

  test('keeps endpoint and connections of the cache itself', () => {
    const cache = byAttributes();
    new CfnOutput(Stack.of(cache), 'Host', { value: cache.endpointAddress });
    expect(cache.user('app').connections).toBe(cache.connections);
  });
});

describe('What an imported cache with users cannot answer is refused in words', () => {
  test.each<[string, (of: ISecureRedis) => unknown]>([
    ['credentials', (of) => of.credentials],
    ['grantRead', (of) => of.grantRead(roleIn(Stack.of(of)))],
    ['connectionString', (of) => of.connectionString({ client: 'ioredis' })],
    ['connectionStringTemplate', (of) => of.connectionStringTemplate],
    ['delivery.environment', (of) => of.delivery.environment()],
    ['delivery.hostCommands', (of) => of.delivery.hostCommands()],
    ['delivery.toHost', (of) => of.delivery.toHost(roleIn(Stack.of(of)))],
  ])('%s', (_, ask) => {
    expect(messageOf(() => ask(takes('app', 'worker')))).toBe(
      'App/Cache: the login must be that of a user, got that of the cache itself: this cache has ' +
        'app, worker. Use for example `cache.user("app")` in its place.',
    );
  });

  test.each([
    ['workers', 'Use "worker".'],
    ['zebra', 'Add it to `users`, or use one of them.'],
    ['toString', 'Add it to `users`, or use one of them.'],
  ])('an unknown user, %s', (name, advice) => {
    for (const cache of [
      takes('app', 'worker'),
      byAttributes({ users: { app: { secretArn: SECRET }, worker: { secretArn: SECRET } } }),
    ]) {
      expect(messageOf(() => cache.user(name))).toBe(
        `App/Cache: \`user\` must be one of app, worker, got "${name}". ${advice}`,
      );
    }
  });

  test('a user with a name that every object has', () => {
    const cache = takes('app', 'constructor');
    expect(cache.user('constructor')).toBe(cache.user('constructor'));
    expect(cache.user('constructor').connectionStringTemplate).toContain('//constructor:');
  });

  test('a user of a cache with one password', () => {
    expect(messageOf(() => byParameters(anywhere()).user('app'))).toBe(
      'App/Cache: `user` must be asked of a cache with users, got one with a password. Pass ' +
        '`users` where it is imported, or use the cache itself.',
    );
  });
});

const RULE =
  'the name of a user, 1 to 20 lower-case letters, digits and single hyphens, a letter first and ' +
  'no hyphen last';

describe('Wrong users are refused', () => {
  test.each<[unknown, readonly string[]]>([
    ['app', ['`users` must be a list of one or more names of users, got "app". Use ["app"].']],
    [
      [],
      [
        '`users` must be a list of one or more names of users, got []. Use for example ' +
          "['app'], or leave it out for a cache with one password.",
      ],
    ],
    [
      ['App', 'app', 5],
      [
        `\`users.0\` must be ${RULE}, got "App". Use "app".`,
        `\`users.2\` must be ${RULE}, got 5. Use one like "app".`,
      ],
    ],
    [
      ['default'],
      [`\`users.0\` must be ${RULE}, got "default". Use another user: this one is off.`],
    ],
  ])('by parameters, %j', (users, lines) => {
    expect(messageOf(() => byParameters(anywhere(), { users: users as never }))).toBe(
      lines.map((line) => `App/Cache: ${line}`).join('\n'),
    );
  });

  test.each<[object, readonly string[]]>([
    [
      { users: ['app'] },
      [
        '`users` must be an object of one or more users by their names, got ["app"]. Use for ' +
          'example { app: { secretArn } }, or leave it out for a cache with one password.',
      ],
    ],
    [
      { users: { app: SECRET }, port: '6380' },
      [
        `\`users.app\` must be an object with \`secretArn\`, got "${SECRET}". Use ` +
          `{ secretArn: "${SECRET}" }.`,
        '`port` must be a number, got "6380". Use 6380.',
      ],
    ],
    [
      { users: { app: { arn: SECRET } } },
      [
        '`users.app.arn` must be the name of a prop, got an unknown one. Use `secretArn`.',
        '`users.app.secretArn` must be the complete ARN of a secret, got nothing. Use one like ' +
          '"arn:aws:secretsmanager:eu-west-1:111122223333:secret:CacheCredentials-a1b2c3".',
      ],
    ],
    [
      { credentialsSecretArn: SECRET },
      [
        `\`credentialsSecretArn\` must not be set beside \`users\`, got "${SECRET}": each user ` +
          'has a secret of its own. Remove it, or remove `users` of a cache with one password.',
      ],
    ],
    [
      { users: { App: { secretArn: SECRET } }, gracePeriod: Duration.hours(5) },
      [
        `\`users.App\` must be ${RULE}, got "App". Use "app".`,
        '`gracePeriod` must be an integer from 0 to 90 days, got 0.20833333333333334. Change ' +
          'it, or remove it for the default.',
      ],
    ],
  ])('by attributes, %j', (more, lines) => {
    expect(messageOf(() => byAttributes(more))).toBe(
      lines.map((line) => `App/Cache: ${line}`).join('\n'),
    );
  });
});

test('An import that is wrong about users reads what the cache does not publish', () => {
  const published = (stack: Stack) =>
    all(templateOf(stack), 'AWS::SSM::Parameter').map(({ Properties }) => Properties.Name);
  expect(published(makeStack())).not.toContain('/secure-redis-test/Cache/Users/app/SecretArn');
  expect(published(usersStack())).not.toContain('/secure-redis-test/Cache/CredentialsSecretArn');
  const stack = anywhere();
  byParameters(stack);
  expect(readBy(stack)).toContain('/shop-prod/Cache/CredentialsSecretArn');
});
