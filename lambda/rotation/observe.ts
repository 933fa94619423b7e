/**
 * The observer: what rotations and daily checks read of the secret and the cache.
 *
 * Read-only. It reads each value of the secret once per invocation, and remembers since when the
 * cache has been settled.
 */

import type { Password } from '../../contract/password';
import type { StoredCredentials } from '../../contract/secret-json';
import { type Logins, loginsOf } from './logins';
import type { CachePort, CacheView, Clock, Labels, Login, Ports, Unreachable } from './ports';

export interface SettledMemory {
  /** Since when the cache was always settled, without a request in between. */
  settledSinceMs?: number;
}

/** State between iterations of an invocation. Losing it in a crash is safe. */
export interface Memory extends SettledMemory {
  /** Values by version id. A value never changes once it is set. */
  readonly values: Map<string, StoredCredentials>;
  /** Waits since the cache last changed between settled and not settled. */
  waitsInARow: number;
}

/** A view of the cache, with the reason of the first node that did not answer a login. */
export type LoginView = CacheView & { unreachableWhy?: Unreachable };

/** A version whose id, and value if it has one, are known. */
export interface Owner<Name extends string> {
  readonly name: Name;
  readonly id: string | undefined;
  readonly value: StoredCredentials | undefined;
}

export class Observer {
  readonly #ports: Ports<CachePort>;
  readonly #memory: Memory;

  constructor(ports: Ports<CachePort>, memory: Memory) {
    this.#ports = ports;
    this.#memory = memory;
  }

  /** The value of a version; `undefined` without an id, or if it has no visible value. */
  async read(versionId: string | undefined): Promise<StoredCredentials | undefined> {
    if (versionId === undefined) return undefined;
    const known = this.#memory.values.get(versionId);
    if (known) return known;
    const value = await this.#ports.secrets.read(versionId);
    if (value) this.#memory.values.set(versionId, value);
    return value;
  }

  /** Whether a version's value was read. */
  knows(versionId: string): boolean {
    return this.#memory.values.has(versionId);
  }

  async look(): Promise<LoginView> {
    const view = await this.#ports.cache.look();
    this.note(view.settled);
    return view;
  }

  /** Remembers since when nothing was being changed. */
  note(isSettled: boolean): void {
    const wasSettled = this.#memory.settledSinceMs !== undefined;
    noteSettled(this.#memory, isSettled, this.#ports.clock);
    if (isSettled !== wasSettled) this.#memory.waitsInARow = 0;
  }

  /** Whether the cache has been settled for so long that an unknown request would be visible. */
  isQuiet(quietMs: number): boolean {
    return hasBeenQuiet(this.#memory, quietMs, this.#ports.clock);
  }

  /**
   * Logs in to every node. Uses the engine's user, since the user name in the secret may have been
   * edited.
   */
  async logIn(view: LoginView, { password }: { readonly password: Password }): Promise<Logins> {
    const { cache } = this.#ports;
    const logins = await Promise.all(
      view.nodes.map((node) => cache.login(node, cache.username, password)),
    );
    view.unreachableWhy ??= logins.map(whyUnreachable).find((why) => why !== undefined);
    return loginsOf(logins.map(({ answer }) => answer));
  }
}

export function noteSettled(memory: SettledMemory, isSettled: boolean, clock: Clock): void {
  if (!isSettled) memory.settledSinceMs = undefined;
  else memory.settledSinceMs ??= clock.nowMs();
}

export function hasBeenQuiet(
  { settledSinceMs }: SettledMemory,
  quietMs: number,
  clock: Clock,
): boolean {
  return settledSinceMs !== undefined && clock.nowMs() - settledSinceMs >= quietMs;
}

export function whyUnreachable(login: Login | undefined): Unreachable | undefined {
  return login?.answer === 'unreachable' ? login.why : undefined;
}

/** Whose version has a label: by id, or by value, since an adopted password is on two versions. */
export function ownerOf<Name extends string>(
  id: string,
  value: StoredCredentials | undefined,
  owners: readonly Owner<Name>[],
): Name | 'other' | 'unreadable' {
  const byId = owners.find((owner) => owner.id === id);
  if (byId) return byId.name;
  // It had a value when it got the label. An unreadable value proves nothing about the cache.
  if (!value) return 'unreadable';
  return owners.find((owner) => isSamePassword(owner.value, value))?.name ?? 'other';
}

export function isSamePassword(
  one: StoredCredentials | undefined,
  other: StoredCredentials | undefined,
): boolean {
  return one !== undefined && other !== undefined && one.password.equals(other.password);
}

/** Whether the REVOKED label is on the current version. */
export function isRevokedIn({ revoked, current }: Labels): boolean {
  return revoked !== undefined && revoked.versionId === current;
}

/** The time of the last password change, in the format of the REVOKED label. */
export function sinceOf({ authChangedAt }: CacheView): string {
  return authChangedAt ?? 'unknown';
}
