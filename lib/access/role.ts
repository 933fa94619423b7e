/**
 * Roles: what a user of a cache may do, as an access string of ElastiCache.
 *
 * A role never contains a password, and no named role but `Role.admin` has every command.
 * docs/roles.md lists the commands of each role, as the servers report them.
 */

import type { Engine } from '../settings/engine';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import { unread } from '../validation/shown';
import { accessStringOf, describeRights, type RoleRights } from './access-string-of-rights';
import { customAccessString, customProblems, describeCustom } from './custom-role';
import { rightsOf } from './rights-by-role';
import { kindProblems, type RoleContext, rightsProblems } from './role-problems';
import type {
  AdminRoleProps,
  CacheRoleProps,
  DjangoRoleProps,
  FixedRoleProps,
  PrefixRoleProps,
  QueueRoleProps,
  ReadOnlyRoleProps,
  ReadWriteRoleProps,
  RoleKind,
} from './role-props';

/** How a user logs in: by a password, which rotates, or by tokens of IAM. */
export type RoleLogin = 'password' | 'iam';

/** Every command on every key and channel. */
const ADMIN_ACCESS_STRING = 'on ~* &* +@all';

export class Role {
  /** Reads and writes keys, by every command that is not dangerous. */
  static readWrite(props: ReadWriteRoleProps = {}): Role {
    return new Role('readWrite', props);
  }

  /** Only reads keys. */
  static readOnly(props: ReadOnlyRoleProps = {}): Role {
    return new Role('readOnly', props);
  }

  /** Producers and workers of a queue: reads, writes, blocks, and runs Lua scripts. */
  static queue(props: QueueRoleProps): Role {
    return new Role('queue', props);
  }

  /**
   * A cache. `clear: true` allows FLUSHDB, which ignores key patterns: it deletes every key of the
   * database, so it is refused where other users share the cache.
   */
  static cache(props: CacheRoleProps = {}): Role {
    return new Role('cache', props);
  }

  /** BullMQ's queues and workers, with the `prefix` of BullMQ, `bull` by default. */
  static bullMq(props: PrefixRoleProps = {}): Role {
    return new Role('bullMq', props);
  }

  /**
   * Celery's broker and result backend. Set `global_keyprefix` of both to the prefix and a colon,
   * by default `celery:`.
   */
  static celery(props: PrefixRoleProps = {}): Role {
    return new Role('celery', props);
  }

  /** Sidekiq, whose keys have no common prefix: not in a cache that others share. */
  static sidekiq(props: FixedRoleProps = {}): Role {
    return new Role('sidekiq', props);
  }

  /** RQ, whose keys begin with `rq:`. */
  static rq(props: FixedRoleProps = {}): Role {
    return new Role('rq', props);
  }

  /** Django's cache and cached sessions, with its `KEY_PREFIX`, by default `django`. */
  static django(props: DjangoRoleProps = {}): Role {
    return new Role('django', props);
  }

  /** The service in examples/node: a cache and a queue of BullMQ. */
  static nodeExample(props: FixedRoleProps = {}): Role {
    return new Role('nodeExample', props);
  }

  /** The service in examples/python: a cache. */
  static pythonExample(props: FixedRoleProps = {}): Role {
    return new Role('pythonExample', props);
  }

  /** Every command that ElastiCache offers, on every key, for a reason that reviewers read. */
  static admin(props: AdminRoleProps): Role {
    return new Role('admin', props);
  }

  /**
   * An access string, such as `~app:* -@all +@read`. `on`, and `resetchannels` without a rule for
   * channels, are added.
   */
  static custom(accessString: string): Role {
    return new Role('custom', accessString);
  }

  readonly kind: RoleKind;
  /** How the user logs in. */
  readonly login: RoleLogin;
  /** What the user may do, in plain words. */
  readonly description: string;
  readonly #given: unknown;
  readonly #kindProblems: readonly string[];
  /** Of an invalid, a custom and an administrator's role there are none. */
  readonly #rights: RoleRights | undefined;

  private constructor(kind: RoleKind, given: unknown, login: RoleLogin = 'password') {
    this.kind = kind;
    this.login = login;
    this.#given = given;
    this.#kindProblems = kindProblems(kind, given);
    this.#rights = this.#kindProblems.length > 0 ? undefined : rightsOf(kind, given);
    this.description = this.#describe();
  }

  /**
   * The same role for a user that logs in by tokens of IAM, without a password and a secret: who
   * may log in says `cache.user('name').grantConnect(role)`. On Valkey, or Redis OSS 7.0 or newer.
   */
  iam(): Role {
    return new Role(this.kind, this.#given, 'iam');
  }

  /**
   * The access string on an engine.
   *
   * @throws SettingError if the role has problems on it.
   */
  accessString(engine: Engine): string {
    const problems = this.problems({ name: this.kind, engine, shared: false });
    if (problems.length > 0) throw new SettingError(problems.join('\n'));
    if (this.kind === 'admin') return ADMIN_ACCESS_STRING;
    if (this.#rights) return accessStringOf(this.#rights, engine);
    return customAccessString(String(this.#given), engine);
  }

  /** Every problem of the role, by the name of its user and without the path of the cache. */
  problems(context: RoleContext): readonly string[] {
    const subject = `user ${context.name}`;
    if (this.#kindProblems.length > 0) {
      return this.#kindProblems.map((each) => `${subject}: ${each}`);
    }
    if (this.#rights) return rightsProblems(subject, this.kind, this.#rights, context);
    return this.kind === 'custom'
      ? customProblems(`${subject}: Role.custom`, String(this.#given), context)
      : [];
  }

  #describe(): string {
    if (this.#kindProblems.length > 0) return 'invalid';
    if (this.#rights) return describeRights(this.#rights);
    if (this.kind === 'custom') return describeCustom(String(this.#given));
    const { reason } = this.#given as AdminRoleProps;
    return `runs every command on all keys, because: ${reason.trim()}`;
  }
}

/** The message for a user whose role is no role. An access string may hold a password. */
export function noRole(name: string, given: unknown): string {
  const advice =
    typeof given === 'string'
      ? 'Use Role.custom with this access string, or a role such as Role.readOnly().'
      : 'Use a role such as Role.readWrite({ keys: ["app:*"] }).';
  return mustBe({ subject: `user ${name}`, allowed: 'a Role', given: unread(given), advice });
}
