/**
 * Finds a Redis or Valkey server of this machine, or installs one if that needs no password and no
 * new package source.
 *
 * It prefers a server of the template's engine, and always reports what another server leaves
 * unproven.
 */

import { spawnSync } from 'node:child_process';
import {
  aptOffers,
  commandLineOf,
  type Machine,
  type Packages,
  planInstall,
  runInstall,
  thisMachine,
} from './packages';

export type ServerEngine = 'redis' | 'valkey';

export interface RedisBinary {
  readonly path: string;
  readonly version: string;
  /** Read from the output of --version, since the name of the program can be a link. */
  readonly engine: ServerEngine;
}

/** Program name per engine. */
const PROGRAMS: Readonly<Record<ServerEngine, string>> = {
  valkey: 'valkey-server',
  redis: 'redis-server',
};

const PACKAGES: Readonly<Record<ServerEngine, Required<Packages>>> = {
  valkey: {
    'apt-get': 'valkey-server',
    dnf: 'valkey',
    yum: 'valkey',
    apk: 'valkey',
    brew: 'valkey',
  },
  redis: { 'apt-get': 'redis-server', dnf: 'redis', yum: 'redis', apk: 'redis', brew: 'redis' },
};

/** The oldest version with ACLs and the `bind` form that the rehearsal uses. */
const VERSION_MIN = [6, 2] as const;
const ANSWER_TIMEOUT_MS = 5_000;
/** Maximum length of program output in an error. */
const ANSWER_LENGTH_MAX = 80;

/** How a server is installed on this machine: the wanted engine first, then the other. */
export function planServer(engine: ServerEngine, machine: Machine) {
  const other: ServerEngine = engine === 'valkey' ? 'redis' : 'valkey';
  return [engine, other].flatMap((each) => {
    const plan = planInstall(machine, PACKAGES[each]);
    return plan ? [{ engine: each, plan }] : [];
  });
}

/** Engine and version in the output of `redis-server --version`. */
export function parseVersion(output: string): Pick<RedisBinary, 'engine' | 'version'> | undefined {
  const [, name = '', version = ''] = /^(Redis|Valkey) server v=(\d+\.\d+\.\d+)/.exec(output) ?? [];
  if (version === '') return undefined;
  return { engine: name === 'Valkey' ? 'valkey' : 'redis', version };
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin, minorMin] = VERSION_MIN;
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/** Chosen servers by engine, so that each is installed at most once. */
const chosen = new Map<ServerEngine, RedisBinary>();

/**
 * Finds or installs a server of the template's engine, or else of the other engine.
 * REHEARSAL_SERVER overrides the choice.
 *
 * @param template engine and version, such as `valkey 8.0`; by default any Valkey.
 * @throws Error with the command to run, if the installation needs a password.
 */
export function ensureRedisServer(
  notify: (notice: string) => void,
  template: string = 'valkey',
): RedisBinary {
  const engine: ServerEngine = template.startsWith('redis') ? 'redis' : 'valkey';
  const server = namedServer() ?? chosen.get(engine) ?? choose(engine, notify);
  chosen.set(engine, server);
  return server;
}

/**
 * The server that --server, or else REHEARSAL_SERVER, names, of either engine.
 *
 * @throws Error if the program is not a supported server.
 */
export function namedServer(path?: string): RedisBinary | undefined {
  if (path !== undefined) return serverAt('--server', path);
  const { REHEARSAL_SERVER } = process.env;
  return REHEARSAL_SERVER ? serverAt('REHEARSAL_SERVER', REHEARSAL_SERVER) : undefined;
}

/** A server of the engine if the machine has or offers it, otherwise of the other engine. */
function choose(engine: ServerEngine, notify: (notice: string) => void): RedisBinary {
  const machine = thisMachine();
  const found = findServers();
  const right = found.find((each) => each.engine === engine);
  if (right) return right;
  const [other] = found;
  for (const { engine: each, plan } of planServer(engine, machine)) {
    const isWorthIt = other ? each === engine && aptOffers(PACKAGES[each]['apt-get']) : true;
    if (!isWorthIt) continue;
    const missing = `no ${PROGRAMS[each]} >= ${VERSION_MIN.join('.')} found`;
    if (!plan.canRun) {
      if (other) notify(`${missing}; to use one, run: ${asRoot(machine, commandLineOf(plan))}`);
      continue;
    }
    notify(`${missing}; installing one: ${commandLineOf(plan)}`);
    const failure = runInstall(plan);
    const installed = findServers().find((server) => server.engine === each);
    if (installed) return installed;
    notify(`that did not install it: ${failure ?? 'the package has no such program'}`);
  }
  if (other) return other;
  throw new Error(
    `redis-server or valkey-server ${VERSION_MIN.join('.')} or newer must be on PATH, got none; ` +
      adviceFor(engine, machine),
  );
}

