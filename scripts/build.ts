/**
 * Builds what the package holds, when it is installed here or packed: the constructs and their
 * types, the rotation function, the command line, and the application's side.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildClient } from './build-client';
import { buildRotation } from './build-rotation';

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');

function buildConstructs(): void {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'scripts/tsconfig.package.json')], {
    stdio: 'inherit',
  });
  buildRotation();
  // The constructs name the function by a path from where they are.
  cpSync(join(ROOT, 'lambda/dist'), join(DIST, 'lambda/dist'), { recursive: true });
}

/** In one file, so that whoever installs the package needs neither its compiler nor the SDK. */
function buildCli(): void {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: { cli: 'cli/main.ts' },
    outdir: DIST,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The SDK's modules: of a client, esbuild leaves out the commands that nothing calls.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Builds all of it anew, in about two seconds. */
export function buildPackage(): void {
  rmSync(DIST, { recursive: true, force: true });
  buildConstructs();
  buildCli();
  buildClient();
}

if (require.main === module) buildPackage();
