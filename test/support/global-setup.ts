/** Runs once before all tests: a redis-server, a fresh package, a folder for this run. */

import { buildPackage } from '../../bin/build';
import { ensureRedisServer } from '../../rehearsal/redis-binary';
import { makeRunFolder } from './temporary-folder';

export default async function globalSetup(): Promise<void> {
  ensureRedisServer((notice) => process.stderr.write(`${notice}\n`));
  buildPackage();
  makeRunFolder();
}
