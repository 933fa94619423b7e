/**
 * Forty users of one cache rotate by its one function, with its own times on a simulated clock:
 * every rotation finishes, and the document names the hours and the repeated events.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulateUsers } from '../../bench/simulated-users';

const OPERATE = readFileSync(join(__dirname, '../../docs/operate.md'), 'utf8');
const HOUR_MS = 3_600_000;
/** Lambda keeps an asynchronous event for at most so long. */
const QUEUE_HOURS = 6;

/** Spread over hours, with distances that differ. */
const within = (hours: number) => (index: number) => ((index * 0.618_034) % 1) * hours * HOUR_MS;

async function hoursOf(users: number, minutes: number, startHours = 0) {
  const seen = await simulateUsers({ users, minutes, startsMs: within(startHours) });
  return {
    ...seen,
    lasts: seen.lastsMs / HOUR_MS,
    repeated: seen.rejectedLongestMs / HOUR_MS,
    callsMax: Math.max(...seen.calls),
  };
}

test('The rotation of one user makes at most 18 calls, without polls', async () => {
  const { finished, callsMax, busy, rejected } = await hoursOf(1, 0);
  expect([finished, busy, rejected]).toStrictEqual([1, 0, 0]);
  expect(callsMax).toBeLessThanOrEqual(18);
});

describe('Forty users that begin in the same second, as in their first deploy', () => {
  test.each([
    // Minutes of a change, hours until the last has rotated, hours for which an event is repeated.
    [0.5, 3.1, 3],
    [2, 4.5, 4.1],
    [5, 6.3, QUEUE_HOURS],
  ])('with changes of %p minutes rotate within %p hours', async (minutes, hours, repeats) => {
    const { finished, failedInvocations, lasts, repeated } = await hoursOf(40, minutes);
    expect([finished, failedInvocations]).toStrictEqual([40, 0]);
    expect(lasts).toBeLessThan(hours);
    expect(repeated).toBeLessThan(repeats);
  });

  test('with changes of 20 minutes, all rotate where events are repeated for long', async () => {
    const { finished, lasts, repeated } = await hoursOf(40, 20);
    expect(finished).toBe(40);
    expect(lasts).toBeLessThan(17);
    expect(repeated).toBeGreaterThan(QUEUE_HOURS);
  });

  test('wait for a user that is being changed, and do not fail', async () => {
    const { busy, failedInvocations } = await hoursOf(40, 5);
    expect(busy).toBeGreaterThan(40);
    expect(failedInvocations).toBe(0);
  });

  test('and ten of them rotate within an hour', async () => {
    const { finished, lasts } = await hoursOf(10, 0.5);
    expect(finished).toBe(10);
    expect(lasts).toBeLessThan(1);
  });
});

describe('Forty users whose rotations begin within a window', () => {
  test.each([
    // Hours of the window, minutes of a change, hours until the last has rotated.
    [2, 0.5, 3],
    [2, 5, 6.3],
    [4, 0.5, 4.1],
    [24, 20, 24],
  ])('of %p hours, with changes of %p minutes', async (window, minutes, hours) => {
    const { finished, failedInvocations, lasts, repeated } = await hoursOf(40, minutes, window);
    expect([finished, failedInvocations]).toStrictEqual([40, 0]);
    expect(lasts).toBeLessThan(hours);
    expect(repeated).toBeLessThan(QUEUE_HOURS);
  });

  test('of 4 hours: an event is repeated for minutes only', async () => {
    expect((await hoursOf(40, 0.5, 4)).repeated).toBeLessThan(0.1);
  });
});

test.each([
  ['30 seconds', 0.5],
  ['2 minutes', 2],
  ['5 minutes', 5],
  ['20 minutes', 20],
])('The document names the hours where a change takes %s', async (words, minutes) => {
  const [ten, forty] = [await hoursOf(10, minutes), await hoursOf(40, minutes)];
  const hours = [ten.lasts, forty.lasts, forty.repeated].map((each) => `${each.toFixed(1)} h`);
  expect(OPERATE).toContain(`\n| ${words} | ${hours.join(' | ')} |\n`);
});
