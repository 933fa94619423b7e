/**
 * The decisions for a user, of a rotation step and of a daily check: one row for each reason, typed
 * by hand; and what holds over every combination of facts of a daily check.
 */

import type { RotationStep } from '../../contract/rotation';
import type { Logins } from '../../lambda/rotation/logins';
import { decideUserCheck, type UserCheckFacts } from '../../lambda/rotation/user-check-plan';
import { decideForUser, type UserFacts } from '../../lambda/rotation/user-plan';
import { tableOf } from '../support/every-row';

const ALL: Logins = { accepted: 2, refused: 0, unreachable: 0 };
const NONE: Logins = { accepted: 0, refused: 2, unreachable: 0 };
const HALF: Logins = { accepted: 1, refused: 1, unreachable: 0 };
const LOST: Logins = { accepted: 1, refused: 0, unreachable: 1 };

const STEP: UserFacts = {
  stage: 'pending',
  hasPassword: true,
  hasCurrent: true,
  settled: true,
  asked: false,
  disturbed: false,
  rests: 0,
  quiet: false,
  waits: 0,
  timeLeft: true,
};
const LATE = { timeLeft: false };
const PROMOTED = { stage: 'current', currentLogins: ALL } as const;

/** `do ask`, `done accepted`, `refuse NotStaged`. */
const said = ({ kind, ...rest }: object & { kind: string }) =>
  [kind, ...Object.values(rest)].join(' ');

type Row<Facts> = readonly [facts: Partial<Facts>, decision: string];

describe.each<[RotationStep, readonly Row<UserFacts>[]]>([
  [
    'createSecret',
    [
      [{ stage: 'unstaged' }, 'refuse NotStaged'],
      [{ stage: 'current' }, 'done already-current'],
      [{ hasPassword: undefined }, 'do make'],
      [{}, 'done has-password'],
    ],
  ],
  [
    'setSecret',
    [
      [{ stage: 'current' }, 'done already-current'],
      [{ hasPassword: false, waits: 2 }, 'do wait'],
      [{ hasPassword: false, waits: 3 }, 'refuse NoPassword'],
      [{ hasCurrent: false, waits: 2 }, 'do wait'],
      [{ hasCurrent: false, waits: 3 }, 'refuse CurrentUnreadable'],
      [{}, 'do ask'],
      [{ asked: true }, 'done asked'],
      [{ ...LATE }, 'refuse StillSettling'],
    ],
  ],
  [
    'testSecret',
    [
      [{ stage: 'current' }, 'done already-current'],
      [{ hasPassword: false, currentLogins: ALL }, 'done configuration-tested'],
      [{ hasPassword: false, currentLogins: HALF }, 'refuse CurrentRefused'],
      [{ hasPassword: false, currentLogins: LOST }, 'refuse Unreachable'],
      [{ settled: false, pendingLogins: ALL }, 'do wait'],
      [{ settled: false, ...LATE }, 'done not-proven-yet'],
      [{ pendingLogins: ALL }, 'do rest'],
      [{ pendingLogins: ALL, quiet: true }, 'done accepted'],
      [{ pendingLogins: ALL, ...LATE }, 'done accepted'],
      [{ pendingLogins: LOST, quiet: true }, 'refuse Unreachable'],
      [{ pendingLogins: HALF }, 'do wait'],
      [{ pendingLogins: HALF, ...LATE }, 'refuse NodesDisagree'],
      [{ pendingLogins: NONE, ...LATE }, 'refuse PendingRefused'],
      [{ pendingLogins: HALF, quiet: true }, 'do ask'],
      [{ pendingLogins: NONE, quiet: true, ...LATE }, 'refuse PendingRefused'],
      [
        { pendingLogins: NONE, quiet: true, hasCurrent: false, waits: 3 },
        'refuse CurrentUnreadable',
      ],
    ],
  ],
  [
    'finishSecret',
    [
      [{ hasPassword: false, waits: 3 }, 'refuse NoPassword'],
      [{ settled: false, pendingLogins: ALL }, 'do wait'],
      [{ settled: false, ...LATE }, 'refuse StillSettling'],
      [{ pendingLogins: ALL }, 'do promote'],
      [{ pendingLogins: ALL, disturbed: true }, 'do rest'],
      [{ pendingLogins: ALL, disturbed: true, ...LATE }, 'refuse StillSettling'],
      [{ pendingLogins: ALL, disturbed: true, quiet: true }, 'do promote'],
      [{ pendingLogins: LOST }, 'refuse Unreachable'],
      [{ pendingLogins: HALF, quiet: true }, 'do ask'],
      [{ ...PROMOTED }, 'do rest'],
      [{ ...PROMOTED, rests: 1, settled: undefined }, 'do rest'],
      [{ ...PROMOTED, rests: 2 }, 'done already-current'],
      [{ ...PROMOTED, rests: 2, settled: false }, 'do wait'],
      [{ ...PROMOTED, rests: 2, settled: false, ...LATE }, 'refuse StillSettling'],
      [{ ...PROMOTED, currentLogins: LOST }, 'refuse Unreachable'],
      [{ ...PROMOTED, currentLogins: HALF, settled: false }, 'do wait'],
      [{ ...PROMOTED, currentLogins: HALF }, 'do repair'],
      [{ ...PROMOTED, currentLogins: HALF, previousUnread: true, waits: 2 }, 'do wait'],
      [{ ...PROMOTED, currentLogins: HALF, previousUnread: true, waits: 3 }, 'do repair'],
      [{ ...PROMOTED, currentLogins: NONE, ...LATE }, 'refuse CurrentRefused'],
      [{ ...PROMOTED, currentLogins: NONE, asked: true }, 'do wait'],
      [{ ...PROMOTED, currentLogins: NONE, asked: true, ...LATE }, 'refuse CurrentRefused'],
      [{ ...PROMOTED, currentLogins: NONE, asked: true, quiet: true }, 'do repair'],
      [{ ...PROMOTED, hasCurrent: false, waits: 2 }, 'do wait'],
      [{ ...PROMOTED, hasCurrent: false, waits: 3 }, 'refuse CurrentUnreadable'],
    ],
  ],
])('%s of a user', (step, rows) => {
  test.each(rows)('%j: %s', (facts, decision) => {
    expect(said(decideForUser(step, { ...STEP, ...facts }))).toBe(decision);
  });
});

