/**
 * Blueprint of a cache: what a deploy would create, read only from the cloud assembly of `cdk
 * synth`, so that the rehearsal follows every change of the template.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROTATION_ENV } from '../../contract/rotation';
import type { Refusal } from '../../lib/settings/elasticache/refusal';
import { refusalsOf } from '../../lib/settings/elasticache/refusals';
import { type AccessBlueprint, accessBlueprintOf } from './access-blueprint';
import { type AlarmRule, asOneMetric } from './alarm-rule';
import { deployedReferences } from './deployed-names';
import { type EventRule, eventRulesOf } from './event-rules';
import {
  all,
  find,
  integerOf,
  mapValues,
  type Named,
  only,
  type ResourceProperties,
  type Resources,
  reference,
  referenced,
  resolvedText,
} from './template';

const PORT_MAX = 65_535;

/** Number of nodes, shards and replicas. */
export interface GroupTopology {
  /** Whether cluster mode is enabled, even with one shard. */
  readonly isSharded: boolean;
  readonly shards: number;
  /** Replicas per shard. */
  readonly replicas: number;
}

/** The resources that a deploy would create for one cache. */
export interface Blueprint {
  /** The name of the cache in the stage file. */
  readonly name: string;
  readonly stackName: string;
  readonly engine: string;
  readonly port: number;
  readonly topology: GroupTopology;
  readonly parameters: Readonly<Record<string, string>>;
  /** Settings of the rendered template that AWS would refuse. */
  readonly refusals: readonly Refusal[];
  readonly access: AccessBlueprint;
  readonly groupId: string;
  /**
   * SSM parameters by name. Where a value refers to a resource it has `${Id}` or `${Id.Attribute}`,
   * as Fn::Sub writes it.
   */
  readonly published: Readonly<Record<string, string>>;
  readonly alarms: readonly AlarmRule[];
  /** EventBridge rules that invoke the rotation function. */
  readonly eventRules: readonly EventRule[];
  readonly rotation: {
    readonly functionId: string;
    readonly assetFolder: string;
    readonly handler: string;
    /** Runtime identifier of Lambda, such as `nodejs24.x`. */
    readonly runtime: string;
    readonly timeoutMs: number;
    /** With the ids and ARNs of the modelled account. */
    readonly environment: Readonly<Record<string, string>>;
  };
}

/** The caches of an assembly, one per stack, in the order of the stage file. */
export function readBlueprints(outFolder: string): readonly Blueprint[] {
  const { artifacts } = readJson(join(outFolder, 'manifest.json'));
  const stacks = Object.values<Artifact>(artifacts).filter(
    ({ type }) => type === 'aws:cloudformation:stack',
  );
  return stacks.flatMap(({ displayName, properties }) => {
    const { Resources } = readJson(join(outFolder, properties.templateFile));
    const hasCache = all(Resources, 'AWS::ElastiCache::ReplicationGroup').length > 0;
    const name = displayName.split('/').at(-1) ?? displayName;
    return hasCache ? [blueprintOf(name, properties.stackName, outFolder, Resources)] : [];
  });
}

interface Artifact {
  readonly type: string;
  readonly displayName: string;
  readonly properties: { readonly templateFile: string; readonly stackName: string };
}

/** @throws Error that names what the rehearsal does not support in the template. */
export function blueprintOf(
  name: string,
  stackName: string,
  outFolder: string,
  resources: Resources,
): Blueprint {
  const [groupId, group] = find(resources, 'AWS::ElastiCache::ReplicationGroup');
  const [, parameterGroup] = find(resources, 'AWS::ElastiCache::ParameterGroup');
  const [functionId, rotation] = rotationFunction(resources);
  const environment = rotation.Environment as { Variables: Readonly<Record<string, unknown>> };
  const refer = deployedReferences(stackName, resources);
  return {
    name,
    stackName,
    engine: `${group.Engine} ${group.EngineVersion}`,
    port: integerOf(group, 'Port', 1, PORT_MAX),
    topology: topologyOf(group),
    parameters: parameterGroup.Properties as Readonly<Record<string, string>>,
    refusals: refusalsOf({ group, parameterGroup }),
    access: accessBlueprintOf(resources, group),
    groupId,
    published: publishedBy(resources),
    alarms: all(resources, 'AWS::CloudWatch::Alarm').map(([id, alarm]) =>
      alarmOf([id, asOneMetric(alarm)]),
    ),
    eventRules: eventRulesOf(resources, functionId, refer),
    rotation: {
      functionId,
      assetFolder: join(outFolder, resources[functionId]?.Metadata?.['aws:asset:path'] ?? ''),
      handler: resolvedText(rotation.Handler),
      runtime: resolvedText(rotation.Runtime),
      timeoutMs: Number(rotation.Timeout) * 1000,
      environment: mapValues(environment.Variables, (value) => resolvedText(value, refer)),
    },
  };
}

/** The function of every rotation schedule. */
function rotationFunction(resources: Resources): Named {
  const schedules = all(resources, 'AWS::SecretsManager::RotationSchedule');
  const functions = new Set(
    schedules.map(([, { RotationLambdaARN }]) => resolvedText(RotationLambdaARN)),
  );
  return referenced(resources, { Ref: only('rotation function', Array.from(functions)) });
}

function publishedBy(resources: Resources): Readonly<Record<string, string>> {
  const parameters = all(resources, 'AWS::SSM::Parameter');
  return Object.fromEntries(
    parameters.map(([, { Name, Value }]) => [resolvedText(Name), resolvedText(Value, reference)]),
  );
}

/** An alarm of the template, with CloudWatch's defaults for missing properties. */
function alarmOf([id, alarm]: Named): AlarmRule {
  const dimensions = (alarm.Dimensions ?? []) as readonly { Name: string; Value: unknown }[];
  const optional = (value: unknown) => (value === undefined ? undefined : resolvedText(value));
  return {
    id,
    alarmName: optional(alarm.AlarmName),
    description: resolvedText(alarm.AlarmDescription ?? ''),
    // Empty for an unsupported expression, which the rehearsal ignores.
    namespace: resolvedText(alarm.Namespace ?? ''),
    metricName: resolvedText(alarm.MetricName ?? ''),
    dimensions: Object.fromEntries(
      dimensions.map(({ Name, Value }) => [Name, resolvedText(Value, reference)]),
    ),
    unit: optional(alarm.Unit),
    statistic: resolvedText(alarm.Statistic ?? ''),
    periodMs: Number(alarm.Period) * 1000,
    comparison: resolvedText(alarm.ComparisonOperator),
    threshold: Number(alarm.Threshold),
    evaluationPeriods: Number(alarm.EvaluationPeriods),
    datapointsToAlarm: Number(alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods),
    missing: resolvedText(alarm.TreatMissingData ?? 'missing'),
    isZeroWithout: alarm.IsZeroWithout === true,
  };
}

/** Every node: each shard's primary and replicas. */
export function nodeCountOf({ shards, replicas }: GroupTopology): number {
  return shards * (1 + replicas);
}

function topologyOf(group: ResourceProperties): GroupTopology {
  if (group.NumNodeGroups === undefined) {
    const replicas = integerOf(group, 'NumCacheClusters', 1) - 1;
    return { isSharded: false, shards: 1, replicas };
  }
  const shards = integerOf(group, 'NumNodeGroups', 1);
  return { isSharded: true, shards, replicas: integerOf(group, 'ReplicasPerNodeGroup', 0) };
}

/** Days for which the previous password stays accepted. */
export function graceDaysOf({ rotation }: Blueprint): number {
  return Number(rotation.environment[ROTATION_ENV.graceDays]);
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
