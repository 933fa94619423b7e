/** The caches that templates make, as `list` prints them and `preflight` checks them. Pure. */

import {
  ofType,
  referredBy,
  type StackTemplate,
  type TemplateProperties,
  topologyOf,
} from './stack-template';

export interface CacheOfTemplate {
  /** As `--cache` takes it: `secure-redis-prod-jobs/Cache`. */
  readonly name: string;
  readonly stack: string;
  /** `valkey 8.0`. */
  readonly engine: string;
  readonly nodeType: string;
  /** NaN if only the deploy knows. */
  readonly nodes: number;
  readonly shards: number;
  readonly isSharded: boolean;
  /** `rate(90 days)`; absent of a cache that does not rotate. */
  readonly schedule?: string;
  /** Logical ids of the group, and of the credentials secret if the stack publishes it. */
  readonly groupId: string;
  readonly secretId?: string;
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
  return {
    name: path?.slice(1) ?? constructPath(template, groupId),
    stack: template.stack,
    engine: `${shown(group.Engine ?? 'redis')} ${shown(group.EngineVersion ?? '')}`.trim(),
    nodeType: shown(group.CacheNodeType),
    ...topologyOf(group),
    schedule: scheduleIn(rotationRulesOf(template, secretId) ?? {}),
    groupId,
    secretId,
  };
}

/** The rules by which a template rotates a secret; `undefined` if it has no schedule for it. */
export function rotationRulesOf(
  template: StackTemplate,
  secretId: string | undefined,
): TemplateProperties | undefined {
  const schedule = ofType(template, SCHEDULE).find(
    ([, { SecretId }]) => secretId !== undefined && referredBy(SecretId) === secretId,
  );
  return schedule && ((schedule[1].RotationRules ?? {}) as TemplateProperties);
}

/** How often rules rotate, of a template or as Secrets Manager has them: `rate(90 days)`. */
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

function publishedAt(template: StackTemplate, name: string): unknown {
  return ofType(template, PARAMETER).find(([, { Name }]) => Name === name)?.[1].Value;
}

/** Of a cache that is not published: the path in the app, or the logical id. */
function constructPath({ resources }: StackTemplate, id: string): string {
  const path = resources[id]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path : id;
}

/** A value as it is printed, whether it is known before the deploy or not. */
function shown(value: unknown): string {
  return typeof value === 'object' ? '(by the deploy)' : String(value);
}