function adviceFor(engine: ServerEngine, machine: Machine): string {
  const commands = planServer(engine, machine).map(({ plan }) => commandLineOf(plan));
  if (commands.length === 0) return 'install redis or valkey with your package manager';
  return `run: ${asRoot(machine, commands.join(' || '))}`;
}

function asRoot({ isRoot, platform }: Machine, command: string): string {
  return isRoot || platform === 'darwin' ? command : `sudo sh -c '${command}'`;
}

/** Servers on PATH, the preferred engine first. */
export function findServers(): readonly RedisBinary[] {
  return Object.values(PROGRAMS).flatMap((path) => {
    const { stdout, status } = askVersion(path);
    const server = status === 0 ? parseVersion(stdout) : undefined;
    return server && isNewEnough(server.version) ? [{ path, ...server }] : [];
  });
}

function serverAt(option: string, path: string): RedisBinary {
  const must = `${option} must be the path of a redis-server or valkey-server`;
  const advice = 'Name another program.';
  if (path === '') throw new Error(`${must}, got ''. ${advice}`);
  const { error, status, stdout, stderr } = askVersion(path);
  if (error) throw new Error(`${must}, got '${path}' (${reasonOf(error)}). ${advice}`);
  const server = status === 0 ? parseVersion(stdout) : undefined;
  if (!server) {
    const [line = ''] = `${stdout}${stderr}`.trim().split('\n');
    const said = line.replace(/[^ -~]/g, '?').slice(0, ANSWER_LENGTH_MAX) || 'nothing';
    throw new Error(`${must}, got '${path}', whose --version prints: ${said}. ${advice}`);
  }
  if (!isNewEnough(server.version)) {
    throw new Error(
      `${option} must be version ${VERSION_MIN.join('.')} or newer, got ${server.engine} ` +
        `${server.version} at '${path}'. ${advice}`,
    );
  }
  return { path, ...server };
}

/** Runs --version in a separate process group, which is then killed: scripts can leave children. */
function askVersion(path: string) {
  const options = {
    encoding: 'utf8',
    timeout: ANSWER_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: process.env,
    detached: true,
  } as const;
  const answer = spawnSync(path, ['--version'], options);
  try {
    if (answer.pid > 0) process.kill(-answer.pid, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
  return answer;
}

function reasonOf({ code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such program';
  if (code === 'EACCES') return 'this user cannot run it';
  if (code === 'ETIMEDOUT') return `it answers --version with nothing in ${ANSWER_TIMEOUT_MS} ms`;
  return code ?? 'it does not run';
}

/** The server that ran for a template, and what it leaves unproven. */
export interface ServerRun extends RedisBinary {
  /** The template's engine and version. */
  readonly template: string;
  /** What remains unproven about the template's engine; empty for the same release. */
  readonly unproven: string;
}

/** Differences between the deployed engine and the server of the rehearsal. */
export function serverRunOf(server: RedisBinary, template: string): ServerRun {
  const [engine = '', version = ''] = template.split(' ');
  return { ...server, template, unproven: unprovenOf(server, { engine, version }) };
}

function unprovenOf(server: RedisBinary, { engine, version }: { engine: string; version: string }) {
  const deployed = `${capitalized(engine)} ${version}`;
  if (server.engine !== engine) {
    return `replies, errors, ACL categories, INFO and parameters in which ${deployed} differs`;
  }
  const [major = 0, minor = 0] = server.version.split('.').map(Number);
  const [majorWanted = 0, minorWanted = 0] = version.split('.').map(Number);
  if (major === majorWanted && minor === minorWanted) return '';
  const isOlder = major < majorWanted || (major === majorWanted && minor < minorWanted);
  const ran = `${major}.${minor}`;
  return isOlder
    ? `what ${deployed} has added or changed since ${ran}`
    : `what ${deployed} lacks or does otherwise than ${ran}`;
}

/** One line for a person. */
export function describeServer({ template, engine, version, unproven }: ServerRun): string {
  const end = unproven ? `; not proven: ${unproven}` : '';
  return `template: ${capitalized(template)}; ran ${PROGRAMS[engine]} ${version}${end}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
