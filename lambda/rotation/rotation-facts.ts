/**
 * The facts of a rotation step of the cache's own password, without passwords.
 *
 * Observes only what the step needs, cheapest first, so that a rotation without faults makes few
 * calls and no failed AUTH.
 */

import type { Password } from '../../contract/password';
import type { RotationStep } from '../../contract/rotation';
import type { StoredCredentials } from '../../contract/secret-json';
import { isRevokedIn, type LoginView, Observer, type Owner, ownerOf, sinceOf } from './observe';
import type { Labels, Ports } from './ports';
import { readLabels, type StepMemory, type StepSight, stageOf, type Timing } from './step';
import type { Facts } from './token-plan';

/** Input of effects besides the facts. Holds passwords: never log it. */
export interface Sight extends StepSight<Facts> {
  readonly pending?: Password;
  readonly abandoned?: Password;
}

export class RotationFacts {
  readonly #ports: Ports;
  readonly #memory: StepMemory;
  readonly #timing: Timing;
  readonly #observer: Observer;

  constructor(ports: Ports, memory: StepMemory, timing: Timing) {
    this.#ports = ports;
    this.#memory = memory;
    this.#timing = timing;
    this.#observer = new Observer(ports, memory);
  }

  /** While waiting, an invocation reads only the cache and keeps the labels. */
  async observe(step: RotationStep, versionId: string): Promise<Sight> {
    const labels = this.#memory.labels ?? (await readLabels(this.#ports, this.#memory));
    const stage = stageOf(labels, versionId);
    if (stage !== 'pending') return { labels, facts: this.#facts({ stage }) };
    const pending = await this.#observer.read(versionId);
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

  async #forCreate(seen: Seen): Promise<Sight> {
    const current = await this.#observer.read(seen.labels.current);
    const { newest, abandoned } = await this.#newest(seen, current);
    const view = await this.#observer.look();
    const found = { ...seen, current, abandoned, view };
    const facts = { ...seen.facts, newest, settled: view.settled };
    if (!abandoned || !view.settled) return this.#sight({ ...found, facts });
    const abandonedLogins = await this.#observer.logIn(view, abandoned);
    return this.#sight({ ...found, facts: { ...facts, abandonedLogins } });
  }

  async #forSet(seen: Seen, pending: StoredCredentials): Promise<Sight> {
    const current = await this.#observer.read(seen.labels.current);
    const { newest, abandoned } = await this.#newest(seen, current);
    if (newest === 'unreadable') return this.#sight({ ...seen, facts: { ...seen.facts, newest } });
    const view = await this.#observer.look();
    const found = { ...seen, view };
    const settled = view.settled;
    const facts = { ...seen.facts, newest, settled };
    if (!settled) return this.#sight({ ...found, facts });
    // NEWEST moves before the request to the cache, and this check runs before that. Trying the
    // pending password now would only cause a failed AUTH.
    if (newest !== 'this' && newest !== 'abandoned') {
      const untouched = await this.#untouched(seen.labels, view);
      const isFree = untouched === 'yes' && current !== undefined;
      const currentLogins = isFree ? await this.#observer.logIn(view, current) : undefined;
      return this.#sight({ ...found, facts: { ...facts, untouched, currentLogins } });
    }
    const pendingLogins = await this.#observer.logIn(view, pending);
    const accepted = pendingLogins.accepted === view.nodes.length;
    const currentLogins =
      accepted || !current ? undefined : await this.#observer.logIn(view, current);
    const abandonedLogins =
      accepted || !abandoned ? undefined : await this.#observer.logIn(view, abandoned);
    const logins = { pendingLogins, currentLogins, abandonedLogins };
    // No node accepts the NEWEST password: check for an out-of-band change.
    const asked = abandoned ? abandonedLogins : pendingLogins;
    const isRefused = asked !== undefined && asked.accepted + asked.unreachable === 0;
    const untouched = isRefused ? await this.#untouched(seen.labels, view) : undefined;
    return this.#sight({ ...found, facts: { ...facts, ...logins, untouched } });
  }

  async #forProof(seen: Seen, pending: StoredCredentials): Promise<Sight> {
    const view = await this.#observer.look();
    const facts = { ...seen.facts, settled: view.settled };
    if (!view.settled) return this.#sight({ ...seen, view, facts });
    const pendingLogins = await this.#observer.logIn(view, pending);
    return this.#sight({ ...seen, view, facts: { ...facts, pendingLogins } });
  }

  async #forConfigurationTest(seen: Seen): Promise<Sight> {
    const current = await this.#observer.read(seen.labels.current);
    const view = await this.#observer.look();
    const currentLogins = current ? await this.#observer.logIn(view, current) : undefined;
    const facts = { ...seen.facts, settled: view.settled, currentLogins };
    return this.#sight({ ...seen, current, view, facts });
  }

  async #newest(seen: Seen, current: StoredCredentials | undefined): Promise<Newest> {
    const id = seen.labels.newest;
    if (id === undefined) return { newest: 'nobody' };
    const owners: Owner<'this' | 'current'>[] = [
      { name: 'this', id: seen.versionId, value: seen.pending },
      { name: 'current', id: seen.labels.current, value: current },
    ];
    const isOnOwner = owners.some((owner) => owner.id === id);
    const value = isOnOwner ? undefined : await this.#observer.read(id);
    const newest = ownerOf(id, value, owners);
    return newest === 'other' ? { newest: 'abandoned', abandoned: value } : { newest };
  }

  /**
   * Detects out-of-band changes: after a revocation by the time of the last change, before a
   * revocation by the previous password, which only a third password invalidates.
   */
  async #untouched(labels: Labels, view: LoginView): Promise<NonNullable<Facts['untouched']>> {
    const { revoked, previous } = labels;
    if (isRevokedIn(labels)) return revoked?.since === sinceOf(view) ? 'yes' : 'no';
    if (previous === undefined) return 'yes';
    const value = await this.#observer.read(previous);
    if (!value) return 'unknown';
    const logins = await this.#observer.logIn(view, value);
    if (logins.refused > 0) return 'no';
    return logins.unreachable > 0 ? 'unknown' : 'yes';
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
    const { justMarked, asked, waits } = this.#memory;
    return {
      ...seen,
      justMarked,
      asked,
      waits,
      quiet: this.#observer.isQuiet(this.#timing.quietMs),
      timeLeft: this.#ports.clock.remainingMs() > this.#timing.iterationMsMax,
    };
  }
}

type SeenFacts = Omit<Facts, 'justMarked' | 'asked' | 'quiet' | 'waits' | 'timeLeft'>;

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
