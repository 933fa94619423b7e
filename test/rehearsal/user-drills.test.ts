/** The drills of users are reported, diagnosed and repaired, and belong to caches with users. */

import { ensureRedisServer } from '../../cli/server/redis-binary';
import { Transcript } from '../../rehearsal/checks/transcript';
import { DRILLS, drillsNamed, runDrills } from '../../rehearsal/drills/run-drills';
import { noteOutput } from '../support/leaks';
import { templateBlueprint } from '../support/template-blueprint';
import { USERS, usersStack } from '../support/users';

const { app, worker } = USERS;
const BLUEPRINT = templateBlueprint(undefined, usersStack({ app, worker }));
const redisPath = ensureRedisServer(noteOutput).path;

test('all drills of a cache with users are played, and no other', async () => {
  const transcript = new Transcript(noteOutput);
  expect(await runDrills(DRILLS, [{ blueprint: BLUEPRINT, redisPath }], transcript)).toBe(true);
  const row = (name: string) => transcript.lines.find((line) => line.startsWith(`ok    ${name} `));
  expect(row('user-stack-update')).toMatch(
    /current-refused.* current-refused +the check after the update sends.* [1-9]\d* of \d+: logins/,
  );
  expect(row('user-drift')).toMatch(/alarm AccessDrift .* 0 of \d+$/);
  expect(row('user-group-detached')).toMatch(
    /alarm LoginRefused, alarm AccessDrift .* user-locked-out .*: logins of/,
  );
  expect(row('users-at-once')).toMatch(/nothing, as expected .* 0 of \d+$/);
  expect(transcript.lines).toContain('4 as expected, 0 not, 0 impossible here');
}, 120_000);

test.each([
  ['nonsense-secret', BLUEPRINT, 'impossible: the cache has users'],
  ['users-at-once', templateBlueprint(), 'impossible: the cache has one password'],
])('%s on the other kind of cache', async (name, blueprint, words) => {
  const transcript = new Transcript(noteOutput);
  await runDrills(drillsNamed(name), [{ blueprint, redisPath }], transcript);
  expect(transcript.lines.find((line) => line.startsWith(`--    ${name} `))).toContain(words);
});
