/**
 * The CDK app: builds the stack of one stage, chosen with `-c stage=<name>`.
 *
 * A setting that is not allowed ends it with one line for each problem and no stack trace.
 */

import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { buildRotation } from '../lambda/build';
import { readStageConfig, SecureRedisStack, SettingError } from '../lib';

const DEFAULT_STAGE = 'dev';

function main(): void {
  const app = new App();
  const stage = String(app.node.tryGetContext('stage') ?? DEFAULT_STAGE);
  const { cache, terminationProtection } = readStageConfig(join(__dirname, '../config'), stage);
  buildRotation();
  new SecureRedisStack(app, `SecureRedis-${stage}`, {
    stackName: `secure-redis-${stage}`,
    description: 'A managed Redis that an application can trust with health data',
    cache,
    terminationProtection,
  });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
