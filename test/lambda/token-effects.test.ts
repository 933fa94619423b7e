/**
 * What each effect on the cache's own password calls, what it remembers, and what it says is known
 * afterwards, typed by hand: for a rotation step and for a daily check.
 *
 * The explorations judge schedules by what must always hold. An effect that forgot its request, or
 * reported a value that another invocation has stored, would only make them longer.
 */

import { Password } from '../../contract/password';
import type { DailyCheckMemory } from '../../lambda/rotation/daily-check-facts';
import type { DailyCheckEffect } from '../../lambda/rotation/daily-check-plan';
import type { FullCredentials } from '../../lambda/rotation/ports';
import { newStepMemory, type StepMemory } from '../../lambda/rotation/step';
import { performDailyCheck } from '../../lambda/rotation/token-check-effects';
import { performWithToken } from '../../lambda/rotation/token-effects';
import type { TokenEffect } from '../../lambda/rotation/token-plan';

const password = (name: string) => Password.of(`token-effects-${name}-0`);
const [MADE, ABANDONED] = [password('made'), password('abandoned')];
const [PENDING, CURRENT] = [password('pending'), password('current')];
const NAMES = new Map([
  [MADE, 'made'],
  [ABANDONED, 'abandoned'],
  [PENDING, 'pending'],
  [CURRENT, 'current'],
]);
const ENDPOINTS = { host: 'a', port: 6379, readerHost: 'b' };

interface Answers {
  readonly put?: 'stored' | 'has-value';
  readonly ask?: 'asked' | 'busy';
  readonly askAlone?: 'asked' | 'busy' | 'not-newest';
}

/** Ports that note each call; passwords by their names. */
function noted({ put = 'stored', ask = 'asked', askAlone = 'asked' }: Answers = {}) {
  const calls: string[] = [];
  const note = <T>(call: string, answer: T) => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const named = (password: Password) => NAMES.get(password);
  const ports = {
    secrets: {
      put: (id: string, { username, password, endpoints }: FullCredentials) =>
        note(`put ${id} ${username} ${named(password)} ${JSON.stringify(endpoints)}`, put),
      move: (...given: readonly unknown[]) =>
        note(`move ${given.map(String).join(' ')}`, undefined),
      markRevoked: (id: string, since: string) => note(`mark ${id} ${since}`, undefined),
      unmarkRevoked: (id: string, since: string) => note(`unmark ${id} ${since}`, undefined),
    },
    cache: {
      username: 'default',
      ask: (password: Password) => note(`ask ${named(password)}`, ask),
      askAlone: (password: Password) => note(`askAlone ${named(password)}`, askAlone),
    },
    clock: { remainingMs: () => 800_000, wait: (ms: number) => note(`wait ${ms}`, undefined) },
    newPassword: () => MADE,
  };
  return { calls, ports };
}

