/** The templates of an assembly by the names of their stacks, as CloudFormation has them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly properties: { readonly stackName?: string; readonly templateFile?: string };
      }
    >
  >;
}

export function deployedTemplates(outFolder: string): Record<string, string> {
  const manifest = readFileSync(join(outFolder, 'manifest.json'), 'utf8');
  const { artifacts } = JSON.parse(manifest) as Manifest;
  const templates: Record<string, string> = {};
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type !== 'aws:cloudformation:stack' || properties.templateFile === undefined) continue;
    const body = readFileSync(join(outFolder, properties.templateFile), 'utf8');
    templates[properties.stackName ?? id] = body;
  }
  return templates;
}
