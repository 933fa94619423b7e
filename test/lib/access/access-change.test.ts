/** A change between one password and users replaces the cache: a baseline refuses it. */

import { compared, made, recorded } from '../../support/baselines';

const users = { app: { role: 'readWrite', keys: ['app:*'] }, web: { role: 'readOnly' } };
const PASSWORD = made({ jobs: {} });
const USERS = made({ jobs: { access: { users } } });

const WHY =
  'CloudFormation makes a new, empty cache in its place, or changes it in place, and then every ' +
  "client is refused: AWS's sources disagree. Change it back, and move the clients to a second " +
  'cache (docs/move-to-users.md). If an empty cache without clients is meant, add ';
const TO_USERS = [
  'CacheSecretsInitialF84A03AE',
  'CacheSecretsCredentialsCB62D1C9',
  'AuthToken',
  'UserGroupIds',
  'CacheRotationSchedule0E6FE273',
];

describe('A move is refused in one line that says what to do', () => {
  test('from one password to users', () => {
    const [line = '', ...others] = compared(recorded(PASSWORD), USERS);
    expect(others).toStrictEqual([]);
    expect(line).toMatch(
      /^secure-redis-test-jobs: access must stay one password, as in \S+\.json, got users: Cloud/,
    );
    const names = TO_USERS.map((name) => JSON.stringify(name)).join(', ');
    expect(line).toContain(`${WHY}${names} to \`caches.jobs.allowReplacement\`.`);
  });

  test('from users to one password', () => {
    const [line = '', ...others] = compared(recorded(USERS), PASSWORD);
    expect(others).toStrictEqual([]);
    expect(line).toMatch(/: access must stay users, as in \S+\.json, got one password: /);
    expect(line).toContain(WHY);
  });

  test('beside another change, which has its own line', () => {
    const after = made({ jobs: { access: { users }, port: 7000 } });
    const lines = compared(recorded(PASSWORD), after);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(': access must stay one password');
    expect(lines[1]).toContain(': Port must stay ');
  });

  test('once allowed in part, with what is left to allow', () => {
    const allowReplacement = TO_USERS.slice(0, -1);
    const [line, ...others] = compared(
      recorded(PASSWORD),
      made({ jobs: { access: { users }, allowReplacement } }),
    );
    expect(others).toStrictEqual([]);
    expect(line).toContain('is meant, add "CacheRotationSchedule0E6FE273" to');
  });

  test('not if an empty cache is meant', () => {
    const after = made({ jobs: { access: { users }, allowReplacement: TO_USERS } });
    const lines = compared(recorded(PASSWORD), after);
    expect(lines).toHaveLength(TO_USERS.length);
    expect(lines.filter((line) => !line.startsWith('allowed: '))).toStrictEqual([]);
  });
});

test('a new user and a changed role are no replacement', () => {
  const more = { ...users, app: { role: 'readOnly' }, new: { role: 'readOnly' } };
  expect(compared(recorded(USERS), made({ jobs: { access: { users: more } } }))).toStrictEqual([]);
});

test('a user that goes takes its secret with it, and is refused', () => {
  const { app } = users;
  const lines = compared(recorded(USERS), made({ jobs: { access: { users: { app } } } }));
  expect(lines.map((line) => /AWS::\w+::\w+/.exec(line)?.[0])).toStrictEqual([
    'AWS::SecretsManager::Secret',
    'AWS::SecretsManager::RotationSchedule',
  ]);
});

describe('A user with an IAM login', () => {
  const iam = { role: 'readOnly', login: 'iam' };
  const withUsers = (more: object, rest: object = {}) =>
    made({ jobs: { access: { users: { ...users, ...more } }, ...rest } });
  const AUDIT = withUsers({ audit: iam });
  const USER = /AWS::ElastiCache::User (\w+)/;
  const nameIn = (line = '') => USER.exec(line)?.[1] ?? '';
  const OUT =
    ': its applications are refused at once at every new login, and on open connections when ' +
    'they renew their login. ';

  test.each([
    ['is removed', USERS],
    ['is renamed', withUsers({ report: iam })],
    ['gets a password', withUsers({ audit: { role: 'readOnly' } })],
  ])('that %s is refused in one line that says what to do', (_, after) => {
    const lines = compared(recorded(AUDIT), after);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(USER);
    expect(lines[0]).toContain(`must stay a user with an IAM login, got none${OUT}Bring it back`);
    expect(lines[0]).toContain(
      `remove it and add "${nameIn(lines[0])}" to \`caches.jobs.allowReplacement\` (docs/op`,
    );
  });

  test('goes once its logical id is allowed', () => {
    const name = nameIn(compared(recorded(AUDIT), USERS)[0]);
    const lines = compared(recorded(AUDIT), withUsers({}, { allowReplacement: [name] }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^allowed: .* goes: its applications are refused at once/);
  });

  test('keeps its id, or its applications must be redeployed', () => {
    const ofEngine = (engine: string, rest: object = {}) =>
      withUsers({ audit: iam }, { engine, ...rest });
    const file = recorded(ofEngine('redis-7.1'));
    const [line = '', ...others] = compared(file, ofEngine('valkey-8.0'));
    expect(others).toStrictEqual([]);
    expect(line).toMatch(/: UserId must stay "audit-\w{8}", as in \S+, got "audit-\w{8}": its/);
    expect(line).toContain(`${OUT}Change it back, or add "UserId" to`);
    expect(line).toContain('and redeploy its applications right after the deploy (docs/roles.md');
    const allowed = compared(file, ofEngine('valkey-8.0', { allowReplacement: ['UserId'] }));
    expect(allowed[0]).toMatch(/^(allowed|look): /);
  });

  test('may come, get another role, and move with all others to one password', () => {
    expect(compared(recorded(USERS), AUDIT)).toStrictEqual([]);
    const other = withUsers({ audit: { ...iam, role: 'custom', accessString: '~* -@all +get' } });
    expect(compared(recorded(AUDIT), other)).toStrictEqual([]);
    const lines = compared(recorded(AUDIT), PASSWORD);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/ access must stay users, .* add .*"CacheUsersUseraudit\w+"/);
  });

  test('is not seen in a baseline that was recorded without it', () => {
    expect(compared(recorded(USERS), withUsers({ audit: iam }))).toStrictEqual([]);
  });
});
