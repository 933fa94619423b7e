/**
 * What a daily check of the cache's own password observes: the facts that it decides by, and its
 * report, typed by hand for each state of labels, values and nodes.
 */

import type { Answer } from '../../contract/daily-check';
import { Password } from '../../contract/password';
import {
  graceEndOf,
  hasTimeForWait,
  newDailyCheckMemory,
  observeDailyCheck,
} from '../../lambda/rotation/daily-check-facts';
import type { CacheView, Labels, Login, Ports } from '../../lambda/rotation/ports';

const password = (name: string) => Password.of(`daily-check-facts-${name}-0`);
const [CURRENT, PREVIOUS, OTHER] = [password('current'), password('previous'), password('other')];
const NOW = '2026-11-28T00:00:00.000Z';
const NOW_MS = Date.parse(NOW);
const DAY_MS = 86_400_000;
const NODES = ['a', 'b'].map((host) => ({ host, port: 6379 }));
const TIMING = { pollIntervalMs: 5_000, quietMs: 60_000, graceDays: 7, iterationMsMax: 140_000 };

interface Given {
  readonly kind?: 'daily' | 'report' | 'revoke' | 'leaked';
  readonly labels?: Labels;
  readonly values?: Readonly<Record<string, Password>>;
  /** By node, then password. A password that is not named is accepted. */
  readonly answers?: readonly ReadonlyMap<Password, Answer>[];
  readonly view?: Partial<CacheView>;
  readonly changedMs?: number;
  readonly quietForMs?: number;
}

const LABELS: Labels = { current: 'v1', newest: 'v1', previous: 'v0' };

async function observed(given: Given) {
  const { kind = 'daily', labels = LABELS, answers = [], view, quietForMs } = given;
  const values: Readonly<Record<string, Password>> = given.values ?? { v0: PREVIOUS, v1: CURRENT };
  const logins: string[] = [];
  const nowMs = 1_000_000;
  const ports = {
    secrets: {
      labels: async () => labels,
      read: async (id: string) => {
        const value = values[id];
        return value && { password: value };
      },
      history: async () => ({
        createdMs: new Map([['v1', NOW_MS - 10 * DAY_MS]]),
        changedMs: 'changedMs' in given ? given.changedMs : NOW_MS - DAY_MS,
        nextRotationMs: NOW_MS + 80 * DAY_MS,
      }),
    },
    cache: {
      username: 'default',
      look: async () => ({
        settled: true,
        endpoints: { host: 'e', port: 6379, readerHost: 'r' },
        authChangedAt: 'Friday',
        nodes: NODES,
        ...view,
      }),
      login: async ({ host }: { host: string }, username: string, tried: Password) => {
        logins.push(`${username} ${host}`);
        const answer = answers[host === 'a' ? 0 : 1]?.get(tried) ?? 'accepted';
        return (answer === 'unreachable' ? { answer, why: 'timed-out' } : { answer }) as Login;
      },
      probe: async () => ({ noPassword: 'refused', plaintext: 'refused' }),
    },
    clock: { nowMs: () => nowMs, epochMs: () => NOW_MS },
  } as unknown as Ports;
  const memory = newDailyCheckMemory();
  if (quietForMs !== undefined) memory.settledSinceMs = nowMs - quietForMs;
  const { facts, report } = await observeDailyCheck(kind, ports, TIMING, memory);
  return { facts, report, logins };
}

test('A settled cache with two passwords: all facts, and the whole report', async () => {
  const { facts, report, logins } = await observed({});
  expect(facts).toStrictEqual({
    mayRevoke: true,
    newest: 'current',
    rotating: false,
    settled: true,
    quiet: false,
    revoked: false,
    changedSince: false,
    others: 'previous',
    graceOver: false,
    currentLogins: { accepted: 2, refused: 0, unreachable: 0 },
    previousLogins: { accepted: 2, refused: 0, unreachable: 0 },
    asked: 'no',
    reasserted: false,
    waits: 0,
  });
  const answers = {
    current: 'accepted',
    previous: 'accepted',
    pending: undefined,
    noPassword: 'refused',
    plaintext: 'refused',
    why: undefined,
  };
  expect(report).toStrictEqual({
    at: NOW,
    outcome: 'not-settled',
    current: { versionId: 'v1', createdAt: '2026-11-18T00:00:00.000Z' },
    previous: { versionId: 'v0', createdAt: undefined },
    pending: undefined,
    newest: 'v1',
    nextRotationAt: '2027-02-16T00:00:00.000Z',
    graceEndsAt: '2026-12-04T00:00:00.000Z',
    authChangedAt: 'Friday',
    isRevoked: false,
    isSettled: true,
    edited: undefined,
    others: 'previous',
    nodes: [
      { host: 'a', port: 6379, ...answers },
      { host: 'b', port: 6379, ...answers },
    ],
  });
  expect(logins).toStrictEqual(['default a', 'default a', 'default b', 'default b']);
});

const pendingOf = (newest: string): Labels => ({ ...LABELS, newest, pending: 'v2' });
const withPending = { v0: PREVIOUS, v1: CURRENT, v2: OTHER };
const refuses = (answer: Answer, tried = OTHER) => new Map([[tried, answer]]);
const revokedAt = (since: string): Labels => ({ ...LABELS, revoked: { versionId: 'v1', since } });
type Facts = Awaited<ReturnType<typeof observed>>['facts'];

