/**
 * Blueprint of a cache: what a deploy would create, read only from the cloud assembly of `cdk
 * synth`, so that the rehearsal follows every change of the template.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROTATION_ENV } from '../../contract/rotation';
import type { Refusal } from '../../lib/settings/elasticache/refusal';
import { refusalsOf } from '../../lib/settings/elasticache/refusals';
import { type AlarmRule, asOneMetric } from './alarm-rule';

const PORT_MAX = 65_535;

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** GenerateSecretString: how Secrets Manager generates the password. */
export interface GenerateSecretString {
  readonly SecretStringTemplate: string;
  readonly GenerateStringKey: string;
  readonly PasswordLength: number;
  readonly ExcludeCharacters: string;
  readonly RequireEachIncludedType: boolean;
}

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
  readonly initial: { readonly id: string; readonly generate: GenerateSecretString };
  /** `secretString` has the dynamic reference in it, with ids in place of ARNs. */
  readonly credentials: { readonly id: string; readonly secretString: string };
  /** A dynamic reference, with ids in place of ARNs. */
  readonly authToken: string;
  readonly groupId: string;
  /**
   * SSM parameters by name. Where a value refers to a resource it has `${Id}` or `${Id.Attribute}`,
   * as Fn::Sub writes it.
   */
  readonly published: Readonly<Record<string, string>>;
  readonly alarms: readonly AlarmRule[];
  readonly rotation: {
    readonly functionId: string;
    readonly assetFolder: string;
    readonly handler: string;
    /** Runtime identifier of Lambda, such as `nodejs24.x`. */
    readonly runtime: string;
    readonly timeoutMs: number;
    readonly environment: Readonly<Record<string, string>>;
    readonly schedule: string;
    readonly runsAtDeploy: boolean;
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

type Resources = Readonly<Record<string, Resource>>;

/** @throws Error that names what the rehearsal does not support in the template. */
export function blueprintOf(
  name: string,
  stackName: string,
  outFolder: string,
  resources: Resources,
): Blueprint {
  const [groupId, group] = find(resources, 'AWS::ElastiCache::ReplicationGroup');
  const [, parameterGroup] = find(resources, 'AWS::ElastiCache::ParameterGroup');
  const [, schedule] = find(resources, 'AWS::SecretsManager::RotationSchedule');
  const [credentialsId, credentials] = named(resources, schedule.SecretId);
  const [initialId, initial] = only(
    'generated secret',
    all(resources, 'AWS::SecretsManager::Secret').filter(([, each]) => each.GenerateSecretString),
  );
  const [functionId, rotation] = named(resources, schedule.RotationLambdaARN);
  const environment = rotation.Environment as { Variables: Readonly<Record<string, unknown>> };
  return {
    name,
    stackName,
    engine: `${group.Engine} ${group.EngineVersion}`,
    port: wholeNumber(group, 'Port', 1, PORT_MAX),
    topology: topologyOf(group),
    parameters: parameterGroup.Properties as Readonly<Record<string, string>>,
    refusals: refusalsOf({ group, parameterGroup }),
    initial: {
      id: initialId,
      generate: initial.GenerateSecretString as GenerateSecretString,
    },
    credentials: { id: credentialsId, secretString: text(credentials.SecretString) },
    authToken: text(group.AuthToken),
    groupId,
    published: publishedBy(resources),
    alarms: all(resources, 'AWS::CloudWatch::Alarm').map(([id, alarm]) =>
      alarmOf([id, asOneMetric(alarm)]),
    ),
    rotation: {
      functionId,
      assetFolder: join(outFolder, resources[functionId]?.Metadata?.['aws:asset:path'] ?? ''),
      handler: text(rotation.Handler),
      runtime: text(rotation.Runtime),
      timeoutMs: Number(rotation.Timeout) * 1000,
      environment: mapValues(environment.Variables, (value) => text(value)),
      schedule: text((schedule.RotationRules as Record<string, unknown>).ScheduleExpression),
      runsAtDeploy: schedule.RotateImmediatelyOnUpdate === true,
    },
  };
}

function publishedBy(resources: Resources): Readonly<Record<string, string>> {
  const parameters = all(resources, 'AWS::SSM::Parameter');
  return Object.fromEntries(
    parameters.map(([, { Name, Value }]) => [text(Name), text(Value, reference)]),
  );
}

/** An alarm of the template, with CloudWatch's defaults for missing properties. */
function alarmOf([id, alarm]: Named): AlarmRule {
  const dimensions = (alarm.Dimensions ?? []) as readonly { Name: string; Value: unknown }[];
  const optional = (value: unknown) => (value === undefined ? undefined : text(value));
  return {
    id,
    alarmName: optional(alarm.AlarmName),
    description: text(alarm.AlarmDescription ?? ''),
    // Empty for an unsupported expression, which the rehearsal ignores.
    namespace: text(alarm.Namespace ?? ''),
    metricName: text(alarm.MetricName ?? ''),
    dimensions: Object.fromEntries(
      dimensions.map(({ Name, Value }) => [Name, text(Value, reference)]),
    ),
    unit: optional(alarm.Unit),
    statistic: text(alarm.Statistic ?? ''),
    periodMs: Number(alarm.Period) * 1000,
    comparison: text(alarm.ComparisonOperator),
    threshold: Number(alarm.Threshold),
    evaluationPeriods: Number(alarm.EvaluationPeriods),
    datapointsToAlarm: Number(alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods),
    missing: text(alarm.TreatMissingData ?? 'missing'),
    isZeroWithout: alarm.IsZeroWithout === true,
  };
}

/** Every node: each shard's primary and replicas. */
export function nodeCountOf({ shards, replicas }: GroupTopology): number {
  return shards * (1 + replicas);
}

function topologyOf(group: Readonly<Record<string, unknown>>): GroupTopology {
  if (group.NumNodeGroups === undefined) {
    const replicas = wholeNumber(group, 'NumCacheClusters', 1) - 1;
    return { isSharded: false, shards: 1, replicas };
  }
  const shards = wholeNumber(group, 'NumNodeGroups', 1);
  return { isSharded: true, shards, replicas: wholeNumber(group, 'ReplicasPerNodeGroup', 0) };
}

/** CloudFormation also accepts numbers as strings. */
function wholeNumber(
  group: Readonly<Record<string, unknown>>,
  name: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const given = group[name];
  const value = /^-?\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return value;
  const allowed = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new Error(
    `${name} of the replication group must be an integer ${allowed}, got ` +
      `${JSON.stringify(given)}. Write it into the template as a number, not as a reference.`,
  );
}

type Named = readonly [id: string, properties: Readonly<Record<string, unknown>>];

function all(resources: Resources, type: string): readonly Named[] {
  return Object.entries(resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties]);
}

