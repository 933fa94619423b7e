/**
 * Bundles the rotation function into `lambda/dist/rotation`, without Docker.
 *
 * The AWS SDK goes into the bundle: left to the runtime it loads slower and moves under us. The
 * credential chain does not: a function's credentials are always in its environment.
 */

import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';

/** Builds the bundle, in about 0.1 s, and returns what went into it. */
export function buildRotation(): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: __dirname,
    entryPoints: { index: 'rotation/handler.ts' },
    outdir: 'dist/rotation',
    outExtension: { '.js': '.mjs' },
    alias: {
      '@aws-sdk/credential-provider-node': join(__dirname, 'rotation/env-credentials.ts'),
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
    logLevel: 'warning',
  });
  return metafile;
}

if (require.main === module) buildRotation();
