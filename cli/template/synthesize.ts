/**
 * Synthesizes a stage with the CDK command line, for consumers that only read the templates:
 * prices, the rehearsal. So it skips CDK's validation, three quarters of the work.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The last line of `cdk` after an app's own errors. */
const OF_CDK = /: Subprocess (exited with error|was killed)/;

/** The path of the CDK command line in a folder; it may not exist. */
export function cdkOf(folder: string): string {
  return join(folder, 'node_modules/aws-cdk/bin/cdk');
}

/**
 * Writes the cloud assembly of the app in a folder.
 *
 * @throws Error with the output of the app, such as an invalid setting
 */
export function synthesize(folder: string, stage: string, outFolder: string): void {
  const options = ['--quiet', '--output', outFolder, '--context', `stage=${stage}`];
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [cdkOf(folder), 'synth', ...options, '--no-validation'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status === 0) return;
  const lines = (error?.message ?? stderr).split('\n').filter((line) => !OF_CDK.test(line));
  throw new Error(
    lines.join('\n').trim() || `the stage ${stage} must synthesize, got no message. Run cdk synth.`,
  );
}
