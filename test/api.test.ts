/** docs/api.md equals TypeDoc's reading of the docstrings, and names every export. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as client from '../client';
import * as lib from '../lib';

const ROOT = join(__dirname, '..');
/** TypeDoc compiles both entry points: eight seconds of CPU time. */
const CHECK_MS_MAX = 180_000;

test(
  'docs/api.md is what `npm run api` writes',
  () => {
    const args = ['-r', './bin/register.cjs', 'scripts/api/main.ts', '--check'];
    const { stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  },
  CHECK_MS_MAX,
);

test('docs/api.md has a heading for each export, and what a CDK user types first', () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');
  const headings = Array.from(page.matchAll(/^### (\w+)$/gm), ([, name]) => name);
  expect(headings).toEqual(expect.arrayContaining([...Object.keys(lib), ...Object.keys(client)]));
  expect(new Set(headings).size).toBe(headings.length);
  expect(page).toContain(
    '* `new SecureRedis(scope: Construct, id: string, props?: SecureRedisProps)`: Throws',
  );
  expect(page).toMatch(/^\* `port\?: number`: .*\s.*Default: `6380`\./m);
});
