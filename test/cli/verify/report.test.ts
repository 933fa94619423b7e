/** The report of `verify`: what counts as a failure, its text, its JSON and its options. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed } from '../../../cli/verify/line';
import { temporaryFolder } from '../../support/temporary-folder';
import { answered, FAIL, NOT_TOLD, PASS } from '../../support/verify-lines';

const FOLDER = temporaryFolder('verify-report');

describe('The exit code is 1 for a failure', () => {
  test('and 0 if all lines pass, or there is none', () => {
    expect(answered([PASS]).exitCode).toBe(0);
    expect(answered([]).exitCode).toBe(0);
  });

  test('and 1 if one of several fails', () => {
    expect(answered([PASS, FAIL, PASS]).exitCode).toBe(1);
  });

  test('and 0 for what cannot be told, except with --strict', () => {
    expect(answered([PASS, NOT_TOLD]).exitCode).toBe(0);
    expect(answered([PASS, NOT_TOLD], { strict: true }).exitCode).toBe(1);
  });
});

describe('The text', () => {
  test('has failures first, with evidence and fix, and a summary last', () => {
    expect(answered([PASS, NOT_TOLD, FAIL]).lines).toStrictEqual([
      'localhost:6380',
      '',
      'fail         maxmemory-set: memory has a limit',
      '             maxmemory is 0',
      '             fix: Set maxmemory.',
      'cannot tell  failed-logins-logged: failed logins are logged',
      '             ACL LOG is not permitted',
      '             fix: Allow +acl|log.',
      'pass         no-password-refused: a login without a password is refused',
      '             NOAUTH',
      '',
      'localhost:6380: 1 failed, 1 cannot be told, 0 accepted, 1 passed',
    ]);
  });

  test('has the place in a file', () => {
    const line = { ...FAIL, place: { file: 'compose.yaml', line: 12 } };
    expect(answered([line]).lines).toContain('             compose.yaml:12: maxmemory is 0');
  });

  test('says that --strict counts what cannot be told', () => {
    expect(answered([NOT_TOLD], { strict: true }).lines.at(-1)).toBe(
      'localhost:6380: 1 failed, 0 cannot be told, 0 accepted, 0 passed; ' +
        '--strict counts "cannot tell" as failed',
    );
  });

  test.each([
    ['words', 'word '.repeat(150)],
    ['one long word', 'x'.repeat(900)],
    ['text beyond its bound', 'y'.repeat(5_000_000)],
  ])('has at most 100 columns: %s', (_, evidence) => {
    const { lines } = answered([failed('a-check', 'a claim', evidence, evidence)]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.length).toBeLessThan(40);
  });

  test('escapes what could change a terminal, also in names of files and targets', () => {
    const evil = '\u001b[2J\u009b31m\r\nok\u202e\u0007\u2028\ud800';
    const line = { ...failed(evil, evil, evil, evil), place: { file: evil, line: 1 } };
    const { lines, json } = answered([line], {}, { target: evil });
    const shown = '\\x1b[2J\\x9b31m\\r\\nok\\u{202e}\\x07\\u{2028}\\u{d800}';
    expect(lines[0]).toBe(shown);
    expect(lines.join('')).not.toMatch(/[\p{C}\p{Zl}]/u);
    expect(JSON.stringify(json)).toContain(JSON.stringify(shown));
    expect(JSON.stringify(json)).not.toMatch(/[\p{C}\p{Zl}]/u);
  });

  test('keeps letters of every language', () => {
    const evidence = 'Größe 3 µs, 日本語, العربية, 🔒';
    expect(answered([{ ...FAIL, evidence }]).lines).toContain(`             ${evidence}`);
  });
});

describe('The JSON', () => {
  test('has its documented members', () => {
    const place = { file: 'compose.yaml', line: 12 };
    expect(answered([PASS, { ...FAIL, place }], { json: true }).json).toStrictEqual({
      target: 'localhost:6380',
      verifiedAt: '2026-11-28T12:00:00.000Z',
      isStrict: false,
      exitCode: 1,
      counts: { fail: 1, cannotTell: 0, accepted: 0, pass: 1 },
      lines: [
        {
          id: 'maxmemory-set',
          claim: 'memory has a limit',
          verdict: 'fail',
          evidence: 'maxmemory is 0',
          fix: 'Set maxmemory.',
          place: { file: 'compose.yaml', line: 12 },
        },
        {
          id: 'no-password-refused',
          claim: 'a login without a password is refused',
          verdict: 'pass',
          evidence: 'NOAUTH',
        },
      ],
      notes: [],
    });
  });
});

describe('Options', () => {
  test('--format with --json needs a file, since stdout holds one document', () => {
    expect(() => answered([PASS], { json: true, format: 'sarif' })).toThrow(
      '--json must be without --format, got --format sarif. Leave one out, or write the sarif to ' +
        'a file with --output.',
    );
  });

  test('--output needs a format', () => {
    expect(() => answered([PASS], { output: 'x' })).toThrow(
      '--output must be beside --format or --json, got neither. Add one of them.',
    );
  });

  test('--output holds the format, and stdout the text', () => {
    const output = join(FOLDER, 'junit.xml');
    const { lines } = answered([PASS], { format: 'junit', output });
    expect(lines.at(-1)).toBe('localhost:6380: 0 failed, 0 cannot be told, 0 accepted, 1 passed');
    expect(readFileSync(output, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/testsuites>\n$/);
  });

  test('--output holds the JSON of --json', () => {
    const output = join(FOLDER, 'report.json');
    const { json } = answered([PASS], { json: true, output });
    expect(JSON.parse(readFileSync(output, 'utf8'))).toStrictEqual(json);
  });

  test('an --output that cannot be written is refused', () => {
    const output = join(FOLDER, 'folder');
    mkdirSync(output);
    expect(() => answered([PASS], { format: 'junit', output })).toThrow(
      `--output must be a file that can be written, got EISDIR from ${output}. Name another file.`,
    );
  });
});
