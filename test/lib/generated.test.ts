/**
 * 100 random stage files: each ends in valid templates or in error messages. CI builds 1,000 with
 * `npm run generated:deep`.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 150_000;

describe('A random stage file synthesizes or is refused with a reason', () => {
  test(
    '100 of them, no defect',
    () => {
      const args = ['-r', './bin/register.cjs', 'test/generated-stages.ts', '100'];
      // Synth's warnings go to stderr: hundreds of them here.
      const options = { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' } as const;
      const output = execFileSync(process.execPath, args, options);
      const [, synthesized, refused] =
        /^(\d+) synthesized with \d+ caches, (\d+) refused in \d+ lines, 0 defects$/m.exec(
          output,
        ) ?? [];
      expect(Number(synthesized) + Number(refused)).toBe(100);
      expect(Number(synthesized)).toBeGreaterThan(20);
      expect(Number(refused)).toBeGreaterThan(20);
    },
    TIMEOUT_MS,
  );
});
