/** Users that cannot be, refused before anything is made: all problems at once, with the path. */

import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Engine, SecureRedis, type SecureRedisProps } from '../../../lib';
import { Access, type UsersByName } from '../../../lib/access/access';
import { Role } from '../../../lib/access/role';
import { messageOf } from '../../support/message-of';
import { CacheStack, makeApp, makeStack } from '../../support/synth';
import { manyIamUsers, manyUsers, USERS } from '../../support/users';

const refusal = (users: UsersByName, props: SecureRedisProps = {}) =>
  messageOf(() => makeStack({ access: Access.users(users), ...props }));

const READER = Role.readOnly();
const NAME =
  '1 to 20 lower-case letters, digits and single hyphens, a letter first and no hyphen last';

test.each([
  [
    'no user',
    {},
    '`access.users` must be 1 to 99 users, got 0: the default user is off, so nobody could log ' +
      'in. Add a user, or leave `access` out.',
  ],
  [
    '41 users with passwords',
    manyUsers(41),
    '`access.users` must be at most 40 users with passwords, got 41: a template takes 60 dynamic ' +
      'references, and each of them needs one. Let some log in by IAM (docs/roles.md), let ' +
      'applications with the same rights share a user, or make another cache.',
  ],
  [
    '41 users with passwords beside one with an IAM login',
    { ...manyUsers(41), reports: READER.iam() },
    '`access.users` must be at most 40 users with passwords, got 41: a template takes 60 dynamic ' +
      'references, and each of them needs one. Let some log in by IAM (docs/roles.md), let ' +
      'applications with the same rights share a user, or make another cache.',
  ],
  [
    '100 users with IAM logins',
    manyIamUsers(100),
    '`access.users` must be 1 to 99 users, got 100: AWS takes 100, and one is the default user. ' +
      'Let applications with the same rights share a user, or make another cache.',
  ],
  [
    '40 users with passwords and 30 with IAM logins, with the longest names',
    { ...manyUsers(40), ...manyIamUsers(30) },
    '`access.users` must be a list of at most 3750 characters with ids and names of secrets, got ' +
      '"4650 characters": the environment of the rotation function, which takes 4 KB, holds it. ' +
      'Shorten names, or let applications with the same rights share a user, or make another ' +
      'cache.',
  ],
  [
    'the default user with an IAM login',
    { default: READER.iam() },
    '`access.users.default` must be another name than "default", got "default": a login without ' +
      'a user name means it, and it is off. Name the user after its application.',
  ],
  [
    'the default user',
    { default: READER },
    '`access.users.default` must be another name than "default", got "default": a login without ' +
      'a user name means it, and it is off. Name the user after its application.',
  ],
  [
    'an upper-case letter',
    { Billing: READER },
    `\`access.users.Billing\` must be ${NAME}, got "Billing". Use "billing".`,
  ],
  [
    'a hyphen at the end',
    { 'app-': READER },
    `\`access.users.app-\` must be ${NAME}, got "app-". Choose another name.`,
  ],
  [
    'a role that is none',
    { app: 'on ~* +@all' as never },
    'user app must be a Role, got a text. Use Role.custom with this access string, or a ' +
      'role such as Role.readOnly().',
  ],
  [
    'an access string with a password for a role',
    { app: 'on >hunter2hunter2hunter2 ~*' as never },
    'user app must be a Role, got a text. Use Role.custom with this access string, or a ' +
      'role such as Role.readOnly().',
  ],
  [
    'a list with a password for a role',
    { app: ['on', '>hunter2'] as never },
    'user app must be a Role, got a list. Use a role such as ' +
      'Role.readWrite({ keys: ["app:*"] }).',
  ],
  [
    'the props of a custom role',
    { app: { accessString: 'on >hunter2 ~*' } as never },
    'user app must be a Role, got an object. Use a role such as ' +
      'Role.readWrite({ keys: ["app:*"] }).',
  ],
  [
    'an object that looks like a role, without a password',
    { app: { accessString: () => 'on ~* +@all nopass', problems: () => [] } as never },
    'user app: its access string, column 13 must be a rule that users may have, got "nopass": it ' +
      'would let everybody log in without a password. Remove it.',
  ],
  [
    'an object that looks like a role, with the hash of a password',
    { app: { accessString: () => '#5e884898da28 ~* +get', problems: () => [] } as never },
    'user app: its access string, column 1 must be a rule without a password, got "#…": ' +
      'passwords are set by the construct and never part of an access string. Remove it.',
  ],
  [
    'an object that looks like a role, without an access string',
    { app: { accessString: () => undefined, problems: () => undefined } as never },
    'user app must be a Role, got an object. Use a role such as ' +
      'Role.readWrite({ keys: ["app:*"] }).',
  ],
  [
    'nothing for a role',
    { app: undefined as never },
    'user app must be a Role, got nothing. Use a role such as Role.readWrite({ keys: ["app:*"] }).',
  ],
])('%s', (_, users, line) => {
  expect(refusal(users)).toBe(`Test/Cache: ${line}`);
});

