/**
 * Synthesizes a stage with the CDK's command line, for those who read the templates and deploy
 * nothing: prices, the rehearsal. So CDK's validation, three quarters of the work, is left out.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The line of `cdk` below whatever an app has said, with the app's command. */
const OF_CDK = /: Subprocess (exited with error|was killed)/;

/** Where the CDK's command line of a folder is, whether it exists or not. */
export function cdkOf(folder: string): string {
  return join(folder, 'node_modules/aws-cdk/bin/cdk');
}

/**
 * Writes the cloud assembly of the app in a folder.
 *
 * @throws Error with what the app said, such as which setting is not allowed
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
