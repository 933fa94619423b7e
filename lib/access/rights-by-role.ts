/** The rights of each role by its props: what its client needs, and no more. */

import { EVERY, type RoleRights } from './access-string-of-rights';
import type { RoleKind } from './role-props';

/** Props of every role, of which each has some. */
interface AnyRoleProps {
  readonly keys?: readonly string[];
  readonly readKeys?: readonly string[];
  readonly writeKeys?: readonly string[];
  readonly channels?: readonly string[];
  readonly databases?: readonly number[];
  readonly scripts?: boolean;
  readonly scan?: boolean;
  readonly clear?: boolean;
  readonly reason?: string;
  readonly prefix?: string;
}

/** The rights of a role with valid props; custom roles and administrators have none. */
export function rightsOf(kind: RoleKind, given: unknown): RoleRights | undefined {
  const props = given as AnyRoleProps;
  switch (kind) {
    case 'admin':
    case 'custom':
      return undefined;
    case 'readOnly':
      return { ...common(props), writes: false };
    case 'readWrite':
    case 'cache':
      return common(props);
    case 'queue':
      return common({ ...props, scripts: true });
    case 'bullMq':
      return common({ ...under(props, 'bull'), scripts: true });
    case 'celery':
      return common({ ...under(props, 'celery'), ...celery(props), scripts: true });
    case 'rq':
      return common({ ...props, keys: ['rq:*'], channels: ['rq:*'], scripts: true });
    case 'sidekiq':
      return common({ ...props, scripts: true });
    case 'django':
      return common({ ...props, ...under(props, 'django') });
    case 'nodeExample':
      return common({ ...props, keys: ['cache:*', 'job:*', '{secure-cache}:*'], scripts: true });
    case 'pythonExample':
      return common({ ...props, keys: ['cache:*', 'secure_cache:*'] });
  }
}

/** A missing setting takes its default. */
function common(props: AnyRoleProps): RoleRights {
  const { readKeys = [], writeKeys = [] } = props;
  const hasFurther = readKeys.length + writeKeys.length > 0;
  const keys = unique(props.keys ?? (hasFurther ? [] : [EVERY]));
  return {
    writes: true,
    keys: keys.includes(EVERY) ? [EVERY] : keys,
    readKeys: unique(readKeys),
    writeKeys: unique(writeKeys),
    channels: unique(props.channels ?? []),
    databases: unique(props.databases ?? []),
    scripts: props.scripts ?? false,
    scan: props.scan ?? keys.includes(EVERY),
    clear: props.clear ?? false,
    reason: props.reason?.trim(),
  };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return Array.from(new Set(values));
}

/** The prefix without wildcards, and without its colon. */
function literalOf(prefix: string): string {
  return prefix.replace(/:$/, '').replaceAll(/[*?[\]\\]/g, '\\$&');
}

function under({ prefix = '', databases }: AnyRoleProps, name: string): AnyRoleProps {
  return { databases, keys: [`${literalOf(prefix || name)}:*`] };
}

/**
 * Celery's keys, and the channels of its results, events and remote control, which contain the
 * number of the database.
 *
 * PSUBSCRIBE takes only a pattern that equals one of the role's, so its patterns are written out.
 */
function celery({ prefix = 'celery', databases = [0] }: AnyRoleProps): AnyRoleProps {
  const start = `${literalOf(prefix)}:`;
  const patterns = databases.flatMap((each) =>
    ['.celery.pidbox', '.celeryev/worker.*', '.celeryev/*'].map((end) => `${start}/${each}${end}`),
  );
  return { channels: [`${start}*`, ...patterns] };
}
