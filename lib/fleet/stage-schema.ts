/**
 * The JSON Schema of a stage file, generated from the tables and limits of the construct's checks.
 * `npm run schema` writes it to `config/schema.json`, where editors find it.
 *
 * The `title` of a setting describes the allowed values; errors quote it.
 */

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ALARM_KINDS } from '../monitoring/alarms';
import { REASON_LENGTH_MAX } from '../monitoring/alarms-off';
import { ENDPOINT_CHOICES } from '../network/endpoint-choice';
import { CIDR_WORDS, ZONES } from '../network/new-vpc-settings';
import { DEFAULTS } from '../settings/defaults';
import { DURABILITY_MODES } from '../settings/elasticache/durability';
import { NODE_TYPE_PATTERN, NODE_TYPES } from '../settings/elasticache/node-types';
import { MAINTENANCE_WINDOW, SNAPSHOT_WINDOW } from '../settings/elasticache/windows';
import { Engine } from '../settings/engine';
import { PARAMETER_NAMES } from '../settings/parameters';
import { Purpose } from '../settings/purpose';
import {
  COUNT,
  LAG_SECONDS,
  PERCENT,
  PORT,
  QUIET_SECONDS,
  REPLICAS,
  ROTATION_DAYS,
  ROTATION_WINDOW_HOURS,
  SHARDS,
  SNAPSHOT_RETENTION_DAYS,
  SWAP_MIB,
} from '../validation/limits';
import { ACCESS } from './access-file';
import { ALARM_TOPIC } from './alarm-topic-file';
import { ROTATION_SCHEDULE } from './rotation-schedule-file';
import { choice, flag, integer, list, object, type Schema, text } from './schema-parts';

/** Resources that the caches of a stage may share; a cache may opt out. */
export const PARTS = ['network', 'encryptionKey', 'alarmTopic'] as const;
export type SharedPart = (typeof PARTS)[number];

/** What happens to the data of a deleted cache. */
export const REMOVALS = ['snapshot', 'destroy'] as const;
export type Removal = (typeof REMOVALS)[number];

/** A cache's name. `shared` is a stack's; `constructor` is no construct id (constructs 10.8). */
export const CACHE_NAME = '^(?!(shared|constructor)$)(?=.{1,20}$)[a-z](-?[a-z0-9])*$';

/**
 * Characters for all tagged services.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 * No empty value: `Tags.Value` of AWS::CloudWatch::Alarm and Dashboard has a minimum of 1 in the
 * CloudFormation registry (aws-cdk-lib 2.276, November 2026).
 * Nor "aws:" first in values: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
const TAG_TEXT = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';
const TAG_WORDS = 'letters, digits, spaces and _.:/=+-@, not "aws:…"';
const NOT_OF_AWS = '(?![aA][wW][sS]:)';

/** Per resource. AWS allows 50 tags, and CDK adds three to subnets. */
export const TAGS_MAX = 47;

const TAGS: Schema = {
  title: 'an object of tags: names of 1 to 128 characters that do not begin with "aws:"',
  type: 'object',
  propertyNames: {
    title: `a name of 1 to 128 ${TAG_WORDS}`,
    pattern: `^${NOT_OF_AWS}${TAG_TEXT}{1,128}$`,
  },
  additionalProperties: text(
    `a text of 1 to 256 ${TAG_WORDS}; AWS takes no empty value`,
    `^${NOT_OF_AWS}${TAG_TEXT}{1,256}$`,
  ),
};

const TOPOLOGY = object('an object with `replicas`, or with `shards` and `replicasPerShard`', {
  replicas: integer(REPLICAS, 'replicas', { default: DEFAULTS.replicas }),
  failover: flag(true),
  shards: integer(SHARDS, 'shards'),
  replicasPerShard: integer(REPLICAS, 'replicas', { default: DEFAULTS.replicas }),
});

const PARAMETER_VALUE: Schema = { title: 'a text, in quotes', type: 'string' };

const PARAMETERS: Schema = {
  title: 'an object of parameters of the engine, with values that are texts',
  type: 'object',
  // For completion of known names; each other name is one problem with a reason.
  properties: Object.fromEntries(PARAMETER_NAMES.map((name) => [name, PARAMETER_VALUE])),
  additionalProperties: PARAMETER_VALUE,
};

