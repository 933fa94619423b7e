/**
 * `cdk synth` and `cdk deploy` in this repository: a short app command, refusals as the last
 * output, and CDK's validation unless a note says that it is off.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import cdkJson from '../cdk.json';
import { temporaryFolder } from './support/temporary-folder';

const ROOT = join(__dirname, '..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** Four seconds of CPU time, on machines that do much else. */
const VALIDATED_MS_MAX = 120_000;

function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { CDK_VALIDATION: _, ...others } = process.env;
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...others, ...env },
    encoding: 'utf8',
  });
  return { status, lines: stderr.trimEnd().split('\n') };
}

test('cdk.json starts a launcher, with no flag but one that Node.js documents', () => {
  expect(cdkJson.app).toBe('node --v8-pool-size=1 bin/synth.cjs');
});

test.each([
  ['an unknown stage', 'stage=none', /^the stage must be a file in config\/.*, got "none"\. .*\.$/],
  [
    'a misspelt key',
    'stgae=prod',
    /^a key of the context must be .*, got "stgae"\. Use `stage`\.$/,
  ],
  ['an unknown baseline', 'baseline=now', /the context `baseline` must be.*, got "now"\. .*\.$/],
])('cdk has one short line to say below a refusal of %s', (_, context, message) => {
  const args = [CDK, 'synth', '-q', '-c', context, '-o', temporaryFolder('refused')];
  const { status, lines } = run(args, { CDK_VALIDATION: 'false' });
  expect(status).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(message),
    'node --v8-pool-size=1 bin/synth.cjs: Subprocess exited with error 1',
  ]);
});

describe("CDK's validation", () => {
  function synth(env: NodeJS.ProcessEnv) {
    const CDK_OUTDIR = temporaryFolder('synth');
    const CDK_CONTEXT_JSON = JSON.stringify(cdkJson.context);
    // Not to optimize the validation, which runs once, halves its CPU time.
    const { status, lines } = run(['--liftoff-only', 'bin/synth.cjs'], {
      CDK_OUTDIR,
      CDK_CONTEXT_JSON,
      ...env,
    });
    const isValidated = existsSync(join(CDK_OUTDIR, 'validation-report.json'));
    return { status, isValidated, said: lines.join('\n') };
  }

  test(
    'runs by default, and its findings are errors',
    () => {
      expect(cdkJson.context['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
      expect(synth({})).toEqual({ status: 0, isValidated: true, said: '' });
    },
    VALIDATED_MS_MAX,
  );

  test('is never turned off silently', () => {
    const { status, isValidated, said } = synth({ CDK_VALIDATION: 'false' });
    expect({ status, isValidated }).toEqual({ status: 0, isValidated: false });
    expect(said).toMatch(/^CDK's validation is off .* these templates are not validated\./m);
  });
});
