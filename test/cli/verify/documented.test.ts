/** docs/verify.md has each line of `verify`, and names only lines and rules that exist. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPOSE_CLAIMS } from '../../../cli/verify/compose/judge';
import { MANAGED_LINE_IDS } from '../../../cli/verify/managed/managed-lines';
import { SERVER_LINE_IDS } from '../../../cli/verify/server/server-lines';

const ROOT = join(__dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/verify.md'), 'utf8');

/** The cells of the table below a heading of the third level. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n### ${heading}`);
  const [text = ''] = section.split(/\n##/);
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  return rows
    .slice(1)
    .map((row) => row.split(/(?<!\\) \| |^\| | \|$/).filter((cell) => cell !== ''));
}

const plain = (cell = '') => cell.replaceAll('`', '');
/** `memory-limit`, but no command, option or setting. */
const ID = /`([a-z][a-z\d]*(?:-[a-z\d]+)+|encrypted|persistence|removal|snapshots|failover)`/g;

const server = rowsOf('A running server');
const compose = rowsOf('A compose file');
const known = [...SERVER_LINE_IDS, ...MANAGED_LINE_IDS, ...Object.keys(COMPOSE_CLAIMS)];

describe('Each line of verify is documented', () => {
  test('of a running server, in the order of the report, with its claim', () => {
    expect(server.map(([id]) => plain(id))).toStrictEqual(SERVER_LINE_IDS);
    const folder = join(ROOT, 'cli/verify/server');
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const text = plain(sources.join('')).replaceAll(/\$\{CERTIFICATE_DAYS_MIN\}/g, '14');
    const ofRule = server.filter(([id]) => id === '`password-rule`');
    expect(ofRule).toHaveLength(1);
    const others = server.filter((row) => !ofRule.includes(row));
    expect(others.filter(([, claim]) => !text.includes(plain(claim)))).toStrictEqual([]);
  });

  test('of a managed cache, in the order of the report, with its claim', () => {
    const managed = rowsOf('A managed cache');
    expect(managed.map(([id]) => plain(id))).toStrictEqual(MANAGED_LINE_IDS);
    const lines = readFileSync(join(ROOT, 'cli/verify/managed/managed-lines.ts'), 'utf8');
    const text = plain(lines).replaceAll(/\$\{PASSWORD_DAYS_MAX\}/g, '91');
    expect(managed.filter(([, claim]) => !text.includes(plain(claim)))).toStrictEqual([]);
  });

  test('of a compose file, with its claim', () => {
    const documented = compose.map(([id, claim]) => [plain(id), plain(claim)]);
    const made = Object.entries(COMPOSE_CLAIMS).map(([id, claim]) => [id, plain(claim)]);
    expect(documented).toStrictEqual(made);
  });
});

describe('The checks of others', () => {
  const rules = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8');
  const ruleIds = Array.from(rules.matchAll(/^### `([\w-]+)`$/gm), ([, id = '']) => id);

  test.each([
    ["Redis's own security page", 9],
    ['prowler: ElastiCache', 8],
    ['DISA: Redis Enterprise 6.x STIG', 55],
  ])('%s: each is covered by what exists, or says no', (heading, count) => {
    const rows = rowsOf(heading);
    expect(rows).toHaveLength(count);
    const cells = rows.map((row) => row.at(-1) ?? '');
    const named = cells.flatMap((cell) => Array.from(cell.matchAll(ID), ([, id = '']) => id));
    expect(named.length).toBeGreaterThan(count / 2);
    expect(named.filter((id) => !known.includes(id) && !ruleIds.includes(id))).toStrictEqual([]);
    const silent = cells.filter((cell) => !/`|\bno\b|has none|all lines/i.test(cell));
    expect(silent).toStrictEqual([]);
  });

  test('all 73 rules of the STIG have a row, each once', () => {
    const ids = rowsOf('DISA: Redis Enterprise 6.x STIG').flatMap(([cell = '']) =>
      cell.split(', '),
    );
    expect(ids.filter((id) => !/^0\d{5}$/.test(id))).toStrictEqual([]);
    expect(new Set(ids).size).toBe(73);
    expect(ids).toHaveLength(73);
  });
});
