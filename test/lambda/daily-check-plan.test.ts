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
import { tableOf } from '../support/every-row';

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
                            // One literal: made of several it is slower by ten.
                            yield {
                              mayRevoke,
                              newest,
                              rotating,
                              settled,
                              quiet,
                              revoked,
                              changedSince,
                              others,
                              graceOver,
                              currentLogins,
                              previousLogins,
                              asked,
                              reasserted,
                              waits,
                            };
                          }
}

function* everyRowThereIs(): Generator<Row> {
  for (const facts of everyFacts()) yield { facts, decision: decideDailyCheck(facts) };
}

const { everyRow, count, valuesOf } = tableOf(everyRowThereIs);

const does = ({ decision }: Row, ...effects: readonly string[]) =>
  decision.kind === 'do' && effects.includes(decision.effect);

describe('The daily check decides, whatever was observed', () => {
  const seen = valuesOf(({ decision }) =>
    decision.kind === 'do' ? decision.effect : decision.outcome,
  );
  test('over 622,080 rows, with every effect and every outcome', () => {
    expect(count()).toBe(622_080);
    expect(seen()).toStrictEqual([
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
  everyRow(
    'settled, quiet, every node accepts the current password, no rotation has asked',
    (row) =>
      !does(row, 'revoke') ||
      (row.facts.settled &&
        row.facts.quiet &&
        !row.facts.rotating &&
        row.facts.currentLogins === ALL),
  );

  everyRow(
    'the current password was accepted last, as far as the label tells',
    (row) =>
      !does(row, 'revoke', 'reassert', 'record') ||
      ['nobody', 'current', 'refused'].includes(row.facts.newest),
  );

  everyRow(
    'its time is over',
    (row) => !does(row, 'revoke', 'reassert', 'record') || row.facts.graceOver,
  );

  everyRow(
    'ROTATE of the current password only after AWS said that another one is newer, once',
    (row) => !does(row, 'reassert') || (row.facts.asked === 'not-newest' && !row.facts.reasserted),
  );
});

describe('A report changes nothing', () => {
  everyRow(
    'and does not even wait',
    ({ facts, decision }) => facts.mayRevoke || decision.kind === 'done',
  );
});

describe('It says that a password is revoked only on proof', () => {
  everyRow(
    'asked for in this life, quiet since, and refused by every node if a label names it',
    (row) => {
      const { asked, quiet, others, previousLogins } = row.facts;
      const isRefused = others === 'unknown' ? !previousLogins?.accepted : previousLogins === NONE;
      return !does(row, 'record') || (asked === 'asked' && quiet && isRefused);
    },
  );

  everyRow(
    'and that there is none only where the cache was never asked for another one',
    ({ facts, decision }: Row) =>
      decision.kind !== 'done' ||
      decision.outcome !== 'nothing-to-revoke' ||
      (facts.others === 'none' && !facts.revoked),
  );

  everyRow(
    'and takes it back when somebody has changed the passwords since',
    ({ facts, decision }: Row) =>
      decision.kind !== 'done' ||
      decision.outcome !== 'revoked' ||
      (facts.revoked && !facts.changedSince),
  );
});

describe('Waiting ends', () => {
  everyRow(
    'after as many waits as a daily check may take',
    (row) => !does(row, 'wait') || row.facts.waits < DAILY_CHECK_WAITS_MAX,
  );
});
