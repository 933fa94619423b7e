/** Ids of the users of a cache: what they differ in, and what keeps its id. */

import { Engine, type SecureRedisProps } from '../../../lib';
import { Access } from '../../../lib/access/access';
import { CacheStack, makeApp, templateOf } from '../../support/synth';
import { USERS } from '../../support/users';

function resourcesOf(props: SecureRedisProps, stackName = 'secure-redis-test') {
  const given = { access: Access.users(USERS), ...props };
  const stack = new CacheStack(makeApp(), 'Test', given, { stackName });
  return Object.entries(templateOf(stack).Resources);
}

/** The ids of the users, and of their group. */
function idsOf(props: SecureRedisProps, stackName?: string): readonly string[] {
  return resourcesOf(props, stackName).flatMap(([, { Properties }]) =>
    [Properties?.UserId, Properties?.UserGroupId].filter((id) => typeof id === 'string'),
  );
}

test('An id stays the same in each synth, and with other users beside it', () => {
  expect(idsOf({})).toHaveLength(5);
  expect(idsOf({})).toStrictEqual(idsOf({}));
  const { app } = USERS;
  expect(idsOf({})).toEqual(expect.arrayContaining([...idsOf({ access: Access.users({ app }) })]));
});

test.each([
  ['another stack', {}, 'other'],
  ['another engine, which replaces user and group', { engine: Engine.REDIS_7_1 }, undefined],
])('An id differs in %s', (_, props, stackName) => {
  const others = idsOf(props, stackName);
  expect(idsOf({}).filter((id) => others.includes(id))).toStrictEqual([]);
});

test('With another engine the secrets stay, so that the new users take over the passwords', () => {
  const secretsOf = (engine: Engine) =>
    resourcesOf({ engine })
      .filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')
      .map(([id]) => id);
  expect(secretsOf(Engine.VALKEY_8_0)).toStrictEqual(secretsOf(Engine.REDIS_7_1));
  expect(secretsOf(Engine.VALKEY_8_0)).toHaveLength(5);
});
