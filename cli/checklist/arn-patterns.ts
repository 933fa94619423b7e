/**
 * Whether a value of `Resource` in a policy covers one resource of a template. Pure.
 *
 * A part that is known only at deploy is kept as a gap, so that the answer can be "cannot tell".
 */

import type { StackTemplate, TemplateProperties } from '../template/stack-template';
import { type Resolved, resourceOf } from '../template/values';

export type Coverage = 'yes' | 'no' | 'cannot tell';

/** Anything: known only at deploy. */
const GAP = '\uE000';
/** Another resource of the templates. */
const OTHER = '\uE001';
/** The part of the target's own ARN that AWS generates. */
const OWN = '\uE002';
const PARTITION = '\uE003';
const REGION = '\uE004';
const ACCOUNT = '\uE005';

const DEPTH_MAX = 20;
/** A `Ref` of these is the ARN of the secret that they name. */
const OF_SECRET = [
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::ResourcePolicy',
];
/** Their attributes can be anything, such as the ARN of a secret. */
const OPEN_TYPES = /^(Custom::|AWS::CloudFormation::|AWS::SSM::Parameter$)/;

export interface Target {
  readonly place: Resolved;
  readonly arn: string;
  /** What `Ref` of the resource is. */
  readonly ref: string;
}

/** The ARN of a secret, a key, a replication group or a user, as far as its template says it. */
export function targetAt(place: Resolved): Target {
  const { template, id } = place;
  const { Type, Properties = {} } = template.resources[id] ?? {};
  const arn = (service: string, rest: string) =>
    `arn:${PARTITION}:${service}:${pseudo('AWS::Region', template)}:` +
    `${pseudo('AWS::AccountId', template)}:${rest}`;
  const named = (name: unknown, generated: string) =>
    name === undefined ? generated : typeof name === 'string' ? name : OWN;
  switch (Type) {
    case 'AWS::KMS::Key':
      return { place, ref: OWN, arn: arn('kms', `key/${OWN}`) };
    case 'AWS::ElastiCache::ReplicationGroup': {
      const ref = named(Properties.ReplicationGroupId, OWN);
      return { place, ref, arn: arn('elasticache', `replicationgroup:${ref}`) };
    }
    case 'AWS::ElastiCache::User': {
      const ref = named(Properties.UserId, OWN);
      return { place, ref, arn: arn('elasticache', `user:${ref}`) };
    }
    default: {
      const name = named(Properties.Name, `${id}-${OWN}`);
      const own = arn('secretsmanager', `secret:${name}-${OWN}`);
      return { place, ref: own, arn: own };
    }
  }
}

/** Whether one value of `Resource`, a text or an intrinsic function, covers the target. */
export function covers(
  value: unknown,
  target: Target,
  template: StackTemplate,
  all: readonly StackTemplate[],
): Coverage {
  const pattern = rendered(value, { target, template, all }, 0).replace(
    /^arn:aws[a-z-]*:/,
    `arn:${PARTITION}:`,
  );
  if (pattern.startsWith(OTHER)) return 'no';
  if (!pattern.includes(GAP) && areMeeting(pattern, target.arn)) return 'yes';
  return areMeeting(widened(pattern), widened(target.arn)) ? 'cannot tell' : 'no';
}

/** One part of an ARN: any text without a colon. */
const PART = '\uE006';

const widened = (text: string) =>
  text.replaceAll(/[\uE000\uE001]/g, '*').replaceAll(/[\uE002-\uE005]/g, PART);

interface Scope {
  readonly target: Target;
  readonly template: StackTemplate;
  readonly all: readonly StackTemplate[];
}

function rendered(value: unknown, scope: Scope, depth: number): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return GAP;
  const [[name, given] = ['', undefined]] = Object.entries(value);
  const text = (each: unknown) => rendered(each, scope, depth + 1);
  if (name === 'Fn::Join') {
    const [separator, parts] = (Array.isArray(given) ? given : []) as unknown[];
    return Array.isArray(parts) ? parts.map(text).join(String(separator)) : GAP;
  }
  if (name === 'Fn::Sub') return substituted(given, text);
  if (name === 'Ref' && String(given).startsWith('AWS::')) {
    return pseudo(String(given), scope.template);
  }
  const found = resourceOf(value, scope.template, scope.all);
  return found === undefined ? GAP : ofResource(found, name, given, scope, depth);
}

function ofResource(
  found: Resolved,
  name: string,
  given: unknown,
  scope: Scope,
  depth: number,
): string {
  const { target, all } = scope;
  const { Type = '', Properties = {} } = found.template.resources[found.id] ?? {};
  const attribute = Array.isArray(given) ? given.slice(1).join('.') : String(given).split('.')[1];
  const isRef = name === 'Ref';
  if (found.id === target.place.id && found.template === target.place.template) {
    // An export can be the id or the ARN: both are of this resource.
    if (name !== 'Ref' && name !== 'Fn::GetAtt') return target.arn;
    return isRef || /^(KeyId|UserId)$/.test(attribute ?? '') ? target.ref : target.arn;
  }
  if (isRef && OF_SECRET.includes(Type)) {
    return rendered(Properties.SecretId, { target, all, template: found.template }, depth + 1);
  }
  if (OPEN_TYPES.test(Type)) return GAP;
  return isRef || name !== 'Fn::GetAtt' || /Arn$/.test(attribute ?? '') ? OTHER : GAP;
}

function substituted(given: unknown, text: (value: unknown) => string): string {
  const [pattern, map = {}] = (Array.isArray(given) ? given : [given]) as [unknown, object?];
  if (typeof pattern !== 'string') return GAP;
  return pattern.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (name in map) return text((map as TemplateProperties)[name]);
    return text(name.includes('.') ? { 'Fn::GetAtt': name.split('.') } : { Ref: name });
  });
}

function pseudo(name: string, { environment = '' }: StackTemplate): string {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
  if (name === 'AWS::Partition') return PARTITION;
  if (name === 'AWS::Region') return /^[a-z]+-.*\d$/.test(region) ? region : REGION;
  if (name === 'AWS::AccountId') return /^\d{12}$/.test(account) ? account : ACCOUNT;
  return GAP;
}

/** Whether some text matches both patterns, of `*`, `?` and parts of ARNs. */
export function areMeeting(one: string, other: string): boolean {
  // One row of the table of all pairs of endings, from the last characters to the first.
  let below: readonly boolean[] = [];
  for (let i = one.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = other.length; j >= 0; j--) {
      const [a, b] = [one[i], other[j]];
      const ends = { both: below[j + 1] === true, a: below[j] === true, b: row[j + 1] === true };
      row[j] =
        (a === undefined && b === undefined) ||
        (isMany(a) && (ends.a || (isIn(b, a) && ends.b))) ||
        (isMany(b) && (ends.b || (isIn(a, b) && ends.a))) ||
        (!isMany(a) && !isMany(b) && isSame(a, b) && ends.both);
    }
    below = row;
  }
  return below[0] === true;
}

const isMany = (each: string | undefined) => each === '*' || each === PART;

const isIn = (each: string | undefined, many: string | undefined) =>
  each !== undefined && (many === '*' || each !== ':');

function isSame(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === b || a === '?' || b === '?';
}
