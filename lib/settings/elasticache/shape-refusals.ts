/**
 * What AWS rejects about the shape, the id and the windows of a replication group.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 * (2026-11), which does not document most of these error messages.
 */

import { GROUP_ID, GROUP_ID_LENGTH_MAX } from '../../validation/limits';
import type { GroupProperties, Refusal } from './refusal';
import { windowProblem } from './windows';

const combination = (property: string, message: string): Refusal => ({
  property,
  code: 'InvalidParameterCombination',
  message,
});

const value = (property: string, message: string): Refusal => ({
  property,
  code: 'InvalidParameterValue',
  message,
});

export function ofShape(group: GroupProperties): readonly Refusal[] {
  return [...ofCounts(group), ...ofMode(group), ...ofId(group), ...ofWindows(group)];
}

/** A group consists of clusters, of node groups with replicas, or of an existing cluster. */
function ofCounts(group: GroupProperties): readonly Refusal[] {
  const { NumCacheClusters, NumNodeGroups, ReplicasPerNodeGroup, PrimaryClusterId } = group;
  const found: Refusal[] = [];
  if (NumCacheClusters !== undefined) {
    const others = { NumNodeGroups, ReplicasPerNodeGroup };
    for (const [name, given] of Object.entries(others)) {
      if (given === undefined) continue;
      found.push(combination(name, `${name} and NumCacheClusters exclude each other.`));
    }
  }
  const counts = [NumCacheClusters, NumNodeGroups, ReplicasPerNodeGroup];
  if (PrimaryClusterId !== undefined && counts.some((count) => count !== undefined)) {
    const message = 'PrimaryClusterId and a number of nodes exclude each other.';
    found.push(combination('PrimaryClusterId', message));
  }
  return found;
}

const MODES: readonly unknown[] = ['enabled', 'disabled', 'compatible'];

function ofMode({ ClusterMode: mode, NumNodeGroups }: GroupProperties): readonly Refusal[] {
  if (mode === undefined || typeof mode === 'object') return [];
  if (!MODES.includes(mode)) return [value('ClusterMode', `Invalid cluster mode: ${mode}.`)];
  const right = NumNodeGroups === undefined ? 'disabled' : 'enabled';
  if (mode === right) return [];
  const message = `The cluster mode of this topology and parameter group is ${right}.`;
  return [combination('ClusterMode', message)];
}

function ofId({ ReplicationGroupId: id }: GroupProperties): readonly Refusal[] {
  if (typeof id !== 'string' || (GROUP_ID.test(id) && id.length <= GROUP_ID_LENGTH_MAX)) return [];
  const message =
    'An id has 1 to 40 letters, digits and single hyphens, a letter first and no hyphen last.';
  return [value('ReplicationGroupId', message)];
}

function ofWindows(group: GroupProperties): readonly Refusal[] {
  const { SnapshotWindow: snapshot, PreferredMaintenanceWindow: maintenance } = group;
  const problem = windowProblem(snapshot, maintenance);
  return problem ? [value(problem.property, problem.message)] : [];
}
