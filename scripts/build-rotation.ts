/**
 * Bundles the rotation function into `lambda/dist/rotation`, without Docker.
 *
 * The bundle includes the AWS SDK: the SDK of the runtime loads slower and changes without notice.
 * It leaves out the credential chain: the credentials of a function are always in its environment.
 */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync, type Metafile, type OutputFile } from 'esbuild';

const LAMBDA = join(__dirname, '../lambda');

/** Builds the bundle, in about 0.1 s, and returns the list of its inputs. */
export function buildRotation(): Metafile {
  const { metafile, outputFiles } = buildSync({
    absWorkingDir: LAMBDA,
    entryPoints: { index: 'rotation/handler.ts' },
    outdir: 'dist/rotation',
    outExtension: { '.js': '.mjs' },
    alias: {
      '@aws-sdk/credential-provider-node': join(LAMBDA, 'rotation/env-credentials.ts'),
    },
    // The SDK's CommonJS builds need `require`, which ES modules do not define.
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    // The SDK imports it only for APIs that stream events; neither of the two APIs does.
    external: ['@smithy/core/event-streams'],
    bundle: true,
    minify: true,
    platform: 'node',
    // The function runs on Node 24, and in the rehearsal on the rehearsal's Node.
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

/**
 * Replaces a file atomically, and only if it differs: a parallel synth may be copying the bundle.
 */
function replace({ path, contents }: OutputFile): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const fresh = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

if (require.main === module) buildRotation();
