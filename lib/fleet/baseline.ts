/**
 * What must not change by accident: logical ids of everything that holds something, and every
 * property whose change would make CloudFormation replace it. Read from the templates alone.
 *
 * A baseline is recorded after a deploy and compared with at each synth.
 * Which ones: "Update requires: Replacement" in CloudFormation's reference of each type.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { SettingError } from '../settings/setting-error';

type Json = Readonly<Record<string, unknown>>;

/** A resource that holds something. */
interface Holder {
  readonly type: string;
  /** The properties whose change would replace it, as the template has them. */
  readonly properties: Json;
}

type Holders = Readonly<Record<string, Holder>>;

/** Something that a deploy would replace, or lose. */
export interface Replacement {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** `undefined`: the resource itself would go. */
  readonly property: string | undefined;
  readonly was: unknown;
  readonly now: unknown;
}

const SECRET = 'AWS::SecretsManager::Secret';
/** Stands for all that a stack held, which is told in one line. */
const STACK = 'AWS::CloudFormation::Stack';

/** The replacing properties by type. `*` is every one: any update may send the secret again. */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'AWS::ElastiCache::ReplicationGroup': [
    'AtRestEncryptionEnabled',
    'AuthToken',
    'CacheSubnetGroupName',
    'DataTieringEnabled',
    'Engine',
    'GlobalReplicationGroupId',
    'KmsKeyId',
    'NetworkType',
    'Port',
    'PreferredCacheClusterAZs',
    'ReplicasPerNodeGroup',
    'ReplicationGroupId',
    'SnapshotArns',
    'SnapshotName',
    'UserGroupIds',
  ],
  [SECRET]: ['*'],
  'AWS::SecretsManager::RotationSchedule': ['SecretId'],
  'AWS::KMS::Key': [],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::SNS::Topic': ['FifoTopic', 'TopicName'],
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::EC2::Subnet': ['AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'VpcId'],
  'AWS::EC2::SecurityGroup': ['GroupDescription', 'GroupName', 'VpcId'],
};

export class Baseline {
  /** What the templates of an assembly hold. */
  static of(assembly: CloudAssembly): Baseline {
    return new Baseline(
      Object.fromEntries(
        assembly.stacksRecursively.map(({ stackName, template }) => [
          stackName,
          holdersOf(template),
        ]),
      ),
    );
  }

  /** A baseline that was recorded. @throws SettingError if the file is not one. */
  static read(file: string): Baseline {
    try {
      const stacks = JSON.parse(readFileSync(file, 'utf8'));
      if (isBaseline(stacks)) return new Baseline(stacks);
    } catch {
      // Told below, in our words.
    }
    throw new SettingError(
      `${relative('', file)} is not a baseline; allowed is what \`-c baseline=record\` wrote; ` +
        'take it from version control, or record it again',
    );
  }

  readonly #stacks: Readonly<Record<string, Holders>>;

  private constructor(stacks: Readonly<Record<string, Holders>>) {
    this.#stacks = stacks;
  }

  /** Everything that a deploy of this would replace or lose of what was there before. */
  replacementsSince(before: Baseline): readonly Replacement[] {
    return Object.entries(before.#stacks).flatMap(([stackName, holders]) => {
      if (this.#stacks[stackName] === undefined) return [wholeStack(stackName, holders)];
      return Object.entries(holders).flatMap(([logicalId, was]): Replacement[] => {
        const now = this.#stacks[stackName]?.[logicalId];
        const told = { stackName, logicalId, type: was.type };
        if (now === undefined || now.type !== was.type) {
          return [{ ...told, property: undefined, was: was.type, now: now?.type }];
        }
        return changed(was.properties, now.properties).map((property) => ({
          ...told,
          property,
          was: was.properties[property],
          now: now.properties[property],
        }));
      });
    });
  }

  /** Records it. */
  write(file: string): void {
    writeFileSync(file, `${JSON.stringify(this.#stacks, null, 2)}\n`);
  }
}

