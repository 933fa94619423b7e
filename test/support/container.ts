/**
 * Runs the entry point and the health check of `develop --compose` on this machine, with the paths
 * of a container replaced: no container engine is needed.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../cli/server/free-port';
import { noteOutput } from './leaks';

const started: ChildProcess[] = [];
const START_MS = 10_000;
const POLL_MS = 50;

export interface Container {
  readonly process: ChildProcess;
  readonly port: number;
  /** The folder in memory of the real container. */
  readonly private: string;
  /** Standard output and standard error. */
  readonly output: () => string;
}

export interface ContainerOptions {
  /** Of `develop --compose`. */
  readonly project: string;
  readonly server: string;
  readonly shell?: readonly string[];
  readonly secret?: string;
}

/** Starts `start.sh` as compose.yaml does. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { project, server, shell = ['sh'], secret = secretIn(project) } = options;
  const port = await freePort();
  const inside = join(project, `container-${port}`);
  const [data, memory] = [join(inside, 'data'), join(inside, 'run')];
  for (const each of [data, memory]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const config = join(inside, 'redis.conf');
  writeFileSync(config, configOnHost(project, port, data));
  const [program = 'sh', ...words] = shell;
  const child = spawn(
    program,
    [
      ...words,
      join(project, 'secure-redis/start.sh'),
      ...[server, config, secret, join(project, 'secure-redis/user.acl'), memory],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
  );
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
      noteOutput(String(chunk));
    });
  }
  const made = { process: child, port, private: memory, output: () => output };
  await ended(made);
  return made;
}

export function secretIn(project: string): string {
  return join(project, '.secure-redis/compose/redis_password');
}

/** The configuration with paths and the port of this machine, and no other change. */
function configOnHost(project: string, port: number, data: string): string {
  return readFileSync(join(project, 'secure-redis/redis.conf'), 'utf8')
    .replace(/^bind .*$/m, 'bind 127.0.0.1')
    .replace(/^((?:tls-)?port) (?!0$)\d+$/m, `$1 ${port}`)
    .replace(/^dir .*$/m, `dir ${data}`)
    .replaceAll('"/run/secrets/', `"${join(project, '.secure-redis/compose/tls')}/`);
}

/** Until it accepts connections or has ended. */
async function ended({ process: child, output }: Container): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += POLL_MS) {
    if (child.exitCode !== null || /Ready to accept connections/.test(output())) return;
    await sleep(POLL_MS);
  }
  throw new Error('the server neither started nor ended');
}

/** Runs `health.sh` as compose.yaml does. @returns its exit code and what it prints */
export function healthOf(
  project: string,
  port: number,
  { shell = ['sh'], client = 'redis-cli', secret = secretIn(project), ca = '' } = {},
) {
  const [program = 'sh', ...words] = shell;
  const script = join(project, 'secure-redis/health.sh');
  const args = [...words, script, client, String(port), secret, ...(ca === '' ? [] : [ca])];
  return ran(program, args);
}

/** A command without a shell, such as that of a health check in the list form. */
export function ran(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: START_MS,
    env: { PATH: process.env.PATH },
  });
  noteOutput(stdout + stderr);
  return { code: status, out: `${stdout}${stderr}`.trim() };
}

/** For `afterAll`. */
export function endContainers(): void {
  for (const child of started) child.kill('SIGKILL');
  started.length = 0;
}
