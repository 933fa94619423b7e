/**
 * Builds the entry point `cdk-secure-redis/client` into `client/dist`: CommonJS, ESM and types.
 *
 * It bundles the imported code of `contract` and nothing else: the test of the package checks the
 * imports.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');
const CLIENT = join(ROOT, 'client');
const DIST = join(CLIENT, 'dist');

/** Builds the entry point, in about a second. */
export function buildClient(): void {
  rmSync(DIST, { recursive: true, force: true });
  for (const format of ['cjs', 'esm'] as const) {
    buildSync({
      absWorkingDir: ROOT,
      entryPoints: { index: 'client/index.ts' },
      outdir: join(DIST, format),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      logLevel: 'warning',
    });
  }
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const project = join(CLIENT, 'tsconfig.json');
  const types = join(DIST, 'cjs');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', types], { stdio: 'inherit' });
  for (const path of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.d.ts')) writeEsmTypes(join(types, path), join(DIST, 'esm', path));
  }
  writeFileSync(join(DIST, 'cjs/package.json'), '{"type":"commonjs"}\n');
  writeFileSync(join(DIST, 'esm/package.json'), '{"type":"module"}\n');
}

/** Imports in ES modules need the file extension. */
function writeEsmTypes(from: string, to: string): void {
  const text = readFileSync(from, 'utf8').replace(/(from '\.{1,2}\/[^']+)'/g, "$1.js'");
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
}