describe('Databases keep users apart that have none in common, on Valkey 9.1', () => {
  const engine = Engine.VALKEY_9_1;
  const clear = (...databases: number[]) => Role.cache({ clear: true, databases });

  test.each([
    ['the other has all', { a: clear(0), b: Role.readWrite({ keys: ['b:*'] }) }, ['a']],
    ['both have one', { a: clear(0), b: clear(0) }, ['a', 'a', 'b', 'b']],
    [
      'a custom role has one in a selector',
      { a: clear(1, 2), b: Role.custom('db=0 ~b:* -@all +get (db=01 ~b:* +get)') },
      ['a', 'a'],
    ],
    ['an administrator has all', { a: clear(3), b: Role.admin({ reason: 'repairs' }) }, ['a', 'a']],
  ])('refused: %s', (_, users, names) => {
    const lines = refusal(users, { engine }).split('\n');
    const found = lines.map((line) => /^Test\/Cache: user (\w+): `(?:keys|clear)`/.exec(line)?.[1]);
    expect(found).toEqual(expect.arrayContaining(names));
  });

  test.each([
    [{ a: clear(0), b: clear(1), c: Role.sidekiq({ databases: [2, 3] }) }],
    [{ a: clear(0), b: Role.custom('db=1 ~* -@all +@read +@write +flushdb|async') }],
  ])('possible', (users) => {
    expect(makeStack({ access: Access.users(users), engine })).toBeDefined();
  });
});

test('each of several problems has a line, beside those of other props', () => {
  const lines = refusal(
    { App: READER, app: READER, default: Role.admin({ reason: '' }) },
    { port: 80, engine: Engine.REDIS_7_1, blockedCommands: ['KEYS'] },
  ).split('\n');
  const settings = lines.map((line) => /^Test\/Cache: (\S+ ?\w*)/.exec(line)?.[1]);
  expect(settings).toEqual(
    expect.arrayContaining([
      '`port` must',
      '`blockedCommands` must',
      '`access.users.App` must',
      '`access.users.default` must',
      'user default',
    ]),
  );
  expect(lines.find((line) => line.includes('users.App'))).toContain(
    'AWS lower-cases it, and app would be the same',
  );
});

test.each([
  ['a text', 'users', '"users"'],
  ['a list', [], '[]'],
  ['a role', { app: READER }, '{"app":'],
])('%s for the access', (_, access, given) => {
  const message = messageOf(() => makeStack({ access } as never));
  expect(message).toContain(`Test/Cache: \`access\` must be an Access, got ${given}`);
  expect(message).toMatch(/Use Access\.password\(\) or Access\.users\(\{ … \}\)\.$/);
});

