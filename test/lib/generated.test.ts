/**
 * Proves that no stage file can surprise: 1,000 random ones each end in templates that pass, or in
 * lines that say what is wrong.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 150_000;

describe('A random stage file synthesizes, or is told what is wrong', () => {
  test(
    '1,000 of them, no defect',
    () => {
      const args = ['-r', './bin/register.cjs', 'test/generated-stages.ts'];
      // Synth's warnings go to stderr: hundreds of them here.
      const options = { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' } as const;
      const output = execFileSync(process.execPath, args, options);
      const [, synthesized, refused] =
        /^(\d+) synthesized with \d+ caches, (\d+) refused in \d+ lines, 0 defects$/m.exec(
          output,
        ) ?? [];
      expect(Number(synthesized) + Number(refused)).toBe(1_000);
      expect(Number(synthesized)).toBeGreaterThan(300);
      expect(Number(refused)).toBeGreaterThan(300);
    },
    TIMEOUT_MS,
  );
});
