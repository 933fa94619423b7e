/** Kinds of single values: texts, numbers, durations, choices and constructs. */

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { nearest } from '../../contract/nearest';
import { isLate, isPlain, type Kind } from '../validation/kinds';
import { Engine } from './engine';
import { Purpose } from './purpose';

const isText = (value: unknown): value is string => typeof value === 'string';

/** Whether a value has a method, independent of its class. */
const can = (value: unknown, method: string): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function';

/** Whether a construct has a text property. */
const isConstructWith = (value: unknown, name: string): boolean =>
  Construct.isConstruct(value) && isText(Reflect.get(value, name));

/** The given value as text, for advice; empty for objects. */
const written = (value: unknown): string =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : '';

/** Adds the names of a prop in other AWS constructs. */
export const also = (kind: Kind, ...otherNames: readonly string[]): Kind => ({
  ...kind,
  otherNames,
});

export const required = (kind: Kind): Kind => ({ ...kind, isRequired: true });

export const SERVICES: Kind = {
  words: 'a list of 1 to 5 services',
  accepts: (value) => Array.isArray(value),
  advice: (value) => (value === undefined ? 'Pass the services.' : 'Pass a list: [service].'),
};

/** A prop that is validated later, with a more specific message. */
export const checkedLater = (words: string): Kind => ({
  words,
  accepts: (value) => value !== null,
});

export const TEXT: Kind = {
  words: 'a text',
  accepts: isText,
  advice: (value) =>
    typeof value === 'boolean' || Number.isFinite(value) ? `Use "${String(value)}".` : '',
};

export const TEXTS: Kind = {
  words: 'a list of texts',
  accepts: (value) => Array.isArray(value),
  each: TEXT,
  advice: (value) => (isText(value) ? `Use [${JSON.stringify(value)}].` : ''),
};

export const NUMBER: Kind = {
  words: 'a number',
  // A number known only at deploy cannot be checked against bounds.
  accepts: (value) => typeof value === 'number' && !Token.isUnresolved(value),
  advice: (value) =>
    isText(value) && /^\d+(\.\d+)?$/.test(value.trim()) ? `Use ${Number(value)}.` : '',
};

export const FLAG: Kind = {
  words: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  advice: (value) =>
    isText(value) && /^(true|false)$/i.test(value) ? `Use ${value.toLowerCase()}.` : '',
};

const UNITS: Readonly<Record<string, string>> = {
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
};

/** `unit` is the probable unit of a plain number. */
export const duration = (unit: 'seconds' | 'minutes' | 'hours' | 'days'): Kind => ({
  words: 'a Duration',
  accepts: (value) =>
    ['toDays', 'toMilliseconds'].every((name) => can(value, name)) && !isLate(value),
  advice: (value) => {
    const [, amount, letter = ''] = /^\s*(\d+)\s*([smhd]?)/i.exec(written(value)) ?? [];
    const named = UNITS[letter.toLowerCase()] ?? unit;
    return amount === undefined
      ? `Use for example Duration.${unit}(1).`
      : `Use Duration.${named}(${amount}).`;
  },
});

export const SIZE: Kind = {
  words: 'a Size',
  accepts: (value) => can(value, 'toMebibytes') && !isLate(value),
  advice: (value) => `Use Size.mebibytes(${Number.parseInt(written(value), 10) || 50}).`,
};

/** Static values of a class, by name. */
interface Choice {
  readonly words: string;
  readonly className: string;
  readonly accepts: (value: unknown) => boolean;
  readonly names: readonly string[];
}

/** A static value of a class; the advice names the probable intention. */
export function choiceKind({ words, className, accepts, names }: Choice): Kind {
  return {
    words,
    accepts,
    advice: (value) => {
      const near = nearest(textOf(value), names);
      return near === undefined
        ? `Use one of ${names.map((name) => `${className}.${name}`).join(', ')}.`
        : `Use ${className}.${near}.`;
    },
  };
}

/** Text of an object for finding the nearest name, such as `{ name: 'valkey', version: '8.0' }`. */
function textOf(value: unknown): string {
  return isPlain(value) ? Object.values(value).filter(isText).join('_') : written(value);
}

const staticsOf = (from: object) =>
  Object.entries(from)
    .filter(([name, value]) => name !== 'ALL' && name === name.toUpperCase() && value !== null)
    .map(([name]) => name);

export const ENGINE = choiceKind({
  words: 'an Engine',
  className: 'Engine',
  accepts: (value) =>
    isPlain(value) &&
    Engine.ALL.some(({ name, version }) => name === value.name && version === value.version) &&
    isText(value.parameterFamily) &&
    typeof value.takesTransitEncryptionMode === 'boolean',
  names: staticsOf(Engine),
});

export const PURPOSE = choiceKind({
  words: 'a Purpose',
  className: 'Purpose',
  accepts: (value) =>
    isPlain(value) &&
    Purpose.ALL.some(({ id }) => id === value.id) &&
    isPlain(value.parameters) &&
    can(value.evictions, 'accepts'),
  names: staticsOf(Purpose),
});