test('users of 40 and of 20 fit no template together, which takes 60 dynamic references', () => {
  const stack = new CacheStack(makeApp(), 'Test', { access: Access.users(manyUsers(40)) }, {});
  const make = (id: string, count: number) =>
    new SecureRedis(stack, id, {
      access: Access.users(manyUsers(count)),
      network: stack.cache.network,
    });
  expect(messageOf(() => make('Other', 20))).toBe(
    'Test/Other: `access.users` must be at most 18 users with passwords in this stack, got 20: a ' +
      'template takes 60 dynamic references, and the caches of the stack take 41 already. Make ' +
      'the cache in a stack of its own, or let applications with the same rights share a user.',
  );
});

test('nor one password after 40 users and nine passwords, in this order', () => {
  const stack = new CacheStack(makeApp(), 'Test', { access: Access.users(manyUsers(40)) }, {});
  const { network } = stack.cache;
  for (let index = 0; index < 9; index += 1) new SecureRedis(stack, `C${index}`, { network });
  expect(messageOf(() => new SecureRedis(stack, 'C9', { network }))).toBe(
    'Test/C9 must be in another stack, got Test: a template takes 60 dynamic references, the ' +
      'caches of the stack, some with users, take 59 already, and this one needs 2. Make the ' +
      'cache in a stack of its own.',
  );
});

test('a cache with users has a path of at most 12 levels, as SSM takes 15', () => {
  const make = (levels: number) => {
    let scope: Construct = new Stack(makeApp(), 'Deep');
    for (let level = 2; level < levels; level += 1) scope = new Construct(scope, `c${level}`);
    return new SecureRedis(scope, 'Cache', { access: Access.users(USERS) });
  };
  expect(messageOf(() => make(13))).toContain(
    'the cache with users must be at most 12 levels below the app, got "Deep/c2/',
  );
  expect(make(12)).toBeDefined();
});

test('18 more do, and a stack of its own takes 40', () => {
  const app = makeApp();
  const stack = new CacheStack(app, 'Test', { access: Access.users(manyUsers(40)) }, {});
  const access = Access.users(manyUsers(18));
  const { network } = stack.cache;
  expect(new SecureRedis(stack, 'Other', { access, network })).toBeDefined();
  const own = new Stack(app, 'Own');
  expect(new SecureRedis(own, 'Cache', { access: Access.users(manyUsers(40)) })).toBeDefined();
});

test('an IAM login on Redis OSS 6.2, by the names of its users', () => {
  const users = { app: USERS.app, etl: USERS.worker.iam(), reports: READER.iam() };
  expect(refusal(users, { engine: Engine.REDIS_6_2 })).toBe(
    'Test/Cache: `engine` must be an engine with logins by IAM, got "redis-6.2": Redis OSS 7.0 ' +
      'or newer, or Valkey 7.2 or newer. Take such an engine, or give a password to etl, reports.',
  );
});

test.each(
  Engine.ALL.filter(({ id }) => id !== 'redis-6.2').map((engine) => [engine.id, engine] as const),
)('IAM logins of %s are not refused', (_, engine) => {
  expect(makeStack({ access: Access.users({ app: READER.iam() }), engine })).toBeDefined();
});

test.each(Engine.ALL.map((engine) => [engine.id, engine] as const))(
  'users of %s are not refused, as AWS takes them from Redis OSS 6.0 and Valkey 7.2 on',
  (_, engine) => {
    const { app, worker } = USERS;
    expect(makeStack({ access: Access.users({ app, worker }), engine })).toBeDefined();
  },
);

test.each([
  ['a key pattern', Role.readWrite({ keys: ['{{resolve:ssm:/prefix}}:*'] })],
  ['a prefix', Role.bullMq({ prefix: 'bull{{resolve:ssm:/prefix}}' })],
  ['an access string', Role.custom('-@all +@read ~{{resolve:ssm:/prefix}}')],
  ['a reason', Role.admin({ reason: 'on call {{resolve:ssm:/reason}}' })],
])('%s with a dynamic reference, which CloudFormation fills in unchecked', (_, role) => {
  expect(refusal({ app: role })).toContain('user app');
});
