/** `npx secure-redis list`: the caches of a stage or an app, read from their templates. */

import { type CacheOfTemplate, cachesOf } from '../template/caches-of';
import type { StackTemplate } from '../template/stack-template';
import type { CommandResult } from '../terminal/screen';

const HEAD = ['CACHE', 'STACK', 'ENGINE', 'NODES', 'ROTATES'] as const;

export function listCaches(stacks: readonly StackTemplate[], of: string): CommandResult {
  const caches = cachesOf(stacks);
  if (caches.length === 0) {
    const words = `${of}: no cache in ${stacks.length} ${stacks.length === 1 ? 'stack' : 'stacks'}`;
    return { exitCode: 0, lines: [words], json: { caches: [] } };
  }
  const rows = caches.map((cache) => [
    cache.name,
    cache.stack,
    cache.engine,
    nodesOf(cache),
    rotationOf(cache),
  ]);
  return { exitCode: 0, lines: table([HEAD, ...rows]), json: { caches } };
}

function rotationOf({ schedule = 'never', users }: CacheOfTemplate): string {
  if (users.length === 0) return schedule;
  return `${schedule}, ${users.length} ${users.length === 1 ? 'user' : 'users'}`;
}

function nodesOf({ nodes, shards, isSharded, nodeType }: CacheOfTemplate): string {
  const count = Number.isNaN(nodes) ? '?' : String(nodes);
  const inShards = isSharded ? `, ${shards} ${shards === 1 ? 'shard' : 'shards'}` : '';
  return `${count} x ${nodeType}${inShards}`;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
