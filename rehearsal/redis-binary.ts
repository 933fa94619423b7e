/**
 * Finds a Redis or Valkey server on this machine, or installs one where that needs no password.
 *
 * Never asks for a password and never guesses: without a server it says the exact command.
 */

import { spawnSync } from 'node:child_process';

export interface RedisBinary {
  readonly path: string;
  readonly version: string;
}

const NAMES = ['redis-server', 'valkey-server'];

/** The oldest version with ACLs and the `bind` form that the rehearsal uses. */
const VERSION_MIN = [6, 2] as const;

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  has(command: string): boolean;
}

export interface InstallPlan {
  readonly commands: readonly (readonly string[])[];
  /** Whether it can be run as it is, without a password. */
  readonly canRun: boolean;
}

const PACKAGE_MANAGERS = [
  { name: 'apt-get', commands: ['apt-get update', 'apt-get install -y'] },
  { name: 'dnf', commands: ['dnf install -y'] },
  { name: 'yum', commands: ['yum install -y'] },
  { name: 'apk', commands: ['apk add'] },
] as const;

/** What a package is called, by package manager; absent where none has it. */
export type Packages = Readonly<
  Partial<Record<(typeof PACKAGE_MANAGERS)[number]['name'] | 'brew', string>>
>;

const SERVER: Packages = {
  'apt-get': 'redis-server',
  dnf: 'redis',
  yum: 'redis',
  apk: 'redis',
  brew: 'redis',
};

/** How this machine gets a package, a server unless told otherwise, if we know its manager. */
export function planInstall(
  machine: Machine,
  packages: Packages = SERVER,
): InstallPlan | undefined {
  if (machine.platform === 'darwin') {
    // Homebrew refuses to run as root, and never needs it.
    if (!machine.has('brew') || packages.brew === undefined) return undefined;
    return { commands: [['brew', 'install', packages.brew]], canRun: !machine.isRoot };
  }
  const manager = PACKAGE_MANAGERS.find(({ name }) => machine.has(name));
  const wanted = manager && packages[manager.name];
  if (!wanted) return undefined;
  const lines = manager.commands.map((line, index, { length }) =>
    index === length - 1 ? `${line} ${wanted}` : line,
  );
  return { commands: lines.map((line) => line.split(' ')), canRun: machine.isRoot };
}

/** Whether it has worked is for the caller to see. */
export function runInstall(plan: InstallPlan): void {
  for (const [file = '', ...args] of plan.commands) {
    spawnSync(file, args, { stdio: 'ignore', env: { ...process.env, ...QUIET_INSTALL } });
  }
}

/** The version in the output of `redis-server --version`. */
export function parseVersion(output: string): string | undefined {
  return /\bv=(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin, minorMin] = VERSION_MIN;
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/**
 * Finds a server, or installs one.
 *
 * @throws Error with the exact command to run, where that needs a password or is not known.
 */
export function ensureRedisServer(notify: (notice: string) => void): RedisBinary {
  const found = findRedisServer();
  if (found) return found;
  const plan = planInstall(thisMachine());
  const command = plan?.commands.map((each) => each.join(' ')).join(' && ');
  if (plan?.canRun) {
    notify(`no redis-server >= ${VERSION_MIN.join('.')} found; installing one: ${command}`);
    runInstall(plan);
    const installed = findRedisServer();
    if (installed) return installed;
  }
  const needsPassword = plan?.canRun === false && process.platform !== 'darwin';
  const full = needsPassword ? `sudo sh -c '${command}'` : command;
  const advice = full ? `run: ${full}` : 'install redis or valkey with your package manager';
  throw new Error(
    `the rehearsal needs redis-server or valkey-server ${VERSION_MIN.join('.')} or newer on ` +
      `PATH, and found none; ${advice}`,
  );
}

/** No questions, and no server started beside ours (Debian starts one otherwise). */
const QUIET_INSTALL = {
  DEBIAN_FRONTEND: 'noninteractive',
  RUNLEVEL: '1',
  HOMEBREW_NO_AUTO_UPDATE: '1',
};

function findRedisServer(): RedisBinary | undefined {
  for (const path of NAMES) {
    const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    const version = status === 0 ? parseVersion(stdout) : undefined;
    if (version && isNewEnough(version)) return { path, version };
  }
  return undefined;
}

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    has: (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0,
  };
}
