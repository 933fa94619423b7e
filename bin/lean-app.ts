/**
 * Options of this app that leave out CDK output which nothing here reads and each stack pays for.
 * The library does not set them: every other app decides for itself.
 */

import type { AppProps } from 'aws-cdk-lib/core';

export const LEAN_APP: AppProps = {
  // Only IDEs display `tree.json`.
  treeMetadata: false,
  // Creation stack traces name the same line of `lib` for every cache; `cdk --debug` restores them.
  context: { 'aws:cdk:disable-creation-stack-traces': true },
};