test.each<[string, Given, Partial<Facts>]>([
  ['a report may not revoke', { kind: 'report' }, { mayRevoke: false, graceOver: false }],
  ['an operator ends the grace period', { kind: 'revoke' }, { mayRevoke: true, graceOver: true }],
  ['a leak ends it, too', { kind: 'leaked' }, { mayRevoke: true, graceOver: true }],
  ['it ends after 7 days', { changedMs: NOW_MS - 7 * DAY_MS }, { graceOver: true }],
  ['and not before', { changedMs: NOW_MS - 7 * DAY_MS + 1 }, { graceOver: false }],
  ['and never without a known time', { changedMs: undefined }, { graceOver: false }],
  ['settled for the quiet time', { quietForMs: 60_000 }, { quiet: true }],
  ['a millisecond less', { quietForMs: 59_999 }, { quiet: false }],
  ['changing', { view: { settled: false }, quietForMs: 60_000 }, { settled: false, quiet: false }],
  [
    'a rotation that has asked for its password',
    { labels: pendingOf('v2'), values: withPending },
    { newest: 'other', rotating: true },
  ],
  [
    'a rotation that has not',
    { labels: pendingOf('v1'), values: withPending },
    { newest: 'current', rotating: false },
  ],
  [
    'a rotation whose password every node refuses',
    {
      labels: pendingOf('v2'),
      values: withPending,
      answers: [refuses('refused'), refuses('refused')],
    },
    { newest: 'refused', rotating: false },
  ],
  [
    'one that one node refuses, and the other accepts',
    { labels: pendingOf('v2'), values: withPending, answers: [refuses('refused')] },
    { newest: 'other', rotating: true },
  ],
  [
    'one that one node refuses, and the other does not answer',
    {
      labels: pendingOf('v2'),
      values: withPending,
      answers: [refuses('refused'), refuses('unreachable')],
    },
    { newest: 'other', rotating: true },
  ],
  [
    'one that no node answers',
    {
      labels: pendingOf('v2'),
      values: withPending,
      answers: [refuses('unreachable'), refuses('unreachable')],
    },
    { newest: 'other', rotating: true },
  ],
  [
    'AWSPENDING left on the current version',
    { labels: { ...LABELS, pending: 'v1' } },
    { newest: 'current', rotating: false },
  ],
  [
    'a pending version that is a copy of the current one',
    { labels: pendingOf('v2'), values: { ...withPending, v2: CURRENT } },
    { newest: 'current', rotating: false },
  ],
  [
    'NEWEST without a readable value',
    { labels: { ...LABELS, newest: 'v9' } },
    { newest: 'unreadable', rotating: false },
  ],
  ['no NEWEST', { labels: { current: 'v1' } }, { newest: 'nobody', others: 'none' }],
  [
    'no NEWEST, and a previous password',
    { labels: { current: 'v1', previous: 'v0' } },
    { newest: 'nobody', others: 'previous' },
  ],
  [
    'no previous password that can be tried',
    { labels: { current: 'v1', newest: 'v1' } },
    { others: 'unknown', previousLogins: undefined },
  ],
  [
    'a previous version with the current password',
    { values: { v0: CURRENT, v1: CURRENT } },
    { others: 'unknown', previousLogins: undefined },
  ],
  [
    'revoked, which tries no previous password',
    { labels: revokedAt('Friday') },
    { revoked: true, changedSince: false, others: 'previous', previousLogins: undefined },
  ],
  [
    'changed since it was revoked',
    { labels: revokedAt('Monday') },
    { revoked: true, changedSince: true },
  ],
  [
    'an earlier version that was revoked',
    { labels: { ...LABELS, revoked: { versionId: 'v0', since: 'Monday' } } },
    { revoked: false, changedSince: false },
  ],
  [
    'one node that refuses the current password, one that does not answer',
    { answers: [refuses('refused', CURRENT), refuses('unreachable', CURRENT)] },
    { currentLogins: { accepted: 0, refused: 1, unreachable: 1 } },
  ],
])('Facts: %s', async (_what, given, expected) => {
  expect((await observed(given)).facts).toMatchObject(expected);
});

test('A report says since when a rotation is pending, and whether it has a password', async () => {
  const { report } = await observed({ labels: pendingOf('v2'), values: withPending });
  const pending = { versionId: 'v2', createdAt: undefined };
  expect(report.pending).toStrictEqual({ ...pending, hasPassword: true });
  expect(report.nodes.map((node) => node.pending)).toStrictEqual(['accepted', 'accepted']);
  const unvalued = await observed({ labels: pendingOf('v1') });
  expect(unvalued.report.pending).toStrictEqual({ ...pending, hasPassword: false });
});

test('A report names no end of a grace period that is revoked or unknown', async () => {
  const ends = async (given: Given) => (await observed(given)).report.graceEndsAt;
  expect(await ends({ labels: revokedAt('Friday') })).toBeUndefined();
  expect(await ends({ labels: { current: 'v1' } })).toBeUndefined();
  expect(await ends({ changedMs: undefined })).toBeUndefined();
});

test('A report names why a node does not answer', async () => {
  const { report } = await observed({ answers: [new Map(), refuses('unreachable', PREVIOUS)] });
  expect(report.nodes.map(({ why }) => why)).toStrictEqual([undefined, 'timed-out']);
});

test('A grace period of no days ends with the change', () => {
  const history = { createdMs: new Map(), changedMs: 5 };
  expect(graceEndOf(history, { ...TIMING, graceDays: 0 })).toBe(5);
});

test.each([
  [145_000, false],
  [145_001, true],
])('With %d ms left there is time for a wait: %s', (remainingMs, has) => {
  const clock = { remainingMs: () => remainingMs } as Parameters<typeof hasTimeForWait>[0];
  expect(hasTimeForWait(clock, TIMING)).toBe(has);
});
