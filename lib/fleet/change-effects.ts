/**
 * What a deploy would do with the changes of one resource: replace or delete it, fail, rotate the
 * password, or something on which AWS's own sources disagree.
 *
 * Decides from two recorded resources alone. Whether a stage file allows it is not asked here.
 */

import {
  BLOCKED_COMMANDS,
  ONLINE_RESHARDING,
  type PropertyChange,
  type ResourceChange,
} from './baseline';
import { effectOf, GROUP, SCHEDULE, UPDATES } from './update-table';

/** Something that replaces or deletes, and that a stage file may allow. */
export interface Replacement extends ResourceRef {
  /** `undefined`: the resource itself would go. */
  readonly property: string | undefined;
  readonly was: unknown;
  readonly now: unknown;
  readonly held: number | undefined;
}

interface ResourceRef {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
}

/** A change that AWS refuses, or takes in several deploys only. */
export interface Refusal extends ResourceRef {
  /** `X must be Y, got Z. Do W.` */
  readonly text: string;
}

/** What is worth knowing before the deploy, and does not end the synth. */
export interface Notice extends ResourceRef {
  readonly text: string;
  /** The property, if a permission for a replacement may name it. */
  readonly property: string | undefined;
  /** Whether a change set shows what will happen. */
  readonly isDisputed: boolean;
}

/** A change of the rotation schedule. */
export interface Rotation extends ResourceRef {
  readonly properties: Readonly<Record<string, PropertyChange>>;
}

export interface Effects {
  readonly replacements: readonly Replacement[];
  readonly refusals: readonly Refusal[];
  readonly notices: readonly Notice[];
  readonly rotation: Rotation | undefined;
}

const NONE: Effects = { replacements: [], refusals: [], notices: [], rotation: undefined };

export function effectsOf(change: ResourceChange): Effects {
  const { stackName, logicalId, type, properties, held } = change;
  const ref = { stackName, logicalId, type };
  if (properties === undefined) {
    const gone = { ...ref, property: undefined, was: type, now: undefined, held };
    return { ...NONE, replacements: [gone] };
  }
  const replacements = Object.entries(properties)
    .filter(([property]) => replaces(change, property))
    .map(([property, { was, now }]) => ({ ...ref, property, was, now, held }));
  if (type === SCHEDULE) {
    const updated = Object.entries(properties).filter(([name]) => !replaces(change, name));
    const rotation =
      updated.length === 0 ? undefined : { ...ref, properties: Object.fromEntries(updated) };
    return { ...NONE, replacements, rotation };
  }
  if (type !== GROUP) return { ...NONE, replacements };
  const refusals = refusalsOf(change).map((text) => ({ ...ref, text }));
  const notices = noticesOf(change).map((notice) => ({ ...ref, ...notice }));
  return { ...NONE, replacements, refusals, notices };
}

/** A new group starts anew, so a change of its kind of sharding takes the replicas with it. */
function replaces({ type, properties = {}, after }: ResourceChange, property: string): boolean {
  if (property === 'Engine' && type === GROUP) return !isBetweenEngines(properties.Engine);
  if (property === 'NumNodeGroups' && type === GROUP) {
    return changesMode(properties) || after[ONLINE_RESHARDING] !== true;
  }
  return effectOf(type, property.split('.')[0] ?? '') === 'replaces';
}

function changesMode({ NumNodeGroups }: Readonly<Record<string, PropertyChange>>): boolean {
  return NumNodeGroups !== undefined && [NumNodeGroups.was, NumNodeGroups.now].includes(undefined);
}

function isBetweenEngines(change: PropertyChange | undefined): boolean {
  const engines = ['redis', 'valkey'];
  return engines.includes(String(change?.was)) && engines.includes(String(change?.now));
}

function noticesOf({ type, properties = {} }: ResourceChange) {
  const disputed = Object.entries(properties).flatMap(([property, { was, now }]) => {
    const row = UPDATES[type]?.deviations?.[property];
    if (row?.effect !== 'disputed' || row.sides === undefined) return [];
    if (property === 'Engine' && was !== 'redis') return [];
    return [{ property, isDisputed: true, text: disputedText(property, was, now, row.sides) }];
  });
  return [...disputed, ...unblocked(properties[BLOCKED_COMMANDS])];
}

