/**
 * Builds a part of the package where a source is newer than what was built of it, once for all
 * tests that need it: a test file by itself builds nothing else.
 */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildConstructs } from '../../scripts/build';
import { buildCli } from '../../scripts/build-cli';
import { buildClient } from '../../scripts/build-client';
import { buildRotation } from '../../scripts/build-rotation';
import { runFolder } from './temporary-folder';

const ROOT = join(__dirname, '../..');
const STAMPS = join(ROOT, 'node_modules/.cache/secure-redis');

const OUTPUT = ['dist', 'node_modules'];
const ALWAYS = ['contract', 'scripts', 'package-lock.json'];

const PARTS = {
  rotation: { build: buildRotation, of: ['lambda'], result: 'lambda/dist/rotation/index.mjs' },
  cli: { build: buildCli, of: ['cli', 'client', 'lib'], result: 'dist/cli.cjs' },
  client: { build: buildClient, of: ['client'], result: 'client/dist/esm/index.js' },
  constructs: { build: buildConstructs, of: ['lambda', 'lib'], result: 'dist/lib/index.js' },
} as const;

/** A build of another test file may take this long, in milliseconds. */
const WAIT_MS_MAX = 60_000;
const LOOK_MS = 50;

/** Parts that this test file has asked for: sources do not change meanwhile. */
const known = new Map<keyof typeof PARTS, string>();

/** Path of what the part is: built of the sources as they were when a test file first asks. */
export function built(part: keyof typeof PARTS): string {
  const path = known.get(part) ?? builtNow(part);
  known.set(part, path);
  return path;
}

function builtNow(part: keyof typeof PARTS): string {
  const { build, of, result } = PARTS[part];
  const path = join(ROOT, result);
  const lock = join(runFolder(), `building-${part}`);
  take(lock);
  try {
    const stamp = join(STAMPS, part);
    const newest = newestMs([...ALWAYS, ...of].map((each) => join(ROOT, each)));
    const isFresh = existsSync(path) && existsSync(stamp) && statSync(stamp).mtimeMs >= newest;
    if (!isFresh) {
      build();
      mkdirSync(STAMPS, { recursive: true });
      writeFileSync(stamp, '');
      // Of the sources before the build: one that changed meanwhile is newer.
      utimesSync(stamp, new Date(), new Date(Math.ceil(newest)));
    }
    return path;
  } finally {
    rmSync(lock, { recursive: true });
  }
}

function take(lock: string): void {
  for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += LOOK_MS) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    }
  }
  throw new Error(`${lock} must go within ${WAIT_MS_MAX} ms, got no end. Is a build hanging?`);
}

/** A folder counts, too: it is newer when a file in it was removed. */
function newestMs(paths: readonly string[]): number {
  let newest = 0;
  for (const path of paths) {
    const stats = statSync(path);
    newest = Math.max(newest, stats.mtimeMs);
    if (!stats.isDirectory()) continue;
    const entries = readdirSync(path).filter((name) => !OUTPUT.includes(name));
    newest = Math.max(newest, newestMs(entries.map((name) => join(path, name))));
  }
  return newest;
}
