/** Runs once before all tests: a redis-server, a fresh bundle, a folder for the leak search. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRotation } from '../../lambda/build';
import { ensureRedisServer } from '../../rehearsal/redis-binary';
import { LEAK_FOLDER_VARIABLE } from './leaks';

export default async function globalSetup(): Promise<void> {
  ensureRedisServer((notice) => process.stderr.write(`${notice}\n`));
  buildRotation();
  process.env[LEAK_FOLDER_VARIABLE] = mkdtempSync(join(tmpdir(), 'secure-redis-leaks-'));
}
