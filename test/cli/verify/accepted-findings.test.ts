/** `verify --accepted FILE`: findings with a reason and a date; what is wrong with the file. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder';
import { answered, FAIL, NOT_TOLD, PASS } from '../../support/verify-lines';

const FILE = join(temporaryFolder('verify-accepted'), 'accepted.json');
const REASON = 'small data, on a host of its own';
/** The report is of 2026-11-28. */
const ENTRY = { id: 'maxmemory-set', reason: REASON, until: '2026-11-28' };

const accepted = (entries: unknown) => {
  writeFileSync(FILE, typeof entries === 'string' ? entries : JSON.stringify(entries));
  return FILE;
};
const reported = (
  entries: unknown,
  lines = [PASS, FAIL],
  options = {},
  knownIds = ['maxmemory-set', 'tls-version'],
) => answered(lines, { accepted: accepted(entries), ...options }, { knownIds });
const notesOf = ({ json }: { readonly json: object }) =>
  (json as { readonly notes: readonly string[] }).notes;

describe('An accepted finding is no failure', () => {
  test('until the end of its last day, with its reason in text and JSON', () => {
    const answer = reported([ENTRY]);
    expect(answer.exitCode).toBe(0);
    expect(answer.lines.slice(2, 5)).toStrictEqual([
      'accepted     maxmemory-set: memory has a limit',
      '             maxmemory is 0',
      '             accepted until 2026-11-28: small data, on a host of its own',
    ]);
    expect(answer.json).toMatchObject({
      counts: { fail: 0, accepted: 1 },
      lines: [
        {
          id: 'maxmemory-set',
          verdict: 'fail',
          accepted: { reason: 'small data, on a host of its own', until: '2026-11-28' },
        },
        { id: 'no-password-refused' },
      ],
      notes: [],
    });
  });

  test('for its target only', () => {
    expect(reported([{ ...ENTRY, target: 'localhost:6380' }]).exitCode).toBe(0);
    const other = reported([{ ...ENTRY, target: 'redis.internal:6380' }]);
    expect(other.exitCode).toBe(1);
    // It is for another run.
    expect(notesOf(other)).toStrictEqual([]);
  });

  test('nor what cannot be told, with --strict', () => {
    const entry = { ...ENTRY, id: 'failed-logins-logged' };
    expect(reported([entry], [NOT_TOLD], { strict: true }).exitCode).toBe(0);
  });

  test('but others still are', () => {
    expect(reported([ENTRY], [FAIL, { ...FAIL, id: 'other' }]).exitCode).toBe(1);
  });
});

describe('Entries without effect are told', () => {
  test.each([
    [
      'expired',
      { until: '2026-11-27' },
      [FAIL],
      'maxmemory-set, expired on 2026-11-27. ' +
        'Fix the finding, or accept it again with a later date.',
    ],
    [
      'a line that passes',
      { id: 'no-password-refused' },
      [PASS],
      'no-password-refused, is unused: the line passes. Remove the entry.',
    ],
    [
      'an unknown id',
      { id: 'no-such-check' },
      [FAIL],
      'no-such-check, accepts nothing: no line has this id. Correct or remove it.',
    ],
    [
      'a mistyped id',
      { id: 'max-memory-sett' },
      [FAIL],
      'max-memory-sett, accepts nothing: no line has this id. Did you mean `maxmemory-set`?',
    ],
    [
      'a known id that this run does not check',
      { id: 'tls-version' },
      [FAIL],
      'tls-version, is unused: this run has no such line.',
    ],
    [
      'what cannot be told without --strict',
      { id: 'failed-logins-logged' },
      [NOT_TOLD],
      'failed-logins-logged, is unused: "cannot tell" counts as a failure only with --strict.',
    ],
  ])('%s', (_, change, lines, told) => {
    const answer = reported([{ ...ENTRY, ...change }], lines);
    expect(notesOf(answer)).toStrictEqual([`${FILE}: 1, ${told}`]);
    expect(answer.exitCode).toBe(lines[0] === FAIL ? 1 : 0);
    expect(answer.lines).toContain('accepted findings:');
  });

  test('the same entry twice', () => {
    expect(notesOf(reported([ENTRY, ENTRY]))).toStrictEqual([
      `${FILE}: 2, maxmemory-set, is unused: an entry before it accepts the same. ` +
        'Remove one of them.',
    ]);
  });

  test('an expired entry does not hide a valid one after it', () => {
    expect(reported([{ ...ENTRY, until: '2020-01-01' }, ENTRY]).exitCode).toBe(0);
  });
});

describe('A malformed file is refused with its path', () => {
  const entryMust = (change: object) => () => reported([{ ...ENTRY, ...change }]);

  test.each([
    ['reason', '', 'must be a text, got "". Say why the finding is accepted.'],
    ['reason', ' ', 'must be a text, got " ". Say why the finding is accepted.'],
    ['id', 7, 'must be the id of a line of the report, got 7. Copy it from there.'],
    ['id', undefined, 'must be the id of a line of the report, got nothing. Copy it from there.'],
    [
      'until',
      '2026-02-30',
      'must be a date such as 2027-03-31, got "2026-02-30". ' +
        'Write the last day on which it is accepted.',
    ],
    [
      'until',
      undefined,
      'must be a date such as 2027-03-31, got nothing. Write the last day on which it is accepted.',
    ],
    [
      'target',
      ['a'],
      'must be the target that the report names first, such as redis.internal:6380, got ["a"]. ' +
        'Copy it from there, or remove it for every target.',
    ],
    [
      'untill',
      '2027-01-01',
      'must have only id, reason, until, target, got "untill". Rename it to `until`.',
    ],
  ])('%s: %j', (name, value, told) => {
    const path = name === 'untill' ? `${FILE}: 1` : `${FILE}: 1.${name}`;
    expect(entryMust({ [name]: value })).toThrow(`${path} ${told}`);
  });

  test('all problems at once', () => {
    expect(() =>
      reported([
        { ...ENTRY, id: 1 },
        { ...ENTRY, until: '1.2.2027' },
      ]),
    ).toThrow(/: 1\.id must be .*\n.*: 2\.until must be /);
  });

  test.each([
    ['{}', 'must be a list of entries, got {}. Write ['],
    ['null', 'must be a list of entries, got null. Write ['],
    ['["x"]', ': 1 must be an object, got "x". Write {"id"'],
    ['[null]', ': 1 must be an object, got null. Write {"id"'],
    ['[[]]', ': 1 must be an object, got []. Write {"id"'],
    ['{not', '--accepted must be a JSON file, got text that is not JSON from '],
    [JSON.stringify(Array(1001).fill(ENTRY)), 'must have at most 1000 entries, got 1001.'],
    ['[{"id": "\\u001b[2J", "x\\u0007": 1}]', 'got "x\\u0007"'],
  ])('%.30s', (text, told) => {
    expect(() => reported(text)).toThrow(told);
  });

  test('a file that is not there', () => {
    const missing = join(FILE, '../missing.json');
    expect(() => answered([PASS], { accepted: missing })).toThrow(
      `--accepted must be a JSON file, got ENOENT from ${missing}. Name a file like [{"id": `,
    );
  });
});
