/**
 * Builds random stage files: each either synthesizes to templates that our own checks and CDK's
 * validation pass, or ends in our own error, in lines, and never in a stack trace.
 *
 * `npm test` builds the first 100, in a process of its own where it is twice as fast as inside
 * jest; `npm run generated:deep` builds 1,000, in some 100 CPU-seconds, of which most validate.
 */

import { App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import cdkJson from '../cdk.json';
import { Fleet, SettingError } from '../lib';
import { checkedConfig } from '../lib/fleet/stage-config';
import { buildRotation } from '../scripts/build-rotation';
import { randomStage } from './support/random-stage';

const STAGES = Number(process.argv[2]);
/** Stages in one app: to begin an app takes as long as some stages. */
const PER_APP = 250;
/** Changed with intent only: a run can be repeated. */
const SEED = 20_261_124;

const LINE = /^stage\.json: .+ must (be|not be set|stay) ?.*, got .+\. .+\.$/;

interface Tally {
  synthesized: number;
  caches: number;
  refused: number;
  lines: number;
  readonly defects: string[];
}

function build(app: App, index: number, file: unknown, tally: Tally): void {
  const text = JSON.stringify(file);
  try {
    const config = checkedConfig('stage.json', `s${index}`, file);
    new Fleet(app, `Stage${index}`, config);
    tally.synthesized += 1;
    tally.caches += config.caches.length;
  } catch (error) {
    const { message } = error as Error;
    const lines = message.split('\n');
    const isOurs = error instanceof SettingError;
    if (!isOurs || !lines.every((line) => isToldInFull(line)))
      tally.defects.push(`${text}: ${message}`);
    tally.refused += 1;
    tally.lines += lines.length;
  }
}

/** A line of the file, or of what only the constructs know. */
function isToldInFull(line: string): boolean {
  return (
    (LINE.test(line) || /^`\w+` .+; allowed (is|are) .+; .+/.test(line)) && !/undefined/.test(line)
  );
}

function synthesize(app: App, first: number, tally: Tally): void {
  try {
    app.synth();
  } catch (error) {
    tally.defects.push(`stages from ${first}: ${(error as Error).message}`);
  }
}

function main(): void {
  buildRotation();
  const tally: Tally = { synthesized: 0, caches: 0, refused: 0, lines: 0, defects: [] };
  const files = fc.sample(randomStage, { numRuns: STAGES, seed: SEED });
  for (let first = 0; first < files.length; first += PER_APP) {
    const app = new App({ context: cdkJson.context, analyticsReporting: false });
    Validations.of(app).addPlugins(new CloudFormationValidatePlugin());
    for (const [index, file] of files.slice(first, first + PER_APP).entries()) {
      build(app, first + index, file, tally);
    }
    synthesize(app, first, tally);
  }
  const { synthesized, caches, refused, lines, defects } = tally;
  console.log(
    `${synthesized} synthesized with ${caches} caches, ${refused} refused in ${lines} lines, ` +
      `${defects.length} defects`,
  );
  for (const defect of defects) console.log(`  ${defect}`);
  process.exitCode = defects.length === 0 ? 0 : 1;
}

main();
