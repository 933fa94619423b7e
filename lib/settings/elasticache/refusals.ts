/**
 * What AWS rejects about a rendered replication group and its parameter group, with AWS's error
 * code.
 *
 * Checks template properties after overrides; the rehearsal rejects deploys with it. It uses AWS's
 * messages where known. Values known only at deploy pass.
 */

import { isAtLeast } from '../../../contract/is-at-least';
import { REPLICAS, SNAPSHOT_RETENTION_DAYS } from '../../validation/limits';
import { blockedBy, RENAMABLE_COMMANDS } from './commands';
import { DURABILITY_MODES, lacksForDurability } from './durability';
import { ENGINES, type EngineRow, engineRow, PARAMETER_FAMILIES } from './engine-versions';
import {
  DATA_TIERING_FAMILY,
  DATA_TIERING_POLICIES,
  nodeTypeOf,
  whyNoNodeType,
} from './node-types';
import { PARAMETERS } from './parameters';
import type { GroupProperties, Refusal } from './refusal';
import { ofShape } from './shape-refusals';

export interface RenderedGroup {
  /** Properties of the AWS::ElastiCache::ReplicationGroup. */
  readonly group: GroupProperties;
  /** Properties of its AWS::ElastiCache::ParameterGroup. */
  readonly parameterGroup: GroupProperties;
}

/** The first 7.0 patch version that accepts TransitEncryptionMode. */
const MODE_SINCE_PATCH = 5;

const value = (property: string, message: string): Refusal => ({
  property,
  code: 'InvalidParameterValue',
  message,
});

const combination = (property: string, message: string): Refusal => ({
  property,
  code: 'InvalidParameterCombination',
  message,
});

/** All rejections; AWS itself reports only one at a time. */
export function refusalsOf(rendered: RenderedGroup): readonly Refusal[] {
  const { group, parameterGroup } = rendered;
  return [
    ...ofFamily(parameterGroup),
    ...ofParameters(parameterGroup),
    ...ofEngine(group, parameterGroup),
    ...ofNodeType(group, parameterGroup),
    ...ofTransit(group),
    ...ofReplication(group),
    ...ofShape(group),
    ...ofDurability(group),
  ];
}

function ofFamily({ CacheParameterGroupFamily: family }: GroupProperties): readonly Refusal[] {
  if (typeof family !== 'string' || isFamily(family)) return [];
  const message = `CacheParameterGroupFamily ${family} is not a valid parameter group family.`;
  return [value('CacheParameterGroupFamily', message)];
}

function isFamily(family: unknown): boolean {
  return PARAMETER_FAMILIES.some((each) => each === family);
}

function ofParameters({ CacheParameterGroupFamily: family, Properties: all }: GroupProperties) {
  if (!isFamily(family)) return [];
  return Object.entries(all ?? {}).flatMap(([name, given]) => {
    if (typeof given === 'object') return [];
    const row = PARAMETERS.get(name);
    if (!row?.families.some((each) => each === family)) {
      return [value(name, `The parameter ${name} cannot be modified.`)];
    }
    const text = String(given);
    if (name === 'rename-commands' ? !isRename(text) : !row.kind.accepts(text)) {
      return [value(name, `The value of the parameter ${name} is not valid: ${text}`)];
    }
    return [];
  });
}

/** New names other than "blocked" are left to AWS. */
function isRename(text: string): boolean {
  return blockedBy(text)?.every((command) => RENAMABLE_COMMANDS.has(command)) ?? true;
}

function ofEngine(group: GroupProperties, parameterGroup: GroupProperties): readonly Refusal[] {
  const { Engine: name, EngineVersion: version } = group;
  const { CacheParameterGroupFamily: family } = parameterGroup;
  if (typeof name !== 'string' || typeof version !== 'string') return [];
  const row = engineRow(name, version);
  if (row === undefined) {
    // Versions newer than the table are left to AWS.
    const last = ENGINES.filter((each) => each.name === name).at(-1);
    const isNewer = name === 'valkey' && last !== undefined && isAtLeast(version, last.version);
    const message = `Cannot find version ${version} for ${name}`;
    return isNewer ? [] : [combination('EngineVersion', message)];
  }
  if (typeof family !== 'string' || row.family === family) return [];
  const expected = `Expected a parameter group of family ${row.family}`;
  const message = `${expected} but found one of family ${family}`;
  return [combination('CacheParameterGroupName', message)];
}