/** A file of another form would compare with nothing, and so refuse nothing. */
function isBaseline(file: unknown): file is Readonly<Record<string, Holders>> {
  const isHolder = (each: unknown) =>
    isObject(each) && typeof each.type === 'string' && isObject(each.properties);
  const isStack = (each: unknown) => isObject(each) && Object.values(each).every(isHolder);
  return isObject(file) && Object.values(file).every(isStack);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where the baseline of a stage is kept. */
export function baselineFile(folder: string, stage: string): string {
  return join(folder, `${stage}.baseline.json`);
}

/** What a stage file says about a stack: which replacements are meant, and where it says so. */
export interface Permission {
  /** `undefined`: every stack that no other permission names. */
  readonly stackName: string | undefined;
  /** Where the file has it. */
  readonly path: string;
  /** Properties (of a secret, `LogicalId.Property`), and what may go: logical ids, stack names. */
  readonly allowed: readonly string[];
}

/**
 * Does what `-c baseline=…` asks: records, or compares if it is left out.
 *
 * @returns what to print.
 * @throws SettingError for anything else, which somebody meant as one of the two.
 */
export function applyBaseline(
  asked: unknown,
  file: string,
  now: Baseline,
  permissions: readonly Permission[],
): readonly string[] {
  if (asked === undefined) return checkBaseline(file, now, permissions);
  if (asked !== 'record') {
    throw new SettingError(
      `the context \`baseline\` is ${JSON.stringify(asked)}; allowed is "record"; write ` +
        '`-c baseline=record` to record, or leave it out to compare',
    );
  }
  now.write(file);
  return [`recorded in ${relative('', file)}: commit it, and each synth compares with it`];
}

/**
 * Compares a stage with its baseline, if it has one.
 *
 * @returns a line for each replacement that the stage allows.
 * @throws SettingError with a line for each that it does not, and for each permission that allows
 * nothing now and would let something pass later.
 */
export function checkBaseline(
  file: string,
  now: Baseline,
  permissions: readonly Permission[],
): readonly string[] {
  if (!existsSync(file)) return [];
  const found = now.replacementsSince(Baseline.read(file)).map((replacement) => ({
    replacement,
    name: nameOf(replacement),
    permission: permissionFor(permissions, replacement.stackName),
  }));
  const refused = found.filter(({ name, permission }) => !permission?.allowed.includes(name));
  const unused = permissions.flatMap((permission) =>
    permission.allowed
      .filter((name) => !found.some((each) => each.permission === permission && each.name === name))
      .map((name) => unusedPermission(permission, name)),
  );
  const wrong = [
    ...refused.map(({ replacement, permission }) =>
      refusal(relative('', file), replacement, permission?.path ?? 'allowReplacement'),
    ),
    ...unused,
  ];
  if (wrong.length > 0) throw new SettingError(wrong.join('\n'));
  return found.map(({ replacement }) => `allowed: ${sentence(replacement)}`);
}

/**
 * What a permission names. Of a secret the logical id too: to allow another key for the cache must
 * not let anything overwrite the live password.
 */
function nameOf({ type, logicalId, property }: Replacement): string {
  if (property === undefined) return logicalId;
  return type === SECRET ? `${logicalId}.${property}` : property;
}

function permissionFor(permissions: readonly Permission[], stackName: string) {
  return (
    permissions.find((permission) => permission.stackName === stackName) ??
    permissions.find((permission) => permission.stackName === undefined)
  );
}

function unusedPermission({ path }: Permission, name: string): string {
  return (
    `${path}: ${JSON.stringify(name)} allows a replacement that does not happen; allowed are ` +
    'those that do; remove it, since it would let a later change pass unseen'
  );
}

function wholeStack(stackName: string, holders: Holders): Replacement {
  const was = Object.keys(holders).length;
  return { stackName, logicalId: stackName, type: STACK, property: undefined, was, now: 0 };
}

function holdersOf({ Resources = {} }: { Resources?: Record<string, RawResource> }): Holders {
  const held = Object.entries(Resources).filter(([, { Type }]) => Type in REPLACING);
  return Object.fromEntries(
    held.map(([logicalId, { Type, Properties = {} }]) => [
      logicalId,
      { type: Type, properties: replacing(Type, Properties) },
    ]),
  );
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Json;
}

function replacing(type: string, properties: Json): Json {
  const names = REPLACING[type] ?? [];
  const kept = Object.entries(properties).filter(
    ([name]) => names.includes(name) || names.includes('*'),
  );
  // The number of shards may change online; that there are any may not.
  const mode = 'NumNodeGroups' in properties ? { NumNodeGroups: 'any' } : {};
  return { ...Object.fromEntries(kept), ...mode };
}

function changed(was: Json, now: Json): readonly string[] {
  const names = new Set([...Object.keys(was), ...Object.keys(now)]);
  return Array.from(names).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(now[name]),
  );
}

function sentence({ stackName, logicalId, type, property, was, now }: Replacement): string {
  if (type === STACK) {
    const what = `${stackName}: the whole stack would go`;
    return `${what}, and all that it holds with it (resources: ${was})`;
  }
  const what = `${stackName}: ${type} ${logicalId}`;
  if (property === undefined) return `${what} would go, and what it holds with it`;
  const change = `${property} was ${shown(was)} and is ${shown(now)}`;
  return type === SECRET
    ? `${what}: ${change}: an update could overwrite the live password`
    : `${what}: ${change}: a new one would be made in its place`;
}

function refusal(file: string, replacement: Replacement, path: string): string {
  return (
    `${sentence(replacement)}; allowed is what ${file} says; change it back, or add ` +
    `"${nameOf(replacement)}" to \`${path}\` if it is meant; a new cache starts with the ` +
    'bootstrap password (docs/operate.md, Replacing a cache)'
  );
}

/** A template holds no secret, only references to them. */
function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
