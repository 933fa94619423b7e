/**
 * Proves about the planner, over every step and every combination of facts: it always decides,
 * it changes the cache or AWSCURRENT only on proof, and it never reads silence as refusal.
 */

import { ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import type { Logins } from '../../lambda/rotation/logins';
import { type Decision, decide, type Facts } from '../../lambda/rotation/plan';
import { ROTATION_ERROR_CODES } from '../../lambda/rotation/rotation-error';

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
                      const logins = { pendingLogins, currentLogins, abandonedLogins };
                      const rest = { untouched, ...requested, quiet, timeLeft, waits };
                      yield { stage, hasPassword, newest, settled, ...logins, ...rest };
                    }
}

const ROWS: readonly Row[] = ROTATION_STEPS.flatMap((step) =>
  (['current', 'pending', 'unstaged'] as const).flatMap((stage) =>
    Array.from(factsOfOneStage(stage), (facts) => ({ step, facts, decision: decide(step, facts) })),
  ),
);

/** The rows that break a rule. Every rule is checked against all rows. */
function breaking(rule: (row: Row) => boolean): readonly Row[] {
  return ROWS.filter((row) => !rule(row)).slice(0, 3);
}

const does = ({ decision }: Row, effect: string) =>
  decision.kind === 'do' && decision.effect === effect;
const everyNode = (logins: Logins | undefined) => logins?.accepted === 2;

describe('The planner decides, whatever was observed', () => {
  test('over 2,875,392 rows', () => {
    expect(ROWS).toHaveLength(2_875_392);
  });

  test('with a known kind, and a known code where it refuses', () => {
    const isKnown = ({ decision }: Row) =>
      decision.kind !== 'refuse' || ROTATION_ERROR_CODES.includes(decision.code);
    expect(breaking(isKnown)).toStrictEqual([]);
    const kinds = new Set(ROWS.map(({ decision }) => decision.kind));
    expect(kinds).toEqual(new Set(['do', 'done', 'refuse']));
  });
});

describe('A version that is already AWSCURRENT is done, in every step', () => {
  test('and one without a label is refused', () => {
    const rule = ({ facts, decision }: Row) => {
      if (facts.stage === 'current') return decision.kind === 'done';
      if (facts.stage === 'unstaged') return decision.kind === 'refuse';
      return true;
    };
    expect(breaking(rule)).toStrictEqual([]);
  });
});

describe('The cache is asked only when that cannot lock anybody out', () => {
  test('in setSecret, settled, and every node accepts the current password', () => {
    const rule = (row: Row) =>
      !does(row, 'ask') ||
      (row.step === 'setSecret' &&
        row.facts.settled === true &&
        everyNode(row.facts.currentLogins));
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('with the label NEWEST on this version beforehand', () => {
    expect(breaking((row) => !does(row, 'ask') || row.facts.newest === 'this')).toStrictEqual([]);
  });

  test('with the current password accepted before the label moves, too', () => {
    const rule = (row: Row) => !does(row, 'mark') || everyNode(row.facts.currentLogins);
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('with the passwords as the last change of ours left them, then and on a retry', () => {
    const rule = (row: Row) =>
      !does(row, 'mark') || (row.facts.settled === true && row.facts.untouched === 'yes');
    expect(breaking(rule)).toStrictEqual([]);
    const resumed = (row: Row) =>
      !does(row, 'ask') || row.facts.justMarked || row.facts.untouched === 'yes';
    expect(breaking(resumed)).toStrictEqual([]);
    expect(ROWS.some((row) => does(row, 'mark') && row.facts.newest === 'nobody')).toBe(true);
  });

  test('and never again while a node accepts the new password, or before all is quiet', () => {
    const rule = (row: Row) =>
      !does(row, 'ask') ||
      row.facts.justMarked ||
      (row.facts.quiet && noNode(row.facts.pendingLogins));
    expect(breaking(rule)).toStrictEqual([]);
  });
});

describe('AWSCURRENT moves only when every node of a settled cache accepts the password', () => {
  test('and only in finishSecret', () => {
    const rule = (row: Row) =>
      !does(row, 'promote') ||
      (row.step === 'finishSecret' &&
        row.facts.hasPassword === true &&
        row.facts.settled === true &&
        everyNode(row.facts.pendingLogins));
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('and testSecret passes on the same proof, or without a value on the current one', () => {
    const rule = (row: Row) => {
      const { step, facts, decision } = row;
      if (step !== 'testSecret' || decision.kind !== 'done' || facts.stage === 'current')
        return true;
      if (isLeft(row)) return true;
      if (facts.hasPassword) return facts.settled === true && everyNode(facts.pendingLogins);
      return decision.why === 'configuration-tested' && everyNode(facts.currentLogins);
    };
    expect(breaking(rule)).toStrictEqual([]);
  });
});

/** The proof is left to a later step. */
const isLeft = ({ decision }: Row) => decision.kind === 'done' && decision.why === 'not-proven-yet';

describe('A step that runs out of time leaves the proof to a later one', () => {
  test('never finishSecret or createSecret, and never while there is time', () => {
    const rule = (row: Row) =>
      !isLeft(row) ||
      ((row.step === 'setSecret' || row.step === 'testSecret') &&
        !row.facts.timeLeft &&
        row.facts.hasPassword === true);
    expect(breaking(rule)).toStrictEqual([]);
    expect(new Set(ROWS.filter(isLeft).map(({ step }) => step)).size).toBe(2);
  });

  test('setSecret once NEWEST is on this version, and the cache changes or was just asked', () => {
    const rule = (row: Row) =>
      !isLeft(row) ||
      row.step !== 'setSecret' ||
      row.facts.asked ||
      (!row.facts.settled && row.facts.newest === 'this' && !row.facts.justMarked);
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('testSecret only while the cache is being changed: a refusal of a settled one fails', () => {
    const rule = (row: Row) => !isLeft(row) || row.step !== 'testSecret' || !row.facts.settled;
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('neither of them after a node of a settled cache has been seen to refuse alone', () => {
    const rule = ({ facts, ...row }: Row) =>
      !isLeft({ facts, ...row }) || !facts.settled || noNode(facts.pendingLogins);
    expect(breaking(rule)).toStrictEqual([]);
  });
});

describe('A version gets one password, and no second one joins a live abandoned one', () => {
  test('none is made where there is one', () => {
    const rule = (row: Row) =>
      !(does(row, 'make') || does(row, 'adopt')) || row.facts.hasPassword === false;
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('a new one beside an abandoned one only when that is refused everywhere, for long', () => {
    const rule = (row: Row) =>
      !does(row, 'make') ||
      row.facts.newest !== 'abandoned' ||
      (row.facts.settled === true && row.facts.quiet && noNode(row.facts.abandonedLogins));
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('and none at all while what NEWEST stands for cannot be read', () => {
    const rule = (row: Row) =>
      row.facts.newest !== 'unreadable' ||
      !['make', 'adopt', 'mark', 'ask'].some((effect) => does(row, effect));
    expect(breaking(rule)).toStrictEqual([]);
  });

  test('the label leaves an abandoned version only on the same proof', () => {
    const rule = (row: Row) =>
      !does(row, 'mark') ||
      row.facts.newest !== 'abandoned' ||
      (row.facts.settled === true && row.facts.quiet && noNode(row.facts.abandonedLogins));
    expect(breaking(rule)).toStrictEqual([]);
  });
});

describe('Waiting ends', () => {
  test('no iteration waits when no time is left', () => {
    expect(breaking((row) => !does(row, 'wait') || row.facts.timeLeft)).toStrictEqual([]);
  });
});
