/**
 * Runs a snippet in a test project against a server, and reports whether it connects, which
 * database it uses, and whether it rejects invalid certificates.
 *
 * Installs packages only with `--install`. Masks the password in the output of programs.
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorLine } from './error-line';
import { LANGUAGES, type Language } from './languages';
import { PROJECTS, type Project } from './projects';
import type { ServerPlace, SnippetServer } from './server';
import type { Snippet } from './snippets';

export interface ClientResult {
  readonly client: string;
  readonly isSharded: boolean;
  /** `not-run` where the runtime or the library is not here; `detail` says how to get it. */
  readonly outcome: 'passed' | 'failed' | 'not-run';
  readonly version: string;
  readonly detail: string;
}

export interface RunOptions {
  readonly folder: string;
  readonly isInstalling: boolean;
  /** Longest time for a run that must succeed. */
  readonly timeoutMs: number;
  /** Longest time for a run that must fail. */
  readonly patienceMs: number;
}

const ROOT = join(__dirname, '../..');
const INSTALL_TIMEOUT_MS = 580_000;
const OUTPUT_MAX = 600;
/** Not 0, to prove that a client selects it; a sharded cache has only database 0. */
const DATABASE = 3;
const TRUST_STORE_WORD = 'changeit';

/** Runs a client's snippet. */
export async function runClient(
  snippet: Snippet,
  server: SnippetServer,
  options: RunOptions,
): Promise<ClientResult> {
  const { client, isSharded } = snippet;
  const result = { client, isSharded, version: '' };
  const project = PROJECTS[client];
  if (!project) return { ...result, outcome: 'failed', detail: 'it has no project to run in' };
  const language: Language = LANGUAGES[project.language];
  const folder = join(options.folder, client);
  const missing = prepare(snippet, project, language, { ...options, folder });
  if (missing !== undefined) return { ...result, outcome: 'not-run', detail: missing };
  const version = shell(language.version(project.library), folder).stdout.trim();
  const since = isSharded ? project.since?.sharded : project.since?.replicated;
  if (since !== undefined && isOlder(version, since)) {
    return { ...result, version, outcome: 'not-run', detail: `it needs ${since} or newer` };
  }
  const built = shell(language.build, folder);
  if (built.status !== 0) {
    const detail = `it does not compile: ${errorLine(built.stderr).slice(0, OUTPUT_MAX)}`;
    return { ...result, version, outcome: 'failed', detail };
  }
  const script = language.run(project.main ?? project.file, project.library);
  const attempt = (place: ServerPlace, ms: number) =>
    tryOnce(server, place, { script, folder, ms });
  const faults = await findFaults(server, attempt, options, project.ignoresName ?? false);
  return faults.length > 0
    ? { ...result, version, outcome: 'failed', detail: faults.join('; ') }
    : { ...result, version, outcome: 'passed', detail: describe(server, project) };
}

