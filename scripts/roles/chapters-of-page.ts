/** The generated chapters of docs/roles.md, by heading, from the servers that are there. */

import type { RedisBinary } from '../../cli/server/redis-binary';
import { Engine } from '../../lib/settings/engine';
import { AclServer } from './acl-server';
import { observeRoles } from './observe-roles';
import {
  commandTables,
  differences,
  GENERATED_FROM,
  type Observed,
  OTHER_SERVERS,
} from './page-of-roles';
import { ROLES_OF_PAGE } from './roles-of-page';

const FIRST_SERVER = 'valkey 8.0';

/**
 * Asks each server once.
 *
 * @throws Error if there is no server of the first chapter, with which the others are compared.
 */
export async function chaptersOf(
  servers: readonly RedisBinary[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const observed = new Map<string, Observed>();
  for (const server of servers) {
    const id = `${server.engine} ${server.version.split('.').slice(0, 2).join('.')}`;
    const engine = Engine.ALL.find((each) => `${each.name} ${each.version}` === id);
    const isWanted = id === FIRST_SERVER || Object.hasOwn(OTHER_SERVERS, id);
    if (engine && isWanted && !observed.has(id)) {
      observed.set(id, await observe(server, engine, folder));
    }
  }
  const first = observed.get(FIRST_SERVER);
  if (first === undefined) {
    throw new Error('valkey-server must be 8.0, got none. Install it, or pass its path.');
  }
  const others = Object.entries(OTHER_SERVERS).flatMap(([id, heading]) => {
    const other = observed.get(id);
    return other ? [[heading, differences(heading, first, other)] as const] : [];
  });
  return new Map([[GENERATED_FROM, commandTables(first)], ...others]);
}

async function observe({ path }: RedisBinary, engine: Engine, folder: string): Promise<Observed> {
  const server = await AclServer.start(path, folder);
  try {
    return await observeRoles(server, engine, ROLES_OF_PAGE);
  } finally {
    await server.stop();
  }
}

/** The page with new chapters; a chapter that is not given stays. */
export function pageWith(page: string, chapters: ReadonlyMap<string, string>): string {
  const [byHand = '', ...old] = page.split(/\n(?=## )/);
  const kept = old.map((chapter) => {
    const [heading = ''] = chapter.split('\n');
    return chapters.get(heading)?.concat('\n') ?? chapter;
  });
  const headings = old.map((chapter) => chapter.split('\n')[0]);
  const further = Array.from(chapters).flatMap(([heading, chapter]) =>
    headings.includes(heading) ? [] : [`${chapter}\n`],
  );
  return `${[byHand, ...kept, ...further].map((each) => each.trimEnd()).join('\n\n')}\n`;
}
