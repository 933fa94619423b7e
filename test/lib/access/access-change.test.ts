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
