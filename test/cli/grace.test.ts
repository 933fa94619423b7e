/** Confirmation before a grace period ends early: by a person, or by `--yes`. */

import { PassThrough } from 'node:stream';
import type { Answered } from '../../cli/aws/cloud';
import type { Step } from '../../cli/rotation/diagnoses';
import { costOf, promisedBy } from '../../cli/rotation/grace';
import { consents, type Terminal } from '../../cli/terminal/consent';
import { Screen } from '../../cli/terminal/screen';
import type { Answer, DailyCheckReport } from '../../contract/daily-check';

const AT = '2026-11-24T03:00:00.000Z';

/** In grace until 1 December: two nodes accept the previous password. */
const report = (
  change: Partial<DailyCheckReport> = {},
  ...previous: readonly Answer[]
): Answered => ({
  kind: 'report',
  report: {
    at: AT,
    outcome: 'in-grace',
    current: { versionId: 'current-version' },
    previous: { versionId: 'previous-version' },
    graceEndsAt: '2026-12-01T03:00:00.000Z',
    isRevoked: false,
    isSettled: true,
    nodes: (previous.length > 0 ? previous : (['accepted', 'accepted'] as const)).map((answer) => ({
      host: 'one',
      port: 6380,
      current: 'accepted',
      previous: answer,
      noPassword: 'refused',
      plaintext: 'refused',
    })),
    ...change,
  },
});

const cost = (answered: Answered, ...steps: readonly Step[]) =>
  costOf(promisedBy(answered), steps).join('\n');

describe('A step in a grace period ends it early', () => {
  test.each<[Step[]]>([[['rotate']], [['resume']], [['remove-pending', 'rotate']]])(
    '%j: ElastiCache keeps two passwords',
    (steps) => {
      expect(cost(report(), ...steps)).toMatch(
        / \(version previous\) is in its grace period until 2026-12-01 \(in 7 d\); a rotation ends/,
      );
    },
  );

  test.each<[string, Partial<DailyCheckReport>]>([
    ['AWSPREVIOUS has the current password', {}],
    ['AWSPREVIOUS is gone', { previous: undefined }],
  ])('also where no label names the older password: %s', (_, change) => {
    expect(cost(report({ others: 'unknown', ...change }), 'rotate')).toMatch(
      /^an older password without a label can be in its grace period until 2026-12-01 \(in /,
    );
  });

  test('a revocation', () => {
    expect(cost(report(), 'revoke', 'resume')).toMatch(
      / until 2026-12-01 .*revoking it ends this period now/,
    );
  });

  test.each<[string, Answered]>([
    ['a node that cannot be asked', report({}, 'refused', 'unreachable')],
    ['no node that was asked', report({ nodes: [] })],
    [
      'a change that has not reached every node',
      report({ isSettled: false }, 'refused', 'accepted'),
    ],
  ])('as long as it is not refused everywhere: %s', (_, answered) => {
    expect(cost(answered, 'rotate')).toContain('2026-12-01');
  });

  test.each<[string, Answered]>([
    ['busy', { kind: 'busy' }],
    ['failed', { kind: 'failed', code: 'Unreachable' }],
  ])('perhaps, if the function gives no report: %s', (_, answered) => {
    expect(cost(answered, 'rotate')).toMatch(/^it is unknown whether the previous password/);
  });
});

describe('Without a grace period there is no question', () => {
  test.each<[string, Answered]>([
    ['before the first rotation', report({ previous: undefined })],
    [
      'after the revocation',
      report({ isRevoked: true, outcome: 'revoked', graceEndsAt: undefined }),
    ],
    ['after the grace period', report({ outcome: 'due', graceEndsAt: '2026-11-24T02:59:59.000Z' })],
    ['where both are one password', report({ outcome: 'nothing-to-revoke' })],
    ['where every node refuses it already', report({}, 'refused', 'refused')],
  ])('%s', (_, answered) => {
    expect(cost(answered, 'rotate')).toBe('');
  });

  test('by a step that does not change the cache', () => {
    expect(cost(report(), 'remove-pending')).toBe('');
  });

  test('by a step that sends the passwords of a user again, with the previous one', () => {
    expect(cost(report(), 'send-again')).toBe('');
  });
});

describe('The question', () => {
  const terminal = (isTTY: boolean): Terminal & { readonly input: PassThrough } => {
    const input = Object.assign(new PassThrough(), { isTTY });
    const output = Object.assign(new PassThrough(), { isTTY });
    output.resume();
    return { input, output };
  };
  const silent = Object.assign(new Screen(true), { tell: () => undefined });
  const ask = (typed: string | undefined, isYes = false, isTTY = true) => {
    const at = terminal(isTTY);
    if (typed === undefined) at.input.end();
    else at.input.write(typed);
    return consents({ screen: silent, isYes }, ['it costs'], at);
  };

  test.each(['y\n', 'Y\n', 'yes\n', ' YES \n'])('%j goes on', async (typed) => {
    expect(await ask(typed)).toBe(true);
  });

  test.each(['\n', 'n\n', 'no\n', 'yess\n', 'rotate\n', undefined])(
    '%j does not',
    async (typed) => {
      expect(await ask(typed)).toBe(false);
    },
  );

  test('is not asked with --yes, or if no grace period ends', async () => {
    expect(await ask(undefined, true, false)).toBe(true);
    expect(await consents({ screen: silent, isYes: false }, [], terminal(false))).toBe(true);
  });

  test('cannot be asked without a terminal', async () => {
    await expect(ask('y\n', false, false)).rejects.toThrow(
      /^this must be confirmed, got no terminal, so nothing was done. Add --yes to accept/,
    );
  });
});
