/** Commands that go on for several spans of twelve hours, by a clock that runs faster. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Twelve hours, of a faster clock. */
export const SPAN_MS = 2_500;
export const SPANS = 2;

/** Does something again and again for some spans. Returns what failed, and how often it ran. */
export async function throughout(
  run: (round: number) => Promise<unknown>,
  { spans = SPANS, pauseMs = 2 } = {},
) {
  const failures: unknown[] = [];
  const endMs = performance.now() + spans * SPAN_MS;
  let rounds = 0;
  while (performance.now() < endMs) {
    rounds += 1;
    await run(rounds).catch((error: unknown) => failures.push(error));
    await sleep(pauseMs);
  }
  return { failures, rounds };
}

export interface Commands {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
}

export const writeAndRead = (client: Commands) => async (round: number) => {
  const key = `key-${round % 50}`;
  await client.set(key, String(round));
  if ((await client.get(key)) !== String(round)) throw new Error('wrong answer');
};

/** A transaction that is sent command by command, almost always open. */
export async function transaction(client: Redis): Promise<void> {
  await client.multi({ pipeline: false });
  await client.incr('count');
  await sleep(5);
  await client.incr('count');
  expect(await client.exec()).toHaveLength(2);
}

export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !isSo(); tries++) await sleep(5);
  expect(isSo()).toBe(true);
}

/** Waits for messages, which may come after the reply to their PUBLISH; none comes twice. */
export async function heardAll(heard: () => number, published: number): Promise<void> {
  await until(() => heard() >= published);
  expect(heard()).toBe(published);
}
