/**
 * Resolves the props of a cache to settings with defaults, and checks them, reporting all problems
 * together.
 *
 * It creates no construct: a cache is built only from settings without a problem.
 */

import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { Access } from '../access/access';
import { checkAccess } from '../access/check-access';
import { resolveThresholds, type Thresholds } from '../monitoring/alarm-thresholds';
import { type AlarmsOff, resolveAlarmsOff } from '../monitoring/alarms-off';
import { isOwnable } from '../rules/admitted-networks';
import { checkBlockedCommands, resolveBlockedCommands } from '../settings/blocked-commands';
import { DEFAULTS, defaultSnapshotDays } from '../settings/defaults';
import { checkDurability } from '../settings/durability';
import type { DurabilityMode } from '../settings/elasticache/durability';
import { DATA_TIERING_POLICIES } from '../settings/elasticache/node-types';
import type { Engine } from '../settings/engine';
import { checkNodeType, hasDataTiering } from '../settings/node-type';
import { checkParameters, effectiveParameters, type ParameterValues } from '../settings/parameters';
import type { Purpose } from '../settings/purpose';
import { checkRestoreSource, type RestoreSource } from '../settings/restore-source';
import { everyDays, onWeekday, type RotationTimes } from '../settings/rotation-schedule';
import { checkTopology, Topology } from '../settings/topology';
import { checkOverlaps, parseWindows, quietHour, type Windows } from '../settings/windows';
import {
  checkLimit,
  GROUP_ID,
  GROUP_ID_LENGTH_MAX,
  isWithin,
  PORT,
  QUIET_SECONDS,
  REPLICAS,
  ROTATION_DAYS,
  ROTATION_WINDOW_HOURS,
  SNAPSHOT_RETENTION_DAYS,
  wholeNumber,
} from '../validation/limits';
import type { Problems } from '../validation/setting-error';
import type { SecureRedisProps } from './secure-redis-props';

export interface CacheSettings extends Windows, RotationTimes {
  readonly purpose: Purpose;
  readonly topology: Topology;
  readonly engine: Engine;
  readonly nodeType: string;
  readonly port: number;
  readonly replicationGroupId: string | undefined;
  readonly parameters: ParameterValues;
  /** In upper case. */
  readonly blockedCommands: readonly string[];
  readonly durability: DurabilityMode | undefined;
  readonly access: Access;
  readonly gracePeriodDays: number;
  readonly quietSeconds: number;
  /** UTC. */
  readonly dailyCheckHour: number;
  readonly snapshotRetentionDays: number;
  readonly restoreFrom: RestoreSource | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
  readonly allowedNetworks: readonly string[];
  readonly thresholds: Thresholds;
  readonly alarmsOff: AlarmsOff;
  readonly dashboard: boolean;
}

const PREFIX_LIST = /^pl-[0-9a-f]+$/;
/** Not RETAIN: network and secrets would be deleted, and the cache is useless without them. */
const REMOVALS = [RemovalPolicy.SNAPSHOT, RemovalPolicy.DESTROY];

/** Resolves and checks the props. Adds problems instead of throwing. */
export function resolveSettings(props: SecureRedisProps, problems: Problems): CacheSettings {
  const purpose = props.purpose ?? DEFAULTS.purpose;
  const rotationWindow = props.rotationWindow ?? Duration.hours(DEFAULTS.rotationWindowHours);
  const rotationWindowHours = rotationWindow.toHours({ integral: false });
  const times = rotationTimes(problems, props, rotationWindowHours);
  const windows = {
    rotationWindowHours,
    rotationHour: times.rotationHour,
    rotationDay: times.rotationDay,
    snapshotWindow: props.snapshotWindow ?? DEFAULTS.snapshotWindow,
    maintenanceWindow: props.maintenanceWindow ?? DEFAULTS.maintenanceWindow,
  };
  const spans = parseWindows(problems, windows);
  const settings: CacheSettings = {
    purpose,
    topology: props.topology ?? Topology.replicated(),
    engine: props.engine ?? DEFAULTS.engine,
    nodeType: props.nodeType ?? DEFAULTS.nodeType,
    port: props.port ?? DEFAULTS.port,
    replicationGroupId: props.replicationGroupId,
    parameters: effectiveParameters(purpose.parameters, props.parameters ?? {}),
    blockedCommands: resolveBlockedCommands(props.blockedCommands ?? []),
    durability: props.durability,
    access: props.access ?? Access.password(),
    ...times,
    gracePeriodDays: props.gracePeriod
      ? days(props.gracePeriod)
      : Math.min(DEFAULTS.gracePeriodDays, times.rotationDaysMin),
    quietSeconds: seconds(props.quietTime ?? Duration.seconds(DEFAULTS.quietSeconds)),
    ...windows,
    dailyCheckHour: quietHour(spans),
    snapshotRetentionDays: days(
      props.snapshotRetention ?? Duration.days(defaultSnapshotDays(purpose)),
    ),
    restoreFrom: props.restoreFrom,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.SNAPSHOT,
    logRetention: props.logRetention ?? DEFAULTS.logRetention,
    allowedNetworks: props.allowedNetworks ?? [],
    thresholds: resolveThresholds(problems, props.alarms ?? {}, purpose),
    alarmsOff: resolveAlarmsOff(problems, props.alarms ?? {}),
    dashboard: props.dashboard ?? DEFAULTS.dashboard,
  };
  checkTopology(problems, settings.topology);
  checkNodeType(problems, settings.nodeType, settings.engine);
  checkLimit(problems, 'port', settings.port, PORT);
  checkEngine(problems, settings, props.parameters ?? {});
  checkLimit(problems, 'rotationInterval', settings.rotationDays, ROTATION_DAYS, 'days');
  const grace = { min: 0, max: Math.min(settings.rotationDaysMin, ROTATION_DAYS.max) };
  if (!isWithin(settings.gracePeriodDays, grace)) {
    const why = `two rotations may be ${grace.max} days apart, and a rotation ends it`;
    const allowed = `${wholeNumber(grace, 'days')}: ${why}`;
    const advice = 'shorten it, or let more days pass between two rotations';
    problems.add('gracePeriod', settings.gracePeriodDays, allowed, advice);
  }
  checkLimit(problems, 'quietTime', settings.quietSeconds, QUIET_SECONDS, 'seconds');
  checkLimit(problems, 'rotationWindow', rotationWindowHours, ROTATION_WINDOW_HOURS, 'hours');
  checkSnapshots(problems, settings);
  checkOverlaps(problems, windows, spans);
  checkNetworks(problems, settings.allowedNetworks);
  checkTogether(problems, settings);
  return settings;
}

