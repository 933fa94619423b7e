/** Each diagnosis is reached by its evidence, and no evidence leads to a harmful step. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answered } from '../../cli/aws/cloud';
import { DIAGNOSES, DIAGNOSIS_IDS, type DiagnosisId } from '../../cli/rotation/diagnoses';
import { diagnose } from '../../cli/rotation/diagnosis';
import { OUTCOMES } from '../../cli/rotation/revoke';
import type { Answer, DailyCheckOutcome, DailyCheckReport } from '../../contract/daily-check';
import {
  type Change,
  empty,
  hours,
  malformed,
  report,
  seen,
  stuck,
  young,
} from '../support/reports';

const CASES: readonly (readonly [id: DiagnosisId, why: string, answered: Answered])[] = [
  ['well', 'revoked', seen()],
  ['well', 'one and the same password', seen({ outcome: 'nothing-to-revoke' })],
  ['in-grace', 'in grace', seen({ outcome: 'in-grace' }, { previous: 'accepted' })],
  ['in-grace', 'of no label', seen({ outcome: 'in-grace', others: 'unknown' })],
  [
    'in-grace',
    'AWSPREVIOUS was taken off',
    seen({ outcome: 'in-grace', others: 'unknown', previous: undefined }),
  ],
  [
    'pending-was-current',
    'an edit',
    seen({
      outcome: 'in-grace',
      others: 'unknown',
      previous: { versionId: 'one' },
      pending: { versionId: 'one', hasPassword: true },
    }),
  ],
  ['due', 'due since an hour', seen({ outcome: 'due', graceEndsAt: hours(-1) })],
  ['previous-overdue', 'due since 50 hours', seen({ outcome: 'due', graceEndsAt: hours(-50) })],
  ['rotating', 'pending for 12 minutes', seen({ ...young, outcome: 'rotating' })],
  [
    'rotating',
    'pending for 3 minutes',
    seen({ pending: { ...young.pending, createdAt: hours(-0.05) } }),
  ],
  ['pending-not-asked', 'for 12 minutes', seen(young, { pending: 'refused' })],
  ['rotating', 'the same, while it changes', seen({ ...young, isSettled: false })],
  ['changing', 'not settled', seen({ outcome: 'not-settled', isSettled: false })],
  ['changing', 'not settled, pending for long', seen({ ...stuck, isSettled: false })],
  ['busy', 'the function runs something else', { kind: 'busy' }],
  ['open-access', 'no password', seen({}, {}, { noPassword: 'accepted' })],
  [
    'open-access',
    'no TLS, before all else',
    seen({}, { plaintext: 'accepted', current: 'refused' }),
  ],
  [
    'user-open',
    'no password at all, whatever nodes answer',
    seen({ user: 'app', authentication: 'no-password', outcome: 'open' }),
  ],
  [
    'current-refused',
    'a token of IAM instead of the password',
    seen({ user: 'app', authentication: 'iam', outcome: 'current-refused' }),
  ],
  [
    'user-locked-out',
    'off',
    seen({ user: 'app', lockedOut: 'off', outcome: 'locked-out' }, { current: 'refused' }),
  ],
  ['unreachable', 'one node', seen({ outcome: 'unreachable' }, {}, { current: 'unreachable' })],
  ['unreachable', 'no node at all', seen({ nodes: [] } as Change)],
  ['current-refused', 'all', seen({}, { current: 'refused' }, { current: 'refused' })],
  ['current-refused-by-some', 'one', seen({}, {}, { current: 'refused' })],
  [
    'only-pending-accepted',
    'the current one is pushed out',
    seen(stuck, { current: 'refused', pending: 'accepted' }, { pending: 'accepted' }),
  ],
  [
    'only-previous-accepted',
    'AWSCURRENT was moved hand',
    seen({}, { current: 'refused', previous: 'accepted' }),
  ],
  ['out-of-band-change', 'the function says so', seen({ outcome: 'out-of-band-change' })],
  [
    'out-of-band-change',
    'previous refused',
    seen({ outcome: 'in-grace' }, { previous: 'refused' }),
  ],
  ['out-of-band-change-pending', 'pending', seen({ ...stuck, outcome: 'out-of-band-change' })],
  ['pending-without-value', 'no password yet', seen(empty)],
  ['pending-not-asked', 'NEWEST is on current', seen(stuck, { pending: 'refused' })],
  [
    'pending-refused',
    'NEWEST is on pending',
    seen({ ...stuck, outcome: 'rotating', newest: 'pending' }, { pending: 'refused' }),
  ],
  [
    'pending-live-on-some',
    'one of two',
    seen({ ...stuck, outcome: 'rotating' }, { pending: 'accepted' }, { pending: 'refused' }),
  ],
  ['pending-live', 'all', seen({ ...stuck, outcome: 'rotating' }, { pending: 'accepted' })],
  [
    'pending-over-abandoned',
    'NEWEST is on a version without a label',
    seen({ ...stuck, newest: 'gone' }, { pending: 'refused' }),
  ],
  ['pending-malformed', 'the pending version', malformed('pending')],
  ['malformed', 'the current version', malformed('current')],
  ['newest-unclear', 'a rotation was abandoned', seen({ outcome: 'newest-unclear' })],
  ['never-rotated', 'no previous version', seen({ previous: undefined })],
  ['rotation-overdue', '30 hours late', seen({ nextRotationAt: hours(-30) })],
  ['function-failed', 'another code', { kind: 'failed', code: 'AwsCallFailed', words: 'Aws…' }],
  ['function-failed', 'no words of ours', { kind: 'failed', code: 'Sandbox.Timedout' }],
];

const idOf = (answered: Answered, isRotationOn = true) =>
  diagnose({ answered, pendingId: 'pending', isRotationOn }).id;

describe('Each diagnosis is reached by its evidence', () => {
  test.each(CASES)('%s: %s', (id, _, answered) => {
    expect(idOf(answered)).toBe(id);
  });

  test('rotation-off: nothing is pending, and rotation is turned off', () => {
    expect(idOf(seen(), false)).toBe('rotation-off');
  });

  test('and none is left out', () => {
    const reached = new Set([...CASES.map(([id]) => id), 'rotation-off']);
    expect(DIAGNOSIS_IDS.filter((id) => !reached.has(id))).toStrictEqual([]);
  });
});

describe('A diagnosis says what it means and what to do', () => {
  test.each(DIAGNOSIS_IDS)('%s', (id) => {
    const { means, next, steps, needsPerson } = DIAGNOSES[id];
    expect(means.length).toBeGreaterThan(30);
    expect(next.length).toBeGreaterThan(6);
    // What can be repaired needs somebody who says so.
    expect(steps.length === 0 || needsPerson).toBe(true);
  });

  test('in headings that exist', () => {
    const texts = [...Object.values(DIAGNOSES), ...Object.values(OUTCOMES)].map(({ next }) => next);
    const named = Array.from(texts.join('\n').matchAll(/docs\/operate\.md#(\w+)/g), ([, id]) => id);
    const operate = readFileSync(join(__dirname, '../../docs/operate.md'), 'utf8');
    const headings = Array.from(operate.matchAll(/^#+ (\w+)$/gm), ([, text = '']) =>
      text.toLowerCase(),
    );
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((id) => !headings.includes(id ?? ''))).toStrictEqual([]);
  });

  test('with the node that it is about, or the words of the function', () => {
    const details = (answered: Answered) =>
      diagnose({ answered, pendingId: 'pending', isRotationOn: true }).details;
    expect(details(seen({}, {}, { current: 'refused' }))).toStrictEqual([
      'two:6380 refuses the current password',
    ]);
    expect(details(seen({}, {}, { current: 'unreachable', why: 'timed-out' }))).toStrictEqual([
      'two:6380 gave no answer: timed-out',
    ]);
    expect(details(malformed('current'))).toStrictEqual([
      'SecretMalformed in version current: edited; next: put it back',
    ]);
  });
});

describe('No evidence leads to a step that could hurt', () => {
  const answers: readonly Answer[] = ['accepted', 'refused', 'unreachable'];
  const outcomes = Object.keys(OUTCOMES) as readonly DailyCheckOutcome[];
  const pendings = [{}, stuck, young, empty];
  const newests = [undefined, 'current', 'pending', 'gone'];
  const all: { report: DailyCheckReport; isRotationOn: boolean }[] = [];
  for (const outcome of outcomes) {
    for (const pending of pendings) {
      for (const newest of newests) {
        for (const isSettled of [true, false]) {
          for (const current of answers) {
            for (const other of answers) {
              const change = { outcome, newest, isSettled, ...pending };
              const nodes = [{ current, pending: other, previous: other }, {}];
              all.push({ report: report(change, ...nodes), isRotationOn: newest !== 'gone' });
            }
          }
        }
      }
    }
  }
  const diagnosed = all.map((each) => {
    const { report: seenReport, isRotationOn } = each;
    const answered: Answered = { kind: 'report', report: seenReport };
    return { report: seenReport, ...diagnose({ answered, isRotationOn }) };
  });

  test('each has a diagnosis', () => {
    expect(diagnosed.length).toBe(outcomes.length * 4 * 4 * 2 * 9);
    expect(diagnosed.filter(({ id }) => !DIAGNOSIS_IDS.includes(id))).toStrictEqual([]);
  });

  test('nothing is done while a node refuses the current password, but to end the rotation', () => {
    const refusing = diagnosed.filter((each) =>
      each.report.nodes.some(({ current }) => current === 'refused'),
    );
    const steps = new Set(refusing.flatMap((each) => each.steps));
    expect([...steps].filter((step) => step !== 'resume')).toStrictEqual([]);
  });

  test('nothing is done while the cache changes or a node is silent', () => {
    const unsure = diagnosed.filter(
      ({ report: { isSettled, nodes } }) =>
        nodes.every(({ current }) => current !== 'refused') &&
        (!isSettled || nodes.some(({ current }) => current === 'unreachable')),
    );
    expect(unsure.length).toBeGreaterThan(0);
    expect(unsure.filter(({ steps }) => steps.length > 0)).toStrictEqual([]);
  });

  test('AWSPENDING is taken away, and a rotation resumed, only if there is one', () => {
    const without = diagnosed.filter((each) => each.report.pending === undefined);
    const steps = new Set(without.flatMap((each) => each.steps));
    expect(steps.has('remove-pending') || steps.has('resume')).toBe(false);
  });

  test('whoever is told that all is well has a cache whose every node accepts current', () => {
    const well = diagnosed.filter(({ needsPerson }) => !needsPerson);
    const bad = well.filter(({ report: { nodes, isSettled } }) =>
      nodes.some(({ current }) => isSettled && current !== 'accepted'),
    );
    expect(bad).toStrictEqual([]);
  });
});
