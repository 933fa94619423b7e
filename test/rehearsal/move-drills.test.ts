/** The drills of a move between one password and users, in both directions. */

import { ensureRedisServer } from '../../cli/server/redis-binary';
import { Transcript } from '../../rehearsal/checks/transcript';
import { drillsNamed, runDrills } from '../../rehearsal/drills/run-drills';
import { noteOutput } from '../support/leaks';
import { templateBlueprint } from '../support/template-blueprint';
import { USERS, usersStack } from '../support/users';

const { app, reports } = USERS;
const redisPath = ensureRedisServer(noteOutput).path;
const WITH_PASSWORD = { blueprint: templateBlueprint(), redisPath };
const WITH_USERS = {
  blueprint: templateBlueprint(undefined, usersStack({ app, reports })),
  redisPath,
};

describe('Clients move one after the other, and lose no command', () => {
  test.each(['password-to-users', 'users-to-password'])(
    '%s',
    async (name) => {
      const transcript = new Transcript(noteOutput);
      const targets = [WITH_PASSWORD, WITH_USERS] as const;
      expect(await runDrills(drillsNamed(name), targets, transcript)).toBe(true);
      const line = transcript.lines.find((each) => each.startsWith(`ok    ${name} `));
      expect(line).toMatch(/clients move .* nothing, as expected .* 0 of [1-9]\d\d+$/);
      expect(transcript.lines.at(-1)).toMatch(/no password is in an output.*: 0 leaks/);
    },
    90_000,
  );
});

test.each([
  ['password-to-users', WITH_PASSWORD, 'no cache with users to put beside it'],
  ['users-to-password', WITH_USERS, 'no cache with one password to put beside it'],
  ['users-to-password', WITH_PASSWORD, 'impossible: the cache has one password'],
])('%s with one cache is impossible', async (name, target, words) => {
  const transcript = new Transcript(noteOutput);
  await runDrills(drillsNamed(name), [target], transcript);
  expect(transcript.lines.find((line) => line.startsWith(`--    ${name} `))).toContain(words);
});
