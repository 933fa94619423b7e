/**
 * Values that CDK makes up while a lookup has no answer yet: `cdk synth` looks them up and
 * synthesizes again, a test without an account never does.
 *
 * A finding about such a value is not reported: it would end the synth before the lookup.
 */

import type { Stack } from 'aws-cdk-lib/core';
import { isTemplateObject } from './rendered-stack';
import type { Finding } from './rule';

/**
 * Of `Vpc.fromLookup`, which does not say what it makes up (aws-ec2/lib/vpc.ts, DUMMY_VPC_PROPS,
 * aws-cdk-lib 2.276): network, zones, ids of the VPC, its subnets and route tables.
 */
const OF_A_VPC = ['1.2.3.4/5', 'dummy1', '-12345', '-67890', '-57890'];

export class MadeUpValues {
  readonly #texts: readonly string[];

  constructor(stacks: readonly Stack[]) {
    this.#texts = stacks.flatMap((stack) => {
      const missing: unknown = Reflect.get(stack, '_missingContext');
      if (!Array.isArray(missing)) return [];
      return missing.flatMap(({ props }) => textsIn(props?.dummyValue ?? OF_A_VPC));
    });
  }

  /** Whether what was found, or the property it is in, holds a value that CDK made up. */
  explain({ resource, part, given }: Finding): boolean {
    if (this.#texts.length === 0) return false;
    return this.isIn(`${given} ${JSON.stringify(resource.properties[part])}`);
  }

  isIn(line: string): boolean {
    return this.#texts.some((text) => line.includes(text));
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isTemplateObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
