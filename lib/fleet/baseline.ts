/**
 * The recorded state of a deployed app that a change must respect: the logical id of every stateful
 * resource, the properties whose change replaces it, and all properties of cache and rotation.
 *
 * It is recorded after a deploy, and each synth compares with it (`check-baseline.ts`).
 */

import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { DEPLOYED_ACCESS_METADATA } from '../access/deployed-access-secret';
import { blockedBy } from '../settings/elasticache/commands';
import { PARAMETERS } from '../settings/elasticache/parameters';
import { SettingError } from '../validation/setting-error';
import { duplicateKeys } from './duplicate-keys';
import { say } from './file-problem';
import { readJsonFile } from './json-file';
import { effectOf, GROUP, IAM_USER, NAMED, SCHEDULE, SECRET, UPDATES } from './update-table';

type Json = Readonly<Record<string, unknown>>;

interface StatefulResource {
  readonly type: string;
  /** The properties whose change may replace it, as in the template. */
  readonly properties: Json;
  /** The other properties, for types recorded whole. Absent in older files. */
  readonly inPlace?: Json;
}

type Resources = Readonly<Record<string, StatefulResource>>;
type Stacks = Readonly<Record<string, Resources>>;

/** A stateful resource that a deploy would change or delete. */
export interface ResourceChange {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** By property. `undefined`: the resource itself would be deleted. */
  readonly properties: Readonly<Record<string, PropertyChange>> | undefined;
  /** All recorded properties after the deploy. */
  readonly after: Json;
  /** For a stack that would be deleted: the number of its stateful resources. */
  readonly held: number | undefined;
}

export interface PropertyChange {
  readonly was: unknown;
  readonly now: unknown;
}

/** Type of a change that deletes a whole stack. */
export const STACK = 'AWS::CloudFormation::Stack';

/** The blocked commands of a cache's parameter group, recorded as a property of the cache. */
export const BLOCKED_COMMANDS = 'BlockedCommands';

/** The update policy of a cache, recorded as its property. */
export const ONLINE_RESHARDING = 'UseOnlineResharding';

/** Prefix of parameters, recorded as properties of the cache. */
export const PARAMETER = 'Parameters.';

/** Whether CloudFormation sends a recorded property with an update of the cache. */
export function isSent(property: string): boolean {
  return (
    ![BLOCKED_COMMANDS, ONLINE_RESHARDING].includes(property) && !property.startsWith(PARAMETER)
  );
}

/** The tags that CloudFormation copies from the stack to a secret, recorded as its property. */
const STACK_TAGS = 'StackTags';

/** Types of which every property is recorded. */
const RECORDED_WHOLE = [GROUP, SCHEDULE];

/** Files of format 1 have only the replacing properties. */
const FORMAT = 2;

/** Properties that files of format 1 lack, although each template has them. */
const NOT_IN_FORMAT_1 = ['InstanceTenancy', STACK_TAGS];

export class Baseline {
  /** The baseline of the templates of an assembly. */
  static of(assembly: CloudAssembly): Baseline {
    const stacks = assembly.stacksRecursively.map(({ stackName, template, tags = {} }) => [
      stackName,
      statefulIn(template, tags),
    ]);
    return new Baseline(Object.fromEntries(stacks), FORMAT);
  }

  /** Reads a recorded baseline. @throws SettingError if the file is not a baseline. */
  static read(file: string): Baseline {
    const name = relative('', file);
    const { content, text } = readJsonFile(name, file);
    const twice = duplicateKeys(text).map((problem) => say(name, problem));
    if (twice.length > 0) throw new SettingError(twice.join('\n'));
    if (isObject(content) && content.format === FORMAT && isStacks(content.stacks, FORMAT)) {
      return new Baseline(content.stacks, FORMAT);
    }
    if (isStacks(content, 1)) return new Baseline(content, 1);
    throw notRecorded(name, 'another form');
  }

