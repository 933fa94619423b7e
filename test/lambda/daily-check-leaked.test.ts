/**
 * After a leak, client sessions end only once the leaked password is refused: for each outcome and
 * each event, typed by hand. And the report says "revoked" for that outcome alone.
 */

import type { DailyCheck, DailyCheckOutcome, DailyCheckReport } from '../../contract/daily-check';
import { Password } from '../../contract/password';
import { type CheckStrategy, runDailyCheck } from '../../lambda/rotation/daily-check';
import type { CheckDecision } from '../../lambda/rotation/daily-check-plan';
import type { CachePort, Ports } from '../../lambda/rotation/ports';

const TIMING = { pollIntervalMs: 5_000, quietMs: 60_000, graceDays: 7, iterationMsMax: 140_000 };
const NODE = {
  host: 'a',
  port: 1,
  current: 'accepted',
  noPassword: 'refused',
  plaintext: 'refused',
} as const;
const REPORT: DailyCheckReport = {
  at: '2026-11-28T00:00:00.000Z',
  user: 'app',
  outcome: 'not-settled',
  isRevoked: false,
  isSettled: true,
  nodes: [NODE],
};

/** A check whose decisions are given; the last one repeats. */
async function checked(kind: DailyCheck, ...decisions: readonly CheckDecision<'wait'>[]) {
  const lines: object[] = [];
  let [ended, looks, performed] = [0, 0, 0];
  const cache = {
    username: 'app',
    endSessions: async () => {
      ended += 1;
      return { count: 3 };
    },
  };
  const ports = { cache, log: (line: object) => void lines.push(line) };
  const strategy = {
    memory: () => ({}),
    observe: async () => {
      looks += 1;
      const current = { password: Password.of('daily-check-leaked-0') };
      return { facts: { looks }, labels: {}, current, report: REPORT };
    },
    decide: ({ looks: at }: { looks: number }) =>
      decisions[at - 1] ?? (decisions.at(-1) as CheckDecision<'wait'>),
    perform: async () => {
      performed += 1;
    },
  } as unknown as CheckStrategy<CachePort, object, never, object, 'wait'>;
  const report = runDailyCheck(kind, ports as unknown as Ports<CachePort>, TIMING, strategy);
  const seen = () => ({ lines, ended, looks, performed });
  return { report, seen };
}

const done = (outcome: DailyCheckOutcome) => ({ kind: 'done', outcome }) as const;
const wait = { kind: 'do', effect: 'wait' } as const;

test.each<[DailyCheck, DailyCheckOutcome, sessionsEnded: number | undefined, isRevoked: boolean]>([
  ['leaked', 'revoked', 3, true],
  ['leaked', 'nothing-to-revoke', 3, false],
  ['leaked', 'rotating', undefined, false],
  ['leaked', 'not-settled', undefined, false],
  ['leaked', 'out-of-band-change', undefined, false],
  ['leaked', 'current-refused', undefined, false],
  ['revoke', 'revoked', undefined, true],
  ['revoke', 'nothing-to-revoke', undefined, false],
  ['daily', 'revoked', undefined, true],
  ['report', 'due', undefined, false],
])('%s that ends with %s ends %p sessions', async (kind, outcome, sessionsEnded, isRevoked) => {
  const { report, seen } = await checked(kind, done(outcome));
  const nodes = [sessionsEnded === undefined ? NODE : { ...NODE, sessionsEnded }];
  expect(await report).toStrictEqual({ ...REPORT, outcome, isRevoked, nodes });
  expect(seen().ended).toBe(sessionsEnded === undefined ? 0 : 1);
});

test('Each iteration is logged with its facts and its decision', async () => {
  const { report, seen } = await checked('daily', wait, done('in-grace'));
  expect((await report).outcome).toBe('in-grace');
  const line = { dailyCheck: 'daily', user: 'app' };
  expect(seen()).toStrictEqual({
    ended: 0,
    looks: 2,
    performed: 1,
    lines: [
      { ...line, iteration: 1, facts: { looks: 1 }, decision: wait },
      { ...line, iteration: 2, facts: { looks: 2 }, decision: done('in-grace') },
    ],
  });
});

test('A check that does not end by itself ends after 100 iterations, with an error', async () => {
  const { report, seen } = await checked('daily', wait);
  await expect(report).rejects.toThrow(/^StillSettling.*\(100 iterations\)/);
  expect([seen().looks, seen().performed]).toStrictEqual([100, 100]);
});
