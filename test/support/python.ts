/** A Python that can run the example, looked for where one usually is. */

import { spawnSync } from 'node:child_process';

export interface Python {
  readonly path: string;
  /** Of redis-py, `4.3.4`. */
  readonly redisVersion: string;
}

/** One that is named comes first: `EXAMPLES_PYTHON=…/venv/bin/python npx jest test/examples`. */
const CANDIDATES = [process.env.EXAMPLES_PYTHON, 'python3', '/usr/bin/python3'];
const ASK = 'import aiohttp, boto3, redis.asyncio as a, redis; print(redis.__version__)';

export function findPython(): Python | undefined {
  for (const path of CANDIDATES) {
    if (path === undefined) continue;
    const { status, stdout } = spawnSync(path, ['-c', ASK], { encoding: 'utf8' });
    if (status === 0) return { path, redisVersion: stdout.trim() };
  }
  return undefined;
}

export const PYTHON_MISSING =
  'not run: no python3 here has redis-py, aiohttp and boto3 ' +
  '(apt-get install python3-redis python3-aiohttp python3-boto3)';
