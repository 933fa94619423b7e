/**
 * Observes the secret and the cache as facts without passwords.
 *
 * Read-only. It reads only what the step needs, cheapest first, so that a rotation without faults
 * makes few calls and no failed AUTH.
 */

import type { Password } from '../../contract/password';
import type { RotationStep } from '../../contract/rotation';
import type { Endpoints, StoredCredentials } from '../../contract/secret-json';
import type { Logins } from './logins';
import type { Facts } from './plan';
import type { CacheView, Labels, Ports, Unreachable } from './ports';

/** State between iterations of an invocation. Losing it in a crash is safe. */
export interface Memory {
  /** Values by version id. A value never changes once it is set. */
  readonly values: Map<string, StoredCredentials>;
  /** The labels as last read, updated by this invocation's own moves. */
  labels?: Labels;
  /** Whether this invocation has not waited since it read them. */
  labelsAreFresh: boolean;
  justMarked: boolean;
  asked: boolean;
  waits: number;
  /** Waits since the cache last changed between settled and not settled. */
  waitsInARow: number;
  /** Since when the cache was always settled, without a request in between. */
  settledSinceMs?: number;
}

/** Input of effects besides the facts. Holds passwords: never log it. */
export interface Sight {
  readonly facts: Facts;
  readonly labels: Labels;
  readonly pending?: Password;
  readonly abandoned?: Password;
  readonly endpoints?: Endpoints;
  /** The reason of the first unreachable node. */
  readonly unreachableWhy?: Unreachable;
}

export interface Timing {
  /** Milliseconds of being settled that count as quiet. */
  readonly quietMs: number;
  /** With less time left, in milliseconds, no further iteration begins. */
  readonly iterationMsMax: number;
}

export class Observer {
  readonly #ports: Ports;
  readonly #memory: Memory;
  readonly #timing: Timing;

  constructor(ports: Ports, memory: Memory, timing: Timing) {
    this.#ports = ports;
    this.#memory = memory;
    this.#timing = timing;
  }

  /** While waiting, an invocation reads only the cache and keeps the labels. */
  async observe(step: RotationStep, versionId: string): Promise<Sight> {
    const labels = this.#memory.labels ?? (await this.#readLabels());
    const stage = stageOf(labels, versionId);
    if (stage !== 'pending') return { labels, facts: this.#facts({ stage }) };
    const pending = await this.#read(versionId);
    const seen: Seen = { labels, versionId, pending, facts: { stage, hasPassword: !!pending } };
    switch (step) {
      case 'createSecret':
        return pending ? this.#sight(seen) : this.#forCreate(seen);
      case 'setSecret':
        return pending ? this.#forSet(seen, pending) : this.#sight(seen);
      case 'testSecret':
        return pending ? this.#forProof(seen, pending) : this.#forConfigurationTest(seen);
      case 'finishSecret':
        return pending ? this.#forProof(seen, pending) : this.#sight(seen);
    }
  }

  /**
   * Whether a label has moved while this invocation waited: the rotation may have been abandoned.
   * Checked before every effect and every error.
   */
  async labelsMoved(): Promise<boolean> {
    const { labels, labelsAreFresh } = this.#memory;
    if (labelsAreFresh) return false;
    return JSON.stringify(labels) !== JSON.stringify(await this.#readLabels());
  }

  async #readLabels(): Promise<Labels> {
    const labels = await this.#ports.secrets.labels();
    Object.assign(this.#memory, { labels, labelsAreFresh: true });
    return labels;
  }

  async #forCreate(seen: Seen): Promise<Sight> {
    const current = await this.#readCurrent(seen);
    const { newest, abandoned } = await this.#newest(seen, current);
    const view = await this.#look();
    const found = { ...seen, current, abandoned, view };
    const facts = { ...seen.facts, newest, settled: view.settled };
    if (!abandoned || !view.settled) return this.#sight({ ...found, facts });
    const abandonedLogins = await this.#logIn(view, abandoned);
    return this.#sight({ ...found, facts: { ...facts, abandonedLogins } });
  }

  async #forSet(seen: Seen, pending: StoredCredentials): Promise<Sight> {
    const current = await this.#readCurrent(seen);
    const { newest, abandoned } = await this.#newest(seen, current);
    if (newest === 'unreadable') return this.#sight({ ...seen, facts: { ...seen.facts, newest } });
    const view = await this.#look();
    const found = { ...seen, view };
    const settled = view.settled;
    const facts = { ...seen.facts, newest, settled };
    if (!settled) return this.#sight({ ...found, facts });
    // NEWEST moves before the request to the cache, and this check runs before that. Trying the
    // pending password now would only cause a failed AUTH.
    if (newest !== 'this' && newest !== 'abandoned') {
      const untouched = await this.#untouched(seen.labels, view);
      const isFree = untouched === 'yes' && current !== undefined;
      const currentLogins = isFree ? await this.#logIn(view, current) : undefined;
      return this.#sight({ ...found, facts: { ...facts, untouched, currentLogins } });
    }
    const pendingLogins = await this.#logIn(view, pending);
    const accepted = pendingLogins.accepted === view.nodes.length;
    const currentLogins = accepted || !current ? undefined : await this.#logIn(view, current);
    const abandonedLogins = accepted || !abandoned ? undefined : await this.#logIn(view, abandoned);
    const logins = { pendingLogins, currentLogins, abandonedLogins };
    // No node accepts the NEWEST password: check for an out-of-band change.
    const asked = abandoned ? abandonedLogins : pendingLogins;
    const isRefused = asked !== undefined && asked.accepted + asked.unreachable === 0;
    const untouched = isRefused ? await this.#untouched(seen.labels, view) : undefined;
    return this.#sight({ ...found, facts: { ...facts, ...logins, untouched } });
  }