function find(resources: Resources, type: string): Named {
  return only(type, all(resources, type));
}

/** The resource that a `Ref` or `Fn::GetAtt` points at. */
function named(resources: Resources, reference: unknown): Named {
  const id = text(reference);
  const resource = resources[id];
  if (!resource) throw new Error(`the template names ${id} and does not have it`);
  return [id, resource.Properties];
}

function only<T>(what: string, found: readonly T[]): T {
  const [first] = found;
  if (first === undefined || found.length !== 1) {
    throw new Error(`the template has ${found.length} of ${what}; the rehearsal needs exactly one`);
  }
  return first;
}

type Refer = (id: string, attribute?: string) => string;

/** A reference in the notation of Fn::Sub. */
const reference: Refer = (id, attribute) => `\${${[id, attribute].filter(Boolean).join('.')}}`;

/** Replaces each `${Id}` or `${Id.Attribute}` by its value, or by the id if unknown. */
export function resolveReferences(
  value: string,
  references: Readonly<Record<string, string>>,
): string {
  return value.replaceAll(/\$\{([\w.]+)\}/g, (_, name: string) => references[name] ?? name);
}

/** Days for which the previous password stays accepted. */
export function graceDaysOf({ rotation }: Blueprint): number {
  return Number(rotation.environment[ROTATION_ENV.graceDays]);
}

/** A string of the template; references become the logical id by default. */
function text(value: unknown, refer: Refer = (id) => id): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = []] = Object.entries(value ?? {});
  if (intrinsic === 'Ref' && typeof argument === 'string') return refer(argument);
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) {
    return refer(String(argument[0]), String(argument[1]));
  }
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument as [string, readonly unknown[]];
    return parts.map((part) => text(part, refer)).join(separator);
  }
  // Values of another stack, which the rehearsal does not deploy.
  if (intrinsic === 'Fn::GetStackOutput') return refer(text(Object(argument).OutputName));
  if (intrinsic === 'Fn::ImportValue') return refer(text(argument));
  throw new Error(`the rehearsal cannot resolve ${intrinsic ?? typeof value}; add it to blueprint`);
}

function mapValues<T>(
  record: Readonly<Record<string, unknown>>,
  map: (value: unknown) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
