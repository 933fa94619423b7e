/** The caches that templates make, as `list` prints them and `preflight` checks them. Pure. */

import {
  ofType,
  type Properties,
  referredBy,
  type StackTemplate,
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

function cacheOf(template: StackTemplate, groupId: string, group: Properties): CacheOfTemplate {
  const path = pathOf(template, groupId);
  const secretId = path && referredBy(publishedAt(template, `${path}/CredentialsSecretArn`));
  const schedule = ofType(template, SCHEDULE).find(
    ([, { SecretId }]) => secretId !== undefined && referredBy(SecretId) === secretId,
  );
  const rules = (schedule?.[1].RotationRules ?? {}) as Properties;
  const { ScheduleExpression: expression, AutomaticallyAfterDays: days } = rules;
  const written = expression ?? (days === undefined ? undefined : `rate(${shown(days)} days)`);
  return {
    name: path?.slice(1) ?? constructPath(template, groupId),
    stack: template.stack,
    engine: `${shown(group.Engine ?? 'redis')} ${shown(group.EngineVersion ?? '')}`.trim(),
    nodeType: shown(group.CacheNodeType),
    ...topologyOf(group),
    schedule: written === undefined ? undefined : shown(written),
    groupId,
    secretId,
  };
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

/** A value that only the deploy knows is told as such. */
function shown(value: unknown): string {
  return typeof value === 'object' ? '(by the deploy)' : String(value);
}