  async #forProof(seen: Seen, pending: StoredCredentials): Promise<Sight> {
    const view = await this.#look();
    const facts = { ...seen.facts, settled: view.settled };
    if (!view.settled) return this.#sight({ ...seen, view, facts });
    const pendingLogins = await this.#logIn(view, pending);
    return this.#sight({ ...seen, view, facts: { ...facts, pendingLogins } });
  }

  async #forConfigurationTest(seen: Seen): Promise<Sight> {
    const current = await this.#readCurrent(seen);
    const view = await this.#look();
    const currentLogins = current ? await this.#logIn(view, current) : undefined;
    const facts = { ...seen.facts, settled: view.settled, currentLogins };
    return this.#sight({ ...seen, current, view, facts });
  }

  /** Whose password NEWEST has, by value: an adopted password is on two versions. */
  async #newest(seen: Seen, current: StoredCredentials | undefined): Promise<Newest> {
    const id = seen.labels.newest;
    if (id === undefined) return { newest: 'nobody' };
    if (id === seen.versionId) return { newest: 'this' };
    if (id === seen.labels.current) return { newest: 'current' };
    const value = await this.#read(id);
    // It had a value when it got the label. An unreadable value proves nothing about the cache.
    if (!value) return { newest: 'unreadable' };
    if (seen.pending?.password.equals(value.password)) return { newest: 'this' };
    if (current?.password.equals(value.password)) return { newest: 'current' };
    return { newest: 'abandoned', abandoned: value };
  }

  /**
   * Detects out-of-band changes: after a revocation by the time of the last change, before a
   * revocation by the previous password, which only a third password invalidates.
   */
  async #untouched(labels: Labels, view: LoginView): Promise<NonNullable<Facts['untouched']>> {
    const { revoked, current, previous } = labels;
    if (revoked && revoked.versionId === current) {
      return revoked.since === sinceOf(view) ? 'yes' : 'no';
    }
    if (previous === undefined) return 'yes';
    const value = await this.#read(previous);
    if (!value) return 'unknown';
    const logins = await this.#logIn(view, value);
    if (logins.refused > 0) return 'no';
    return logins.unreachable > 0 ? 'unknown' : 'yes';
  }

  async #look(): Promise<LoginView> {
    const view = await this.#ports.cache.look();
    const wasSettled = this.#memory.settledSinceMs !== undefined;
    if (!view.settled) this.#memory.settledSinceMs = undefined;
    else this.#memory.settledSinceMs ??= this.#ports.clock.nowMs();
    if (view.settled !== wasSettled) this.#memory.waitsInARow = 0;
    return view;
  }

  /** Uses the engine's user, since the user name in the secret may have been edited. */
  async #logIn(view: LoginView, { password }: StoredCredentials): Promise<Logins> {
    const { cache } = this.#ports;
    const logins = await Promise.all(
      view.nodes.map((node) => cache.login(node, cache.username, password)),
    );
    const count = { accepted: 0, refused: 0, unreachable: 0 };
    for (const login of logins) {
      count[login.answer] += 1;
      if (login.answer === 'unreachable') view.unreachableWhy ??= login.why;
    }
    return count;
  }

  async #readCurrent(seen: Seen): Promise<StoredCredentials | undefined> {
    return seen.labels.current === undefined ? undefined : this.#read(seen.labels.current);
  }

  async #read(versionId: string): Promise<StoredCredentials | undefined> {
    const known = this.#memory.values.get(versionId);
    if (known) return known;
    const value = await this.#ports.secrets.read(versionId);
    if (value) this.#memory.values.set(versionId, value);
    return value;
  }

  #sight(seen: Seen): Sight {
    return {
      facts: this.#facts(seen.facts),
      labels: seen.labels,
      pending: seen.pending?.password,
      abandoned: seen.abandoned?.password,
      endpoints: seen.view?.endpoints,
      unreachableWhy: seen.view?.unreachableWhy,
    };
  }

  #facts(seen: SeenFacts): Facts {
    const { justMarked, asked, waits, settledSinceMs } = this.#memory;
    const now = this.#ports.clock.nowMs();
    return {
      ...seen,
      justMarked,
      asked,
      waits,
      quiet: settledSinceMs !== undefined && now - settledSinceMs >= this.#timing.quietMs,
      timeLeft: this.#ports.clock.remainingMs() > this.#timing.iterationMsMax,
    };
  }
}

/** The time of the last password change, in the format of the REVOKED label. */
export function sinceOf({ authChangedAt }: CacheView): string {
  return authChangedAt ?? 'unknown';
}

type SeenFacts = Omit<Facts, 'justMarked' | 'asked' | 'quiet' | 'waits' | 'timeLeft'>;

type LoginView = CacheView & { unreachableWhy?: Unreachable };

interface Seen {
  readonly labels: Labels;
  readonly versionId: string;
  readonly pending?: StoredCredentials;
  readonly current?: StoredCredentials;
  readonly abandoned?: StoredCredentials;
  readonly view?: LoginView;
  readonly facts: SeenFacts;
}

interface Newest {
  readonly newest: NonNullable<Facts['newest']>;
  readonly abandoned?: StoredCredentials;
}

function stageOf(labels: Labels, versionId: string): Facts['stage'] {
  if (labels.current === versionId) return 'current';
  return labels.pending === versionId ? 'pending' : 'unstaged';
}
