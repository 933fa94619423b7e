/**
 * The facts of a rotation step of a user's password, without passwords.
 *
 * Observes only what the step needs, so that a rotation without faults makes few calls and no
 * failed AUTH.
 */

import type { RotationStep } from '../../contract/rotation';
import type { StoredCredentials } from '../../contract/secret-json';
import { isRevokedIn, type LoginView, Observer } from './observe';
import type { CacheView, Labels, Ports, UserCache } from './ports';
import { readLabels, type StepMemory, type StepSight, stageOf, type Timing } from './step';
import type { UserValues } from './user-list';
import { RESTS_AFTER_PROMOTION, type UserFacts } from './user-plan';

/** Input of effects besides the facts. Holds passwords: never log it. */
export interface UserSight extends StepSight<UserFacts> {
  /** The passwords that the next list may have. */
  readonly values?: UserValues;
}

type Seen = Pick<UserSight, 'labels' | 'values'> & {
  readonly view?: LoginView;
  readonly facts: Omit<UserFacts, 'asked' | 'disturbed' | 'quiet' | 'rests' | 'timeLeft' | 'waits'>;
};

export class UserFactsReader {
  readonly #ports: Ports<UserCache>;
  readonly #memory: StepMemory;
  readonly #timing: Timing;
  readonly #observer: Observer;
  #view: CacheView | undefined;

  constructor(ports: Ports<UserCache>, memory: StepMemory, timing: Timing) {
    this.#ports = ports;
    this.#memory = memory;
    this.#timing = timing;
    this.#observer = new Observer(ports, memory);
  }

  /** While waiting, an invocation reads only cache and user, and keeps the labels. */
  async observe(step: RotationStep, versionId: string): Promise<UserSight> {
    const labels = this.#memory.labels ?? (await readLabels(this.#ports, this.#memory));
    const stage = stageOf(labels, versionId);
    const seen: Seen = { labels, facts: { stage } };
    if (stage === 'current' && step === 'finishSecret') return this.#afterPromotion(labels);
    if (stage !== 'pending') return this.#sight(seen);
    // Without reading: a version keeps the value that it has.
    if (step === 'createSecret') return this.#sight({ ...seen, view: await this.#look() });
    const pending = await this.#observer.read(versionId);
    const known: Seen = { labels, facts: { stage, hasPassword: pending !== undefined } };
    if (step === 'testSecret' && !pending) return this.#configurationTest(known);
    if (!pending) return this.#sight(known);
    if (step === 'setSecret') return this.#withValues(known, pending);
    return this.#proof(step, known, pending);
  }

  /** testSecret looks at the status first: a login during the change would be a failed AUTH. */
  async #proof(step: RotationStep, seen: Seen, pending: StoredCredentials): Promise<UserSight> {
    const isLast = step === 'finishSecret';
    if (!isLast && !(await this.#isActive())) return this.#unsettled(seen);
    const view = await this.#look();
    if (!view.settled) return this.#unsettled({ ...seen, view });
    const pendingLogins = await this.#observer.logIn(view, pending);
    // finishSecret looks at it last: a change that began meanwhile must end before promotion.
    if (isLast && !(await this.#isActive())) return this.#unsettled({ ...seen, view });
    this.#settled(true);
    const facts = { ...seen.facts, settled: true, pendingLogins };
    if (pendingLogins.refused === 0) return this.#sight({ ...seen, view, facts });
    return this.#withValues({ ...seen, view, facts }, pending);
  }

  async #configurationTest(seen: Seen): Promise<UserSight> {
    const current = await this.#observer.read(seen.labels.current);
    const view = await this.#look();
    const currentLogins = current && (await this.#observer.logIn(view, current));
    return this.#sight({ ...seen, view, facts: { ...seen.facts, currentLogins } });
  }

  /** Looks at the status only if a node refuses, and at the end. */
  async #afterPromotion(labels: Labels): Promise<UserSight> {
    const current = await this.#observer.read(labels.current);
    const seen: Seen = { labels, facts: { stage: 'current', hasCurrent: current !== undefined } };
    if (!current) return this.#sight(seen);
    // The nodes of the proof before promotion, if this invocation has promoted.
    const view = this.#view ? { ...this.#view } : await this.#look();
    const currentLogins = await this.#observer.logIn(view, current);
    const facts = { ...seen.facts, currentLogins };
    const isLast = this.#memory.rests >= RESTS_AFTER_PROMOTION;
    if (!isLast && currentLogins.refused === 0) return this.#sight({ ...seen, view, facts });
    const settled = await this.#isActive();
    this.#settled(settled);
    if (currentLogins.refused === 0) {
      return this.#sight({ ...seen, view, facts: { ...facts, settled } });
    }
    const isPending = labels.pending !== undefined && labels.pending !== labels.current;
    const pending = isPending ? await this.#observer.read(labels.pending) : undefined;
    const previousId = isRevokedIn(labels) ? undefined : labels.previous;
    const previous = await this.#observer.read(previousId);
    const previousUnread = previousId !== undefined && previous === undefined;
    const values = { current, pending, previous };
    return this.#sight({ ...seen, view, values, facts: { ...facts, settled, previousUnread } });
  }

  async #withValues(seen: Seen, pending: StoredCredentials): Promise<UserSight> {
    const current = await this.#observer.read(seen.labels.current);
    const values = current && { current, pending };
    return this.#sight({ ...seen, values, facts: { ...seen.facts, hasCurrent: !!current } });
  }

  async #isActive(): Promise<boolean> {
    return (await this.#ports.cache.lookAtUser()).active;
  }

  async #look(): Promise<LoginView> {
    this.#view = await this.#ports.cache.look();
    return { ...this.#view };
  }

  #unsettled(seen: Seen): UserSight {
    this.#settled(false);
    return this.#sight({ ...seen, facts: { ...seen.facts, settled: false } });
  }

  #settled(isSettled: boolean): void {
    this.#observer.note(isSettled);
    if (!isSettled) this.#memory.disturbed = true;
  }

  #sight(seen: Seen): UserSight {
    const { asked, disturbed, rests, waits } = this.#memory;
    const quiet = this.#observer.isQuiet(this.#timing.quietMs);
    const timeLeft = this.#ports.clock.remainingMs() > this.#timing.iterationMsMax;
    return {
      facts: { ...seen.facts, asked, disturbed, quiet, rests, timeLeft, waits },
      labels: seen.labels,
      values: seen.values,
      endpoints: seen.view?.endpoints,
      unreachableWhy: seen.view?.unreachableWhy,
    };
  }
}
