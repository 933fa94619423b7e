/** The report of `verify` as JUnit and SARIF, also of a server whose texts are hostile. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { failed, notTold, type VerifyLine } from '../../../cli/verify/line';
import { sarifProblems } from '../../support/sarif-schema';
import { temporaryFolder } from '../../support/temporary-folder';
import { answered, FAIL, NOT_TOLD, PASS } from '../../support/verify-lines';
import { type XmlElement, xmlOf } from '../../support/well-formed-xml';

const ACCEPTED = join(temporaryFolder('verify-formats'), 'accepted.json');
writeFileSync(
  ACCEPTED,
  JSON.stringify([{ id: 'accepted-check', reason: 'agreed & signed', until: '2027-01-31' }]),
);
const HOSTILE = `]]><!--&x;'"\u0000\u001b[31m\uffff\ud800{0}[click](http://evil.example)`;
const ACCEPTED_LINE = failed('accepted-check', 'a claim', 'seen', 'Mend it.');
const LINES = [PASS, NOT_TOLD, FAIL, ACCEPTED_LINE];

type Subject = { readonly target?: string };
const junit = (lines: readonly VerifyLine[], options = {}, subject: Subject = {}) =>
  xmlOf(answered(lines, { format: 'junit', ...options }, subject).lines.join('\n'));
const sarif = (lines: readonly VerifyLine[], options = {}, subject: Subject = {}) =>
  JSON.parse(answered(lines, { format: 'sarif', ...options }, subject).lines.join('\n'));

function all(element: XmlElement, name: string): readonly XmlElement[] {
  const below = element.children.flatMap((child) => all(child, name));
  return element.name === name ? [element, ...below] : below;
}

describe('JUnit', () => {
  test('has a test case per line: passed, failed, skipped', () => {
    const root = junit(LINES, { accepted: ACCEPTED });
    expect(root.name).toBe('testsuites');
    const [suite] = root.children;
    expect(suite?.attributes).toStrictEqual({
      name: 'localhost:6380',
      timestamp: '2026-11-28T12:00:00',
      tests: '4',
      failures: '1',
      errors: '0',
      skipped: '2',
      time: '0',
    });
    const cases = all(root, 'testcase').map(({ attributes, children }) => [
      attributes.name,
      children[0]?.name,
      children[0]?.attributes.message ?? children[0]?.text,
    ]);
    expect(cases).toStrictEqual([
      ['maxmemory-set: memory has a limit', 'failure', 'maxmemory is 0'],
      ['failed-logins-logged: failed logins are logged', 'skipped', 'ACL LOG is not permitted'],
      ['accepted-check: a claim', 'skipped', 'accepted until 2027-01-31: agreed & signed'],
      ['no-password-refused: a login without a password is refused', 'system-out', 'NOAUTH'],
    ]);
    expect(all(root, 'failure')[0]?.text).toBe('maxmemory is 0\nSet maxmemory.');
  });

  test('fails what cannot be told with --strict', () => {
    expect(all(junit([NOT_TOLD], { strict: true }), 'failure')).toHaveLength(1);
  });

  test('names each test case once, and the file and line of a finding', () => {
    const place = { file: 'compose.yaml', line: 12 };
    const root = junit([{ ...FAIL, place }, FAIL, FAIL], {}, { target: 'redis.example.com:1' });
    expect(all(root, 'testcase').map(({ attributes }) => attributes)).toStrictEqual([
      {
        classname: 'verify.redis_example_com:1',
        name: 'maxmemory-set: memory has a limit (compose.yaml:12)',
        file: 'compose.yaml',
        time: '0',
      },
      {
        classname: 'verify.redis_example_com:1',
        name: 'maxmemory-set: memory has a limit',
        time: '0',
      },
      {
        classname: 'verify.redis_example_com:1',
        name: 'maxmemory-set: memory has a limit (2)',
        time: '0',
      },
    ]);
  });

  test('tells problems of accepted findings', () => {
    const root = junit([PASS], { accepted: ACCEPTED });
    expect(root.children[0]?.children.at(-1)?.text).toBe(
      `${ACCEPTED}: 1, accepted-check, accepts nothing: no line has this id. Correct or remove it.`,
    );
  });

  test('is well-formed whatever a server says', () => {
    const root = junit([failed(HOSTILE, HOSTILE, HOSTILE, HOSTILE)], {}, { target: HOSTILE });
    expect(all(root, 'failure')[0]?.attributes.message).toBe(
      ']]><!--&x;\'"\\x00\\x1b[31m\\u{ffff}\\u{d800}{0}[click](http://evil.example)',
    );
  });
});

describe('SARIF', () => {
  test('has a result per failure, and none for what passes or cannot be told', () => {
    const document = sarif(LINES, { accepted: ACCEPTED });
    expect(sarifProblems(document)).toStrictEqual([]);
    const [run] = document.runs;
    const [result, accepted] = run.results;
    expect(run.results).toHaveLength(2);
    expect(result).toMatchObject({
      ruleId: 'maxmemory-set',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'not true: memory has a limit. Seen: maxmemory is 0. Set maxmemory.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'redis/localhost%3A6380' },
            region: { startLine: 1 },
          },
        },
      ],
    });
    expect(result.suppressions).toBe(undefined);
    expect(accepted.suppressions).toStrictEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'accepted until 2027-01-31: agreed & signed',
      },
    ]);
    expect(run.invocations[0].toolExecutionNotifications).toStrictEqual([
      {
        level: 'note',
        message: {
          text: 'cannot tell whether failed logins are logged: ACL LOG is not permitted',
        },
        associatedRule: { id: 'failed-logins-logged', index: 1 },
      },
    ]);
  });

  test('has what GitHub asks for: help, descriptions, a path and a stable fingerprint', () => {
    const [run] = sarif([FAIL]).runs;
    const [other] = sarif([{ ...FAIL, evidence: 'maxmemory is 1' }]).runs;
    const [rule] = run.tool.driver.rules;
    expect([rule.help.text, rule.shortDescription.text, rule.fullDescription.text]).toStrictEqual([
      'Set maxmemory.',
      'memory has a limit',
      'memory has a limit',
    ]);
    const [one] = run.results;
    expect(one.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:1$/);
    expect(one.partialFingerprints).toStrictEqual(other.results[0].partialFingerprints);
    expect(run.automationDetails.id).toBe('verify/localhost:6380/');
  });

  test.each([
    ['deploy/my compose.yaml', 'deploy/my%20compose.yaml'],
    ['a:b#c?.yaml', 'a%3Ab%23c%3F.yaml'],
    ['/srv/compose.yaml', 'file:///srv/compose.yaml'],
  ])('places a finding of the file %s', (file, uri) => {
    const [run] = sarif([{ ...FAIL, place: { file, line: 12 } }]).runs;
    expect(run.results[0].locations[0].physicalLocation).toStrictEqual({
      artifactLocation: { uri },
      region: { startLine: 12 },
    });
  });

  test('has no links and no placeholders of a server', () => {
    const lines = [failed('a', HOSTILE, HOSTILE, HOSTILE), notTold('b', HOSTILE, HOSTILE)];
    const text = JSON.stringify(sarif(lines));
    expect(text).toContain('[click] (http');
    expect(text).not.toContain('](');
    expect(text).not.toMatch(/\{\d/);
  });
});

describe('Any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }),
  );
  const anyPlace = fc.option(fc.record({ file: anyText, line: fc.integer({ min: 1, max: 9 }) }), {
    nil: undefined,
  });
  const anyLine: fc.Arbitrary<VerifyLine> = fc
    .record({
      id: anyText,
      claim: anyText,
      verdict: fc.constantFrom('pass' as const, 'fail' as const, 'cannot tell' as const),
      evidence: anyText,
      fix: fc.option(anyText, { nil: undefined }),
      place: anyPlace,
    })
    .map(({ fix, place, ...line }) => ({ ...line, ...(fix && { fix }), ...(place && { place }) }));

  test('gives well-formed XML, valid SARIF and text without control characters', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 5 }), anyText, (lines, target) => {
        expect(all(junit(lines, {}, { target }), 'testcase')).toHaveLength(lines.length);
        expect(sarifProblems(sarif(lines, {}, { target }))).toStrictEqual([]);
        const text = answered(lines, {}, { target }).lines;
        expect(text.join('')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 100 },
    );
  });
});

describe('The checks of these tests', () => {
  test.each([
    ['<a>&</a>', 'a bare &'],
    ['<a b="<"></a>', 'malformed'],
    ['<a></b>', 'closes nothing'],
    ['<a>]]></a>', 'malformed'],
    ['<a>\u0007</a>', 'character 7'],
    ['<a></a><b></b>', 'not one root'],
  ])('refuse %j', (text, told) => {
    expect(() => xmlOf(`<?xml version="1.0" encoding="UTF-8"?>${text}`)).toThrow(told);
  });

  test('refuse SARIF with an unknown member, a wrong level and without a message', () => {
    const of = (result: object) =>
      sarifProblems({
        version: '2.1.0',
        runs: [{ tool: { driver: { name: 'x' } }, results: [result] }],
      });
    expect(of({ message: { text: 'x' } })).toStrictEqual([]);
    expect(of({ message: { text: 'x' }, levels: 'x' })).toHaveLength(1);
    expect(of({ message: { text: 'x' }, level: 'fatal' })).toHaveLength(1);
    expect(of({})).toHaveLength(1);
  });
});
