/**
 * The CDK app: builds the stacks of one stage, chosen with `-c stage=<name>`, and compares them
 * with the stage's baseline, if it has one (`-c baseline=record` writes it).
 *
 * A setting that is not allowed ends it with one line for each problem and no stack trace.
 */

import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { buildRotation } from '../lambda/build';
import {
  applyBaseline,
  Baseline,
  baselineFile,
  Fleet,
  readStageConfig,
  SettingError,
} from '../lib';
import { LEAN_APP } from './lean-app';

const DEFAULT_STAGE = 'dev';
const CONFIG = join(__dirname, '../config');

function main(): void {
  const app = new App(LEAN_APP);
  const stage = String(app.node.tryGetContext('stage') ?? DEFAULT_STAGE);
  const config = readStageConfig(CONFIG, stage);
  buildRotation();
  const fleet = new Fleet(app, `SecureRedis-${stage}`, config);
  const now = Baseline.of(app.synth());
  const file = baselineFile(CONFIG, stage);
  const asked = app.node.tryGetContext('baseline');
  for (const line of applyBaseline(asked, file, now, fleet.permissions)) console.error(line);
}

try {
  main();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
