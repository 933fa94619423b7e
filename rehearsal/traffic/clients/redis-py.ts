/** redis-py, sync and asyncio, each in a separate Python process that reads the URL as input. */

import { join } from 'node:path';
import { driver, type ServerAccess } from '../driver';
import { LineProcess } from '../line-process';
import { findPython, installPython, isPythonAtLeast, pythonAdvice } from '../python';
import type { TrafficClient } from '../traffic-client';

const SCRIPT = join(__dirname, 'redis-py-client.py');

type Mode = 'sync' | 'asyncio';

const missing = () => (findPython() === undefined ? pythonAdvice() : undefined);

export const REDIS_PY = driver({
  name: 'redis-py',
  missing,
  install: (say) => installPython(say),
  connect: (url, access) => RedisPyTraffic.open('sync', url, access),
});

export const REDIS_PY_ASYNCIO = driver({
  name: 'redis-py-asyncio',
  missing: (isSharded) => {
    const python = findPython();
    // https://github.com/redis/redis-py/issues/2303
    if (!isSharded || python === undefined || isPythonAtLeast(python.version, [4, 4]))
      return missing();
    return `redis-py ${python.version} has no TLS for clusters in asyncio; 4.4 or newer has it`;
  },
  install: (say) => installPython(say),
  connect: (url, access) => RedisPyTraffic.open('asyncio', url, access),
});

interface Answer {
  readonly ok: boolean;
  readonly connects: number;
  readonly kind?: string;
}

class RedisPyTraffic implements TrafficClient {
  static async open(mode: Mode, url: string, access: ServerAccess): Promise<RedisPyTraffic> {
    const child = new LineProcess([findPython()?.path ?? 'python3', SCRIPT, mode]);
    const traffic = new RedisPyTraffic(child);
    try {
      const { caFile, isSharded } = access;
      await traffic.#ask({ url, caFile, isSharded });
    } catch (error) {
      await child.stop();
      throw error;
    }
    return traffic;
  }

  connects = 0;

  private constructor(private readonly child: LineProcess) {}

  command(key: string, value: string): Promise<void> {
    return this.#ask({ key, value });
  }

  async close(): Promise<void> {
    await this.child.stop();
  }

  async #ask(question: object): Promise<void> {
    this.child.write(JSON.stringify(question));
    const { ok, kind, connects } = JSON.parse((await this.child.next()) ?? '') as Answer;
    this.connects = connects;
    if (!ok) throw new Error(kind ?? 'failed');
  }
}
