/** The diagnosis of a user, whose passwords are set by another call: a check repairs most. */

import type { DiagnosisId } from '../../cli/rotation/diagnoses';
import { diagnose } from '../../cli/rotation/diagnosis';
import type { NodeReport } from '../../contract/daily-check';
import { type Change, seen, stuck, young } from '../support/reports';

describe('The diagnosis of a user', () => {
  const ofUser = (change: Change, ...nodes: readonly Partial<NodeReport>[]) =>
    diagnose({ answered: seen({ user: 'app', ...change }, ...nodes), isRotationOn: true });
  const [refused, accepted] = [{ pending: 'refused' }, { pending: 'accepted' }] as const;
  test.each<[DiagnosisId, string, Change, Partial<NodeReport>]>([
    ['rotating', 'three minutes in', { ...young, outcome: 'rotating' }, accepted],
    ['pending-live', 'stopped before its end', { ...stuck, outcome: 'rotating' }, accepted],
    ['pending-refused', 'stopped before its request', { ...stuck, outcome: 'rotating' }, refused],
    ['in-grace', 'somebody has set a list', { outcome: 'in-grace' }, { previous: 'refused' }],
  ])('is %s, not a change that stops a rotation: %s', (id, _, change, answers) => {
    const { id: found, steps } = ofUser({ others: 'none', newest: undefined, ...change }, answers);
    expect(found).toBe(id);
    expect(steps).toStrictEqual(id.startsWith('pending') ? ['resume'] : []);
  });

  test.each(['no-password', 'iam'] as const)('%s is ended by its passwords', (authentication) => {
    const { steps, needsPerson } = ofUser({ authentication, outcome: 'open' });
    expect([steps, needsPerson]).toStrictEqual([['send-again'], true]);
  });

  test('is that of an edit, if the pending version was current', () => {
    const version = { versionId: 'one' };
    const pending = { ...version, hasPassword: true };
    const { id, steps } = ofUser({ others: 'none', previous: version, pending });
    expect([id, steps]).toStrictEqual(['pending-was-current', ['resume']]);
  });

  test.each<[DiagnosisId, readonly Partial<NodeReport>[]]>([
    ['current-refused', [{ current: 'refused' }, { current: 'refused' }]],
    ['current-refused-by-some', [{ current: 'refused' }, {}]],
    ['only-previous-accepted', [{ current: 'refused', previous: 'accepted' }]],
  ])('%s is repaired by a check, which keeps the previous password', (id, nodes) => {
    const found = ofUser({ outcome: 'current-refused', others: 'unknown' }, ...nodes);
    expect([found.id, found.steps]).toStrictEqual([id, ['send-again']]);
  });
});
