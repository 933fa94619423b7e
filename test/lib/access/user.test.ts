/** A user of a cache, as its application uses it: its own secret, and a connection in its name. */

import { Role as IamRole, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { ClientName, SecureRedis } from '../../../lib';
import { Access } from '../../../lib/access/access';
import { Role } from '../../../lib/access/role';
import { CLIENT_PROFILES } from '../../../lib/client-profiles/client-profiles';
import { messageOf } from '../../support/message-of';
import { makeApp, makeStack, templateOf } from '../../support/synth';
import { usersStack } from '../../support/users';

const { cache } = usersStack();
const stack = Stack.of(cache);
const resolved = (value: unknown) => JSON.stringify(stack.resolve(value));

describe('A user has what a cache with one password has', () => {
  test('a secret of its own', () => {
    const arns = ['app', 'worker'].map((name) => resolved(cache.user(name).credentials.secretArn));
    expect(new Set(arns).size).toBe(2);
    expect(cache.user('app')).toBe(cache.user('app'));
  });

  test.each(Object.keys(CLIENT_PROFILES) as ClientName[])('a connection for %s', (client) => {
    const settings = cache.user('worker').connectionString({ client });
    const text = JSON.stringify([settings.template, settings.options]);
    expect(text).toContain('worker');
    expect(text).not.toMatch(/\bdefault\b/);
  });

  test('also with a name that every object has', () => {
    const users = { constructor: Role.readOnly({ keys: ['app:*'] }) };
    const own = makeStack({ access: Access.users(users) }).cache;
    const user = own.user('constructor');
    expect(own.user('constructor')).toBe(user);
    expect(user.connectionStringTemplate).toMatch(/^rediss:\/\/constructor:\{password\}@/);
    expect(messageOf(() => own.user('valueOf'))).toMatch(/^Test\/Cache: /);
  });

  test('the connection string of its secret', () => {
    const { connectionStringTemplate } = cache.user('app');
    expect(connectionStringTemplate).toMatch(/^rediss:\/\/app:\{password\}@/);
    const { template, secretKey } = cache.user('app').connectionString({ client: 'redis-py' });
    expect([template, secretKey]).toStrictEqual([connectionStringTemplate, 'url']);
  });

  test('deliveries that name its secret', () => {
    const app = cache.user('app');
    const arn = resolved(app.credentials.secretArn);
    expect(resolved(app.delivery.environment())).toBe(`{"REDIS_SECRET_ARN":${arn}}`);
    expect(app.delivery.hostCommands().join('\n')).toContain(
      "name='/secure-redis-test/Cache/Users/app/SecretArn'",
    );
    const [, manifest] = app.delivery.externalSecrets({ namespace: 'shop' });
    expect(resolved(manifest?.spec)).toContain(arn);
    expect(Object.keys(app.delivery.ecsSecrets())).toStrictEqual(['REDIS_URL', 'REDIS_READER_URL']);
  });
});

describe('A grant for a user', () => {
  const app = makeApp();
  const own = usersStack(undefined, app);
  const readers = new Stack(app, 'Readers');
  const role = new IamRole(readers, 'Role', {
    assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
  });
  const user = own.cache.user('app');
  user.delivery.toHost(role);
  const statements = Object.values(templateOf(readers).Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::IAM::Policy'
      ? (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement
      : [],
  );
  const text = JSON.stringify(statements);

  test('reads its secret alone, and decrypts it alone', () => {
    expect(text).toMatch(/GetSecretValue"\],"Effect":"Allow","Resource":.{1,120}U[a-z0-9]{8}App/);
    expect(text).toMatch(/"kms:EncryptionContext:SecretARN":.{1,120}U[a-z0-9]{8}App/);
    expect(text).not.toMatch(/Worker|Report|Defaul/);
  });

  test('reads its parameter and those of the address', () => {
    const names = Array.from(
      text.matchAll(/secure-redis-test\/Cache\/([\w/]+)/g),
      ([, name]) => name,
    );
    expect(names).toStrictEqual(['Endpoint', 'Port', 'ReaderEndpoint', 'Users/app/SecretArn']);
  });
});

describe('What has no answer is refused in words', () => {
  const asks: readonly (readonly [string, (of: SecureRedis) => unknown])[] = [
    ['credentials', (of) => of.credentials],
    ['grantRead', (of) => of.grantRead(new ServicePrincipal('ecs.amazonaws.com'))],
    ['connectionString', (of) => of.connectionString({ client: 'ioredis' })],
    ['connectionStringTemplate', (of) => of.connectionStringTemplate],
    ['delivery.environment', (of) => of.delivery.environment()],
    ['delivery.ecsSecrets', (of) => of.delivery.ecsSecrets().REDIS_URL?.arn],
    ['delivery.hostCommands', (of) => of.delivery.hostCommands()],
  ];
  test.each(asks)('%s of a cache with users', (_, ask) => {
    expect(messageOf(() => ask(cache))).toBe(
      'Test/Cache: the login must be that of a user, got that of the cache itself: this cache ' +
        'has app, worker, reports. Use for example `cache.user("app")` in its place.',
    );
  });

  test.each([
    ['workers', 'Use "worker".'],
    ['App', 'Use "app".'],
    ['zebra', 'Add it to `access`, or use one of them.'],
    ['default', 'Add it to `access`, or use one of them.'],
    ['Group', 'Add it to `access`, or use one of them.'],
  ])('an unknown user, %s', (name, advice) => {
    expect(messageOf(() => cache.user(name))).toBe(
      `Test/Cache: \`user\` must be one of app, worker, reports, got "${name}". ${advice}`,
    );
  });

  test.each([undefined, null, 5, {}])('%p for the name of a user', (name) => {
    expect(messageOf(() => cache.user(name as never))).toMatch(
      /^Test\/Cache: `user` must be one of app, worker, reports, got /,
    );
  });

  test('another user in a connection string', () => {
    const props = { client: 'ioredis', user: 'worker' } as never;
    expect(messageOf(() => cache.user('app').connectionString(props))).toBe(
      'Test/Cache/Users/app: `user` must be "app", got "worker": this is the connection of the ' +
        'user "app". Remove it.',
    );
  });

  test('a user of a cache with one password', () => {
    expect(messageOf(() => makeStack().cache.user('app'))).toBe(
      'Test/Cache: `user` must be asked of a cache with users, got one with a password. Set the ' +
        'prop `access` to `Access.users({ … })`, or use the cache itself.',
    );
  });
});

test('what is published of a cache with users', () => {
  const template = templateOf(usersStack());
  expect(Object.keys(template.Outputs).join()).not.toMatch(/Secret|ConnectionString/);
  const names = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
    .map(({ Properties }) => String(Properties.Name).replace('/secure-redis-test/Cache/', ''));
  expect(names.filter((name) => /Secret|Users|Connection/.test(name))).toStrictEqual([
    'Users/app/SecretArn',
    'Users/worker/SecretArn',
    'Users/reports/SecretArn',
  ]);
});