const RESTORE_FROM = object(
  'an object with either `snapshot` or `s3`',
  {
    snapshot: { title: 'the name of a snapshot', type: 'string' },
    s3: list('one ARN of an RDB file or more', {
      title: 'an ARN like "arn:aws:s3:::bucket/folder/dump.rdb"',
      type: 'string',
    }),
  },
  { minProperties: 1, maxProperties: 1 },
);

const REASON = text(
  `a reason of 1 to ${REASON_LENGTH_MAX} characters`,
  `^\\s*\\S[\\s\\S]{0,${REASON_LENGTH_MAX - 1}}$`,
);

const ALARMS_OFF: Schema = {
  title: 'an object of reasons by the kinds of alarms',
  type: 'object',
  // For completion of known names; each other name is one problem with the nearest name.
  properties: Object.fromEntries(
    Object.entries(ALARM_KINDS).map(([kind, { watches: watched }]) => [
      kind,
      { ...REASON, description: `Why the alarm on ${watched} is not needed.` },
    ]),
  ),
  additionalProperties: REASON,
};

const ALARMS = object('an object of thresholds', {
  memoryPercent: integer(PERCENT, 'percent'),
  enginePercent: integer(PERCENT, 'percent', { default: 90 }),
  connectionsPercent: integer(PERCENT, 'percent', { default: 80 }),
  evictions: integer(COUNT, 'keys'),
  replicationLagSeconds: integer(LAG_SECONDS, 'seconds', { default: 10 }),
  swapMiB: integer(SWAP_MIB, 'MiB', { default: 50 }),
  authenticationFailures: integer(COUNT, 'logins', { default: 3 }),
  off: ALARMS_OFF,
});

const ALLOW_REPLACEMENT = list(
  'a list of properties whose change may replace something, or of what may go: ids, stack names',
  { title: 'a text', type: 'string' },
);

const LOG_DAYS = Object.values(RetentionDays).filter((value) => typeof value === 'number');

const CACHE_SETTINGS: Schema = {
  purpose: choice(
    Purpose.ALL.map(({ id }) => id),
    { default: DEFAULTS.purpose.id },
  ),
  topology: TOPOLOGY,
  engine: choice(
    Engine.ALL.map(({ id }) => id),
    { default: DEFAULTS.engine.id },
  ),
  nodeType: text('a node type like "cache.r7g.large"', NODE_TYPE_PATTERN, {
    default: DEFAULTS.nodeType,
    examples: NODE_TYPES,
  }),
  port: integer(PORT, '', { default: DEFAULTS.port }),
  replicationGroupId: { title: 'a text of 1 to 40 characters', type: 'string' },
  parameters: PARAMETERS,
  durability: choice(DURABILITY_MODES),
  blockedCommands: list(
    'a list of commands like "FLUSHDB", with "preset" for FLUSHALL and SWAPDB',
    text('"preset" or the name of a command', '^(preset|[A-Za-z_]{1,20})$'),
  ),
  access: ACCESS,
  rotationDays: integer(ROTATION_DAYS, 'days', { default: DEFAULTS.rotationDays }),
  rotationSchedule: ROTATION_SCHEDULE,
  rotationWindowHours: integer(ROTATION_WINDOW_HOURS, 'hours', {
    default: DEFAULTS.rotationWindowHours,
  }),
  gracePeriodDays: integer({ min: 0, max: ROTATION_DAYS.max }, 'days', {
    default: DEFAULTS.gracePeriodDays,
  }),
  quietSeconds: integer(QUIET_SECONDS, 'seconds', { default: DEFAULTS.quietSeconds }),
  snapshotRetentionDays: integer(SNAPSHOT_RETENTION_DAYS, 'days'),
  snapshotWindow: text(SNAPSHOT_WINDOW.allowed, SNAPSHOT_WINDOW.pattern, {
    default: DEFAULTS.snapshotWindow,
  }),
  maintenanceWindow: text(MAINTENANCE_WINDOW.allowed, MAINTENANCE_WINDOW.pattern, {
    default: DEFAULTS.maintenanceWindow,
  }),
  restoreFrom: RESTORE_FROM,
  removal: choice(REMOVALS, { default: 'snapshot' }),
  logRetentionDays: {
    title: `one of ${LOG_DAYS.join(', ')} days`,
    enum: LOG_DAYS,
    default: DEFAULTS.logRetention,
  },
  clients: list(
    'a list of ids of security groups like "sg-0123456789abcdef0"',
    text('an id of a security group like "sg-0123456789abcdef0"', '^sg-[0-9a-f]{8,17}$'),
  ),
  alarms: ALARMS,
  dashboard: flag(DEFAULTS.dashboard),
  eventTopic: flag(false),
  own: list(
    'a list of what is not shared: "network", "encryptionKey", "alarmTopic"',
    choice(PARTS, { type: 'string' }),
  ),
  tags: TAGS,
  allowReplacement: ALLOW_REPLACEMENT,
  allowRotation: flag(false),
};

