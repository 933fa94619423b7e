/** Runs once before all tests: a redis-server, a fresh bundle, a folder for this run. */

import { buildRotation } from '../../lambda/build';
import { ensureRedisServer } from '../../rehearsal/redis-binary';
import { makeRunFolder } from './temporary-folder';

export default async function globalSetup(): Promise<void> {
  ensureRedisServer((notice) => process.stderr.write(`${notice}\n`));
  buildRotation();
  makeRunFolder();
}
