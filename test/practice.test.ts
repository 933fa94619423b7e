/**
 * docs/practice.md has each heading and checklist line of the practice, in its order, and what it
 * names exists: commands with their options, pages with their headings, tests.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../cli/program';

const ROOT = join(__dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/practice.md'), 'utf8');

/** Headings of the practice, and its lines to tick, by hand: nothing else of its text. */
const LINES = readFileSync(join(__dirname, 'data/practice-lines.txt'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.replace(/^(?:#+|- \[ \]) /, ''));

const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| the practice'))
  .map((line) => line.slice(2, -2).split(' | '));

test('Each line of the practice has a row, in its order', () => {
  expect(LINES).toHaveLength(57);
  expect(ROWS.map(([line]) => line)).toStrictEqual(LINES);
});

test('What is delivered names a test; what is not says so, and stands first', () => {
  const without = ROWS.filter(([, , proof = '']) => !proof.includes('`test/'));
  const honest = /not delivered|for a person|not needed|partly|what was run/;
  expect(without.filter(([, what = '']) => !honest.test(what))).toStrictEqual([]);
  expect(PAGE.indexOf('## What is not delivered')).toBeLessThan(PAGE.indexOf('## The table'));
});

test('Each command that it names exists, with its options', () => {
  const commands = program().commands;
  const named = Array.from(PAGE.matchAll(/`npx secure-redis ([a-z]+)((?: --[a-z-]+)*)`/g));
  expect(named.length).toBeGreaterThan(25);
  const missing = named.filter(([, name, options = '']) => {
    const command = commands.find((each) => each.name() === name);
    const known = command?.options.map(({ long }) => long) ?? [];
    return (
      command === undefined || !options.split(' ').every((each) => !each || known.includes(each))
    );
  });
  expect(missing.map(([text]) => text)).toStrictEqual([]);
});

test('Each test and folder that it names exists', () => {
  const named = Array.from(
    PAGE.matchAll(/`((?:test|examples|docs)\/[\w./-]+)`/g),
    ([, path]) => path,
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path = '') => !existsSync(join(ROOT, path)))).toStrictEqual([]);
});

test('Each page that it links to exists, with the heading', () => {
  const links = Array.from(PAGE.matchAll(/\]\(([\w.-]*)(?:#([\w-]+))?\)/g));
  expect(links.length).toBeGreaterThan(10);
  const missing = links.filter(([, page = '', anchor]) => {
    const file = join(ROOT, 'docs', page || 'practice.md');
    if (!existsSync(file)) return true;
    const headings = Array.from(
      readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm),
      ([, text = '']) =>
        text
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
    );
    return anchor !== undefined && !headings.includes(anchor);
  });
  expect(missing.map(([text]) => text)).toStrictEqual([]);
});
