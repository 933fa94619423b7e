/**
 * `--like <stage>/<cache>`: what a development server takes from a synthesized stage: engine,
 * parameters with those of the purpose, blocked commands, users with their access strings.
 */

import { CliError } from '../aws/cloud';
import { cachesOf } from '../template/caches-of';
import { synthesizedTemplates } from '../template/read-templates';
import {
  ofType,
  referredBy,
  type StackTemplate,
  type TemplateProperties,
} from '../template/stack-template';

/** Kept in the settings of the development server: text and numbers only. */
export interface Like {
  /** `dev/jobs`, or `dev/` and the name that `list` prints. */
  readonly name: string;
  /** `valkey 8.0`. */
  readonly engine: string;
  readonly port: number;
  readonly isSharded: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly blockedCommands: readonly string[];
  readonly users: readonly LikeUser[];
}

export interface LikeUser {
  readonly name: string;
  readonly accessString: string;
  /** Whether it logs in by IAM on AWS. */
  readonly isIam: boolean;
}

/** Set by the topology, or known to ElastiCache only. */
const NOT_LOCAL = ['cluster-enabled', 'cluster-preferred-endpoint-type', 'cluster-databases'];
const RENAME_COMMANDS = 'rename-commands';

/** @throws CliError if the stage cannot be synthesized or has no such cache */
export function likeOf(given: string): Like {
  const [, stage, wanted] = /^([^/]+)(?:\/(.+))?$/.exec(given) ?? [];
  if (stage === undefined) {
    throw new CliError(`--like must be STAGE/CACHE, such as dev/cache, got '${given}'.`);
  }
  return likeIn(synthesizedTemplates(stage), stage, wanted);
}

/** The cache of this name, or the only one. */
export function likeIn(
  templates: readonly StackTemplate[],
  stage: string,
  wanted: string | undefined,
): Like {
  const prefix = `secure-redis-${stage}-`;
  const caches = cachesOf(templates).map((cache) => ({
    ...cache,
    short: cache.stack.startsWith(prefix) ? cache.stack.slice(prefix.length) : cache.name,
  }));
  const found = caches.filter(({ short, name, stack }) =>
    wanted === undefined ? caches.length === 1 : [short, name, stack].includes(wanted),
  );
  const [cache] = found;
  const template = templates.find(({ stack }) => stack === cache?.stack);
  if (cache === undefined || template === undefined || found.length > 1) {
    const names = caches.map(({ short }) => `${stage}/${short}`).join(', ') || 'none';
    const got = wanted === undefined ? stage : `${stage}/${wanted}`;
    throw new CliError(`--like must be one cache of: ${names}, got '${got}'. Name one of them.`);
  }
  const group = template.resources[cache.groupId]?.Properties ?? {};
  const all = parametersOf(template, group);
  const { [RENAME_COMMANDS]: renamed = '', ...parameters } = all;
  return {
    name: `${stage}/${cache.short}`,
    engine: cache.engine,
    port: Number(group.Port) || 0,
    isSharded: cache.isSharded,
    parameters: Object.fromEntries(
      Object.entries(parameters).filter(([name]) => !NOT_LOCAL.includes(name)),
    ),
    blockedCommands: renamed.split(/\s+/).filter((_, index) => index % 2 === 0 && renamed !== ''),
    users: usersOf(template, group),
  };
}

function parametersOf(template: StackTemplate, group: TemplateProperties) {
  const id = referredBy(group.CacheParameterGroupName);
  const given = template.resources[id ?? '']?.Properties?.Properties ?? {};
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, String(value)] as const),
  );
}

/** The users of the cache, without one that is off. */
function usersOf(template: StackTemplate, group: TemplateProperties): readonly LikeUser[] {
  const [userGroup] = Array.isArray(group.UserGroupIds) ? group.UserGroupIds : [];
  const found = template.resources[referredBy(userGroup) ?? '']?.Properties;
  const members = Array.isArray(found?.UserIds) ? found.UserIds : [];
  const ids = members.map(referredBy);
  return ofType(template, 'AWS::ElastiCache::User')
    .filter(([id]) => ids.includes(id))
    .map(([, { UserName, AccessString, AuthenticationMode }]) => ({
      name: String(UserName),
      accessString: String(AccessString),
      isIam: (AuthenticationMode as TemplateProperties | undefined)?.Type === 'iam',
    }))
    .filter(({ accessString }) => /(^|\s)on(\s|$)/.test(accessString));
}
