/**
 * What our apps leave out, since each stack pays for it and nothing here reads it. It is not for
 * the library: an app of somebody else decides for itself.
 */

import type { AppProps } from 'aws-cdk-lib/core';

export const LEAN_APP: AppProps = {
  // `tree.json` is for the view of an IDE.
  treeMetadata: false,
  // Where each resource was made is the same line of `lib` for every cache; `cdk --debug` tells it.
  context: { 'aws:cdk:disable-creation-stack-traces': true },
};
