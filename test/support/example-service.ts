/**
 * An example's service as a process of its own, pointed at a deployment as a deploy would, and
 * everything that it prints. No password is among its arguments or its variables.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Deployment } from '../../rehearsal/aws/deployment';
import { noteOutput } from './leaks';
import { withoutSdkNotice } from './sdk-notice';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const START_TIMEOUT_MS = 20_000;

export class ExampleService {
  /** @throws Error with what it printed if it ends before it listens. */
  static async start(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<ExampleService> {
    const service = new ExampleService(command, env);
    await service.#listening();
    return service;
  }

  out = '';
  #printedErr = '';
  readonly exit: Promise<number | null>;
  readonly #process: ChildProcess;
  #url = '';

  private constructor(command: readonly string[], env: Readonly<Record<string, string>>) {
    const [program = '', ...args] = command;
    this.#process = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, PORT: '0', ...env },
    });
    this.#process.stdout?.on('data', (chunk) => {
      this.out += chunk;
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.#printedErr += chunk;
    });
    this.exit = new Promise((resolve) => this.#process.once('close', resolve));
    this.exit.then(() => {
      noteOutput(this.out);
      noteOutput(this.#printedErr);
    });
  }

  get err(): string {
    return withoutSdkNotice(this.#printedErr);
  }

  /** What everybody on its machine can see of it. */
  shown(): string {
    const { pid } = this.#process;
    const file = `/proc/${pid}/cmdline`;
    const shown = existsSync(file)
      ? readFileSync(file, 'utf8')
      : spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
    noteOutput(shown);
    return shown;
  }

  /** @throws Error where nobody answers. */
  async request(method: string, path: string, body?: string): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, { method, body });
    return { status: response.status, body: await response.text() };
  }

  async stats(): Promise<Readonly<Record<string, number>>> {
    return JSON.parse((await this.request('GET', '/stats')).body);
  }

  /** The exit code after SIGTERM. */
  async stop(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    return this.exit;
  }

  async #listening(): Promise<void> {
    const ready = new Promise<string>((resolve) => {
      this.#process.stdout?.on('data', () => {
        const [, url] = /listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(this.out) ?? [];
        if (url) resolve(url);
      });
    });
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error('late')), START_TIMEOUT_MS);
      timer.unref();
    });
    const url = await Promise.race([ready, late, this.exit]);
    if (typeof url !== 'string') throw new Error(`it ended with ${url}: ${this.err}`);
    this.#url = url;
  }
}

/** It ends with exit code 0, and neither its output nor its arguments show a password or a key. */
export async function expectSilentEnd(service: ExampleService, file: string, secret: string) {
  const shown = service.shown();
  expect(await service.stop()).toBe(0);
  expect(service.out).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  expect(shown).toContain(file);
  expect(shown).not.toContain(secret);
  expect(service.err).not.toContain(secret);
  expect(service.err).not.toMatch(/Ada|traffic-/);
  for (const line of service.err.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
}

/** The variables that a deploy sets, and those that the rehearsal adds. */
export function variablesOf({ plane, secretArn, caFile, blueprint }: Deployment) {
  return {
    REDIS_SECRET_ARN: secretArn,
    REDIS_CLUSTER: String(blueprint.topology.isSharded),
    REDIS_CA_FILE: caFile,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: plane.url,
    AWS_ACCESS_KEY_ID: plane.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: plane.credentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
