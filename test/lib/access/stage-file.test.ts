/** `access` in a stage file: users with roles by name, and one password without it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, Role, readStageConfig } from '../../../lib';
import { temporaryFolder } from '../../support/temporary-folder';

/** The access strings of the only cache of a file, by user. */
function accessStringsIn(file: object): Readonly<Record<string, string>> | undefined {
  const folder = temporaryFolder('config');
  writeFileSync(join(folder, 'dev.json'), JSON.stringify(file));
  const users = readStageConfig(folder, 'dev').caches[0]?.props.access?.users;
  if (users === undefined) return undefined;
  const strings = Object.entries(users).map(
    ([name, role]) => [name, role.accessString(Engine.VALKEY_8_0)] as const,
  );
  return Object.fromEntries(strings);
}

const users = {
  app: { role: 'readWrite', keys: ['app:*'], scripts: true },
  ops: { role: 'admin', reason: 'repairs by hand' },
  metrics: { role: 'custom', accessString: '~* -@all +info' },
};

test('each user has its role', () => {
  const strings = accessStringsIn({ caches: { a: { access: { users } } } });
  expect(strings).toStrictEqual({
    app: expect.stringMatching(/^on ~app:\* .* \+eval /),
    ops: 'on ~* &* +@all',
    metrics: 'on resetchannels ~* -@all +info',
  });
});

test('the users of a cache replace those of the defaults', () => {
  const defaults = { access: { users } };
  const own = { users: { web: { role: 'admin', reason: 'tests' } } };
  expect(accessStringsIn({ defaults, caches: { a: { access: own } } })).toStrictEqual({
    web: 'on ~* &* +@all',
  });
});

test('a user with the login "iam" has its role, and no password', () => {
  const folder = temporaryFolder('config');
  const caches = {
    a: { access: { users: { ...users, reports: { role: 'readOnly', login: 'iam' } } } },
  };
  writeFileSync(join(folder, 'dev.json'), JSON.stringify({ caches }));
  const roles = readStageConfig(folder, 'dev').caches[0]?.props.access?.users ?? {};
  const logins = Object.entries(roles).map(([name, { login }]) => [name, login]);
  expect(logins).toStrictEqual([
    ['app', 'password'],
    ['ops', 'password'],
    ['metrics', 'password'],
    ['reports', 'iam'],
  ]);
  expect(roles.reports?.accessString(Engine.VALKEY_8_0)).toBe(
    Role.readOnly().accessString(Engine.VALKEY_8_0),
  );
});

test.each([
  ['without it', { a: {} }],
  ['an empty one', { a: { access: {} } }],
])('one password: %s', (_, caches) => {
  expect(accessStringsIn({ caches })).toBeUndefined();
});