function disputedText(property: string, was: unknown, now: unknown, sides: readonly string[]) {
  const change = `${property} changes from ${shown(was)} to ${shown(now)}`;
  return `${change}, and AWS's sources disagree: ${sides.join('; ')}`;
}

function unblocked(change: PropertyChange | undefined) {
  const [was, now] = [listOf(change?.was), listOf(change?.now)];
  const free = was.filter((command) => !now.includes(command));
  if (free.length === 0) return [];
  const text = `${free.join(', ')} would no longer be blocked: whoever logs in may send it`;
  return [{ property: undefined, isDisputed: false, text }];
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What CloudFormation or ElastiCache refuses, after minutes of a deploy. */
function refusalsOf(change: ResourceChange): readonly string[] {
  const { properties = {} } = change;
  return [
    ...engineBack(properties.Engine),
    ...versionDown(properties),
    ...firstReplica(properties),
    ...together(change),
  ];
}

type Changes = Readonly<Record<string, PropertyChange>>;

const BESIDE =
  'Make a second cache beside this one and move the clients (docs/operate.md, Replacing a cache)';

/** hashicorp/terraform-provider-aws#45229, December 2025. */
function engineBack(engine: PropertyChange | undefined): readonly string[] {
  if (engine?.was !== 'valkey' || engine.now !== 'redis') return [];
  return [
    'Engine must stay "valkey", got "redis": ElastiCache changes Redis OSS to Valkey, and not ' +
      `back. ${BESIDE}; its data cannot come from a snapshot of Valkey.`,
  ];
}

/** CloudFormation reference: "you cannot downgrade to an earlier engine version". */
function versionDown({ Engine, EngineVersion }: Changes): readonly string[] {
  if (EngineVersion === undefined || Engine !== undefined) return [];
  const { was: before, now: after } = EngineVersion;
  if (![before, after].every((version) => /^\d+(\.\d+)*$/.test(String(version)))) return [];
  const [was, now] = [numbersOf(before), numbersOf(after)];
  const differing = was.findIndex((number, index) => number !== (now[index] ?? 0));
  if (differing < 0 || (now[differing] ?? 0) > (was[differing] ?? 0)) return [];
  return [
    `EngineVersion must be ${shown(before)} or newer, got ${shown(after)}: ` +
      `ElastiCache does not go back to an older version. ${BESIDE}; a snapshot of a newer ` +
      'version does not fill an older one.',
  ];
}

function numbersOf(version: unknown): readonly number[] {
  return String(version).split('.').map(Number);
}

/** aws-cloudformation/cloudformation-coverage-roadmap#383, since February 2020. */
function firstReplica(changes: Changes): readonly string[] {
  const { NumCacheClusters: nodes, AutomaticFailoverEnabled: failover } = changes;
  if (Number(nodes?.was) !== 1 || !(Number(nodes?.now) > 1) || failover?.now !== true) return [];
  return [
    'AutomaticFailoverEnabled and MultiAZEnabled must stay false in the deploy that adds the ' +
      'first replica, got true: ElastiCache answers "Replication group must have at least one ' +
      'read replica to enable autofailover". Deploy twice: first with "failover": false in ' +
      '`topology`, then without it; record the baseline after each.',
  ];
}

/** Recorded with the cache's properties, and not sent with them. */
const NOT_SENT = [BLOCKED_COMMANDS, ONLINE_RESHARDING];

/** What CloudFormation sends alone, or ElastiCache takes alone: see their rows in the table. */
const ALONE = ['NumNodeGroups', 'NodeGroupConfiguration', 'Durability'];

function together(change: ResourceChange): readonly string[] {
  const sent = Object.keys(change.properties ?? {}).filter((name) => !NOT_SENT.includes(name));
  const alone = sent.filter((name) => ALONE.includes(name) && !replaces(change, name));
  // Shards and the places of their nodes are one change.
  const isResharding = alone.every((name) => name !== 'Durability');
  const others = sent.filter(
    (name) => name !== alone[0] && !(isResharding && alone.includes(name)),
  );
  const [first] = alone;
  if (first === undefined || others.length === 0) return [];
  return [
    `${first} must be the only change of the cache in a deploy, got ${others.join(', ')} with ` +
      `it: AWS ${first === 'Durability' ? 'changes the durability' : 'reshards online'} alone. ` +
      `Deploy twice: first ${others.join(', ')}, then ${first}; record the baseline after each.`,
  ];
}

/** A template has no secret, only references to them. */
export function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
