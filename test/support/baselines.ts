/** Records a stage in a test, and compares another state of it with what was recorded. */

import { Fleet, SettingError } from '../../lib';
import { Baseline, baselineFile } from '../../lib/fleet/baseline';
import { checkBaseline } from '../../lib/fleet/check-baseline';
import { type Permission, permissionsOf } from '../../lib/fleet/permissions';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeApp, type TemplateJson } from './synth';
import { temporaryFolder } from './temporary-folder';

/** What the code does with a fleet before it is synthesized. */
export type Spoil = (fleet: Fleet) => void;

/** What another version of the code would write into the template of the cache `jobs`. */
export type Edit = (resources: TemplateJson['Resources']) => void;

export interface Made {
  readonly baseline: Baseline;
  readonly permissions: readonly Permission[];
}

export function made(
  caches: object,
  rest: object = {},
  spoil: Spoil = () => undefined,
  edit: Edit = () => undefined,
): Made {
  const app = makeApp();
  const config = checkedConfig('x.json', 'test', { caches, ...rest });
  const fleet = new Fleet(app, 'SecureRedis-test', config);
  spoil(fleet);
  const assembly = app.synth();
  const jobs = assembly.stacks.find(({ stackName }) => stackName === 'secure-redis-test-jobs');
  if (jobs) edit(jobs.template.Resources);
  const permissions = permissionsOf(config, fleet.node.path);
  return { baseline: Baseline.of(assembly), permissions };
}

export function recorded({ baseline }: Made): string {
  const file = baselineFile(temporaryFolder('baseline'), 'test');
  baseline.write(file);
  return file;
}

/** What comparing says: the lines that it ends with, or else those that it prints. */
export function compared(file: string, { baseline, permissions }: Made): readonly string[] {
  try {
    return checkBaseline(file, baseline, permissions);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.message.split('\n');
  }
}

/** The beginning of each line about the cache `jobs` of the stage. */
export const JOBS_GROUP =
  'secure-redis-test-jobs: AWS::ElastiCache::ReplicationGroup CacheReplicationGroup5B07CC82';
