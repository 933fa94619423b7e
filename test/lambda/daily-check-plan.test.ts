/**
 * Proves about the daily check's planner, over every combination of facts: it changes the cache
 * only on proof that nobody is locked out, never before the time, and never on a report.
 */

import {
  DAILY_CHECK_WAITS_MAX,
  type DailyCheckDecision,
  type DailyCheckFacts,
  decideDailyCheck,
} from '../../lambda/rotation/daily-check-plan';
import type { Logins } from '../../lambda/rotation/logins';

const ALL: Logins = { accepted: 2, refused: 0, unreachable: 0 };
const NONE: Logins = { accepted: 0, refused: 2, unreachable: 0 };
const LOGINS: readonly (Logins | undefined)[] = [
  undefined,
  ALL,
  NONE,
  { accepted: 1, refused: 1, unreachable: 0 },
  { accepted: 1, refused: 0, unreachable: 1 },
  { accepted: 0, refused: 0, unreachable: 0 },
];
const BOTH = [true, false];

interface Row {
  readonly facts: DailyCheckFacts;
  readonly decision: DailyCheckDecision;
}

function* everyFacts(): Generator<DailyCheckFacts> {
  for (const mayRevoke of BOTH)
    for (const newest of ['nobody', 'current', 'refused', 'other', 'unreadable'] as const)
      for (const rotating of BOTH)
        for (const [settled, quiet] of [
          [true, true],
          [true, false],
          [false, false],
        ] as const)
          for (const revoked of BOTH)
            for (const changedSince of BOTH)
              for (const others of ['none', 'previous', 'unknown'] as const)
                for (const graceOver of BOTH)
                  for (const currentLogins of LOGINS)
                    for (const previousLogins of LOGINS)
                      for (const asked of ['no', 'asked', 'not-newest'] as const)
                        for (const reasserted of BOTH)
                          for (const waits of [0, DAILY_CHECK_WAITS_MAX]) {
                            const seen = { newest, rotating, settled, quiet, revoked };
                            const logins = { currentLogins, previousLogins };
                            const rest = { changedSince, others, graceOver, mayRevoke };
                            yield { ...seen, ...logins, ...rest, asked, reasserted, waits };
                          }
}

const ROWS: readonly Row[] = Array.from(everyFacts(), (facts) => ({
  facts,
  decision: decideDailyCheck(facts),
}));

const breaking = (rule: (row: Row) => boolean) => ROWS.filter((row) => !rule(row)).slice(0, 3);

const does = ({ decision }: Row, ...effects: readonly string[]) =>
  decision.kind === 'do' && effects.includes(decision.effect);

describe('The daily check decides, whatever was observed', () => {
  test('over 622,080 rows, with every effect and every outcome', () => {
    expect(ROWS).toHaveLength(622_080);
    const seen = ROWS.map(({ decision }) =>
      decision.kind === 'do' ? decision.effect : decision.outcome,
    );
    expect(Array.from(new Set(seen)).sort()).toStrictEqual([
      'current-refused',
      'distrust',
      'due',
      'in-grace',
      'newest-unclear',
      'not-settled',
      'nothing-to-revoke',
      'out-of-band-change',
      'reassert',
      'record',
      'revoke',
      'revoked',
      'rotating',
      'unreachable',
      'wait',
    ]);
  });
});

describe('The cache is changed only when that cannot lock anybody out', () => {
  test('settled, quiet, every node accepts the current password, no rotation has asked', () => {
    const rule = (row: Row) =>
      !does(row, 'revoke') ||
      (row.facts.settled &&
        row.facts.quiet &&
        !row.facts.rotating &&
        row.facts.currentLogins === ALL);
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('the current password was accepted last, as far as the label tells', () => {
    const rule = (row: Row) =>
      !does(row, 'revoke', 'reassert', 'record') ||
      ['nobody', 'current', 'refused'].includes(row.facts.newest);
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('its time is over', () => {
    const rule = (row: Row) => !does(row, 'revoke', 'reassert', 'record') || row.facts.graceOver;
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('ROTATE of the current password only after AWS said that another one is newer, once', () => {
    const rule = (row: Row) =>
      !does(row, 'reassert') || (row.facts.asked === 'not-newest' && !row.facts.reasserted);
    expect(breaking(rule)).toStrictEqual([]);
  });
});

describe('A report changes nothing', () => {
  test('and does not even wait', () => {
    expect(
      breaking(({ facts, decision }) => facts.mayRevoke || decision.kind === 'done'),
    ).toStrictEqual([]);
  });
});

describe('It says that a password is revoked only on proof', () => {
  test('asked for in this life, quiet since, and refused by every node if a label names it', () => {
    const rule = (row: Row) => {
      const { asked, quiet, others, previousLogins } = row.facts;
      const isRefused = others === 'unknown' ? !previousLogins?.accepted : previousLogins === NONE;
      return !does(row, 'record') || (asked === 'asked' && quiet && isRefused);
    };
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('and that there is none only where the cache was never asked for another one', () => {
    const rule = ({ facts, decision }: Row) =>
      decision.kind !== 'done' ||
      decision.outcome !== 'nothing-to-revoke' ||
      (facts.others === 'none' && !facts.revoked);
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('and takes it back when somebody has changed the passwords since', () => {
    const rule = ({ facts, decision }: Row) =>
      decision.kind !== 'done' ||
      decision.outcome !== 'revoked' ||
      (facts.revoked && !facts.changedSince);
    expect(breaking(rule)).toStrictEqual([]);
  });
});

describe('Waiting ends', () => {
  test('after as many waits as a daily check may take', () => {
    expect(
      breaking((row) => !does(row, 'wait') || row.facts.waits < DAILY_CHECK_WAITS_MAX),
    ).toStrictEqual([]);
  });
});
