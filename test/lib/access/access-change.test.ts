/** A change between one password and users replaces the cache: a baseline refuses it. */

import { compared, made, recorded } from '../../support/baselines';

const users = { app: { role: 'readWrite', keys: ['app:*'] }, web: { role: 'readOnly' } };
const PASSWORD = made({ jobs: {} });
const USERS = made({ jobs: { access: { users } } });

const COST =
  'CloudFormation makes a new one in its place where one password gives way to users, or users ' +
  'to one password: empty, and with new secrets. A second cache beside it lets the clients move ' +
  'first. Change it back, or add';
const AT = 'to `caches.jobs.allowReplacement` if it is meant (docs/operate.md, Replacing a cache).';

test.each([
  ['from one password to users', PASSWORD, USERS],
  ['from users to one password', USERS, PASSWORD],
])('%s', (_, before, after) => {
  const lines = compared(recorded(before), after).filter((line) => line.includes(COST));
  expect(lines).toHaveLength(2);
  for (const property of ['AuthToken', 'UserGroupIds']) {
    const line = lines.find((each) => each.includes(`: ${property} must stay `));
    expect(line).toContain(`${COST} "${property}" ${AT}`);
  }
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
