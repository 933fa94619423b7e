/** What templates say about secrets, keys and alarms, for the checklist of a stage. Pure. */

import { type CacheOfTemplate, cachesOf, rotationRulesOf, scheduleIn } from '../template/caches-of';
import { ofType, type StackTemplate, type TemplateProperties } from '../template/stack-template';
import { type Resolved, resourceOf } from '../template/values';
import { allowedByIdentities, allowedByPolicy, pathOfPlace } from './readers';

export interface SecretFacts {
  /** Absent: the cache has one password. */
  readonly user?: string;
  readonly path: string;
  readonly schedule?: string;
  /** Absent: the default key of AWS, which anybody of the account may use. */
  readonly key?: string;
  /** By policies of the templates. */
  readonly readers: readonly string[];
}

export interface KeyFacts {
  readonly path: string;
  readonly isRotating: boolean;
  readonly decrypters: readonly string[];
  /** By policies of identities in the templates. */
  readonly users: readonly string[];
  readonly isKept: boolean;
  /** Days between the request to delete the key and its end. */
  readonly windowDays: number;
}

export interface CacheFacts {
  readonly name: string;
  readonly engine: string;
  readonly secrets: readonly SecretFacts[];
  /** Days for which the previous password stays valid. */
  readonly graceDays?: string;
  readonly alarms: number;
  /** Alarms that tell nobody. */
  readonly silentAlarms: readonly string[];
}

export interface ChecklistFacts {
  readonly caches: readonly CacheFacts[];
  readonly keys: readonly KeyFacts[];
}

const READ = 'secretsmanager:GetSecretValue';
const DECRYPT = 'kms:Decrypt';
/** Of KMS, where a template names none. */
const WINDOW_DAYS = 30;

export function checklistFacts(all: readonly StackTemplate[]): ChecklistFacts {
  return {
    caches: cachesOf(all).map((cache) => factsOf(cache, all)),
    keys: all.flatMap((template) =>
      ofType(template, 'AWS::KMS::Key').map(([id, key]) => keyFacts(key, { template, id }, all)),
    ),
  };
}

function factsOf(cache: CacheOfTemplate, all: readonly StackTemplate[]): CacheFacts {
  const template = all.find(
    (each) => each.stack === cache.stack && each.resources[cache.groupId] !== undefined,
  ) as StackTemplate;
  const one = cache.secretId === undefined ? [] : [{ secretId: cache.secretId }];
  const users = cache.users.map(({ name, secretId }) => ({ user: name, secretId }));
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
  const combined = combinedIn(template);
  const silent = alarms.filter(
    ([id, { AlarmActions }]) => !isFilled(AlarmActions) && !combined.includes(`"${id}"`),
  );
  return {
    name: cache.name,
    engine: cache.engine,
    secrets: [...one, ...users].flatMap(({ secretId, ...rest }) =>
      secretId === undefined ? [] : [{ ...rest, ...secretFacts({ template, id: secretId }, all) }],
    ),
    ...graceIn(template),
    alarms: alarms.length,
    silentAlarms: silent.map(([id]) => pathOfPlace({ template, id })),
  };
}

/** The rules of composite alarms with an action: they tell of the alarms that they name. */
function combinedIn(template: StackTemplate): string {
  return ofType(template, 'AWS::CloudWatch::CompositeAlarm')
    .filter(([, { AlarmActions }]) => isFilled(AlarmActions))
    .map(([, { AlarmRule }]) => JSON.stringify(AlarmRule))
    .join();
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function secretFacts(place: Resolved, all: readonly StackTemplate[]): SecretFacts {
  const { template, id } = place;
  const key = resourceOf(template.resources[id]?.Properties?.KmsKeyId, template, all);
  const own = ofType(template, 'AWS::SecretsManager::ResourcePolicy').filter(
    ([, { SecretId }]) => resourceOf(SecretId, template, all)?.id === id,
  );
  const byOwn = own.flatMap(([, { ResourcePolicy }]) =>
    allowedByPolicy(READ, ResourcePolicy, template, all),
  );
  return {
    path: pathOfPlace(place),
    schedule: scheduleIn(rotationRulesOf(template, id) ?? {}),
    ...(key === undefined ? {} : { key: pathOfPlace(key) }),
    readers: [...allowedByIdentities(READ, place, all), ...byOwn],
  };
}

/** From the environment of the rotation function. */
function graceIn(template: StackTemplate): { readonly graceDays?: string } {
  for (const [, { Environment }] of ofType(template, 'AWS::Lambda::Function')) {
    const { Variables } = (Environment ?? {}) as TemplateProperties;
    const { GRACE_DAYS: days } = (Variables ?? {}) as TemplateProperties;
    if (typeof days === 'string') return { graceDays: days };
  }
  return {};
}

function keyFacts(
  key: TemplateProperties,
  place: Resolved,
  all: readonly StackTemplate[],
): KeyFacts {
  const { template, id } = place;
  const { DeletionPolicy: policy } = template.resources[id] as { readonly DeletionPolicy?: string };
  return {
    path: pathOfPlace(place),
    isRotating: key.EnableKeyRotation === true,
    decrypters: allowedByPolicy(DECRYPT, key.KeyPolicy, template, all),
    users: allowedByIdentities(DECRYPT, place, all),
    isKept: policy?.startsWith('Retain') === true,
    windowDays: Number(key.PendingWindowInDays ?? WINDOW_DAYS),
  };
}
