/**
 * The settings of one cache of a stage file, merged with the common settings, as construct props.
 */

import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib/core';
import { resolvedProps } from '../cache/resolved-props';
import type { SecureRedisProps } from '../cache/secure-redis-props';
import { thresholdOf } from '../monitoring/alarms-off';
import type { DurabilityMode } from '../settings/elasticache/durability';
import { Engine } from '../settings/engine';
import { Purpose } from '../settings/purpose';
import { RestoreSource } from '../settings/restore-source';
import type { RotationSchedule } from '../settings/rotation-schedule';
import { Topology } from '../settings/topology';
import { Problems } from '../validation/setting-error';
import { type AccessFile, toAccess } from './access-file';
import { type FileProblem, shortened } from './file-problem';
import type { Removal, SharedPart } from './stage-schema';

type Texts = Readonly<Record<string, string>>;

export interface TopologyFile {
  readonly replicas?: number;
  readonly failover?: boolean;
  readonly shards?: number;
  readonly replicasPerShard?: number;
}

/** The content of the file. */
export interface CacheFile {
  readonly purpose?: string;
  readonly topology?: TopologyFile;
  readonly engine?: string;
  readonly nodeType?: string;
  readonly port?: number;
  readonly replicationGroupId?: string;
  readonly parameters?: Texts;
  readonly durability?: DurabilityMode;
  readonly blockedCommands?: readonly string[];
  readonly access?: AccessFile;
  readonly rotationDays?: number;
  readonly rotationSchedule?: RotationSchedule;
  readonly rotationWindowHours?: number;
  readonly gracePeriodDays?: number;
  readonly quietSeconds?: number;
  readonly snapshotRetentionDays?: number;
  readonly snapshotWindow?: string;
  readonly maintenanceWindow?: string;
  readonly restoreFrom?: { readonly snapshot?: string; readonly s3?: readonly string[] };
  readonly removal?: Removal;
  readonly logRetentionDays?: number;
  readonly clients?: readonly string[];
  readonly alarms?: AlarmsFile;
  readonly dashboard?: boolean;
  readonly eventTopic?: boolean;
  readonly own?: readonly SharedPart[];
  readonly tags?: Texts;
  readonly allowReplacement?: readonly string[];
  readonly allowRotation?: boolean;
}

interface AlarmsFile {
  readonly memoryPercent?: number;
  readonly enginePercent?: number;
  readonly connectionsPercent?: number;
  readonly evictions?: number;
  readonly replicationLagSeconds?: number;
  readonly swapMiB?: number;
  readonly authenticationFailures?: number;
  readonly off?: Texts;
}

export interface CacheConfig {
  readonly name: string;
  /** Without the resources that the stage shares. */
  readonly props: SecureRedisProps;
  readonly own: readonly SharedPart[];
  /** Ids of admitted security groups. */
  readonly clients: readonly string[];
  readonly eventTopic: boolean;
  readonly tags: Texts;
  readonly allowReplacement: readonly string[];
  readonly allowRotation: boolean;
}

const REMOVAL: Readonly<Record<Removal, RemovalPolicy>> = {
  snapshot: RemovalPolicy.SNAPSHOT,
  destroy: RemovalPolicy.DESTROY,
};

/** Names of props that differ in the file, for example by their unit. */
const FILE_NAMES: Texts = {
  rotationInterval: 'rotationDays',
  rotationWindow: 'rotationWindowHours',
  gracePeriod: 'gracePeriodDays',
  quietTime: 'quietSeconds',
  snapshotRetention: 'snapshotRetentionDays',
  'alarms.replicationLag': 'alarms.replicationLagSeconds',
  'alarms.swap': 'alarms.swapMiB',
};

/** Merges a cache's settings with the common settings, and adds each problem of the result. */
export function toCacheConfig(
  name: string,
  common: CacheFile,
  own: CacheFile,
  problems: FileProblem[],
): CacheConfig {
  const file: CacheFile = {
    ...withoutSchedule(common, own),
    ...own,
    parameters: { ...common.parameters, ...own.parameters },
    alarms: mergedAlarms(common.alarms, own.alarms),
    tags: { ...common.tags, ...own.tags },
  };
  const found = new Problems();
  const props = resolvedProps(toProps(file, found), found);
  for (const { setting, given, allowed, advice } of found.found) {
    const path = ['caches', name, ...(FILE_NAMES[setting] ?? setting).split('.')];
    problems.push({ path, given: shortened(given), allowed, advice: inFile(advice) });
  }
  for (const sentence of found.sentences) {
    const path = ['caches', name, 'access'];
    problems.push({ path, given: '', allowed: sentence, advice: '', sentence });
  }
  return {
    name,
    props,
    own: file.own ?? [],
    clients: file.clients ?? [],
    eventTopic: file.eventTopic ?? false,
    tags: file.tags ?? {},
    allowReplacement: file.allowReplacement ?? [],
    allowRotation: file.allowRotation ?? false,
  };
}

