/**
 * Bundles the rotation function into `lambda/dist/rotation`, without Docker.
 *
 * The AWS SDK goes into the bundle: left to the runtime it loads slower and moves under us. The
 * credential chain does not: a function's credentials are always in its environment.
 */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync, type Metafile, type OutputFile } from 'esbuild';

const LAMBDA = join(__dirname, '../lambda');

/** Builds the bundle, in about 0.1 s, and returns what went into it. */
export function buildRotation(): Metafile {
  const { metafile, outputFiles } = buildSync({
    absWorkingDir: LAMBDA,
    entryPoints: { index: 'rotation/handler.ts' },
    outdir: 'dist/rotation',
    outExtension: { '.js': '.mjs' },
    alias: {
      '@aws-sdk/credential-provider-node': join(LAMBDA, 'rotation/env-credentials.ts'),
    },
    // The SDK's CommonJS builds need `require`, which an ES module does not have by itself.
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    // Imported by the SDK only when an API streams events, which neither of the two does.
    external: ['@smithy/core/event-streams'],
    bundle: true,
    minify: true,
    platform: 'node',
    // The function runs on Node 24, and in the rehearsal on whatever runs the rehearsal.
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  for (const file of outputFiles) replace(file);
  return metafile;
}

/** In one step, and only if it differs: a synth beside this one may be copying the bundle. */
function replace({ path, contents }: OutputFile): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const fresh = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

if (require.main === module) buildRotation();
