/** Runs once before all tests: a server for all of them, a folder for this run. */

import { ensureRedisServer } from '../../cli/server/redis-binary';
import { built } from './built';
import { makeRunFolder } from './temporary-folder';

export default async function globalSetup(): Promise<void> {
  const say = (notice: string) => process.stderr.write(`${notice}\n`);
  const { path, version } = ensureRedisServer(say);
  // Each worker takes this one, and does not look for another.
  process.env.REHEARSAL_SERVER = path;
  say(`tests run on ${path} ${version}`);
  makeRunFolder();
  // Every stack names the function, every rehearsal runs it, and the examples import the client.
  // What few tests need, they build.
  for (const part of ['rotation', 'client'] as const) built(part);
}
