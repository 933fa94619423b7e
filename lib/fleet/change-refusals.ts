/**
 * Changes that CloudFormation or ElastiCache would reject after minutes of a deploy, with a way
 * that works.
 */

import { PARAMETERS } from '../settings/elasticache/parameters';
import { isSent, PARAMETER, type PropertyChange, type ResourceChange } from './baseline';
import { asJson, replaces } from './replaces';
import { GROUP, UPDATES } from './update-table';

export interface RefusalText {
  /** `X must be Y, got Z. Do W.` */
  readonly text: string;
  /** Whether it also applies if the stage allows a replacement. */
  readonly isAlways: boolean;
}

export function changeRefusalsOf(change: ResourceChange): readonly RefusalText[] {
  const { type, properties = {} } = change;
  const always = type === GROUP ? fixedParameters(properties) : [];
  const updates =
    type === GROUP
      ? [
          ...engineBack(properties.Engine),
          ...versionDown(properties),
          ...firstReplica(properties),
          ...together(change),
        ]
      : [];
  return [
    ...updates.map((text) => ({ text, isAlways: false })),
    ...[...always, ...customNamed(change)].map((text) => ({ text, isAlways: true })),
  ];
}

type Changes = Readonly<Record<string, PropertyChange>>;

const BESIDE =
  'Make a second cache beside this one and move the clients (docs/operate.md, Replacing a cache)';
const OR_BESIDE = BESIDE.replace('Make', 'make');

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
    `EngineVersion must be ${asJson(before)} or newer, got ${asJson(after)}: ` +
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

/** Changes that must be the only change in a deploy: see their rows in the update table. */
const RESHARDING = ['NumNodeGroups', 'NodeGroupConfiguration'];
const DURABILITY = 'Durability';

function together(change: ResourceChange): readonly string[] {
  const { properties = {} } = change;
  const sent = Object.keys(properties).filter((name) => isSent(name));
  const isAlone = (name: string) => !replaces(change, name);
  // The number of shards and the placement of their nodes are one change.
  const shards = sent.filter((name) => RESHARDING.includes(name) && isAlone(name));
  const durability = sent.filter((name) => name === DURABILITY && isAlone(name));
  const others = sent.filter((name) => ![...shards, ...durability].includes(name));
  // Remove durability before its requirements, add it after them.
  const isRemoved = [undefined, 'disabled'].includes(properties[DURABILITY]?.now as string);
  const deploys = isRemoved ? [durability, others, shards] : [others, durability, shards];
  const steps = deploys.filter((names) => names.length > 0);
  const first = shards[0] ?? durability[0];
  if (first === undefined || steps.length === 1) return [];
  const beside = sent.filter((name) => !(shards[0] ? shards : durability).includes(name));
  return [
    `${first} must be the only change of the cache in a deploy, got ${beside.join(', ')} with ` +
      `it: AWS ${shards[0] ? 'reshards online' : 'changes the durability'} alone. Deploy ` +
      `${steps.length === 2 ? 'twice' : 'three times'}: first ` +
      `${steps.map((names) => names.join(', ')).join(', then ')}; record the baseline after each.`,
  ];
}

/** Parameters that AWS cannot change while a cache uses the group, by the parameter table. */
function fixedParameters(properties: Changes): readonly string[] {
  return Object.entries(properties).flatMap(([property, { was, now }]) => {
    if (!property.startsWith(PARAMETER)) return [];
    const name = property.slice(PARAMETER.length);
    const why = PARAMETERS.get(name)?.fixed;
    // A new group is created with its own values.
    if (why === undefined || properties.CacheParameterGroupName !== undefined) return [];
    return [
      `the parameter ${name} must stay ${asJson(was)}, got ${asJson(now)}: ${why}. Set it back, ` +
        `or ${OR_BESIDE}.`,
    ];
  });
}

/**
 * "CloudFormation cannot update a stack when a custom-named resource requires replacing."
 * https://repost.aws/knowledge-center/cloudformation-custom-name
 */
function customNamed(change: ResourceChange): readonly string[] {
  const { type, properties = {}, after } = change;
  const name = UPDATES[type]?.name;
  if (name === undefined || after[name] === undefined || properties[name] !== undefined) return [];
  const replacing = Object.keys(properties).filter((property) => replaces(change, property));
  if (replacing.length === 0) return [];
  return [
    `${name} must change together with ${replacing.join(', ')}, got ${asJson(after[name])} as ` +
      'before: CloudFormation answers "cannot update a stack when a custom-named resource ' +
      'requires replacing". Give it another name or none, and allow that too, or ' +
      `${type === GROUP ? OR_BESIDE : 'change it back'}.`,
  ];
}
