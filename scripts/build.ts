/**
 * Builds the contents of the package before npm packs it (`prepack`): the constructs and
 * their types, the rotation function, the command line and the client.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildCli } from './build-cli';
import { buildClient } from './build-client';
import { buildRotation } from './build-rotation';

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');

/** The modules of the constructs with their types, and the function that they name. */
export function buildConstructs(): void {
  for (const folder of ['contract', 'lambda', 'lib']) {
    rmSync(join(DIST, folder), { recursive: true, force: true });
  }
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'scripts/tsconfig.package.json')], {
    stdio: 'inherit',
  });
  buildRotation();
  // The constructs find the function by a path relative to themselves.
  cpSync(join(ROOT, 'lambda/dist'), join(DIST, 'lambda/dist'), { recursive: true });
}

/** Rebuilds everything, in about two seconds. */
export function buildPackage(): void {
  rmSync(DIST, { recursive: true, force: true });
  buildConstructs();
  buildCli();
  buildClient();
}

if (require.main === module) buildPackage();
