/**
 * Keeps the validator's largest functions from V8's optimizing compiler, which takes 60 MiB and a
 * second of another core for one of them (200 kB of code that hardly ever runs).
 *
 * The validator is a WASM module of CDK. V8 sets what to count for optimizing a function as it is
 * first called: the hot ones are called while the engine is made, the large ones as the first
 * template is read. From there on V8 counts for function 0 alone, an import, so for none.
 *
 * If CDK makes its engine elsewhere one day, only the memory is back; a test and the bench tell.
 */

import { setFlagsFromString } from 'node:v8';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib/core';

interface EngineMaker {
  initializeEngine?(...args: unknown[]): unknown;
}

export function leanValidation(): void {
  const plugin = CloudFormationValidatePlugin.prototype as unknown as EngineMaker;
  const make = plugin.initializeEngine;
  if (make === undefined) return;
  plugin.initializeEngine = function (...args) {
    const engine = make.apply(this, args);
    setFlagsFromString('--wasm-tier-up-filter=0');
    return engine;
  };
}
