/** Whether the change of a property replaces its resource, by the recorded states alone. */

import { ONLINE_RESHARDING, type PropertyChange, type ResourceChange } from './baseline';
import { effectOf, GROUP } from './update-table';

/** A change of the cache's mode replaces it, including its replicas. */
export function replaces(
  { type, properties = {}, after }: ResourceChange,
  property: string,
): boolean {
  if (property === 'Engine' && type === GROUP) return !isBetweenEngines(properties.Engine);
  if (property === 'NumNodeGroups' && type === GROUP) {
    return changesMode(properties) || after[ONLINE_RESHARDING] !== true;
  }
  return effectOf(type, property.split('.')[0] ?? '') === 'replaces';
}

function changesMode({ NumNodeGroups }: Readonly<Record<string, PropertyChange>>): boolean {
  return NumNodeGroups !== undefined && [NumNodeGroups.was, NumNodeGroups.now].includes(undefined);
}

function isBetweenEngines(change: PropertyChange | undefined): boolean {
  const engines = ['redis', 'valkey'];
  return engines.includes(String(change?.was)) && engines.includes(String(change?.now));
}

/** Templates hold no secrets, only references, so any value may be printed. */
export function asJson(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
