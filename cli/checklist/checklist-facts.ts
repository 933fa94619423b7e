/** What templates say about secrets, keys and alarms, for the checklist of a stage. Pure. */

import { type CacheOfTemplate, cachesOf, rotationRulesOf, scheduleIn } from '../template/caches-of';
import { ofType, referredBy, type StackTemplate } from '../template/stack-template';
import { type Resolved, resourceOf } from '../template/values';
import { alarmsOf, graceOf, silentOf } from './alarms-of';
import { covers, targetAt } from './arn-patterns';
import { pathOfPlace, valuesIn } from './policies';
import { type Allowed, allowedByIdentities, allowedByPolicy, inBoth, inEither } from './readers';

export interface SecretFacts {
  /** Absent: the cache has one password. */
  readonly user?: string;
  readonly path: string;
  readonly schedule?: string;
  /** Absent: the default key of AWS, which anybody of the account may use. */
  readonly key?: string;
  /** By policies of the templates. */
  readonly readers: Allowed;
}

/** A user that logs in by IAM. */
export interface IamUserFacts {
  readonly user: string;
  /** By policies of the templates. */
  readonly connecting: Allowed;
}

export interface KeyFacts {
  readonly path: string;
  readonly isRotating: boolean;
  readonly decrypters: Allowed;
  /** By policies of identities in the templates. */
  readonly users: Allowed;
  readonly isKept: boolean;
  /** Days between the request to delete the key and its end. */
  readonly windowDays: number;
}

export interface CacheFacts {
  readonly name: string;
  readonly engine: string;
  readonly secrets: readonly SecretFacts[];
  readonly iamUsers: readonly IamUserFacts[];
  /** Days for which the previous password stays valid. */
  readonly graceDays?: string;
  readonly alarms: number;
  /** Alarms that tell nobody. */
  readonly silentAlarms: readonly string[];
}

export interface ChecklistFacts {
  readonly caches: readonly CacheFacts[];
  /** Of the caches and their secrets. */
  readonly keys: readonly KeyFacts[];
}

const READ = 'secretsmanager:GetSecretValue';
const DECRYPT = 'kms:Decrypt';
const CONNECT = 'elasticache:Connect';
/** Of KMS, where a template names none. */
const WINDOW_DAYS = 30;
/** Of KMS, where a key has no policy: its account. */
const DEFAULT_POLICY = {
  Statement: { Effect: 'Allow', Action: 'kms:*', Principal: { AWS: { Ref: 'AWS::AccountId' } } },
};

type All = readonly StackTemplate[];

export function checklistFacts(all: All): ChecklistFacts {
  const caches = cachesOf(all);
  return {
    caches: caches.map((cache) => factsOf(cache, caches, all)),
    keys: keysOf(caches, all).map((place) => keyFacts(place, all)),
  };
}

function templateOf({ stack, groupId }: CacheOfTemplate, all: All): StackTemplate {
  return all.find(
    (each) => each.stack === stack && each.resources[groupId] !== undefined,
  ) as StackTemplate;
}

function factsOf(cache: CacheOfTemplate, caches: readonly CacheOfTemplate[], all: All): CacheFacts {
  const template = templateOf(cache, all);
  const siblings = caches.filter((each) => templateOf(each, all) === template);
  const alarms = alarmsOf(cache, siblings, template);
  const graceDays = graceOf(cache, template);
  return {
    name: cache.name,
    engine: cache.engine,
    secrets: secretsOf(cache).map(({ secretId, ...rest }) => ({
      ...rest,
      ...secretFacts({ template, id: secretId }, all),
    })),
    iamUsers: iamUsersOf(cache, template, all),
    ...(graceDays === undefined ? {} : { graceDays }),
    alarms: alarms.length,
    silentAlarms: silentOf(alarms, template).map((id) => pathOfPlace({ template, id })),
  };
}