  /** @throws SettingError if a stack that now has a cache was recorded without a cache. */
  checkCaches(before: Baseline, file: string, stackNames: readonly (string | undefined)[]): void {
    for (const stackName of stackNames) {
      const [was, now] = [before, this].map((each) => each.#stacks[stackName ?? '']);
      if (!was || !now || !hasGroup(now) || hasGroup(was)) continue;
      throw notRecorded(file, `the stack ${stackName} without its replication group`);
    }
  }

  readonly #stacks: Stacks;
  readonly #format: number;

  private constructor(stacks: Stacks, format: number) {
    this.#stacks = stacks;
    this.#format = format;
  }

  /** Whether it was recorded in format 1, without the properties that do not replace. */
  get isOlder(): boolean {
    return this.#format < FORMAT;
  }

  /** Every change that a deploy of this would make to, or delete from, `before`. */
  changesSince(before: Baseline): readonly ResourceChange[] {
    return Object.entries(before.#stacks).flatMap(([stackName, resources]) => {
      const stack = this.#stacks[stackName];
      if (stack === undefined) return [wholeStack(stackName, resources)];
      return Object.entries(resources).flatMap(([logicalId, was]): ResourceChange[] => {
        const now = Object.hasOwn(stack, logicalId) ? stack[logicalId] : undefined;
        const where = { stackName, logicalId, type: was.type, held: undefined };
        if (now?.type !== was.type) return [{ ...where, properties: undefined, after: {} }];
        const properties = { ...changed(was.properties, now.properties), ...inPlace(was, now) };
        if (before.isOlder) for (const name of NOT_IN_FORMAT_1) delete properties[name];
        const after = { ...now.inPlace, ...now.properties };
        return Object.keys(properties).length === 0 ? [] : [{ ...where, properties, after }];
      });
    });
  }