const DUE: UserCheckFacts = {
  mayChange: true,
  mayRevoke: true,
  settled: true,
  quiet: false,
  hasCurrent: true,
  currentLogins: ALL,
  previousLogins: ALL,
  hasPrevious: true,
  previousUnread: false,
  pending: 'none',
  authentication: 'password',
  passwordCount: 2,
  revoked: true,
  graceOver: true,
  asked: false,
  waits: 0,
  timeLeft: true,
};
const OPEN = { authentication: 'no-password', passwordCount: undefined } as const;
const ONE = { passwordCount: 1, previousLogins: undefined };

describe('A daily check of a user', () => {
  test.each<Row<UserCheckFacts>>([
    [{}, 'do revoke'],
    [{ revoked: false }, 'do record'],
    [{ revoked: false, mayRevoke: false }, 'done due'],
    [{ graceOver: false, revoked: false }, 'done in-grace'],
    [{ asked: true }, 'do wait'],
    [{ asked: true, waits: 24 }, 'done not-settled'],
    [{ asked: true, quiet: true }, 'do revoke'],
    [{ previousLogins: NONE }, 'do revoke'],
    [{ previousLogins: undefined }, 'do revoke'],
    [{ waits: 24 }, 'done not-settled'],
    [{ settled: false }, 'do wait'],
    [{ settled: false, waits: 24 }, 'done not-settled'],
    [{ settled: false, mayChange: false }, 'done not-settled'],
    [{ hasCurrent: false }, 'done unreachable'],
    [{ currentLogins: LOST }, 'done unreachable'],
    [{ currentLogins: HALF }, 'do repair'],
    [{ currentLogins: { accepted: 0, refused: 1, unreachable: 1 } }, 'do repair'],
    [{ currentLogins: NONE, pending: 'with-value' }, 'do repair'],
    [{ currentLogins: NONE, mayChange: false }, 'done current-refused'],
    [{ currentLogins: NONE, asked: true }, 'do wait'],
    [{ currentLogins: NONE, asked: true, quiet: true }, 'do repair'],
    [{ currentLogins: HALF, previousUnread: true, waits: 2 }, 'do wait'],
    [{ currentLogins: HALF, previousUnread: true, waits: 3 }, 'do repair'],
    [{ currentLogins: NONE, waits: 24 }, 'done current-refused'],
    [{ waits: 0, timeLeft: false }, 'done not-settled'],
    [{ settled: false, timeLeft: false }, 'done not-settled'],
    [{ currentLogins: NONE, timeLeft: false }, 'done current-refused'],
    [{ ...OPEN }, 'do repair'],
    [{ ...OPEN, pending: 'with-value' }, 'do repair'],
    [{ ...OPEN, mayRevoke: false }, 'do repair'],
    [{ ...OPEN, settled: false }, 'do wait'],
    [{ ...OPEN, asked: true }, 'do wait'],
    [{ ...OPEN, asked: true, quiet: true }, 'do repair'],
    [{ ...OPEN, mayChange: false }, 'done open'],
    [{ ...OPEN, waits: 24 }, 'done open'],
    [{ ...OPEN, timeLeft: false }, 'done open'],
    [{ authentication: 'iam', currentLogins: NONE }, 'do repair'],
    [{ authentication: 'iam', currentLogins: NONE, mayChange: false }, 'done current-refused'],
    [{ currentLogins: NONE, lockedOut: 'off' }, 'done locked-out'],
    [{ currentLogins: HALF, lockedOut: 'not-in-group' }, 'done locked-out'],
    [{ lockedOut: 'off' }, 'do revoke'],
    [{ lockedOut: 'off', currentLogins: NONE, settled: false }, 'do wait'],
    [{ ...OPEN, lockedOut: 'off' }, 'do repair'],
    [{ passwordCount: undefined }, 'do revoke'],
    [{ passwordCount: undefined, previousLogins: NONE }, 'done revoked'],
    [{ passwordCount: undefined, previousLogins: NONE, revoked: false }, 'do record'],
    [
      { passwordCount: undefined, previousLogins: undefined, hasPrevious: false },
      'done nothing-to-revoke',
    ],
    [{ pending: 'with-value' }, 'done rotating'],
    [{ pending: 'without-value' }, 'do revoke'],
    [{ ...ONE }, 'done revoked'],
    [{ ...ONE, hasPrevious: false }, 'done nothing-to-revoke'],
    [{ ...ONE, revoked: false }, 'do record'],
    [{ ...ONE, revoked: false, mayRevoke: false }, 'done revoked'],
    [{ mayRevoke: false }, 'done due'],
    [{ currentLogins: HALF, mayRevoke: false }, 'do repair'],
    [{ ...ONE, revoked: false, graceOver: false }, 'done revoked'],
    [{ ...ONE, previousLogins: HALF }, 'do revoke'],
    [{ ...ONE, previousLogins: NONE }, 'done revoked'],
    [{ ...ONE, previousLogins: { accepted: 0, refused: 1, unreachable: 1 } }, 'done unreachable'],
  ])('%j: %s', (facts, decision) => {
    expect(said(decideUserCheck({ ...DUE, ...facts }))).toBe(decision);
  });
});

