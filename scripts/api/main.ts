/**
 * `npm run api`: writes docs/api.md from the docstrings of the two entry points, read by TypeDoc.
 * With `--check` it writes nothing and fails if the page is outdated.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, renderApi } from './render';

const ROOT = join(__dirname, '../..');
const FILE = join(ROOT, 'docs/api.md');

const ENTRIES: readonly Entry[] = [
  {
    module: 'lib',
    title: 'Constructs: `cdk-secure-redis`',
    what: 'For a CDK app: the cache, its surrounding constructs, and the stage files.',
  },
  {
    module: 'client',
    title: 'Client: `cdk-secure-redis/client`',
    what: 'For an application: connections that survive a rotation. It needs no CDK.',
  },
];

async function page(): Promise<string> {
  const { Application } = await import('typedoc');
  const app = await Application.bootstrap({
    entryPoints: ENTRIES.map(({ module }) => join(ROOT, module, 'index.ts')),
    tsconfig: join(ROOT, 'scripts/api/tsconfig.json'),
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    excludeExternals: true,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    // `npm run typecheck` checks types.
    skipErrorChecking: true,
    sort: ['source-order'],
    logLevel: 'Error',
  });
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc must read lib and client, got nothing. Run npm ci.');
  return renderApi(project, ENTRIES);
}

async function main(): Promise<void> {
  const text = await page();
  if (!process.argv.includes('--check')) return writeFileSync(FILE, text);
  if (readFileSync(FILE, 'utf8') === text) return;
  throw new Error('docs/api.md must match the docstrings, got an outdated page. Run npm run api.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