function describe(server: SnippetServer, { ignoresName }: Project): string {
  const where = server.isSharded ? 'sharded' : `database ${DATABASE}`;
  const name = ignoresName ? 'name NOT verified' : 'name verified';
  return `connected, ${where}, certificate verified, ${server.misnamed ? name : 'name not tried'}`;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/** Writes the project. Returns how to get what is missing. */
function prepare(
  { code }: Snippet,
  { file, files = {}, packages, library, language: name }: Project,
  language: Language,
  { folder, isInstalling }: RunOptions,
): string | undefined {
  const absent = language.needs.find((command) => shell(`command -v ${command}`).status !== 0);
  if (absent && name !== 'sh') return `${absent} is not installed`;
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries({ ...files, [file]: code })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const modules = join(folder, 'node_modules');
  const isReady = () => shell(language.isReady(library), folder).status === 0;
  if (name === 'node' && !existsSync(modules) && existsSync(join(ROOT, 'node_modules', library))) {
    symlinkSync(join(ROOT, 'node_modules'), modules);
  }
  // With --install, use the version that docs/connect.md names, not the system's.
  const isOwn = name !== 'python' || !isInstalling || existsSync(join(folder, '.venv'));
  if (isReady() && !absent && isOwn) return undefined;
  const install = language.install(packages);
  if (!isInstalling) return `its library is not installed; run with --install, or: ${install}`;
  const { status, stderr } = shell(install, folder);
  return status === 0 && isReady()
    ? undefined
    : `cannot be installed: ${errorLine(stderr).slice(0, OUTPUT_MAX)}`;
}

interface Attempt {
  readonly connected: boolean;
  readonly databases: readonly number[];
  readonly output: string;
}

async function findFaults(
  server: SnippetServer,
  attempt: (place: ServerPlace, ms: number) => Promise<Attempt>,
  { timeoutMs, patienceMs }: RunOptions,
  ignoresName: boolean,
): Promise<readonly string[]> {
  const wanted = server.isSharded ? 0 : DATABASE;
  const right = await attempt(server.right, timeoutMs);
  if (!right.connected) return [`it does not connect: ${right.output}`];
  if (right.databases.some((database) => database !== wanted)) {
    return [`it used database ${right.databases.join(' and ')}, not ${wanted}`];
  }
  const faults: string[] = [];
  const foreign = await attempt(server.foreign, patienceMs);
  if (foreign.connected) faults.push('it trusts a certificate of another authority');
  if (server.misnamed) {
    const misnamed = await attempt(server.misnamed, patienceMs);
    if (misnamed.connected && !ignoresName) faults.push('it trusts a certificate of another host');
    if (!misnamed.connected && ignoresName) faults.push('it verifies the name after all: say so');
  }
  return faults;
}

interface Run {
  readonly script: string;
  readonly folder: string;
  readonly ms: number;
}

/** A client counts as connected if it wrote to the server, whatever it prints. */
async function tryOnce(server: SnippetServer, place: ServerPlace, run: Run): Promise<Attempt> {
  await server.empty();
  const database = server.isSharded ? 0 : DATABASE;
  const environment = { ...server.environment(place, database), ...javaTrust(place, run.folder) };
  const { text, isFine } = await runFor(run, environment);
  const databases = await server.databases();
  const mustSucceed = place === server.right;
  return {
    connected: mustSucceed ? isFine && databases.length > 0 : databases.length > 0,
    databases,
    output: errorLine(server.masked(text)).slice(0, OUTPUT_MAX),
  };
}

function runFor({ script, folder, ms }: Run, environment: Record<string, string>) {
  return new Promise<{ readonly text: string; readonly isFine: boolean }>((resolve) => {
    const env = { ...process.env, ...environment };
    // A separate process group, so that child processes of a script end too.
    const child = spawn('sh', ['-c', script], { cwd: folder, env, detached: true });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const end = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(end, ms);
    child.once('close', (code) => {
      clearTimeout(timer);
      end();
      resolve({ text: stdout + stderr, isFine: code === 0 && /\bhello\b/.test(stdout) });
    });
  });
}

/** Java cannot read PEM: keytool imports the authority into a trust store. */
function javaTrust({ caFile }: ServerPlace, folder: string): Record<string, string> {
  if (!existsSync(join(folder, 'classpath'))) return {};
  const store = join(folder, `trust-${Date.now()}.p12`);
  const made = spawnSync('keytool', [
    ...['-importcert', '-noprompt', '-alias', 'ca', '-file', caFile, '-storetype', 'PKCS12'],
    ...['-keystore', store, '-storepass', TRUST_STORE_WORD],
  ]);
  if (made.status !== 0) throw new Error('keytool cannot make a trust store; install a JDK');
  const trust = '-Djavax.net.ssl.trustStore';
  return { JAVA_TOOL_OPTIONS: `${trust}=${store} ${trust}Password=${TRUST_STORE_WORD}` };
}

function shell(script: string, cwd?: string) {
  return spawnSync('sh', ['-c', script], { cwd, encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS });
}
