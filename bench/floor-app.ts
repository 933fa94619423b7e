/** Baseline of the synth benchmarks: an empty stack with one bundled function. */

import { join } from 'node:path';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { App, Stack } from 'aws-cdk-lib/core';

const stack = new Stack(new App(), 'Floor');
new NodejsFunction(stack, 'Function', {
  entry: join(__dirname, 'floor-handler.ts'),
  runtime: Runtime.NODEJS_24_X,
  depsLockFilePath: join(__dirname, '../package-lock.json'),
});