function ofNodeType(
  group: GroupProperties,
  { Properties: all }: GroupProperties,
): readonly Refusal[] {
  const { CacheNodeType: nodeType, DataTieringEnabled: tiering, Engine: name } = group;
  if (typeof nodeType !== 'string') return [];
  const type = nodeTypeOf(nodeType);
  const why = whyNoNodeType(nodeType, name === 'redis' ? 'redis' : 'valkey');
  if (why !== undefined) return [value('CacheNodeType', `Invalid cache node type: ${why}.`)];
  if (type?.row?.status === 'closed') {
    return [value('CacheNodeType', `No new cluster is made of ${nodeType}.`)];
  }
  if (type?.family !== DATA_TIERING_FAMILY) {
    const message = `Data tiering is not supported for the ${nodeType} node type.`;
    return isTrue(tiering) ? [combination('DataTieringEnabled', message)] : [];
  }
  if (!isTrue(tiering)) {
    const message = `When using the ${nodeType} node type, you must enable data tiering.`;
    return [combination('DataTieringEnabled', message)];
  }
  const policy = (all as GroupProperties | undefined)?.['maxmemory-policy'] ?? 'volatile-lru';
  if (DATA_TIERING_POLICIES.includes(String(policy))) return [];
  const message = `Data tiering does not support the maxmemory-policy ${policy}.`;
  return [combination('maxmemory-policy', message)];
}

function ofTransit(group: GroupProperties): readonly Refusal[] {
  const { TransitEncryptionMode: mode, Engine: name, EngineVersion: version } = group;
  const found: Refusal[] = [];
  if (mode !== undefined && !takesMode(engineRow(name, version), `${version}`)) {
    const message =
      `Transit encryption mode is not supported for engine version ${version}. ` +
      'Please use engine version 7.0.5 or higher.';
    found.push(combination('TransitEncryptionMode', message));
  }
  if (group.AuthToken !== undefined && !isTrue(group.TransitEncryptionEnabled)) {
    found.push(combination('AuthToken', 'An auth token needs encryption in transit.'));
  }
  if (group.AuthToken !== undefined && group.UserGroupIds !== undefined) {
    const message = 'Auth tokens cannot be enabled together with user groups.';
    found.push(combination('UserGroupIds', message));
  }
  if (name === 'valkey' && group.TransitEncryptionEnabled === undefined) {
    const message = 'Valkey needs TransitEncryptionEnabled to be stated.';
    found.push(combination('TransitEncryptionEnabled', message));
  }
  return found;
}

function takesMode(row: EngineRow | undefined, version: string): boolean {
  if (row === undefined) return true;
  const patch = /^7\.0\.(\d+)$/.exec(version)?.[1];
  if (row.name === 'redis' && patch !== undefined) return Number(patch) >= MODE_SINCE_PATCH;
  return row.takesTransitEncryptionMode;
}

function ofReplication(group: GroupProperties): readonly Refusal[] {
  const { isSharded, replicas } = nodesOf(group);
  const found: Refusal[] = [];
  if (replicas > REPLICAS.max) {
    const property = isSharded ? 'ReplicasPerNodeGroup' : 'NumCacheClusters';
    found.push(value(property, `A primary has at most ${REPLICAS.max} replicas.`));
  }
  const isFailingOver = isTrue(group.AutomaticFailoverEnabled);
  if (isFailingOver && !isSharded && replicas === 0) {
    const message = 'Automatic failover needs at least one replica.';
    found.push(combination('AutomaticFailoverEnabled', message));
  }
  if (isSharded && !isFailingOver) {
    const message = 'Automatic failover must be enabled in cluster mode.';
    found.push(combination('AutomaticFailoverEnabled', message));
  }
  if (isTrue(group.MultiAZEnabled) && (replicas === 0 || !isFailingOver)) {
    const message = 'Multi-AZ needs automatic failover and at least one replica.';
    found.push(combination('MultiAZEnabled', message));
  }
  if (Number(group.SnapshotRetentionLimit ?? 0) > SNAPSHOT_RETENTION_DAYS.max) {
    const message = `Snapshots are kept for at most ${SNAPSHOT_RETENTION_DAYS.max} days.`;
    found.push(value('SnapshotRetentionLimit', message));
  }
  return found;
}

function ofDurability(group: GroupProperties): readonly Refusal[] {
  const { Durability: durability, Engine: name, EngineVersion: version } = group;
  if (durability === undefined || typeof durability === 'object') return [];
  if (durability === 'disabled' || durability === 'default') return [];
  if (!DURABILITY_MODES.some((mode) => mode === durability)) {
    return [value('Durability', `Invalid durability: ${durability}.`)];
  }
  const { isSharded, replicas } = nodesOf(group);
  const lacks = [
    ...lacksForDurability({
      engine: { name: name === 'redis' ? 'redis' : 'valkey', version: `${version}` },
      isSharded,
      replicas,
      nodeType: `${group.CacheNodeType}`,
    }),
    ...(isTrue(group.MultiAZEnabled) ? [] : ['Multi-AZ']),
    ...(isTrue(group.TransitEncryptionEnabled) ? [] : ['encryption in transit']),
  ];
  return lacks.map((each) => combination('Durability', `Durability needs ${each}.`));
}

function nodesOf(group: GroupProperties): {
  readonly isSharded: boolean;
  readonly replicas: number;
} {
  if (group.NumNodeGroups === undefined) {
    return { isSharded: false, replicas: Number(group.NumCacheClusters ?? 1) - 1 };
  }
  return { isSharded: true, replicas: Number(group.ReplicasPerNodeGroup ?? 0) };
}

/** CloudFormation also accepts booleans as text. */
function isTrue(given: unknown): boolean {
  return given === true || given === 'true';
}
