/**
 * The CDK app: builds the stacks of one stage, chosen with `-c stage=<name>`, and compares them
 * with the baseline of the stage, if there is a baseline (`-c baseline=record` writes it).
 *
 * An invalid setting ends the app with one line per problem and no stack trace. Where CDK's
 * validation is off, the last line says so: no template goes unvalidated silently.
 */

import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { Fleet, readStageConfig, SettingError } from '../lib';
import { Baseline, baselineFile } from '../lib/fleet/baseline';
import { applyBaseline } from '../lib/fleet/check-baseline';
import { checkContextKeys } from '../lib/fleet/context-keys';
import { permissionsOf } from '../lib/fleet/permissions';
import { buildRotation } from '../scripts/build-rotation';
import { LEAN_APP } from './lean-app';

const DEFAULT_STAGE = 'dev';
const CONFIG = join(__dirname, '../config');
/**
 * Off with `cdk synth --no-validation`, and with CDK's documented switch for the other commands.
 */
const IS_VALIDATED = process.env.CDK_VALIDATION !== 'false';
const UNVALIDATED =
  "CDK's validation is off (--no-validation, CDK_VALIDATION=false): these templates are not " +
  'validated. `npx cdk deploy` validates them unless CDK_VALIDATION is `false`.';

function main(): void {
  const app = new App(LEAN_APP);
  checkContextKeys(app.node.getAllContext());
  const stage = String(app.node.tryGetContext('stage') ?? DEFAULT_STAGE);
  const config = readStageConfig(CONFIG, stage);
  buildRotation();
  const fleet = new Fleet(app, `SecureRedis-${stage}`, config);
  const now = Baseline.of(app.synth());
  const file = baselineFile(CONFIG, stage);
  const asked = app.node.tryGetContext('baseline');
  const permissions = permissionsOf(config, fleet.node.path);
  for (const line of applyBaseline(asked, file, now, permissions)) console.error(line);
  if (!IS_VALIDATED) console.error(UNVALIDATED);
}

try {
  main();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
