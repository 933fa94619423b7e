/**
 * Builds the command line into `dist`: `cli.cjs`, and beside it the clients of AWS, which only
 * commands that ask AWS load. To load them takes five times as long as all else. A client that is
 * in no list here is bundled into `cli.cjs`.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');

/** Packages by the file beside it that holds them; each is loaded by the first who needs it. */
const APART: Readonly<Record<string, readonly string[]>> = {
  'aws-sdk.cjs': ofAws('cloudwatch', 'lambda', 'secrets-manager', 'ssm'),
  // Besides those.
  'preflight-sdk.cjs': ofAws(
    ...['cloudformation', 'ec2', 'elasticache', 'kms', 'service-quotas', 'sns', 'sts'],
  ),
  'selfsigned.cjs': ['selfsigned'],
};

const IMPORT = /^import \{([^}]*)\} from '([^'.][^']*)';/gm;

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // ES modules of the SDK, so that esbuild can drop unused commands.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
};

/** Needs neither the compiler nor the SDK where it runs. */
export function buildCli(): void {
  const apart = Object.entries(APART);
  const alias = Object.fromEntries(
    apart.flatMap(([file, packages]) => packages.map((each) => [each, `./${file}`] as const)),
  );
  buildSync({
    ...COMMON,
    entryPoints: ['cli/main.ts'],
    outfile: 'dist/cli.cjs',
    alias,
    external: Object.values(alias),
  });
  const imported = importedIn(join(ROOT, 'cli'));
  for (const [file, packages] of apart) {
    const contents = packages.map(
      (each) => `export { ${Array.from(imported.get(each) ?? []).join(', ')} } from '${each}';`,
    );
    buildSync({
      ...COMMON,
      stdin: { contents: contents.join('\n'), resolveDir: ROOT },
      outfile: join('dist', file),
    });
  }
}

function ofAws(...services: readonly string[]): readonly string[] {
  return services.map((service) => `@aws-sdk/client-${service}`);
}

/** The values, not types, that the sources of a folder import from each package. */
function importedIn(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    const text = readFileSync(join(folder, path), 'utf8');
    for (const [, list = '', from = ''] of text.matchAll(IMPORT)) {
      const names = list.split(',').map((name) => name.trim());
      const values = names.filter((name) => name !== '' && !name.startsWith('type '));
      all.set(from, new Set([...(all.get(from) ?? []), ...values]));
    }
  }
  return all;
}
