/**
 * The report as JUnit XML, which GitLab and Jenkins read: a test case per line. What cannot be
 * told, and accepted findings, are skipped.
 *
 * https://docs.gitlab.com/ci/testing/unit_test_reports/
 */

import { printable } from '../../terminal/printable';
import type { JudgedLine } from './judged-lines';
import { acceptanceOf, countJudged, placeOf, type VerifyReport } from './report';

export function junitReport(report: VerifyReport): readonly string[] {
  const { target, nowMs, lines, notes } = report;
  const skipped = countJudged(report, 'cannot tell') + countJudged(report, 'accepted');
  const counts = {
    tests: lines.length,
    failures: countJudged(report, 'fail'),
    errors: 0,
    skipped,
    time: 0,
  };
  const suite = {
    name: target,
    timestamp: new Date(nowMs).toISOString().slice(0, 19),
    ...counts,
  };
  const names = uniqueNames(lines);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'secure-redis verify', ...counts })}>`,
    `  <testsuite${attributes(suite)}>`,
    ...lines.flatMap((line, index) => testCase(line, names[index] ?? line.id, target)),
    ...(notes.length === 0 ? [] : [`    <system-out>${escaped(notes.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
  ];
}

function testCase(line: JudgedLine, name: string, target: string): readonly string[] {
  const { judgement, place, evidence, fix } = line;
  const head = attributes({
    // Jenkins takes what stands before the last dot for a package.
    classname: `verify.${target.replaceAll('.', '_')}`,
    name,
    ...(place === undefined ? {} : { file: place.file }),
    time: 0,
  });
  const text = [`${placeOf(line)}${evidence}`, fix].filter(Boolean).join('\n');
  const message = printable(acceptanceOf(line) ?? evidence);
  if (judgement === 'pass') {
    return [
      `    <testcase${head}>`,
      `      <system-out>${escaped(text)}</system-out>`,
      '    </testcase>',
    ];
  }
  const kind =
    judgement === 'fail'
      ? `<failure${attributes({ message, type: line.id })}>${escaped(text)}</failure>`
      : `<skipped${attributes({ message })}/>`;
  return [`    <testcase${head}>`, `      ${kind}`, '    </testcase>'];
}

/** GitLab shows one of several test cases with the same name. */
function uniqueNames(lines: readonly JudgedLine[]): readonly string[] {
  const counts = new Map<string, number>();
  return lines.map(({ id, claim, place }) => {
    const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
    const name = `${id}: ${claim}${where}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text without control characters, which XML cannot hold: `printable` has replaced them. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
