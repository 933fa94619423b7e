/** The answers of nodes to logins with one password, counted. */

import type { Answer } from '../../contract/daily-check';
import { loginsOf } from '../../lambda/rotation/logins';

describe('The number of nodes per answer', () => {
  test.each<[answers: readonly Answer[], counts: readonly [number, number, number]]>([
    [[], [0, 0, 0]],
    [
      ['accepted', 'refused', 'accepted', 'unreachable', 'accepted', 'refused'],
      [3, 2, 1],
    ],
    [
      ['unreachable', 'unreachable'],
      [0, 0, 2],
    ],
  ])('%j', (answers, [accepted, refused, unreachable]) => {
    expect(loginsOf(answers)).toStrictEqual({ accepted, refused, unreachable });
  });
});
