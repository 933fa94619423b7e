/**
 * A model of Secrets Manager and ElastiCache, with every fault that a rotation may meet.
 *
 * It is as bad as AWS's documents allow: what they leave open, it does in each way. Wherever the
 * outside could behave in two ways, it asks `pick`. After every call it checks what must always
 * hold, and throws a `Violation` if it does not.
 * What it takes for granted: a change shows in the status, or on a node, within the quiet time.
 */

import type { Password } from '../../contract/password';
import type { Credentials } from '../../contract/secret-json';
import type { Labels, Login, Ports } from '../../lambda/rotation/ports';
import type { Pick } from './choices';
import { Faults } from './faults';
import {
  modelPassword,
  mustHoldNoPassword,
  NODE_LIST,
  namesByPlace,
  SHUT,
  UNREACHABLE,
  USERNAME,
} from './model-answers';
import { type Duplicates, ModelCache } from './model-cache';
import { ModelClock } from './model-clock';
import { ModelSecret } from './model-secret';
import { Violation } from './violation';
import type { WorldOptions } from './world-options';

const DUPLICATES: readonly Duplicates[] = ['evict', 'ignore', 'reorder'];
/** Milliseconds that an invocation lives: six ticks, and the time of one iteration. */
const LIFE_MS = 70;
/** Far below a day: what is due after days, as a grace period is, is due in no schedule. */
const LASTS_MS_MAX = 1_000_000;

export class World {
  readonly #pick: Pick;
  readonly #searchLogs: boolean;
  readonly cache: ModelCache;
  readonly #faults: Faults;
  readonly #foreign: boolean;
  readonly #mayTakeBack: boolean;
  readonly secret: ModelSecret;
  #previousIsOwed = false;
  readonly #clock = new ModelClock(LIFE_MS);
  /** When AWSCURRENT was moved last. */
  #movedMs = 0;
  #passwordsMade = 0;
  /** Daily checks that may still come. */
  dailyChecksLeft: number;
  /** Somebody changed the passwords by hand before a rotation left a trace to compare with. */
  changedUnseen = false;
  /** Somebody changed the passwords by hand, and so pushed out the current one. */
  lockedOutByHand = false;

  /** Versions whose password the cache was asked for. */
  readonly askedFor = new Set<string>();