/** A cache's own schedule replaces the common schedule, even of the other kind. */
function withoutSchedule(common: CacheFile, own: CacheFile): CacheFile {
  const { rotationDays, rotationSchedule, ...rest } = common;
  const isOwn = own.rotationDays !== undefined || own.rotationSchedule !== undefined;
  return isOwn ? rest : common;
}

/** A common threshold does not apply to a cache that turns the alarm off. */
function mergedAlarms(common: AlarmsFile = {}, own: AlarmsFile = {}): AlarmsFile {
  const withoutOff = Object.keys(own.off ?? {}).map((kind) => {
    const name = thresholdOf(kind);
    return (FILE_NAMES[`alarms.${name}`] ?? `alarms.${name}`).replace(/^alarms\./, '');
  });
  const applying = Object.entries(common).filter(([name]) => !withoutOff.includes(name));
  const off = { ...common.off, ...own.off };
  return { ...Object.fromEntries(applying), ...own, ...((common.off || own.off) && { off }) };
}

function toProps(file: CacheFile, problems: Problems): SecureRedisProps {
  const { nodeType, port, replicationGroupId, snapshotWindow, maintenanceWindow } = file;
  const { replicationLagSeconds, swapMiB, ...alarms } = file.alarms ?? {};
  return {
    purpose: Purpose.ALL.find(({ id }) => id === file.purpose),
    topology: toTopology(file.topology, problems),
    engine: Engine.ALL.find(({ id }) => id === file.engine),
    nodeType,
    port,
    replicationGroupId,
    parameters: file.parameters,
    durability: file.durability,
    blockedCommands: file.blockedCommands,
    access: mapped(file.access, toAccess),
    rotationInterval: mapped(file.rotationDays, Duration.days),
    rotationSchedule: file.rotationSchedule,
    rotationWindow: mapped(file.rotationWindowHours, Duration.hours),
    gracePeriod: mapped(file.gracePeriodDays, Duration.days),
    quietTime: mapped(file.quietSeconds, Duration.seconds),
    snapshotRetention: mapped(file.snapshotRetentionDays, Duration.days),
    snapshotWindow,
    maintenanceWindow,
    restoreFrom: toRestoreSource(file.restoreFrom),
    removalPolicy: mapped(file.removal, (removal) => REMOVAL[removal]),
    logRetention: file.logRetentionDays,
    dashboard: file.dashboard,
    alarms: {
      ...alarms,
      replicationLag: mapped(replicationLagSeconds, Duration.seconds),
      swap: mapped(swapMiB, Size.mebibytes),
    },
  };
}

function toTopology(file: TopologyFile | undefined, problems: Problems): Topology | undefined {
  if (file === undefined) return undefined;
  const { replicas, failover, shards, replicasPerShard } = file;
  if (shards === undefined) {
    if (replicasPerShard !== undefined) {
      const allowed = 'nothing without `shards`';
      problems.add('topology.replicasPerShard', replicasPerShard, allowed, 'add `shards`');
    }
    return Topology.replicated({ replicas, failover });
  }
  if (replicas !== undefined) {
    const advice = 'remove it, or remove `shards`';
    problems.add('topology.replicas', replicas, '`replicasPerShard` beside `shards`', advice);
  }
  if (failover !== undefined) {
    problems.add('topology.failover', failover, 'nothing beside `shards`: it is on', 'remove it');
  }
  return Topology.sharded({ shards, replicasPerShard });
}

function toRestoreSource(file: CacheFile['restoreFrom']): RestoreSource | undefined {
  if (file?.snapshot !== undefined) return RestoreSource.snapshot(file.snapshot);
  return file?.s3 && RestoreSource.s3(...file.s3);
}

function mapped<From, To>(value: From | undefined, map: (value: From) => To): To | undefined {
  return value === undefined ? undefined : map(value);
}

/** Replaces names of props by their names in the file. */
function inFile(text: string): string {
  return text.replaceAll('`rotationWindow`', '`rotationWindowHours`');
}
