/** docs/doctor.md has each failure that `doctor` knows, and says how a test produces it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURES } from '../../cli/doctor/failures/failures';
import { failuresInText } from '../../cli/doctor/failures-in-text';

const page = readFileSync(join(__dirname, '../../docs/doctor.md'), 'utf8');

/** How each failure is produced, by its id: the names of the tests. */
const PRODUCED = new Map(
  readdirSync(__dirname)
    .filter((name) => name.startsWith('doctor-'))
    .map((name) => readFileSync(join(__dirname, name), 'utf8'))
    .flatMap((text) => Array.from(text.matchAll(/\bproduces\(\s*'([\w-]+)',\s*'([^']+)'/g)))
    .map(([, id = '', how = '']) => [id, how]),
);

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

test('Each failure is produced by a test', () => {
  expect(FAILURES.map(({ id }) => id).filter((id) => !PRODUCED.has(id))).toStrictEqual([]);
  expect(PRODUCED.size).toBe(FAILURES.length);
});

describe('The page', () => {
  const sections = page.split('\n### ').slice(1);

  test.each(FAILURES)('has the row $id as it is in the table of the code', (failure) => {
    const { id, what, cause, fix, link } = failure;
    const section = sections.find((each) => each.startsWith(`${id}\n`))?.split('\n## ')[0] ?? '';
    const lines = [
      ...[id, what, `- **Cause:** ${cause}`, ...fix.map((each) => `- **Fix:** ${each}`)],
      ...[`- **Produced by:** ${PRODUCED.get(id)}.`, `- **More:** <${link}>`],
    ];
    expect(oneLine(section)).toBe(oneLine(lines.join('\n')));
  });

  test('has no other row', () => {
    expect(sections.length).toBe(FAILURES.length);
  });

  test('shows texts that doctor explains so', () => {
    const rows = Array.from(page.matchAll(/^\| \[([\w-]+)\]\(#([\w-]+)\) \| (.*) \|$/gm));
    expect(rows.map(([, id]) => id).sort()).toStrictEqual(FAILURES.map(({ id }) => id).sort());
    const wrong = rows.flatMap(([, id = '', anchor, seen = '']) => {
      const [, text] = /^`([^`]*)`/.exec(seen) ?? [];
      const isTold = FAILURES.some((each) => each.id === id && each.texts.length > 0);
      const told = text === undefined || !isTold ? id : failuresInText(text)[0]?.id;
      return told === id && anchor === id ? [] : [`${id}: ${told}`];
    });
    expect(wrong).toStrictEqual([]);
  });
});