export const REMOVAL = choiceKind({
  words: 'a RemovalPolicy',
  className: 'RemovalPolicy',
  accepts: (value) => (Object.values(RemovalPolicy) as unknown[]).includes(value),
  names: ['SNAPSHOT', 'DESTROY'],
});

const RETENTIONS = Object.entries(RetentionDays).filter(([, value]) => typeof value === 'number');

export const RETENTION: Kind = {
  words: 'one of RetentionDays',
  accepts: (value) => RETENTIONS.some(([, days]) => days === value),
  advice: (value) => {
    const days = can(value, 'toDays') ? (value as Duration).toDays({ integral: false }) : value;
    // The next longer retention, so that no log is deleted earlier than intended.
    const next = RETENTIONS.find(([, known]) => Number(known) >= Number.parseFloat(written(days)));
    return `Use RetentionDays.${next?.[0] ?? 'ONE_YEAR'}.`;
  },
};

export const TOPOLOGY: Kind = {
  words: 'a Topology',
  accepts: (value) => can(value, 'nodeIds'),
  advice: (value) =>
    isPlain(value) && 'shards' in value
      ? 'Use Topology.sharded({ … }).'
      : 'Use Topology.replicated({ … }) or Topology.sharded({ … }).',
};

export const RESTORE: Kind = {
  words: 'a RestoreSource',
  accepts: (value) =>
    isPlain(value) && (isText(value.snapshotName) || Array.isArray(value.objectArns)),
  advice: (value) => {
    if (!isText(value)) return 'Use RestoreSource.snapshot(name) or RestoreSource.s3(arn).';
    const make = value.startsWith('arn:') ? 's3' : 'snapshot';
    return `Use RestoreSource.${make}(${JSON.stringify(value)}).`;
  },
};

/** A construct with a text property; `byText` renders the import for a given text. */
const construct = (
  words: string,
  name: string,
  byText: (text: string) => string,
  advice: string,
): Kind => ({
  words,
  accepts: (value) => isConstructWith(value, name),
  advice: (value) => `Use ${isText(value) ? byText(JSON.stringify(value)) : advice}.`,
});

export const TOPIC = construct(
  'a topic of SNS',
  'topicArn',
  (arn) => `Topic.fromTopicArn(this, 'Topic', ${arn})`,
  "new Topic(this, 'Topic') or Topic.fromTopicArn",
);

export const KEY = construct(
  'a key of KMS',
  'keyArn',
  (arn) => `Key.fromKeyArn(this, 'Key', ${arn})`,
  "new EncryptionKey(this, 'Key') or Key.fromKeyArn",
);

export const SECURITY_GROUP = construct(
  'a security group',
  'securityGroupId',
  (id) => `SecurityGroup.fromSecurityGroupId(this, 'Endpoints', ${id})`,
  'SecurityGroup.fromSecurityGroupId',
);

export const VPC = construct(
  'a VPC',
  'vpcId',
  (id) => `Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: ${id}, … })`,
  'Vpc.fromVpcAttributes or new Vpc',
);

export const NETWORK: Kind = {
  words: 'a RedisNetwork',
  accepts: (value) => Construct.isConstruct(value) && can(value, 'admitToEndpoints'),
  advice: (value) =>
    isConstructWith(value, 'vpcId')
      ? "Use new RedisNetwork(this, 'Network', { vpc })."
      : "Use new RedisNetwork(this, 'Network', { … }).",
};

export const CACHE: Kind = {
  words: 'a SecureRedis',
  accepts: (value) =>
    Construct.isConstruct(value) && can(value, 'grantRead') && 'gracePeriod' in value,
  advice: () => 'Pass the cache itself.',
};

export const FUNCTION: Kind = {
  words: 'a function of Lambda',
  accepts: (value) => Construct.isConstruct(value) && can(value, 'addEnvironment'),
  advice: () => 'Pass the function that this app makes; an imported one cannot be changed.',
};

/** A principal: a role, or a construct with a role. */
export const GRANTEE: Kind = {
  words: 'a role, or a construct that has one',
  accepts: (value) => typeof value === 'object' && value !== null && 'grantPrincipal' in value,
  advice: (value) =>
    isText(value)
      ? `Use Role.fromRoleArn(this, 'Reader', ${JSON.stringify(value)}).`
      : 'Pass the role of the application.',
};

export const objectOf = (words: string, rest: Omit<Kind, 'words' | 'accepts'> = {}): Kind => ({
  words,
  accepts: isPlain,
  ...rest,
});

export const SUBNET_LIST: Kind = {
  words: 'a list of subnets',
  accepts: (value) =>
    Array.isArray(value) && value.every((each) => isConstructWith(each, 'subnetId')),
  advice: () => "Use [Subnet.fromSubnetId(this, 'Data1', id), …].",
};