  constructor({ searchLogs, dailyChecksMax, foreign, takenBack, ...options }: WorldOptions) {
    const { pick } = options;
    this.#faults = new Faults(options);
    this.dailyChecksLeft = dailyChecksMax;
    this.#foreign = foreign;
    this.#mayTakeBack = takenBack;
    this.#pick = pick;
    this.#searchLogs = searchLogs;
    // The worse world comes first, so that what is wrong is found soon. Only a daily check asks for
    // a password that is accepted already, so only there does it matter.
    const duplicate = DUPLICATES[pick(dailyChecksMax > 0 ? 3 : 2)] ?? 'evict';
    const first = this.newPassword();
    const password = this.newPassword();
    // Just deployed: one password, no NEWEST. Or rotated before: two, NEWEST on the current one.
    const isFresh = pick(2) === 1;
    const nodes = NODE_LIST.map(() => (isFresh ? [password] : [first, password]));
    this.cache = new ModelCache(nodes, duplicate);
    const labels = isFresh ? { current: 'v0' } : { current: 'v0', newest: 'v0', previous: 'u0' };
    this.secret = new ModelSecret(this.#faults, labels);
    // Somebody has edited the name in it, which nothing of ours may believe.
    this.values.set('v0', { username: 'edited', password });
    this.values.set('u0', { username: USERNAME, password: first });
  }

  get values(): Map<string, Credentials> {
    return this.secret.values;
  }

  get isSettled(): boolean {
    return this.cache.isSettled;
  }

  /** Whether ElastiCache says that nothing is being changed. */
  get looksSettled(): boolean {
    return this.cache.looksSettled;
  }

  get labels(): Labels {
    return this.secret.labels;
  }

  /**
   * All that the future depends on between two invocations for this version: worlds with the same
   * state behave alike from there on. Passwords are named by where they are, not by their texts.
   */
  stateFor(versionId: string): string {
    if (this.#clock.nowMs > LASTS_MS_MAX)
      throw new Error('a schedule must end before a grace period');
    const nameOf = namesByPlace();
    const { cache, secret, dailyChecksLeft, changedUnseen, lockedOutByHand } = this;
    const parts = [cache.stateBy(nameOf), secret.stateBy(nameOf, versionId, cache.authChangedAt)];
    const flags = [dailyChecksLeft, changedUnseen, lockedOutByHand, this.#previousIsOwed];
    const rest = [this.#clock.sinceTickMs, this.askedFor.has(versionId), this.#faults.state];
    return [...parts, flags, rest].join(';');
  }

  /** Secrets Manager begins a rotation: a pending version that has no value. */
  startRotation(versionId: string): void {
    this.secret.labels = { ...this.labels, pending: versionId };
  }

  /** The operator's documented recovery, before starting anew. */
  cancelRotation(): void {
    this.secret.labels = { ...this.labels, pending: undefined };
  }

  startInvocation(): void {
    this.#clock.startInvocation();
  }

  get calls(): number {
    return this.#faults.calls;
  }

  get faults(): number {
    return this.#faults.count;
  }

  /** From here on nothing goes wrong any more. */
  endFaults(): void {
    this.#faults.end();
  }

  /** Between two invocations the cache may go on by itself, or may not have had the time. */
  passTimeBetween(): void {
    if (this.isSettled || this.#pick(2) === 0) return;
    this.finishChange();
  }

  ports(): Ports {
    const write = <T>(effect: () => T) => this.#faults.write(effect, () => this.check());
    const writeFor = <T>(versionId: string | undefined, effect: () => T) =>
      write(() => {
        this.secret.mustBePending(versionId);
        return effect();
      });
    return {
      secrets: {
        labels: () => this.#faults.read(() => this.secret.seenLabels()),
        read: (versionId) => this.#faults.read(() => this.secret.seenValue(versionId)),
        put: (versionId, credentials) =>
          writeFor(versionId, () => this.secret.put(versionId, credentials)),
        move: (label, from, to) => writeFor(to, () => this.#move(label, from, to)),
        history: () =>
          this.#faults.read(() => ({ createdMs: new Map(), changedMs: this.#movedMs })),
        markRevoked: (versionId, since) =>
          write(() => this.#relabel({ revoked: { versionId, since } })),
        unmarkRevoked: () => write(() => this.#relabel({ revoked: undefined })),
      },
      cache: {
        username: USERNAME,
        look: () => this.#faults.read(() => this.cache.look()),
        login: (node, username, password) =>
          this.#faults.read(() => this.#login(node.port, username, password)),
        ask: (password) => writeFor(this.secret.versionOf(password), () => this.ask(password)),
        askAlone: (password) => write(() => this.#askAlone(password)),
        probe: () => this.#faults.read(() => SHUT),
        endSessions: async () => ({ count: 0 }),
      },
      clock: this.#clock.port(
        () => this.#tick(),
        () => this.#mayTakeBack && this.secret.mayBeTakenBack(),
      ),
      newPassword: () => this.newPassword(),
      log: (line) => this.#searchLog(line),
    };
  }

  newPassword(): Password {
    this.#passwordsMade += 1;
    return modelPassword(this.#passwordsMade);
  }

  /** ROTATE. While another change is under way it is refused, which a rotation takes as "wait". */
  ask(password: Password): 'asked' | 'busy' {
    if (this.cache.isBusy) return 'busy';
    this.finishChange();
    this.#previousIsOwed = false;
    this.askedFor.add(this.secret.versionOf(password) ?? '');
    this.cache.begin(password, false, this.#faults.choosePace());
    return 'asked';
  }

  /** SET, of the password that was accepted last: what AWS's documents ask for. */
  #askAlone(password: Password): 'asked' | 'busy' | 'not-newest' {
    if (this.cache.isBusy) return 'busy';
    this.finishChange();
    if (!this.cache.newest?.equals(password)) return 'not-newest';
    if (this.#previousIsOwed) throw new Violation('I2: AWSPREVIOUS is revoked before its time');
    if (this.cache.nodes.every((node) => node.length === 1)) return 'asked';
    this.cache.begin(password, true, this.#faults.choosePace());
    return 'asked';
  }

  /**
   * Somebody may change the passwords by hand here, or a deploy send the first one again. In the
   * middle of a rotation that itself pushes out the current one, which nothing of ours can help.
   */
  mayRotateByHand(): void {
    if (!this.#foreign || !this.isSettled || this.#faults.choose(2) === 0) return;
    this.#previousIsOwed = false;
    this.changedUnseen ||= this.labels.previous === undefined;
    this.cache.rotateByHand(this.newPassword());
    const current = this.#passwordOf(this.labels.current);
    this.lockedOutByHand = !current || !this.accepts(0, current);
  }

  /** Whether only the current password is accepted. */
  get isRevoked(): boolean {
    const current = this.#passwordOf(this.labels.current);
    return current !== undefined && this.cache.acceptsAlone(current);
  }

  /** From now on the previous password may be revoked. */
  endGrace(): void {
    this.#previousIsOwed = false;
  }

  /** SET, at once. Only wrong rotations call it. */
  set(password: Password): void {
    this.cache.setAtOnce(password);
    this.check();
  }

  accepts(nodeIndex: number, password: Password): boolean {
    return this.cache.accepts(nodeIndex, password);
  }

  check(): void {
    const current = this.#passwordOf(this.labels.current);
    const owed = this.#previousIsOwed ? this.#passwordOf(this.labels.previous) : undefined;
    for (const node of this.cache.nodes) {
      if (!current || !node.includes(current)) throw new Violation('I1: a node refuses AWSCURRENT');
      if (owed && !node.includes(owed)) throw new Violation('I2: a node refuses AWSPREVIOUS');
      if (node.length > 2) throw new Violation('I3: a node accepts more than two passwords');
    }
  }

  #move(label: 'current' | 'newest', from: string | undefined, to: string): void {
    this.secret.move(label, from, to);
    if (label !== 'current') return;
    this.#previousIsOwed = true;
    this.#movedMs = this.#clock.nowMs;
  }

  #relabel(labels: Partial<Labels>): void {
    this.secret.labels = { ...this.labels, ...labels };
  }

  #login(port: number, username: string, password: Password): Login {
    if (this.#faults.choose(2) === 1) return UNREACHABLE;
    const isAccepted = username === USERNAME && this.accepts(port - 1, password);
    return { answer: isAccepted ? 'accepted' : 'refused' };
  }

  /** Time passes until nothing is under way. */
  finishChange(): void {
    while (!this.isSettled) this.#tick();
  }

  #tick(): void {
    if (this.isSettled) return;
    this.cache.tick();
    this.check();
  }

  #passwordOf(versionId: string | undefined): Password | undefined {
    return versionId === undefined ? undefined : this.values.get(versionId)?.password;
  }

  #searchLog(line: object): void {
    if (this.#searchLogs) mustHoldNoPassword(line);
  }
}