  /** Writes the baseline to a file. */
  write(file: string): void {
    const content = { format: FORMAT, stacks: this.#stacks };
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
}

function notRecorded(file: string, got: string): SettingError {
  return new SettingError(
    `${file} must be what \`-c baseline=record\` wrote, got ${got}. Take it from version ` +
      'control, or record it again.',
  );
}

function hasGroup(stack: Resources): boolean {
  return Object.values(stack).some(({ type }) => type === GROUP);
}

/** A malformed file would match nothing, and so refuse nothing. */
function isStacks(value: unknown, format: number): value is Stacks {
  const isInPlace = (type: string, inPlace: unknown) =>
    inPlace === undefined
      ? format === 1 || !RECORDED_WHOLE.includes(type)
      : isObject(inPlace) && (type !== GROUP || Object.keys(inPlace).length > 0);
  const isResource = (each: unknown) =>
    isObject(each) &&
    typeof each.type === 'string' &&
    isObject(each.properties) &&
    isInPlace(each.type, each.inPlace);
  const isStack = (each: unknown) => isObject(each) && Object.values(each).every(isResource);
  const stacks = isObject(value) ? Object.values(value) : [];
  return stacks.length > 0 && stacks.every(isStack);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The path of a stage's baseline. */
export function baselineFile(folder: string, stage: string): string {
  return join(folder, `${stage}.baseline.json`);
}

function wholeStack(stackName: string, resources: Resources): ResourceChange {
  const held = Object.keys(resources).length;
  return { stackName, logicalId: stackName, type: STACK, properties: undefined, after: {}, held };
}

/** No changes for a resource of an older file, which lacks these properties. */
function inPlace(was: StatefulResource, now: StatefulResource) {
  return was.inPlace === undefined ? {} : changed(was.inPlace, now.inPlace ?? {});
}

function changed(was: Json, now: Json): Record<string, PropertyChange> {
  const names = new Set([...Object.keys(was), ...Object.keys(now)]);
  const differing = Array.from(names).filter(
    (name) => JSON.stringify(own(was, name)) !== JSON.stringify(own(now, name)),
  );
  return Object.fromEntries(
    differing.map((name) => [name, { was: own(was, name), now: own(now, name) }]),
  );
}

function own(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly UpdatePolicy?: Json;
  readonly Metadata?: Json;
}

type RawResources = Readonly<Record<string, RawResource>>;

type Tags = Readonly<Record<string, string>>;

function statefulIn({ Resources = {} }: { Resources?: RawResources }, tags: Tags): Resources {
  const stateful = Object.entries(Resources).filter(
    ([, resource]) =>
      Object.hasOwn(UPDATES, resource.Type) && !isDerived(resource) && !hasPassword(resource),
  );
  return Object.fromEntries(
    stateful.map(([logicalId, resource]) => [logicalId, recorded(resource, Resources, tags)]),
  );
}

/** The secret with what was deployed for users: it holds no password, and follows the template. */
function isDerived({ Type, Metadata = {} }: RawResource): boolean {
  return Type === SECRET && DEPLOYED_ACCESS_METADATA in Metadata;
}

/** A user with a password: its secret and its schedule are recorded in its place. */
function hasPassword({
  Type,
  Properties: { AuthenticationMode: mode } = {},
}: RawResource): boolean {
  return Type === IAM_USER && isObject(mode) && mode.Type === 'password';
}

function recorded(resource: RawResource, all: RawResources, tags: Tags): StatefulResource {
  const { Type: type, Properties = {} } = resource;
  const ofStack = type === SECRET && Object.keys(tags).length > 0 ? { [STACK_TAGS]: tags } : {};
  const properties = { ...Properties, ...ofNamed(Properties, all), ...ofStack };
  const replaces = ([name]: readonly [string, unknown]) => {
    const effect = effectOf(type, name.split('.')[0] ?? '');
    return effect === 'replaces' || effect === 'disputed';
  };
  const entries = Object.entries(properties);
  // The number of shards may change online; switching to or from shards replaces.
  const mode = 'NumNodeGroups' in Properties ? { NumNodeGroups: 'any' } : {};
  const replacing = { ...Object.fromEntries(entries.filter(replaces)), ...mode };
  if (!RECORDED_WHOLE.includes(type)) return { type, properties: replacing };
  const rest = Object.fromEntries(entries.filter((entry) => !replaces(entry)));
  const others = type === GROUP ? { ...rest, ...ofGroup(resource, all) } : rest;
  return { type, properties: replacing, inPlace: others };
}

/**
 * Replacing properties of the resources that a property references, as `Property.OfThatResource`:
 * replacing them changes their name or ARN, and so the property, though its text stays the same.
 */
function ofNamed(properties: Json, all: RawResources): Json {
  const found = Object.entries(properties).flatMap(([property, value]) => {
    const named = resourceNamedBy(value, all);
    const replacing = NAMED[named?.Type ?? '']?.replacing ?? [];
    const set = Object.entries(named?.Properties ?? {});
    return set
      .filter(([name]) => replacing.includes(name))
      .map(([name, each]) => [`${property}.${name}`, each] as const);
  });
  return Object.fromEntries(found);
}

function resourceNamedBy(value: unknown, all: RawResources): RawResource | undefined {
  if (!isObject(value)) return undefined;
  const { Ref, 'Fn::GetAtt': attribute } = value;
  const id = String(Ref ?? (Array.isArray(attribute) ? attribute[0] : attribute));
  return Object.hasOwn(all, id) ? all[id] : undefined;
}

/** Values outside of the cache's properties that change with it. */
function ofGroup({ Properties = {}, UpdatePolicy = {} }: RawResource, all: RawResources): Json {
  const parameters = resourceNamedBy(Properties.CacheParameterGroupName, all)?.Properties ?? {};
  const values = isObject(parameters.Properties) ? parameters.Properties : {};
  const blocked = blockedBy(String(values['rename-commands'] ?? '')) ?? [];
  const careful = Object.entries(values).filter(([name]) => {
    const row = PARAMETERS.get(name);
    return row?.fixed !== undefined || row?.needsReboot === true;
  });
  return {
    ...Object.fromEntries(careful.map(([name, value]) => [`${PARAMETER}${name}`, value])),
    [BLOCKED_COMMANDS]: Array.from(blocked).sort(),
    [ONLINE_RESHARDING]: UpdatePolicy.UseOnlineResharding === true,
  };
}
