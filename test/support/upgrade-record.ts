/** The recorded stateful resources of the last release: `test/data/last-release.json`. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Baseline } from '../../lib/fleet/baseline';
import {
  type Finding,
  findingsOf,
  lastRelease,
  secretFindings,
  unannounced,
  writtenSecret,
} from './upgrade-check';

export const RECORDED = join(__dirname, '../data/last-release.json');

type Stacks = Readonly<Record<string, Readonly<Record<string, { readonly type: string }>>>>;

interface Recorded {
  /** Version of the release, or `NO_RELEASE`. */
  readonly release: string;
  /** The secret string that the function writes. */
  readonly secret: string;
  readonly stacks: Stacks;
}

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(RECORDED, 'utf8'));
}

/** Everything that an upgrade from the last release would do. */
export function upgradeFindings(now: Baseline): readonly Finding[] {
  return [
    ...findingsOf(Baseline.read(RECORDED), now),
    ...secretFindings(readRecorded().secret, writtenSecret()),
  ];
}

/**
 * Records what is synthesized now: everything if a version has got its date since the last time,
 * else only the stacks that are new.
 *
 * @returns what an upgrade would do that the CHANGELOG leaves out; then nothing is written.
 */
export function record(now: Baseline, changelog: string): readonly string[] {
  const release = lastRelease(changelog);
  const today = { release, secret: writtenSecret(), stacks: stacksOf(now) };
  if (!existsSync(RECORDED)) {
    writeRecorded(today);
    return [];
  }
  const before = readRecorded();
  const missing = unannounced(upgradeFindings(now), changelog, before.release);
  if (missing.length > 0) return missing;
  const isReleased = release !== before.release;
  const stacks = { ...today.stacks, ...before.stacks };
  writeRecorded(isReleased ? today : { ...before, stacks });
  return [];
}

function stacksOf(baseline: Baseline): Stacks {
  const folder = mkdtempSync(join(tmpdir(), 'secure-redis-upgrades-'));
  try {
    const file = join(folder, 'baseline.json');
    baseline.write(file);
    return JSON.parse(readFileSync(file, 'utf8')).stacks;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line per resource: a diff shows each that changes, and Biome leaves the file alone. */
function writeRecorded({ release, secret, stacks }: Recorded): void {
  const block = (entries: readonly string[]) => `{\n${entries.join(',\n')}\n}`;
  const texts = Object.entries(stacks)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([stackName, resources]) => {
      const lines = Object.entries(resources).map(
        ([id, resource]) => `${JSON.stringify(id)}:${JSON.stringify(resource)}`,
      );
      return `${JSON.stringify(stackName)}:${block(lines)}`;
    });
  const head = JSON.stringify({ format: 2, release, secret }).slice(1, -1);
  writeFileSync(RECORDED, `{${head},\n"stacks":${block(texts)}}\n`);
}
