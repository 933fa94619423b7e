/**
 * The effects of a deploy on the changes of one resource: replacement, deletion, failure, rotation,
 * or an effect on which AWS's own sources disagree.
 *
 * Depends only on two recorded resources, not on the permissions of the stage file.
 */

import { PARAMETERS } from '../settings/elasticache/parameters';
import {
  BLOCKED_COMMANDS,
  isSent,
  PARAMETER,
  type PropertyChange,
  type ResourceChange,
} from './baseline';
import { changeRefusalsOf, type RefusalText } from './change-refusals';
import { asJson, replaces } from './replaces';
import { GROUP, IAM_USER, SCHEDULE, SECRET, UPDATES } from './update-table';

/** A replacement or deletion, which a stage file may allow. */
export interface Replacement extends ResourceRef {
  /** `undefined`: the resource itself would be deleted. */
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

/**
 * The name that a permission uses. For a secret it includes the logical id: a permission for
 * another key of the cache must not allow overwriting the live password.
 */
export function permissionName({ type, logicalId, property }: Replacement): string {
  if (property === undefined) return logicalId;
  return type === SECRET ? `${logicalId}.${property}` : property;
}

/** A change that AWS rejects, or accepts only in several deploys. */
export interface RefusedChange extends ResourceRef, RefusalText {}

/** A note before the deploy that does not fail the synth. */
export interface Notice extends ResourceRef {
  readonly text: string;
  /** The property that `allowReplacement` may name, if any. */
  readonly property: string | undefined;
  /** Whether only a change set shows the effect. */
  readonly isDisputed: boolean;
}

/** A change of the rotation schedule. */
export interface Rotation extends ResourceRef {
  readonly properties: Readonly<Record<string, PropertyChange>>;
}

export interface Effects {
  readonly replacements: readonly Replacement[];
  readonly refusals: readonly RefusedChange[];
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
  const isIdOfUser = type === IAM_USER && 'UserId' in properties;
  const replacements = Object.entries(properties)
    // The id of a user holds its name and its engine: one change is one replacement.
    .filter(([property]) => replaces(change, property) && (!isIdOfUser || property === 'UserId'))
    .map(([property, { was, now }]) => ({ ...ref, property, was, now, held }));
  if (type === SCHEDULE) {
    const updated = Object.entries(properties).filter(([name]) => !replaces(change, name));
    const rotation =
      updated.length === 0 ? undefined : { ...ref, properties: Object.fromEntries(updated) };
    return { ...NONE, replacements, rotation };
  }
  const refusals = changeRefusalsOf(change).map((refusal) => ({ ...ref, ...refusal }));
  if (type !== GROUP) return { ...NONE, replacements, refusals };
  const notices = noticesOf(change).map((notice) => ({ ...ref, ...notice }));
  return { ...NONE, replacements, refusals, notices };
}

function noticesOf({ type, properties = {}, after }: ResourceChange) {
  const disputed = Object.entries(properties).flatMap(([property, { was, now }]) => {
    const row = UPDATES[type]?.deviations?.[property];
    if (row?.effect !== 'disputed' || row.sides === undefined) return [];
    if (property === 'Engine' && was !== 'redis') return [];
    return [{ property, isDisputed: true, text: disputedText(property, was, now, row.sides) }];
  });
  return [
    ...disputed,
    ...[
      ...unblocked(properties[BLOCKED_COMMANDS]),
      ...afterReboot(properties),
      ...withoutReplica(properties, after),
    ].map((text) => ({ property: undefined, isDisputed: false, text })),
  ];
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Modifying.html */
function afterReboot(properties: Readonly<Record<string, PropertyChange>>): readonly string[] {
  return Object.entries(properties).flatMap(([property, { was, now }]) => {
    const name = property.startsWith(PARAMETER) ? property.slice(PARAMETER.length) : '';
    if (PARAMETERS.get(name)?.needsReboot !== true) return [];
    return [
      `the parameter ${name} changes from ${asJson(was)} to ${asJson(now)}, and each node takes ` +
        'it when it is rebooted: `aws elasticache reboot-cache-cluster`, one node after the other',
    ];
  });
}

/** aws-cloudformation/cloudformation-coverage-roadmap#1275, open since August 2022. */
function withoutReplica(
  properties: Readonly<Record<string, PropertyChange>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const { ReplicasPerNodeGroup: replicas, NumNodeGroups: shards } = properties;
  const wasSharded = (shards ? shards.was : after.NumNodeGroups) !== undefined;
  const before = replicas === undefined ? after.ReplicasPerNodeGroup : replicas.was;
  const sent = Object.keys(properties).filter((name) => isSent(name));
  if (!wasSharded || Number(before) !== 0 || sent.length === 0) return [];
  return [
    'the shards have no replica, and CloudFormation then may fail at any update with ' +
      '"Replication group must have at least one read replica to enable autofailover", also at ' +
      'the one that adds the first. It is rolled back. If it fails, make a second cache with ' +
      'replicas beside this one and move the clients (docs/operate.md, Replacing a cache)',
  ];
}

function disputedText(property: string, was: unknown, now: unknown, sides: readonly string[]) {
  const change = `${property} changes from ${asJson(was)} to ${asJson(now)}`;
  return `${change}, and AWS's sources disagree: ${sides.join('; ')}`;
}

function unblocked(change: PropertyChange | undefined): readonly string[] {
  const [was, now] = [listOf(change?.was), listOf(change?.now)];
  const free = was.filter((command) => !now.includes(command));
  if (free.length === 0) return [];
  return [`${free.join(', ')} would no longer be blocked: every client that logs in may send it`];
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
