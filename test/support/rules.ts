/** A cache with an injected violation, and the lines with which the rules end the synthesis. */

import type { App, CfnResource } from 'aws-cdk-lib/core';
import { type SecureRedis, type SecureRedisProps, SettingError } from '../../lib';
import { type CacheStack, makeApp, makeStack } from './synth';

export interface Given {
  readonly app: App;
  readonly stack: CacheStack;
  readonly cache: SecureRedis;
  /** The resource at a path below the cache. */
  part(path: string): CfnResource;
}

export type Spoil = (given: Given) => unknown;

export function given(props: SecureRedisProps = {}): Given {
  const app = makeApp({ treeMetadata: false, builtinCloudFormationValidation: false });
  const stack = makeStack(props, app);
  const { cache } = stack;
  return {
    app,
    stack,
    cache,
    part: (path) => {
      const whole = `${cache.node.path}/${path}`;
      const found = cache.node.findAll().find(({ node }) => node.path === whole);
      if (found === undefined) throw new Error(`there is no ${whole}`);
      return found as CfnResource;
    },
  };
}

/** The lines of a synthesis. None: nothing is refused. */
export function linesOf({ app }: Pick<Given, 'app'>): readonly string[] {
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

export function linesAfter(spoil: Spoil, props?: SecureRedisProps): readonly string[] {
  const made = given(props);
  spoil(made);
  return linesOf(made);
}

/** One way to break a rule, typed by hand with the line that it must end with. */
export interface Violation {
  readonly rule: string;
  readonly by: 'override' | 'neighbour' | 'mutation' | 'aspect' | 'removal';
  readonly what: string;
  readonly spoil: Spoil;
  /** Each line of it without the id of the rule. */
  readonly line: string;
  readonly props?: SecureRedisProps;
}

/** Sets a property of the resource at a path. */
export const set =
  (path: string, property: string, value: unknown): Spoil =>
  ({ part }) =>
    part(path).addPropertyOverride(property, value);

export const remove =
  (path: string, property: string): Spoil =>
  ({ part }) =>
    part(path).addPropertyDeletionOverride(property);
