/**
 * Secrets Manager in the model: versions, their values and labels, which may be seen late; and an
 * operator who takes a rotation back.
 */

import type { Password } from '../../contract/password';
import type { Credentials } from '../../contract/secret-json';
import type { Labels } from '../../lambda/rotation/ports';
import { CRASH, type Faults } from './faults';
import { Violation } from './violation';

export class ModelSecret {
  readonly values = new Map<string, Credentials>();
  /** The version that the operator took back last, while a step of it was waiting. */
  takenBack: string | undefined;
  readonly #faults: Faults;
  #labels: Labels;
  #labelsBefore: Labels;
  #sawOldLabels = false;

  constructor(faults: Faults, labels: Labels) {
    this.#faults = faults;
    this.#labels = labels;
    this.#labelsBefore = labels;
  }

  /**
   * All that its future depends on while `versionId` is being rotated: versions that no label
   * names are never read again. `nameOf` names passwords by where they are.
   */
  stateBy(nameOf: (password: Password) => number, versionId: string, authChangedAt: string) {
    const seen = [
      this.#labels,
      ...(this.#labelsBefore === this.#labels ? [] : [this.#labelsBefore]),
    ];
    const ids = new Set([versionId, this.takenBack, ...seen.flatMap(idsOf)]);
    const values = Array.from(ids, (id = '') => {
      const value = this.values.get(id);
      return value && [id, value.username, nameOf(value.password), !value.endpoints].join('.');
    });
    const labels = seen.map((each) => printed(each, authChangedAt));
    return [...labels, ...values, this.takenBack, this.#sawOldLabels].join();
  }

  get labels(): Labels {
    return this.#labels;
  }

  set labels(labels: Labels) {
    this.#labelsBefore = this.#labels;
    this.#labels = labels;
  }

  /** Labels are eventually consistent: what is seen may lack the last move. */
  seenLabels(): Labels {
    if (this.#labelsBefore === this.#labels) return this.#labels;
    if (this.#faults.choose(2) === 0) return this.#labels;
    this.#sawOldLabels = true;
    return this.#labelsBefore;
  }

  /** And so are values: one that was just put may not be found. */
  seenValue(versionId: string): Credentials | undefined {
    const value = this.values.get(versionId);
    return value && this.#faults.choose(2) === 1 ? undefined : value;
  }

  put(versionId: string, credentials: Credentials): 'stored' | 'has-value' {
    if (this.values.has(versionId)) return 'has-value';
    this.values.set(versionId, credentials);
    return 'stored';
  }

  /** Compare and swap: AWS answers InvalidParameterException, and the step ends. */
  move(label: 'current' | 'newest', from: string | undefined, to: string): void {
    if (this.#labels[label] !== from) throw CRASH;
    const previous = label === 'current' ? from : this.#labels.previous;
    this.labels = { ...this.#labels, [label]: to, previous };
  }

  /**
   * Somebody puts a copy of AWSCURRENT that differs in its username. AWS leaves AWSPENDING on the
   * version before, which now has AWSPREVIOUS: no label names the previous password any more.
   */
  edit(versionId: string): void {
    const { current = '' } = this.#labels;
    const value = this.values.get(current);
    if (value) this.values.set(versionId, { ...value, username: 'edited' });
    this.labels = { ...this.#labels, current: versionId, previous: current };
  }

  /** As docs/operate.md says of an edited version: AWSPREVIOUS is taken off it. */
  takePreviousOff(): void {
    this.labels = { ...this.#labels, previous: undefined };
  }

  /** By the operator, who does not see that a step is waiting. Counts as a fault. */
  mayBeTakenBack(): void {
    const { pending, current } = this.#labels;
    if (pending === undefined || pending === current || this.#faults.choose(2) === 0) return;
    this.takenBack = pending;
    this.labels = { ...this.#labels, pending: undefined };
  }

  /** Nothing may be done for a version that was taken back, except where that was seen late. */
  mustBePending(versionId: string | undefined): void {
    if (versionId === undefined || versionId !== this.takenBack || this.#sawOldLabels) return;
    throw new Violation('I7: something is done for a version that was taken back');
  }

  /** The version of a rotation that is going on, or was, if the password is its own. */
  versionOf(password: Credentials['password']): string | undefined {
    const pending = this.#labels.pending ?? this.takenBack;
    const value = pending === undefined ? undefined : this.values.get(pending);
    return value?.password.equals(password) ? pending : undefined;
  }
}

function idsOf({ current, pending, newest, previous, revoked }: Labels) {
  return [current, pending, newest, previous, revoked?.versionId];
}

/** In the order in which they were set, since that can be seen. */
function printed(labels: Labels, authChangedAt: string): string {
  const { revoked } = labels;
  const ids = Object.entries(labels).map(([label, id]) =>
    label === 'revoked' ? `${revoked?.versionId}.${revoked?.since === authChangedAt}` : id,
  );
  return `${Object.keys(labels)}=${ids}`;
}