function secretsOf({ secretId, users }: CacheOfTemplate) {
  const one = secretId === undefined ? [] : [{ secretId }];
  const each = users.flatMap(({ name: user, secretId: id }) =>
    id === undefined ? [] : [{ user, secretId: id }],
  );
  return [...one, ...each];
}

function secretFacts(place: Resolved, all: All): SecretFacts {
  const { template, id } = place;
  const key = resourceOf(template.resources[id]?.Properties?.KmsKeyId, template, all);
  const target = targetAt(place);
  const byOwn = all.flatMap((each) =>
    ofType(each, 'AWS::SecretsManager::ResourcePolicy').flatMap(([ownId, own]) => {
      const at = { template: each, id: ownId };
      const verdict = covers(own.SecretId, target, each, all);
      if (verdict === 'no') return [];
      if (verdict === 'yes') return [allowedByPolicy(READ, own.ResourcePolicy, at, all)];
      return [{ principals: [], unclear: [pathOfPlace(at)] }];
    }),
  );
  return {
    path: pathOfPlace(place),
    schedule: scheduleIn(rotationRulesOf(template, id) ?? {}),
    ...(key === undefined ? {} : { key: pathOfPlace(key) }),
    readers: byOwn.reduce(inEither, allowedByIdentities(READ, place, all)),
  };
}

/** The users of the cache's group that log in by IAM, by the names that the stack publishes. */
function iamUsersOf(
  { name, groupId }: CacheOfTemplate,
  template: StackTemplate,
  all: All,
): readonly IamUserFacts[] {
  const ofResource = (value: unknown) => template.resources[referredBy(value) ?? '']?.Properties;
  const groups = valuesIn(template.resources[groupId]?.Properties?.UserGroupIds);
  const ids = groups.flatMap((group) => valuesIn(ofResource(group)?.UserIds));
  const published = ofType(template, 'AWS::SSM::Parameter');
  return ids.flatMap((userId) => {
    const id = referredBy(userId);
    const { AuthenticationMode: mode, UserId, UserName } = ofResource(userId) ?? {};
    if (id === undefined || (mode as { Type?: unknown } | undefined)?.Type !== 'iam') return [];
    const names = published.flatMap(([, { Name, Value }]) => {
      const [, within, user] = /^\/(.+)\/Users\/([^/]+)\/UserId$/.exec(String(Name)) ?? [];
      const isOwn = referredBy(Value) === id || (UserId !== undefined && Value === UserId);
      return within === name && user !== undefined && isOwn ? [user] : [];
    });
    const may = (on: string) => allowedByIdentities(CONNECT, { template, id: on }, all);
    return [{ user: names[0] ?? String(UserName), connecting: inBoth(may(groupId), may(id)) }];
  });
}

/** The keys of the caches and their secrets, each once. */
function keysOf(caches: readonly CacheOfTemplate[], all: All): readonly Resolved[] {
  const found = new Map<string, Resolved>();
  for (const cache of caches) {
    const template = templateOf(cache, all);
    for (const id of [cache.groupId, ...secretsOf(cache).map(({ secretId }) => secretId)]) {
      const key = resourceOf(template.resources[id]?.Properties?.KmsKeyId, template, all);
      if (key?.template.resources[key.id]?.Type === 'AWS::KMS::Key') {
        found.set(`${key.template.stack}/${key.id}`, key);
      }
    }
  }
  return Array.from(found.values());
}

function keyFacts(place: Resolved, all: All): KeyFacts {
  const { template, id } = place;
  const resource = template.resources[id] as { readonly DeletionPolicy?: string } | undefined;
  const key = template.resources[id]?.Properties ?? {};
  return {
    path: pathOfPlace(place),
    isRotating: key.EnableKeyRotation === true,
    decrypters: allowedByPolicy(DECRYPT, key.KeyPolicy ?? DEFAULT_POLICY, place, all),
    users: allowedByIdentities(DECRYPT, place, all),
    isKept: resource?.DeletionPolicy?.startsWith('Retain') === true,
    windowDays: Number(key.PendingWindowInDays ?? WINDOW_DAYS),
  };
}
