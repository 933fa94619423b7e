/** The templates that the `cost` command reads: files that are named, or those of a stage. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CliError } from '../cloud';
import { jsonOf } from './json-file';
import type { StackTemplate } from './monthly-cost';

const TEMPLATE = /\.template\.json$/;
const MUST = '--template must be a CloudFormation template in JSON';
const ADVICE = 'Name a file of cdk.out that ends in .template.json.';

/** @throws CliError if a file is no template */
export function readTemplates(files: readonly string[]): StackTemplate[] {
  return files.map((file) => {
    const content = jsonOf(file, MUST, ADVICE) as { Resources?: StackTemplate['resources'] } | null;
    if (typeof content?.Resources !== 'object' || content.Resources === null) {
      throw new CliError(`${MUST}, got ${file} without \`Resources\`. ${ADVICE}`);
    }
    return { stack: basename(file).replace(TEMPLATE, ''), resources: content.Resources };
  });
}

/**
 * Synthesizes a stage of this repository, as a deploy does.
 *
 * @throws CliError with what the synth printed, or if there is no CDK app in this folder
 */
export function synthesizedTemplates(stage: string, folder = process.cwd()): StackTemplate[] {
  const cdk = join(folder, 'node_modules/aws-cdk/bin/cdk');
  if (!existsSync(join(folder, 'cdk.json')) || !existsSync(cdk)) {
    throw new CliError(
      `--stage must be used in a folder with cdk.json and aws-cdk installed, got ${folder}. Go ` +
        'there, or pass the synthesized files with --template.',
    );
  }
  const out = mkdtempSync(join(tmpdir(), 'secure-redis-cost-'));
  try {
    // Without validation: prices only need the templates.
    const options = ['--quiet', '--output', out, '--context', `stage=${stage}`, '--no-validation'];
    execFileSync(process.execPath, [cdk, 'synth', ...options], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    return readTemplates(
      readdirSync(out)
        .filter((name) => TEMPLATE.test(name))
        .map((name) => join(out, name)),
    ).map((template) => ({ ...template, stack: stackNameOf(manifest, template.stack) }));
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { stderr = '' } = error as { readonly stderr?: string };
    // The last line is the CDK's, with the app's whole command line.
    const lines = stderr.split('\n').filter((line) => !line.includes('Subprocess exited'));
    throw new CliError(lines.join('\n').trim() || `the stage ${stage} must synthesize, got none`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<string, { readonly properties?: { readonly stackName?: string } }>
  >;
}

function stackNameOf({ artifacts = {} }: Manifest, id: string): string {
  return artifacts[id]?.properties?.stackName ?? id;
}
