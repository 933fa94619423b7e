/** Reads the templates for commands: named files, or those of a stage. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../aws/cloud';
import { jsonOf } from './json-file';
import { partsOf, type StackTemplate } from './stack-template';
import { cdkOf, synthesize } from './synthesize';

const TEMPLATE = /\.template\.json$/;
const MUST = '--template must be a CloudFormation template in JSON';
const SYNTH_AGAIN = 'Synthesize the app again.';
const ADVICE = 'Name a file of cdk.out that ends in .template.json.';

/** @throws CliError if a file is not a template */
export function readTemplates(files: readonly string[]): StackTemplate[] {
  return files.map((file) => {
    const parts = partsOf(jsonOf(file, MUST, ADVICE));
    if (parts === undefined) {
      throw new CliError(`${MUST}, got ${file} without \`Resources\`. ${ADVICE}`);
    }
    const id = basename(file).replace(TEMPLATE, '');
    return { stack: id, ...stackOf(dirname(file), id), ...parts };
  });
}

/** Name and environment of a stack from the manifest beside its template, if there is one. */
function stackOf(
  folder: string,
  id: string,
): Partial<Pick<StackTemplate, 'stack' | 'environment'>> {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) return {};
  const manifest = jsonOf(file, 'the manifest beside a template must be JSON', SYNTH_AGAIN);
  const { artifacts } = (manifest ?? {}) as Manifest;
  const { environment, properties } = artifacts?.[id] ?? {};
  return {
    ...(properties?.stackName === undefined ? {} : { stack: properties.stackName }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/**
 * Synthesizes a stage of this repository, as a deploy does.
 *
 * @throws CliError with the output of the synth, or if there is no CDK app in this folder
 */
export function synthesizedTemplates(stage: string, folder = process.cwd()): StackTemplate[] {
  if (!existsSync(join(folder, 'cdk.json')) || !existsSync(cdkOf(folder))) {
    throw new CliError(
      `--stage must be used in a folder with cdk.json and aws-cdk installed, got ${folder}. Go ` +
        'there, or pass the synthesized files with --template.',
    );
  }
  const out = mkdtempSync(join(tmpdir(), 'secure-redis-synth-'));
  try {
    synthesize(folder, stage, out);
    const names = readdirSync(out).filter((name) => TEMPLATE.test(name));
    return readTemplates(names.map((name) => join(out, name)));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError((error as Error).message);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly environment?: string;
        readonly properties?: { readonly stackName?: string };
      }
    >
  >;
}
