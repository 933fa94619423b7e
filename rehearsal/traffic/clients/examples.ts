/**
 * The services of `examples/` as clients: each runs in a process with the ARN of its secret and
 * gets its load over HTTP. In the habit that reads once, the environment has the connection string
 * instead.
 */

import { join } from 'node:path';
import type { Driver, Reading, ServerAccess } from '../driver';
import { LineProcess } from '../line-process';
import { findPython, installPython, isPythonAtLeast, pythonAdvice } from '../python';
import { type TrafficClient, urlIn } from '../traffic-client';

const ROOT = join(__dirname, '../../..');
export const PYTHON_MODULES = ['aiohttp', 'boto3'];
/** Commands between two requests of the service's statistics. */
const STATS_EVERY = 5;

export const EXAMPLE_NODE: Driver = {
  name: 'example-node',
  // The example takes only the ARN of the secret.
  readings: ['again'],
  open: (access, reading) => {
    const main = join(ROOT, 'examples/node/main.ts');
    return ExampleTraffic.open(
      [process.execPath, '-r', join(ROOT, 'bin/register.cjs'), main],
      access,
      reading,
    );
  },
};

export const EXAMPLE_PYTHON: Driver = {
  name: 'example-python',
  missing: (isSharded) => {
    const python = findPython(PYTHON_MODULES);
    if (python === undefined) return pythonAdvice(PYTHON_MODULES);
    if (!isSharded || isPythonAtLeast(python.version, [4, 4])) return undefined;
    return `redis-py ${python.version} has no TLS for clusters in asyncio; 4.4 or newer has it`;
  },
  install: (say) => installPython(say, PYTHON_MODULES),
  open: (access, reading) => {
    const main = join(ROOT, 'examples/python/main.py');
    const { path = 'python3' } = findPython(PYTHON_MODULES) ?? {};
    return ExampleTraffic.open([path, '-B', main], access, reading);
  },
};

class ExampleTraffic implements TrafficClient {
  /** @throws Error with the reason in its log, if the service ends before it listens. */
  static async open(
    command: readonly string[],
    access: ServerAccess,
    reading: Reading,
  ): Promise<ExampleTraffic> {
    const child = new LineProcess(command, {
      ...access.secretEnvironment,
      ...(reading === 'once' && { REDIS_SECRET_ARN: '', REDIS_URL: urlIn(access.readSecret()) }),
      REDIS_CLUSTER: String(access.isSharded),
      REDIS_CA_FILE: access.caFile,
      PORT: '0',
    });
    const traffic = new ExampleTraffic(child);
    try {
      const line = await child.next((text) => text.startsWith(LISTENING));
      traffic.#url = line?.slice(LISTENING.length) ?? '';
    } catch {
      await child.stop();
      throw new Error(traffic.#reason ?? 'ended');
    }
    return traffic;
  }

  connects = 1;
  #url = '';
  #commands = 0;
  #reason: string | undefined;

  private constructor(private readonly child: LineProcess) {
    // HTTP responses only say that the cache is unavailable; the log has the reason.
    child.onErrorLine = (line) => {
      const [reason] = REASONS.exec(line) ?? [];
      if (reason !== undefined) this.#reason = reason;
    };
  }

  async command(key: string, value: string): Promise<void> {
    const path = `/cache/${encodeURIComponent(key)}`;
    const put = await this.#request('PUT', path, value);
    if (put.status !== 204) throw this.#failure(put.status);
    const got = await this.#request('GET', path);
    if (got.status !== 200) throw this.#failure(got.status);
    if (got.body !== value) throw new Error('wrong answer');
  }

  async rest(): Promise<void> {
    this.#commands += 1;
    if (this.#commands % STATS_EVERY !== 0) return;
    const { status, body } = await this.#request('GET', '/stats');
    if (status === 200) this.connects = 1 + Number(JSON.parse(body).reconnects);
  }

  async close(): Promise<void> {
    await this.child.stop();
  }

  async #request(method: string, path: string, body?: string) {
    const response = await fetch(`${this.#url}${path}`, { method, body });
    return { status: response.status, body: await response.text() };
  }

  #failure(status: number): Error {
    return new Error(this.#reason ?? `${status}`);
  }
}

const LISTENING = 'listening on ';
const REASONS = /WRONGPASS|NOAUTH|authentication-failed|certificate-refused/;
