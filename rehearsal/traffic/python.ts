/**
 * Finds a Python with redis-py and other modules on this machine, or installs them if no password
 * is needed.
 */

import { spawnSync } from 'node:child_process';
import {
  commandLineOf,
  type InstallPlan,
  type Packages,
  planInstall,
  runInstall,
  thisMachine,
} from '../../cli/server/packages';

/** `REHEARSAL_PYTHON` comes first: `REHEARSAL_PYTHON=…/venv/bin/python npm start -- …`. */
const NAMES = [process.env.REHEARSAL_PYTHON, 'python3', '/usr/bin/python3', 'python'].filter(
  (name) => name !== undefined,
);

/** The oldest redis-py with `redis.asyncio` for clusters. */
const VERSION_MIN = [4, 3] as const;

export interface Python {
  readonly path: string;
  /** Version of redis-py. */
  readonly version: string;
}

/** Cache, since each search starts an interpreter. */
const found = new Map<string, Python>();

/** An interpreter with redis-py and the given modules, or undefined. */
export function findPython(modules: readonly string[] = []): Python | undefined {
  const key = modules.join();
  const imports = ['redis.asyncio', ...modules].join(', ');
  const probe = `import ${imports}; print(redis.__version__)`;
  for (const path of found.has(key) ? [] : NAMES) {
    const { status, stdout } = spawnSync(path, ['-c', probe], { encoding: 'utf8' });
    const version = status === 0 ? stdout.trim() : '';
    if (!found.has(key) && isPythonAtLeast(version, VERSION_MIN)) found.set(key, { path, version });
  }
  return found.get(key);
}

export function isPythonAtLeast(version: string, [majorMin, minorMin]: readonly [number, number]) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/** A message that says how to install them. */
export function pythonAdvice(modules: readonly string[] = []): string {
  const names = ['redis', ...modules];
  const plan = planFor(modules);
  const command = plan && commandLineOf(plan);
  const version = VERSION_MIN.join('.');
  const advice = command ?? `pip install ${names.join(' ')}`;
  return `no python3 with ${names.join(', ')} (redis ${version} or newer); run: ${advice}`;
}

/** Installs them and reports it, if no password is needed; otherwise does nothing. */
export function installPython(say: (notice: string) => void, modules: readonly string[] = []) {
  if (findPython(modules) !== undefined) return;
  const plan = planFor(modules);
  if (!plan?.canRun) return;
  say(pythonAdvice(modules).replace('; run: ', '; installing: '));
  runInstall(plan);
}

function planFor(modules: readonly string[]): InstallPlan | undefined {
  const names = ['redis', ...modules];
  const packages = (prefix: string) => names.map((name) => `${prefix}${name}`).join(' ');
  const wanted: Packages = {
    'apt-get': packages('python3-'),
    dnf: packages('python3-'),
    yum: packages('python3-'),
    apk: packages('py3-'),
  };
  return planInstall(thisMachine(), wanted);
}
