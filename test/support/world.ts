/**
 * A model of Secrets Manager and ElastiCache, with every fault that a rotation may meet.
 *
 * It is as bad as AWS's documents allow: what they leave open, it does in each way. Wherever the
 * outside could behave in two ways, it asks `pick`. After every call it checks what must always
 * hold, and throws a `Violation` if it does not.
 *
 * What it takes for granted: a change shows in the status, or on a node, within the quiet time.
 */

import type { Credentials } from '../../contract/credentials';
import { Password } from '../../contract/password';
import type { CacheView, Labels, Login, Ports } from '../../lambda/rotation/ports';
import type { RunTiming } from '../../lambda/rotation/run';
import type { Pick } from './choices';
import { ORDINARY_PACES, PACES, type Tick } from './paces';

/** Something that must never be. Its message names the invariant. */
export class Violation extends Error {}

/** The process died, or its call's answer was lost: the same, since the loop catches nothing. */
export const CRASH = new Error('crash');

export const TIMING: RunTiming = { pollIntervalMs: 10, quietMs: 20, turnMsMax: 10 };

const NODES = 2;
/** Milliseconds that an invocation lives: six waits. */
const LIFE_MS = 70;
const ENDPOINTS = { host: 'primary', readerHost: 'reader', port: 6380 };
const NODE_LIST = Array.from({ length: NODES }, (_, index) => ({ host: 'node', port: index + 1 }));
const ACCEPTED: Login = { answer: 'accepted' };
const REFUSED: Login = { answer: 'refused' };
const UNREACHABLE: Login = { answer: 'unreachable', why: 'timed-out' };

/** A change of passwords that is under way. */
interface Change {
  readonly password: Password;
  /** What each coming tick of time does, the next one first. */
  readonly ticks: Tick[];
  /** Whether the status shows it. */
  shown: boolean;
  /** Whether the status has shown its end, although a node may lag. */
  released: boolean;
}

export interface WorldOptions {
  readonly pick: Pick;
  readonly faultsMax: number;
  /**
   * Whether a process also dies at reads. That leaves behind the same as dying after the write
   * before, so a run with more faults can leave it out.
   */
  readonly crashAtReads: boolean;
  /** Whether each log line is searched for passwords, which costs most of the time. */
  readonly searchLogs: boolean;
}

export class World {
  readonly values = new Map<string, Credentials>();
  readonly #pick: Pick;
  readonly #searchLogs: boolean;
  readonly #crashAtReads: boolean;
  /** Each node's passwords, the oldest first. */
  readonly #nodes: Password[][];
  /** ROTATE with a password that a node has already: no-op, or it pushes out the other. */
  readonly #duplicateEvicts: boolean;
  #labels: Labels;
  #labelsBefore: Labels;
  #previous: string | undefined;
  #previousIsOwed = false;
  #change: Change | undefined;
  #faultsLeft: number;
  #nowMs = 0;
  #diesAtMs = 0;
  #passwordsMade = 0;
  calls = 0;
  faults = 0;

  constructor({ pick, faultsMax, crashAtReads, searchLogs }: WorldOptions) {
    this.#pick = pick;
    this.#crashAtReads = crashAtReads;
    this.#faultsLeft = faultsMax;
    this.#searchLogs = searchLogs;
    // The worse world comes first, so that what is wrong is found soon.
    this.#duplicateEvicts = pick(2) === 0;
    const first = this.newPassword();
    const password = this.newPassword();
    this.values.set('v0', { username: 'default', password });
    // Just deployed: one password, no NEWEST. Or rotated before: two, NEWEST on the current one.
    const isFresh = pick(2) === 1;
    this.#nodes = NODE_LIST.map(() => (isFresh ? [password] : [first, password]));
    this.#labels = isFresh ? { current: 'v0' } : { current: 'v0', newest: 'v0' };
    this.#labelsBefore = this.#labels;
  }

  get isSettled(): boolean {
    return this.#change === undefined;
  }

  get labels(): Labels {
    return this.#labels;
  }

  /** Secrets Manager begins a rotation: a pending version that has no value. */
  startRotation(versionId: string): void {
    this.#setLabels({ ...this.#labels, pending: versionId });
  }

  /** The operator's documented recovery, before starting anew. */
  cancelRotation(): void {
    this.#setLabels({ ...this.#labels, pending: undefined });
  }

  startInvocation(): void {
    this.#diesAtMs = this.#nowMs + LIFE_MS;
  }

  /** From here on nothing goes wrong any more. */
  endFaults(): void {
    this.#faultsLeft = 0;
  }