describe('A rotation step', () => {
  async function perform(effect: TokenEffect, answers?: Answers, memory: Partial<StepMemory> = {}) {
    const { calls, ports } = noted(answers);
    const after = { ...newStepMemory(), labels: { newest: 'v1' }, ...memory };
    const sight = {
      facts: { stage: 'pending', hasPassword: false },
      labels: { current: 'v1', newest: 'v1', pending: 'v2' },
      endpoints: ENDPOINTS,
      abandoned: ABANDONED,
      pending: PENDING,
    };
    const timing = { pollIntervalMs: 0, quietMs: 60_000, iterationMsMax: 140_000 };
    const asked = { step: 'setSecret', versionId: 'v2', ports, timing };
    const iteration = { asked, sight, memory: after } as unknown;
    const known = await performWithToken(
      effect,
      iteration as Parameters<typeof performWithToken>[1],
    );
    return { calls, memory: after, facts: known?.facts, labels: known?.labels };
  }

  test.each([
    ['make', 'made'],
    ['adopt', 'abandoned'],
  ] as const)('%s stores the password, and then knows its value', async (effect, name) => {
    const { calls, memory, facts, labels } = await perform(effect);
    expect(calls).toStrictEqual([
      `put v2 default ${name} {"host":"a","port":6379,"readerHost":"b"}`,
    ]);
    const value = memory.values.get('v2')?.password;
    expect(value && NAMES.get(value)).toBe(name);
    expect(facts).toStrictEqual({ stage: 'pending', hasPassword: true });
    expect(labels).toStrictEqual({ current: 'v1', newest: 'v1', pending: 'v2' });
  });

  test.each(['make', 'adopt'] as const)(
    '%s of a version that has a value observes again, and keeps no value of its own',
    async (effect) => {
      const { facts, memory } = await perform(effect, { put: 'has-value' });
      expect(facts).toBeUndefined();
      expect(memory.values.size).toBe(0);
    },
  );

  test('mark moves NEWEST from where it was, and knows that no request followed', async () => {
    const { calls, memory, facts } = await perform('mark');
    expect(calls).toStrictEqual(['move newest v1 v2']);
    expect(memory.justMarked).toBe(true);
    expect(memory.labels).toStrictEqual({ current: 'v1', newest: 'v2', pending: 'v2' });
    expect(facts).toStrictEqual({
      stage: 'pending',
      hasPassword: false,
      newest: 'this',
      justMarked: true,
    });
  });

  test.each([
    ['asked', true],
    ['busy', false],
  ] as const)('ask that is answered %s remembers %s, and waits', async (answer, asked) => {
    const before = { justMarked: true, settledSinceMs: 5, waitsInARow: 3, labelsAreFresh: true };
    const { calls, memory, facts } = await perform('ask', { ask: answer }, before);
    expect(calls).toStrictEqual(['ask pending', 'wait 0']);
    expect(memory).toMatchObject({
      asked,
      justMarked: false,
      settledSinceMs: undefined,
      disturbed: true,
      waitsInARow: 1,
      labelsAreFresh: false,
    });
    expect(facts).toBeUndefined();
  });

  test('promote moves AWSCURRENT, and knows that the version has it', async () => {
    const { calls, memory, facts } = await perform('promote');
    expect(calls).toStrictEqual(['move current v1 v2']);
    expect(memory.labels).toStrictEqual({ current: 'v2', newest: 'v1', pending: 'v2' });
    expect(facts).toStrictEqual({ stage: 'current', hasPassword: false });
  });

  test('wait counts, and observes again', async () => {
    const { calls, memory, facts } = await perform('wait', {}, { waits: 2 });
    expect([calls, memory.waits, facts]).toStrictEqual([['wait 0'], 3, undefined]);
  });
});

describe('A daily check', () => {
  const REVOKED = { versionId: 'v0', since: 'Monday' };

  async function perform(effect: DailyCheckEffect, answers?: Answers, revoked?: typeof REVOKED) {
    const { calls, ports } = noted(answers);
    const memory: Partial<DailyCheckMemory> = {
      settledSinceMs: 5,
      waits: 2,
      asked: 'no',
      reasserted: false,
    };
    const sight = {
      labels: { current: 'v2', revoked },
      view: { authChangedAt: 'Friday' },
      current: { username: 'edited', password: CURRENT },
    };
    const iteration = { sight, ports, timing: { pollIntervalMs: 7 }, memory } as unknown;
    await performDailyCheck(effect, iteration as Parameters<typeof performDailyCheck>[1]);
    return { calls, memory };
  }

  test.each([
    ['asked', 'asked'],
    ['not-newest', 'not-newest'],
    // The request was rejected, so it is due again.
    ['busy', 'no'],
  ] as const)('revoke that is answered %s remembers %s', async (askAlone, asked) => {
    const { calls, memory } = await perform('revoke', { askAlone });
    expect(calls).toStrictEqual(['askAlone current', 'wait 7']);
    expect(memory).toStrictEqual({
      settledSinceMs: undefined,
      waits: 3,
      asked,
      reasserted: false,
    });
  });

  test('reassert asks for the current password again, and then revokes anew', async () => {
    const { calls, memory } = await perform('reassert');
    expect(calls).toStrictEqual(['ask current', 'wait 7']);
    expect(memory).toStrictEqual({
      settledSinceMs: undefined,
      waits: 3,
      asked: 'no',
      reasserted: true,
    });
  });

  test('record labels the current version with the time of the change', async () => {
    expect((await perform('record')).calls).toStrictEqual(['mark v2 Friday']);
  });

  test('record removes an earlier label first', async () => {
    const { calls } = await perform('record', {}, REVOKED);
    expect(calls).toStrictEqual(['unmark v0 Monday', 'mark v2 Friday']);
  });

  test('distrust removes the label of the current version', async () => {
    const { calls } = await perform('distrust', {}, REVOKED);
    expect(calls).toStrictEqual(['unmark v2 Monday']);
  });

  test('wait counts', async () => {
    const { calls, memory } = await perform('wait');
    expect([calls, memory.waits, memory.settledSinceMs]).toStrictEqual([['wait 7'], 3, 5]);
  });
});
