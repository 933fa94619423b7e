/**
 * `npm run roles`: writes the tables of docs/roles.md by asking real servers. A test compares them.
 *
 * The servers of the machine are asked, and those named as arguments:
 * `npm run roles -- PATH/valkey-server`. The chapter of a server that is missing stays as it is.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findServers, namedServer } from '../../cli/server/redis-binary';
import { makeFolder } from '../../rehearsal/machine/cleanup';
import { chaptersOf, pageWith } from './chapters-of-page';

const FILE = join(__dirname, '../../docs/roles.md');

async function main(paths: readonly string[]): Promise<void> {
  const named = paths.flatMap((path) => namedServer(path) ?? []);
  const chapters = await chaptersOf([...named, ...findServers()], makeFolder('roles'));
  writeFileSync(FILE, pageWith(readFileSync(FILE, 'utf8'), chapters));
  for (const heading of chapters.keys()) process.stdout.write(`docs/roles.md: ${heading}\n`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
