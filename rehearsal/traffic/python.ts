/**
 * Finds a Python with redis-py on this machine, or installs the package where that needs no
 * password.
 */

import { spawnSync } from 'node:child_process';
import { type Packages, planInstall, runInstall, thisMachine } from '../redis-binary';

const NAMES = ['python3', '/usr/bin/python3', 'python'];

/** The oldest with `redis.asyncio` for clusters. */
const VERSION_MIN = [4, 3] as const;

const PROBE = 'import redis.asyncio; print(redis.__version__)';

export interface Python {
  readonly path: string;
  /** Of redis-py. */
  readonly version: string;
}

const PACKAGES: Packages = {
  'apt-get': 'python3-redis',
  dnf: 'python3-redis',
  yum: 'python3-redis',
  apk: 'py3-redis',
};

/** Looked for once, since each look starts an interpreter. */
let found: Python | undefined;

/** An interpreter that has redis-py, if one does. */
export function findPython(): Python | undefined {
  for (const path of found ? [] : NAMES) {
    const { status, stdout } = spawnSync(path, ['-c', PROBE], { encoding: 'utf8' });
    const version = status === 0 ? stdout.trim() : '';
    if (isAtLeast(version, VERSION_MIN)) found ??= { path, version };
  }
  return found;
}

export function isAtLeast(version: string, [majorMin, minorMin]: readonly [number, number]) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/** How this machine gets redis-py, for a person to read. */
export function pythonAdvice(): string {
  const plan = planInstall(thisMachine(), PACKAGES);
  const command = plan?.commands.map((each) => each.join(' ')).join(' && ');
  const version = VERSION_MIN.join('.');
  return `no python3 with redis-py >= ${version}; run: ${command ?? 'pip install redis'}`;
}

/** Installs it where that needs no password, and says so; elsewhere does nothing. */
export function installPython(notify: (notice: string) => void): void {
  if (findPython() !== undefined) return;
  const plan = planInstall(thisMachine(), PACKAGES);
  if (!plan?.canRun) return;
  const command = plan.commands.map((each) => each.join(' ')).join(' && ');
  notify(`no python3 with redis-py found; installing it: ${command}`);
  runInstall(plan);
}