const BOTH = [true, false];
/** A scheduled check, one after an update of a user, and a report. */
const MAY: readonly [boolean, boolean][] = [
  [true, true],
  [true, false],
  [false, false],
];

const LOGINS: readonly [UserCheckFacts['passwordCount'], UserCheckFacts['authentication']][] = [
  [1, 'password'],
  [2, 'password'],
  [undefined, 'password'],
  [undefined, 'no-password'],
  [undefined, 'iam'],
];

function* everyCheck(): Generator<UserCheckFacts> {
  for (const [mayChange, mayRevoke] of MAY)
    for (const settled of BOTH)
      for (const quiet of BOTH)
        for (const currentLogins of [ALL, NONE, HALF, LOST])
          for (const previousLogins of [undefined, ALL, NONE, HALF, LOST])
            for (const pending of ['none', 'without-value', 'with-value'] as const)
              for (const [passwordCount, authentication] of LOGINS)
                for (const revoked of BOTH)
                  for (const graceOver of BOTH)
                    for (const asked of BOTH)
                      for (const waits of [0, 24]) {
                        const logins = { currentLogins, previousLogins };
                        const rest = { pending, revoked, graceOver, asked, waits };
                        const user = { ...logins, passwordCount, authentication };
                        yield { ...DUE, mayChange, mayRevoke, settled, quiet, ...user, ...rest };
                      }
}

function* everyDecision() {
  for (const facts of everyCheck()) yield { facts, said: said(decideUserCheck(facts)) };
}

describe('A daily check of a user, whatever was observed', () => {
  const { everyRow } = tableOf(everyDecision);

  everyRow('changes nothing on a report', (row) => row.facts.mayChange || row.said !== 'do repair');
  everyRow('revokes nothing after an update', (row) => {
    return row.facts.mayRevoke || !/do (record|revoke)/.test(row.said);
  });
  everyRow(
    'revokes only after the grace period',
    (row) => row.facts.graceOver || row.said !== 'do revoke',
  );
  everyRow('revokes only where every node accepts the current password', (row) => {
    return row.facts.currentLogins === ALL || row.said !== 'do revoke';
  });
  everyRow('revokes nothing during a rotation', (row) => {
    return row.facts.pending !== 'with-value' || row.said !== 'do revoke';
  });
  everyRow('records before it revokes', (row) => row.facts.revoked || row.said !== 'do revoke');
  everyRow('sets passwords again only if a node refuses the current one, or needs none', (row) => {
    const { currentLogins, authentication } = row.facts;
    return currentLogins.refused > 0 || authentication !== 'password' || row.said !== 'do repair';
  });
  everyRow('calls nothing well while the user needs no password', (row) => {
    const isOpen = row.facts.authentication === 'no-password';
    return !isOpen || !/done (revoked|nothing-to-revoke|in-grace|due|rotating)/.test(row.said);
  });
  everyRow('ends when its waits are over', (row) => {
    return row.facts.waits === 0 || !/do (wait|repair|revoke)/.test(row.said);
  });
});
