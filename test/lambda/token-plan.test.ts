/**
 * Proves about the planner, over every step and every combination of facts: it always decides,
 * it changes the cache or AWSCURRENT only on proof, and it never reads silence as refusal.
 */

import { ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import type { Logins } from '../../lambda/rotation/logins';
import type { Decision } from '../../lambda/rotation/planner-parts';
import { ROTATION_ERROR_CODES } from '../../lambda/rotation/rotation-error';
import { decide, type Facts } from '../../lambda/rotation/token-plan';
import { tableOf } from '../support/every-row';

const LOGINS: readonly (Logins | undefined)[] = [
  undefined,
  { accepted: 2, refused: 0, unreachable: 0 },
  { accepted: 0, refused: 2, unreachable: 0 },
  { accepted: 1, refused: 1, unreachable: 0 },
  { accepted: 1, refused: 0, unreachable: 1 },
  { accepted: 0, refused: 1, unreachable: 1 },
  { accepted: 0, refused: 0, unreachable: 2 },
  { accepted: 0, refused: 0, unreachable: 0 },
];
const BOTH = [true, false];
/** Before this invocation has marked, after it has, and after the cache has taken its request. */
const REQUESTED = [
  { justMarked: false, asked: false },
  { justMarked: true, asked: false },
  { justMarked: false, asked: true },
];
const noNode = (logins: Logins | undefined) => logins?.refused === 2;

interface Row {
  readonly step: RotationStep;
  readonly facts: Facts;
  readonly decision: Decision;
}

type Besides = readonly [abandonedLogins: Logins | undefined, untouched: Facts['untouched']];

/** What is looked at only if NEWEST is where it is, and then in every way. */
function besides(newest: Facts['newest']): readonly Besides[] {
  const untouched = ['yes', 'no', 'unknown'] as const;
  if (newest === 'nobody' || newest === 'current')
    return untouched.map((each) => [undefined, each]);
  const refused = LOGINS.find(noNode);
  return [
    ...LOGINS.map((logins): Besides => [logins, 'yes']),
    ...untouched.map((each): Besides => [refused, each]),
  ];
}

function* factsOfOneStage(stage: Facts['stage']): Generator<Facts> {
  for (const hasPassword of BOTH)
    for (const newest of ['nobody', 'current', 'this', 'abandoned', 'unreadable'] as const)
      for (const settled of BOTH)
        for (const pendingLogins of LOGINS)
          for (const currentLogins of LOGINS)
            for (const [abandonedLogins, untouched] of besides(newest))
              for (const requested of REQUESTED)
                for (const quiet of BOTH)
                  for (const timeLeft of BOTH)
                    for (const waits of [0, 3]) {
                      // One literal: made of several it is slower by ten.
                      yield {
                        stage,
                        hasPassword,
                        newest,
                        settled,
                        pendingLogins,
                        currentLogins,
                        abandonedLogins,
                        untouched,
                        justMarked: requested.justMarked,
                        asked: requested.asked,
                        quiet,
                        timeLeft,
                        waits,
                      };
                    }
}

function* everyRowThereIs(): Generator<Row> {
  for (const step of ROTATION_STEPS)
    for (const stage of ['current', 'pending', 'unstaged'] as const)
      for (const facts of factsOfOneStage(stage))
        yield { step, facts, decision: decide(step, facts) };
}

const { everyRow, count, valuesOf } = tableOf(everyRowThereIs);

const does = ({ decision }: Row, effect: string) =>
  decision.kind === 'do' && decision.effect === effect;
const everyNode = (logins: Logins | undefined) => logins?.accepted === 2;

describe('The planner decides, whatever was observed', () => {
  test('over 2,875,392 rows', () => {
    expect(count()).toBe(2_875_392);
  });

  const kinds = valuesOf(({ decision }) => decision.kind);
  test('in every kind of way', () => expect(kinds()).toStrictEqual(['do', 'done', 'refuse']));

  everyRow(
    'with a known kind, and a known code where it refuses',
    ({ decision }: Row) =>
      decision.kind !== 'refuse' || ROTATION_ERROR_CODES.includes(decision.code),
  );
});

describe('A version that is already AWSCURRENT is done, in every step', () => {
  everyRow('and one without a label is refused', ({ facts, decision }: Row) => {
    if (facts.stage === 'current') return decision.kind === 'done';
    if (facts.stage === 'unstaged') return decision.kind === 'refuse';
    return true;
  });
});

describe('The cache is asked only when that cannot lock anybody out', () => {
  everyRow(
    'in setSecret, settled, and every node accepts the current password',
    (row) =>
      !does(row, 'ask') ||
      (row.step === 'setSecret' &&
        row.facts.settled === true &&
        everyNode(row.facts.currentLogins)),
  );

  everyRow(
    'with the label NEWEST on this version beforehand',
    (row) => !does(row, 'ask') || row.facts.newest === 'this',
  );

  everyRow(
    'with the current password accepted before the label moves, too',
    (row) => !does(row, 'mark') || everyNode(row.facts.currentLogins),
  );

  everyRow(
    'with the passwords as the last change by the function left them',
    (row) => !does(row, 'mark') || (row.facts.settled === true && row.facts.untouched === 'yes'),
  );

  everyRow(
    'and so on a retry',
    (row) => !does(row, 'ask') || row.facts.justMarked || row.facts.untouched === 'yes',
  );

  const marked = valuesOf((row) => (does(row, 'mark') ? row.facts.newest : undefined));
  test('also where NEWEST stands for nobody', () => {
    expect(marked()).toContain('nobody');
  });

  everyRow(
    'and never again while a node accepts the new password, or before all is quiet',
    (row) =>
      !does(row, 'ask') ||
      row.facts.justMarked ||
      (row.facts.quiet && noNode(row.facts.pendingLogins)),
  );
});

describe('AWSCURRENT moves only when every node of a settled cache accepts the password', () => {
  everyRow(
    'and only in finishSecret',
    (row) =>
      !does(row, 'promote') ||
      (row.step === 'finishSecret' &&
        row.facts.hasPassword === true &&
        row.facts.settled === true &&
        everyNode(row.facts.pendingLogins)),
  );

  everyRow(
    'and testSecret passes on the same proof, or without a value on the current one',
    (row) => {
      const { step, facts, decision } = row;
      if (step !== 'testSecret' || decision.kind !== 'done' || facts.stage === 'current')
        return true;
      if (isLeft(row)) return true;
      if (facts.hasPassword) return facts.settled === true && everyNode(facts.pendingLogins);
      return decision.why === 'configuration-tested' && everyNode(facts.currentLogins);
    },
  );
});

/** The proof is left to a later step. */
const isLeft = ({ decision }: Row) => decision.kind === 'done' && decision.why === 'not-proven-yet';

describe('A step that runs out of time leaves the proof to a later one', () => {
  everyRow(
    'never finishSecret or createSecret, and never while there is time',
    (row) =>
      !isLeft(row) ||
      ((row.step === 'setSecret' || row.step === 'testSecret') &&
        !row.facts.timeLeft &&
        row.facts.hasPassword === true),
  );

  const leaving = valuesOf((row) => (isLeft(row) ? row.step : undefined));
  test('but both of the others', () => {
    expect(leaving()).toStrictEqual(['setSecret', 'testSecret']);
  });

  everyRow(
    'setSecret once NEWEST is on this version, and the cache changes or was just asked',
    (row) =>
      !isLeft(row) ||
      row.step !== 'setSecret' ||
      row.facts.asked ||
      (!row.facts.settled && row.facts.newest === 'this' && !row.facts.justMarked),
  );

  everyRow(
    'testSecret only while the cache is being changed: a refusal of a settled one fails',
    (row) => !isLeft(row) || row.step !== 'testSecret' || !row.facts.settled,
  );

  everyRow(
    'neither of them after a node of a settled cache has been seen to refuse alone',
    (row) => !isLeft(row) || !row.facts.settled || noNode(row.facts.pendingLogins),
  );
});

describe('A version gets one password, and no second one joins a live abandoned one', () => {
  everyRow(
    'none is made where there is one',
    (row) => !(does(row, 'make') || does(row, 'adopt')) || row.facts.hasPassword === false,
  );

  everyRow(
    'a new one beside an abandoned one only when that is refused everywhere, for long',
    (row) =>
      !does(row, 'make') ||
      row.facts.newest !== 'abandoned' ||
      (row.facts.settled === true && row.facts.quiet && noNode(row.facts.abandonedLogins)),
  );

  everyRow(
    'and none at all while what NEWEST stands for cannot be read',
    (row) =>
      row.facts.newest !== 'unreadable' ||
      !['make', 'adopt', 'mark', 'ask'].some((effect) => does(row, effect)),
  );

  everyRow(
    'the label leaves an abandoned version only on the same proof',
    (row) =>
      !does(row, 'mark') ||
      row.facts.newest !== 'abandoned' ||
      (row.facts.settled === true && row.facts.quiet && noNode(row.facts.abandonedLogins)),
  );
});

describe('Waiting ends', () => {
  everyRow(
    'no iteration waits when no time is left',
    (row) => !does(row, 'wait') || row.facts.timeLeft,
  );
});
