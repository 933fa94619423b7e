/** The caches of templates, for `list` and `preflight`. Pure. */

import {
  ofType,
  referredBy,
  type StackTemplate,
  type TemplateProperties,
  topologyOf,
} from './stack-template';

export interface PublishedUser {
  readonly name: string;
  readonly secretId?: string;
}

export interface CacheOfTemplate {
  /** The value of `--cache`: `secure-redis-prod-jobs/Cache`. */
  readonly name: string;
  readonly stack: string;
  /** `valkey 8.0`. */
  readonly engine: string;
  readonly nodeType: string;
  /** NaN if it is known only at deploy. */
  readonly nodes: number;
  readonly shards: number;
  readonly isSharded: boolean;
  /** `rate(90 days)`; absent for a cache that does not rotate. */
  readonly schedule?: string;
  /** Logical ids of the group, and of the credentials secret if the stack publishes its ARN. */
  readonly groupId: string;
  readonly secretId?: string;
  /** The users that rotate, with the logical ids of their secrets. Empty with one password. */
  readonly users: readonly PublishedUser[];
  /** Whether clients log in as users, not with one password. */
  readonly hasUsers: boolean;
}

const PARAMETER = 'AWS::SSM::Parameter';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const GROUP = 'AWS::ElastiCache::ReplicationGroup';

export function cachesOf(templates: readonly StackTemplate[]): readonly CacheOfTemplate[] {
  return templates.flatMap((template) =>
    ofType(template, GROUP).map(([id, group]) => cacheOf(template, id, group)),
  );
}

function cacheOf(
  template: StackTemplate,
  groupId: string,
  group: TemplateProperties,
): CacheOfTemplate {
  const path = pathOf(template, groupId);
  const secretId = path && referredBy(publishedAt(template, `${path}/CredentialsSecretArn`));
  const users = path === undefined ? [] : usersAt(template, path);
  return {
    name: path?.slice(1) ?? constructPath(template, groupId),
    stack: template.stack,
    engine: `${shown(group.Engine ?? 'redis')} ${shown(group.EngineVersion ?? '')}`.trim(),
    nodeType: shown(group.CacheNodeType),
    ...topologyOf(group),
    schedule: scheduleIn(rotationRulesOf(template, secretId ?? users[0]?.secretId) ?? {}),
    groupId,
    secretId,
    users,
    hasUsers: hasUserGroup(group),
  };
}

/** Whether a replication group has a user group, in place of one password. */
export function hasUserGroup({ UserGroupIds: groups }: TemplateProperties): boolean {
  return groups !== undefined && !(Array.isArray(groups) && groups.length === 0);
}

/** The rotation rules of a secret; `undefined` without a schedule in the template. */
export function rotationRulesOf(
  template: StackTemplate,
  secretId: string | undefined,
): TemplateProperties | undefined {
  const schedule = ofType(template, SCHEDULE).find(
    ([, { SecretId }]) => secretId !== undefined && referredBy(SecretId) === secretId,
  );
  return schedule && ((schedule[1].RotationRules ?? {}) as TemplateProperties);
}

/** The schedule of rotation rules, from a template or Secrets Manager: `rate(90 days)`. */
export function scheduleIn(rules: TemplateProperties): string | undefined {
  const { ScheduleExpression: expression, AutomaticallyAfterDays: days } = rules;
  if (expression !== undefined) return shown(expression);
  return days === undefined ? undefined : `rate(${shown(days)} days)`;
}

/** The path under which the stack publishes a cache: `/secure-redis-prod-jobs/Cache`. */
function pathOf(template: StackTemplate, groupId: string): string | undefined {
  for (const [, { Name, Value }] of ofType(template, PARAMETER)) {
    const [, path] = /^(\/.+)\/ReplicationGroupId$/.exec(String(Name)) ?? [];
    if (path !== undefined && referredBy(Value) === groupId) return path;
  }
  return undefined;
}

/** The users that the stack publishes below the path of a cache, with their secrets. */
function usersAt(template: StackTemplate, path: string): readonly PublishedUser[] {
  return ofType(template, PARAMETER).flatMap(([, { Name, Value }]) => {
    const [, within, name] = /^(.+)\/Users\/([^/]+)\/SecretArn$/.exec(String(Name)) ?? [];
    return within === path && name !== undefined ? [{ name, secretId: referredBy(Value) }] : [];
  });
}

function publishedAt(template: StackTemplate, name: string): unknown {
  return ofType(template, PARAMETER).find(([, { Name }]) => Name === name)?.[1].Value;
}

/** The name of an unpublished cache: its path in the app, or its logical id. */
function constructPath({ resources }: StackTemplate, id: string): string {
  const path = resources[id]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path : id;
}

/** Prints a value, known or unknown before the deploy. */
function shown(value: unknown): string {
  return typeof value === 'object' ? '(known at deploy)' : String(value);
}
