/** The alarms and the rotation function of one cache, of a stack that may have several. Pure. */

import type { CacheOfTemplate } from '../template/caches-of';
import {
  ofType,
  referredBy,
  type StackTemplate,
  type TemplateProperties,
} from '../template/stack-template';

type Alarm = readonly [id: string, properties: TemplateProperties];

/** The beginning of logical ids below a cache, as `findCache` takes it for names of alarms. */
export function idPrefix(name: string): string {
  return name
    .split('/')
    .slice(1)
    .join('')
    .replaceAll(/[^A-Za-z0-9]/g, '');
}

/** Alarms below the construct of the cache, or on its replication group or its function. */
export function alarmsOf(
  cache: CacheOfTemplate,
  siblings: readonly CacheOfTemplate[],
  template: StackTemplate,
): readonly Alarm[] {
  const prefixes = siblings.map(({ name }) => idPrefix(name));
  const own = idPrefix(cache.name);
  return ofType(template, 'AWS::CloudWatch::Alarm').filter(([id, alarm]) => {
    if (isNaming(alarm, cache.groupId)) return true;
    const fitting = prefixes.filter((prefix) => prefix !== '' && id.startsWith(prefix));
    const [longest] = fitting.sort((one, other) => other.length - one.length);
    return longest !== undefined && longest === own && !isOfOther(alarm, cache, siblings);
  });
}

function isOfOther(
  alarm: TemplateProperties,
  cache: CacheOfTemplate,
  siblings: readonly CacheOfTemplate[],
): boolean {
  return siblings.some(({ groupId }) => groupId !== cache.groupId && isNaming(alarm, groupId));
}

function isNaming({ Dimensions, Metrics }: TemplateProperties, id: string): boolean {
  const text = JSON.stringify([Dimensions, Metrics]);
  return text.includes(`{"Ref":"${id}"}`);
}

/** Days, from the environment of the rotation function. */
export function graceOf({ groupId }: CacheOfTemplate, template: StackTemplate): string | undefined {
  for (const [, { Environment }] of ofType(template, 'AWS::Lambda::Function')) {
    const { Variables } = (Environment ?? {}) as TemplateProperties;
    const { GRACE_DAYS: days, REPLICATION_GROUP_ID: group } = (Variables ??
      {}) as TemplateProperties;
    if (typeof days === 'string' && referredBy(group) === groupId) return days;
  }
  return undefined;
}

/** Alarms that tell nobody, not even through a composite alarm. */
export function silentOf(alarms: readonly Alarm[], template: StackTemplate): readonly string[] {
  const combined = ofType(template, 'AWS::CloudWatch::CompositeAlarm')
    .filter(([, alarm]) => isTelling(alarm))
    .map(([, { AlarmRule }]) => JSON.stringify(AlarmRule))
    .join();
  return alarms
    .filter(([id, alarm]) => !isTelling(alarm) && !combined.includes(`"${id}"`))
    .map(([id]) => id);
}

function isTelling({ AlarmActions, ActionsEnabled }: TemplateProperties): boolean {
  return ActionsEnabled !== false && Array.isArray(AlarmActions) && AlarmActions.length > 0;
}
