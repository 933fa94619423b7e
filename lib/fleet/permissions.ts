/** The replacements and rotations that a stage file allows, by stack. */

import { type StageConfig, stackNameOf } from './stage-config';

/** The permissions of a stage file for a stack, and their place in the file. */
export interface Permission {
  /** `undefined`: every stack without a permission of its own. */
  readonly stackName: string | undefined;
  /** The prefix of its settings in the file: `caches.jobs.`, or empty for the top level. */
  readonly path: string;
  /** Properties (of a secret, `LogicalId.Property`), or deletable logical ids and stack names. */
  readonly allowReplacement: readonly string[];
  readonly allowRotation: boolean;
  /** The arguments of `cdk deploy` for the stack: `-c stage=prod SecureRedis-prod/jobs`. */
  readonly deploy: string | undefined;
}

/** @param fleetPath The path of the fleet's construct, for the arguments of `cdk deploy`. */
export function permissionsOf(config: StageConfig, fleetPath: string): readonly Permission[] {
  const { caches, stage, allowReplacement } = config;
  const ofCaches = caches.map((cache) => ({
    stackName: stackNameOf(stage, cache.name),
    path: `caches.${cache.name}.`,
    allowReplacement: cache.allowReplacement,
    allowRotation: cache.allowRotation,
    deploy: `-c stage=${stage} ${fleetPath}/${cache.name}`,
  }));
  return [
    ...ofCaches,
    { stackName: undefined, path: '', allowReplacement, allowRotation: false, deploy: undefined },
  ];
}