  /** Between two invocations the cache may go on by itself, or may not have had the time. */
  passTimeBetween(): void {
    if (!this.#change || this.#pick(2) === 0) return;
    while (this.#change) this.#tick();
  }

  ports(): Ports {
    return {
      secrets: {
        labels: () => this.#answer(() => this.#seenLabels()),
        read: (versionId) => this.#answer(() => this.#seenValue(versionId)),
        put: (versionId, credentials) =>
          this.#write(() => {
            if (this.values.has(versionId)) return 'has-value';
            this.values.set(versionId, credentials);
            return 'stored';
          }),
        move: (label, from, to) => this.#write(() => this.#move(label, from, to)),
      },
      cache: {
        look: () => this.#answer(() => this.#look()),
        login: (node, _username, password) => this.#answer(() => this.#login(node.port, password)),
        ask: (password) => this.#write(() => this.ask(password)),
      },
      clock: {
        nowMs: () => this.#nowMs,
        remainingMs: () => this.#diesAtMs - this.#nowMs,
        wait: async (ms) => {
          this.#nowMs += ms;
          if (this.#change) this.#tick();
        },
      },
      newPassword: () => this.newPassword(),
      log: (line) => this.#searchLog(line),
    };
  }

  newPassword(): Password {
    this.#passwordsMade += 1;
    return Password.of(`model-password-${this.#passwordsMade}`);
  }

  /** ROTATE. While another change is under way it is refused, which a rotation takes as "wait". */
  ask(password: Password): void {
    if (this.#change && !this.#change.released) return;
    while (this.#change) this.#tick();
    this.#previousIsOwed = false;
    const pace = PACES[this.#choosePace()];
    if (!pace) return;
    const { shown, ticks } = pace;
    this.#change = { password, shown, released: false, ticks: [...ticks] };
  }

  /** SET, at once. Only wrong rotations call it. */
  set(password: Password): void {
    for (const node of this.#nodes) node.splice(0, node.length, password);
    this.check();
  }

  accepts(nodeIndex: number, password: Password): boolean {
    return this.#nodes[nodeIndex]?.includes(password) ?? false;
  }

  check(): void {
    const current = this.#passwordOf(this.#labels.current);
    const owed = this.#previousIsOwed ? this.#passwordOf(this.#previous) : undefined;
    for (const node of this.#nodes) {
      if (!current || !node.includes(current)) throw new Violation('I1: a node refuses AWSCURRENT');
      if (owed && !node.includes(owed)) throw new Violation('I2: a node refuses AWSPREVIOUS');
      if (node.length > 2) throw new Violation('I3: a node accepts more than two passwords');
    }
  }

  /** One of `below` ways: the first is no fault, and each other one uses up one. */
  #chooseFault(below: number): number {
    if (this.#faultsLeft === 0) return 0;
    const way = this.#pick(below);
    if (way > 0) this.#countFault();
    return way;
  }

  #countFault(): void {
    this.#faultsLeft -= 1;
    this.faults += 1;
  }

  #choosePace(): number {
    const pace = this.#pick(this.#faultsLeft > 0 ? PACES.length : ORDINARY_PACES);
    if (pace >= ORDINARY_PACES) this.#countFault();
    return pace;
  }

  async #answer<T>(read: () => T): Promise<T> {
    this.calls += 1;
    if (this.#crashAtReads && this.#chooseFault(2) === 1) throw CRASH;
    return read();
  }

  async #write<T>(effect: () => T): Promise<T> {
    this.calls += 1;
    const way = this.#chooseFault(3);
    if (way === 1) throw CRASH;
    const answer = effect();
    this.check();
    if (way === 2) throw CRASH;
    return answer;
  }

  /** Labels are eventually consistent: what is seen may lack the last move. */
  #seenLabels(): Labels {
    if (this.#labelsBefore === this.#labels) return this.#labels;
    return this.#chooseFault(2) === 1 ? this.#labelsBefore : this.#labels;
  }

  /** And so are values: one that was just put may not be found. */
  #seenValue(versionId: string): Credentials | undefined {
    const value = this.values.get(versionId);
    return value && this.#chooseFault(2) === 1 ? undefined : value;
  }

  #move(label: 'current' | 'newest', from: string | undefined, to: string): void {
    // Compare and swap: AWS answers InvalidParameterException, and the step ends.
    if (this.#labels[label] !== from) throw CRASH;
    if (label === 'current') {
      this.#previous = this.#labels.current;
      this.#previousIsOwed = true;
    }
    this.#setLabels({ ...this.#labels, [label]: to });
  }

  #setLabels(labels: Labels): void {
    this.#labelsBefore = this.#labels;
    this.#labels = labels;
  }

  #look(): CacheView {
    return { settled: !this.#change?.shown, endpoints: ENDPOINTS, nodes: NODE_LIST };
  }

  #login(port: number, password: Password): Login {
    if (this.#chooseFault(2) === 1) return UNREACHABLE;
    return this.accepts(port - 1, password) ? ACCEPTED : REFUSED;
  }

  #tick(): void {
    const change = this.#change;
    const tick = change?.ticks.shift();
    if (!change) return;
    if (tick === 'show') change.shown = true;
    if (tick === 'hide') Object.assign(change, { shown: false, released: true });
    if (typeof tick === 'object') this.#apply(tick.applyTo, change.password);
    if (change.ticks.length === 0) this.#change = undefined;
    this.check();
  }

  #apply(nodeIndex: number, password: Password): void {
    const node = this.#nodes[nodeIndex];
    const newest = node?.[node.length - 1];
    if (!node || !newest) return;
    if (!node.includes(password)) node.splice(0, node.length, newest, password);
    else if (this.#duplicateEvicts) node.splice(0, node.length, password);
  }

  #passwordOf(versionId: string | undefined): Password | undefined {
    return versionId === undefined ? undefined : this.values.get(versionId)?.password;
  }

  #searchLog(line: object): void {
    if (this.#searchLogs && JSON.stringify(line).includes('model-password')) {
      throw new Violation('I5: a log line holds a password');
    }
  }
}