const given = (service: string, resource: string, example: string): Schema =>
  object('an object, empty for a new one, or with the `arn` of an existing one', {
    arn: text(
      `an ARN like "arn:aws:${service}:us-east-1:111122223333:${example}"`,
      `^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`,
    ),
  });

const KEY = given(
  'kms',
  'key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})',
  'key/1234abcd-12ab-34cd-56ef-1234567890ab',
);

const SUBNET_IDS = list(
  'a list of ids of subnets, one or more for each availability zone',
  text('an id of a subnet like "subnet-0123456789abcdef0"', '^subnet-[0-9a-f]{8,17}$'),
);

/** Including local zones and Wavelength zones: `us-east-1-bos-1a`. */
const ZONE_PATTERN = '^[a-z]{2,4}(-[a-z]+)+-[0-9]+([a-z]|(-[a-z0-9]+)+)$';

const NETWORK = object(
  'an object, for a new VPC empty or with `zones`, `cidr` and `flowLogs`, else with `vpcId`, ' +
    '`availabilityZones` and subnets',
  {
    vpcId: text('an id of a VPC like "vpc-0123456789abcdef0"', '^vpc-[0-9a-f]{8,17}$'),
    availabilityZones: list(
      'a list of availability zones',
      text('an availability zone like "us-east-1a"', ZONE_PATTERN),
    ),
    zones: integer(ZONES, 'zones', { default: DEFAULTS.zones }),
    // Without a pattern: the reader suggests the intended block.
    cidr: { title: CIDR_WORDS, type: 'string', default: DEFAULTS.cidr },
    flowLogs: flag(DEFAULTS.flowLogs),
    isolatedSubnetIds: SUBNET_IDS,
    privateSubnetIds: SUBNET_IDS,
    endpoints: choice(ENDPOINT_CHOICES),
    secretsManagerEndpoint: choice(ENDPOINT_CHOICES),
    elastiCacheEndpoint: choice(ENDPOINT_CHOICES),
    sharedVpc: flag(false),
    endpointSecurityGroupId: text(
      'an id of a security group like "sg-0123456789abcdef0"',
      '^sg-[0-9a-f]{8,17}$',
    ),
  },
  {
    dependencies: {
      vpcId: ['availabilityZones'],
      availabilityZones: ['vpcId'],
      isolatedSubnetIds: ['vpcId'],
      privateSubnetIds: ['vpcId'],
      sharedVpc: ['vpcId'],
      endpointSecurityGroupId: ['vpcId'],
    },
  },
);

/** Accepts unknown regions: the reader suggests the intended region. */
const REGION_PATTERN = '^[a-z]{2,4}(-[a-z]+)+-[0-9]+$';

/** The schema. Deterministic. */
export function stageSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...object(
      'an object with the caches of one stage',
      {
        $schema: { title: 'the path of this schema', type: 'string' },
        caches: {
          title: 'an object with one cache or more, each by its name',
          type: 'object',
          minProperties: 1,
          propertyNames: {
            title:
              'a name of 1 to 20 lower-case letters, digits and single hyphens, a letter first ' +
              'and no hyphen last, not "shared" or "constructor"',
            pattern: CACHE_NAME,
          },
          additionalProperties: object('an object with the settings of a cache', CACHE_SETTINGS),
        },
        defaults: object('an object with settings for every cache', CACHE_SETTINGS),
        shared: object('an object with what the caches share', {
          network: NETWORK,
          encryptionKey: KEY,
          alarmTopic: ALARM_TOPIC,
        }),
        tags: TAGS,
        account: text('an account of 12 digits in quotes, like "111122223333"', '^[0-9]{12}$'),
        region: text('a region like "eu-central-1"', REGION_PATTERN),
        terminationProtection: flag(false),
        allowReplacement: ALLOW_REPLACEMENT,
      },
      { required: ['caches'] },
    ),
  };
}