function rotationTimes(
  problems: Problems,
  { rotationInterval, rotationSchedule }: SecureRedisProps,
  windowHours: number,
): RotationTimes {
  if (rotationSchedule === undefined) {
    return everyDays(days(rotationInterval ?? Duration.days(DEFAULTS.rotationDays)));
  }
  if (rotationInterval !== undefined) {
    const given = days(rotationInterval);
    const advice = 'remove one of them';
    problems.add('rotationInterval', given, 'nothing beside `rotationSchedule`', advice);
  }
  return onWeekday(problems, rotationSchedule, windowHours);
}

/** Only a cache whose data can be rebuilt may have no snapshots. */
function checkSnapshots(problems: Problems, settings: CacheSettings): void {
  const { purpose, snapshotRetentionDays: days } = settings;
  const min = purpose.snapshotRetentionDaysMin;
  if (days === 0 && min > 0) {
    const why = 'lost data stays lost';
    const limit = wholeNumber({ ...SNAPSHOT_RETENTION_DAYS, min }, 'days');
    const allowed = `${limit} for the purpose "${purpose.id}": ${why}`;
    const advice = 'remove it for the default, or make it the purpose "cache"';
    problems.add('snapshotRetention', days, allowed, advice);
    return;
  }
  checkLimit(problems, 'snapshotRetention', days, { ...SNAPSHOT_RETENTION_DAYS, min }, 'days');
}

/** A network too large for one owner is as good as the internet. */
function checkNetworks(problems: Problems, networks: readonly string[]): void {
  networks.forEach((network, index) => {
    if (Token.isUnresolved(network) || isOwnable(network) || PREFIX_LIST.test(network)) return;
    const allowed =
      'a CIDR block of /8 or longer, of IPv6 /32 or longer, or the id of a prefix list';
    problems.add(`allowedNetworks[${index}]`, network, allowed, 'name a network that you own');
  });
}

/** Checks settings that exclude each other. */
function checkTogether(problems: Problems, settings: CacheSettings): void {
  const { replicationGroupId, restoreFrom, removalPolicy } = settings;
  if (restoreFrom) checkRestoreSource(problems, restoreFrom);
  if (!REMOVALS.includes(removalPolicy)) {
    problems.add('removalPolicy', removalPolicy, 'SNAPSHOT or DESTROY');
  }
  if (replicationGroupId !== undefined && !isGroupId(replicationGroupId)) {
    problems.add(
      'replicationGroupId',
      replicationGroupId,
      '1 to 40 letters, digits and single hyphens, a letter first and no hyphen last',
    );
  }
}

/** Checks the combination of engine, topology and purpose. */
function checkEngine(
  problems: Problems,
  settings: CacheSettings,
  given: SecureRedisProps['parameters'] & object,
): void {
  const { engine, topology, purpose, parameters, nodeType, blockedCommands } = settings;
  checkParameters(problems, given, engine, topology.isSharded);
  checkBlockedCommands(problems, blockedCommands, purpose);
  checkDurability(problems, settings.durability, settings);
  checkAccess(problems, settings);
  const policy = parameters['maxmemory-policy'] ?? '';
  const { evictions, id } = purpose;
  if (!evictions.accepts(policy)) {
    const allowed = `${evictions.allowed} for the purpose "${id}": ${evictions.why}`;
    problems.add('parameters.maxmemory-policy', policy, allowed, evictions.advice);
  } else if (hasDataTiering(nodeType) && !DATA_TIERING_POLICIES.includes(policy)) {
    const allowed = `one of ${DATA_TIERING_POLICIES.join(', ')} with data tiering, which r6gd has`;
    problems.add('parameters.maxmemory-policy', policy, allowed);
  }
  const toWrite = Number(parameters['min-replicas-to-write'] ?? 0);
  if (isWithin(topology.replicas, REPLICAS) && toWrite > topology.replicas) {
    const allowed = `at most ${topology.replicas}, as many as there are: else nothing is written`;
    problems.add('parameters.min-replicas-to-write', String(toWrite), allowed);
  }
  if (topology.isSharded && (parameters.databases ?? '1') !== '1') {
    const allowed = '"1" in a sharded cache: with Valkey 9 it is `cluster-databases`';
    problems.add('parameters.databases', parameters.databases, allowed);
  }
}

function isGroupId(id: string): boolean {
  if (Token.isUnresolved(id)) return true;
  return id.length <= GROUP_ID_LENGTH_MAX && GROUP_ID.test(id);
}

function seconds(duration: Duration): number {
  return duration.toSeconds({ integral: false });
}

function days(duration: Duration): number {
  return duration.toDays({ integral: false });
}
