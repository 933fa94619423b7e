/**
 * Props of a cache of a stage file, whose settings are resolved once: the check of the file
 * resolves them, and the construct takes the result.
 *
 * The result is never part of the props, and the props are frozen: changed props are a copy, which
 * the construct resolves and checks itself.
 */

import type { Problems } from '../validation/setting-error';
import { type CacheSettings, resolveSettings } from './cache-settings';
import type { SecureRedisProps } from './secure-redis-props';

/** Props that affect no setting. */
type Resources = Pick<SecureRedisProps, 'network' | 'encryptionKey' | 'alarmTopic' | 'eventTopic'>;

const SETTINGS = new WeakMap<SecureRedisProps, CacheSettings>();

/** Resolves the props, keeps the settings of props without a problem, and freezes the props. */
export function resolvedProps(props: SecureRedisProps, problems: Problems): SecureRedisProps {
  const settings = resolveSettings(props, problems);
  if (problems.found.length > 0) return props;
  freeze(props);
  SETTINGS.set(props, settings);
  return props;
}

/** A copy with resources, for which the same settings apply. */
export function withResources(props: SecureRedisProps, resources: Resources): SecureRedisProps {
  const copy = { ...props, ...resources };
  const settings = SETTINGS.get(props);
  if (settings !== undefined) SETTINGS.set(copy, settings);
  return copy;
}

/** The settings of props, resolved now unless they are known. */
export function settingsOfProps(props: SecureRedisProps, problems: Problems): CacheSettings {
  return SETTINGS.get(props) ?? resolveSettings(props, problems);
}

const PLAIN: readonly unknown[] = [Object.prototype, Array.prototype];

/** With the objects and lists inside, but without objects of a class, such as `Purpose.CACHE`. */
function freeze(value: object): void {
  Object.freeze(value);
  for (const inside of Object.values(value)) {
    const isObject = typeof inside === 'object' && inside !== null;
    if (isObject && PLAIN.includes(Object.getPrototypeOf(inside))) freeze(inside);
  }
}
