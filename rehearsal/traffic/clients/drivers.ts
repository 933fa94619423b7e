/** The clients of `npm start -- --traffic`, by name. */

import type { Driver } from '../driver';
import { BULLMQ } from './bullmq';
import { EXAMPLE_NODE, EXAMPLE_PYTHON } from './examples';
import { IOREDIS } from './ioredis';
import { NODE_REDIS } from './node-redis';
import { REDIS_CLI } from './redis-cli';
import { REDIS_PY, REDIS_PY_ASYNCIO } from './redis-py';

export const DRIVERS: readonly Driver[] = [
  IOREDIS,
  NODE_REDIS,
  BULLMQ,
  REDIS_CLI,
  REDIS_PY,
  REDIS_PY_ASYNCIO,
  EXAMPLE_NODE,
  EXAMPLE_PYTHON,
];

/** `all`, or names with commas between. @throws Error naming all of them, if one is unknown. */
export function driversNamed(names: string): readonly Driver[] {
  if (names === 'all') return DRIVERS;
  const wanted = names.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !DRIVERS.some((driver) => driver.name === name));
  if (unknown.length > 0) {
    const allowed = DRIVERS.map(({ name }) => name).join(', ');
    throw new Error(
      `--traffic must be all, list or some of ${allowed}, got '${names}'. Name some of them.`,
    );
  }
  return DRIVERS.filter(({ name }) => wanted.includes(name));
}

/** One line per client: whether it runs here, or what is missing. */
export function driverLines(): readonly string[] {
  const widest = Math.max(...DRIVERS.map(({ name }) => name.length));
  return DRIVERS.map(({ name, missing }) => {
    const why = [false, true].map((isSharded) => missing?.(isSharded));
    const [standalone, sharded] = why.map((each) => each ?? 'runs here');
    const line = standalone === sharded ? standalone : `${standalone}; sharded: ${sharded}`;
    return `${name.padEnd(widest)}  ${line}`;
  });
}
