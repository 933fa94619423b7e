/**
 * Installs packages with this machine's package manager, if no password is needed.
 *
 * Never asks for a password, and never adds a package source.
 */

import { spawnSync } from 'node:child_process';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  has(command: string): boolean;
}

export interface InstallPlan {
  readonly commands: readonly (readonly string[])[];
  /** Whether the plan can run without a password. */
  readonly canRun: boolean;
}

const PACKAGE_MANAGERS = [
  { name: 'apt-get', commands: ['apt-get update', 'apt-get install -y'] },
  { name: 'dnf', commands: ['dnf install -y'] },
  { name: 'yum', commands: ['yum install -y'] },
  { name: 'apk', commands: ['apk add'] },
] as const;

/** The package's name per package manager; absent if the manager does not have it. */
export type Packages = Readonly<
  Partial<Record<(typeof PACKAGE_MANAGERS)[number]['name'] | 'brew', string>>
>;

/** How this machine installs a package, if its package manager is known. */
export function planInstall(machine: Machine, packages: Packages): InstallPlan | undefined {
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

/** The commands of a plan as a person types them. */
export function commandLineOf({ commands }: InstallPlan): string {
  return commands.map((each) => each.join(' ')).join(' && ');
}

/**
 * Runs a plan. Returns why its last command failed, or `undefined` if that succeeded: a package
 * list that cannot be refreshed does not matter where the package is known already.
 */
export function runInstall(plan: InstallPlan): string | undefined {
  let failure: string | undefined;
  for (const [file = '', ...args] of plan.commands) {
    const { status, stderr } = spawnSync(file, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, ...QUIET_INSTALL },
    });
    failure = status === 0 ? undefined : stderr?.trim().split('\n').at(-1) || `${file} failed`;
  }
  return failure;
}

/** No questions, and no automatic server start, which is Debian's default. */
const QUIET_INSTALL = {
  DEBIAN_FRONTEND: 'noninteractive',
  RUNLEVEL: '1',
  HOMEBREW_NO_AUTO_UPDATE: '1',
};

/**
 * Whether apt has a package in the machine's sources. For other managers this is unknown before the
 * attempt.
 */
export function aptOffers(name: string): boolean {
  const { status, stdout } = spawnSync('apt-cache', ['policy', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return status === 0 && /^ {2}Candidate: \d/m.test(stdout);
}

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    has: (command) =>
      spawnSync('sh', ['-c', `command -v ${command}`], { env: process.env }).status === 0,
  };
}
