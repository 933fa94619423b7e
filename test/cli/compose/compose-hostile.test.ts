/** Compose files that are broken, huge or deep: each gets a line with the reason, in time. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { filledText } from '../../../cli/verify/compose/interpolation';
import { linesOfCompose } from '../../../cli/verify/compose/lines-of-compose';
import { linesOf } from '../../support/compose-lines';
import { temporaryFolder } from '../../support/temporary-folder';

const LEVELS = 100_000;
/** Each name is ten of the one before: 10^9 values in the last. */
const LAUGHS = Array.from({ length: 10 }, (_, index) => {
  const items =
    index === 0
      ? 'x'
      : Array(10)
          .fill(`*a${index - 1}`)
          .join(', ');
  return `a${index}: &a${index} [${items}]`;
}).join('\n');

describe('A file that cannot be followed is told', () => {
  test.each<[string, string, RegExp]>([
    ['lists in lists', '['.repeat(LEVELS), /more levels/],
    ['mappings in mappings', '{a: '.repeat(LEVELS), /more levels/],
    ['lists in one line', '- '.repeat(LEVELS), /more levels/],
    ['keys in one line', '? '.repeat(LEVELS), /more levels/],
    ['a tag in a tag', '!a '.repeat(LEVELS), /more levels/],
    ['deep indentation', `a:\n${' '.repeat(5_000)}b: 1`, /more levels/],
    ['a billion values', LAUGHS, /more than 50000 values/],
    ['an alias of itself', 'a: &a [*a]', /more than 100 levels/],
    ['an alias without an anchor', 'services: *none', /./],
    ['too many bytes', `#${'x'.repeat(2_000_000)}`, /2000001 bytes, over 1048576/],
    ['no mapping', '- a', /no mapping/],
    ['an empty file', '', /no mapping/],
    ['a key twice', 'services: {}\nservices: {}', /unique/],
    ['a quote without an end', 'services: {"a: b}\n', /./],
    ['bytes', '\u0000\u0001services', /./],
    ['services that are a list', 'services: [redis]', /no service runs/],
  ])('%s', (_, text, reason) => {
    const started = process.cpuUsage();
    const lines = linesOf(text);
    const { user } = process.cpuUsage(started);
    // Without a service there is nothing to judge; what cannot be read must not pass a build.
    const verdict = /no service/.test(lines[0]?.evidence ?? '') ? 'cannot tell' : 'fail';
    expect(lines.map((each) => [each.id, each.verdict])).toEqual([['compose-file-read', verdict]]);
    expect(lines[0]?.evidence).toMatch(reason);
    expect(user / 1e6).toBeLessThan(10);
  });

  test.each([
    ['defaults within defaults without an end', '${a:-'.repeat(200_000)],
    ['defaults within defaults', '${a:-'.repeat(150_000) + '}'.repeat(150_000)],
    ['a long name', `\${${'a'.repeat(1_000_000)}`],
  ])('in linear time: %s', (_, text) => {
    const started = process.cpuUsage();
    filledText(text, {});
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(2);
  });

  test('a file that is not there, and a folder', () => {
    const folder = temporaryFolder('compose');
    mkdirSync(join(folder, 'sub'));
    for (const [name, reason] of [
      ['none.yaml', /cannot be read: ENOENT/],
      ['sub', /it is no file/],
    ] as const) {
      const [line] = linesOfCompose(join(folder, name));
      expect([line?.verdict, line?.evidence]).toEqual(['fail', expect.stringMatching(reason)]);
    }
  });

  test('without the text of the file, which may hold a password', () => {
    const printed = JSON.stringify(
      linesOf('services: {"hunter2-secret: {b}\n  - x: "hunter2-secret'),
    );
    expect(printed).not.toContain('hunter2');
  });

  test.each([
    'services: { redis: { image: redis:7, ports: 5, volumes: x, command: { a: 1 }, user: [1] } }',
    'services: { redis: { image: redis:7, environment: 3, healthcheck: x, deploy: [1] } }',
    'services: { redis: { image: [redis], secrets: {}, healthcheck: { test: { a: b } } } }',
    'services: { redis: }',
    'services: { redis: { image: redis, command: ["sh", "-c"], entrypoint: [[a]] } }',
    `services: { redis: { image: "redis:${'${A:-'.repeat(20)}", command: "'" } }`,
  ])('%s has lines, and no error', (text) => {
    expect(linesOf(text).length).toBeGreaterThan(0);
  });
});
