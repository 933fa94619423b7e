/**
 * A model of Secrets Manager and of a user in ElastiCache, with every fault that a rotation may
 * meet, and one stack update that sets the user's passwords. As bad as `world.ts`.
 *
 * After every call it checks what must always hold. An outage that a stack update or a change by
 * hand has caused is counted by what ends it; any other is a violation.
 */

import type { Password } from '../../contract/password';
import type { Credentials } from '../../contract/secret-json';
import { isRevokedIn } from '../../lambda/rotation/observe';
import type { Labels, Login, Ports, UserCache } from '../../lambda/rotation/ports';
import type { Pick } from './choices';
import { Faults } from './faults';
import {
  ENDPOINTS,
  modelPassword,
  mustHoldNoPassword,
  NODE_LIST,
  namesByPlace,
  SHUT,
  UNREACHABLE,
  USERNAME,
} from './model-answers';
import { ModelClock } from './model-clock';
import { ModelSecret } from './model-secret';
import { ModelUser } from './model-user';
import { Outages } from './outages';
import { StackUpdate } from './stack-update';
import { PACES_WITH_UPDATE, USER_PACES } from './user-paces';
import { Violation } from './violation';
import type { UserWorldOptions } from './world-options';

/** Milliseconds that an invocation lives: nineteen ticks, and the time of one iteration. */
const LIFE_MS = 200;

export class UserWorld {
  readonly #pick: Pick;
  readonly #options: UserWorldOptions;
  readonly #faults: Faults;
  readonly secret: ModelSecret;
  readonly user: ModelUser;
  readonly outages = new Outages();
  readonly #update: StackUpdate;
  /** Checks that an update of the user still has to set off. */
  checksOwed = 0;
  changesByHandLeft: number;
  dailyChecksLeft: number;
  #previousIsOwed = false;
  readonly #clock = new ModelClock(LIFE_MS);
  #changedMs = 0;
  #passwordsMade = 0;

  constructor(options: UserWorldOptions) {
    const { pick, foreign, stackUpdate, dailyChecksMax } = options;
    this.#pick = pick;
    this.#options = options;
    this.#faults = new Faults(options);
    this.changesByHandLeft = foreign ? 1 : 0;
    this.dailyChecksLeft = dailyChecksMax;
    const first = this.newPassword();
    const password = this.newPassword();
    // Just deployed: one password. Or rotated before: two, in the grace period.
    const isFresh = pick(2) === 1;
    this.user = new ModelUser(isFresh ? [password] : [password, first]);
    const labels = isFresh ? { current: 'v0' } : { current: 'v0', previous: 'u0' };
    this.secret = new ModelSecret(this.#faults, labels);
    this.#previousIsOwed = !isFresh;
    this.values.set('v0', { username: 'edited', password });
    if (!isFresh) this.values.set('u0', { username: USERNAME, password: first });
    this.#update = new StackUpdate(stackUpdate ? password : undefined);
  }

  get values(): Map<string, Credentials> {
    return this.secret.values;
  }

  get labels(): Labels {
    return this.secret.labels;
  }

  get calls(): number {
    return this.#faults.calls;
  }

  get faults(): number {
    return this.#faults.count;
  }

  endFaults(): void {
    this.#faults.end();
  }

  /**
   * All that the future depends on between two invocations for this version: worlds with the same
   * state behave alike from there on. Passwords are named by where they are, not by their texts.
   */
  stateFor(versionId: string): string {
    const nameOf = namesByPlace();
    const parts = [this.user.stateBy(nameOf), this.secret.stateBy(nameOf, versionId, '')];
    const revoked = this.labels.revoked?.versionId;
    const rest = [this.#clock.sinceTickMs, this.#previousIsOwed, this.outages.state, revoked];
    const left = [this.checksOwed, this.changesByHandLeft, this.dailyChecksLeft];
    return [...parts, this.#update.stateBy(nameOf), rest, left, this.#faults.state].join(';');
  }

  /** Secrets Manager begins a rotation, or the operator takes it back: its label goes. */
  setPending(versionId: string | undefined): void {
    this.secret.labels = { ...this.labels, pending: versionId };
  }

  startInvocation(kind: 'rotation' | 'daily check' | 'check after the update'): void {
    this.#clock.startInvocation();
    this.outages.startInvocation(kind);
    this.#mayUpdate();
  }

  get isCurrentRefused(): boolean {
    return this.user.nodes.some(({ list }) => !list.includes(this.#current));
  }

  /** finishSecret has ended and said that all is well: it has seen what is under way, too. */
  endWell(): void {
    if (this.faults > 0 || this.user.lastList.includes(this.#current)) return;
    throw new Violation('I6: finishSecret ends although AWSCURRENT will be refused');
  }

  /** Between two invocations the user may go on by itself, or may not have had the time. */
  passTimeBetween(): void {
    this.outages.startInvocation('rotation');
    this.#mayUpdate();
    if (this.user.isSettled || this.#pick(2) === 0) return;
    this.finishChange();
  }

  /** Time passes until nothing is under way. */
  finishChange(): void {
    while (!this.user.isSettled) this.#tick();
  }

  ports(): Ports<UserCache> {
    const read = <T>(look: () => T) => this.#faults.read(look);
    const write = <T>(effect: () => T) => this.#faults.write(effect, () => this.check());
    const writeFor = <T>(versionId: string | undefined, effect: () => T) =>
      write(() => {
        this.secret.mustBePending(versionId);
        return effect();
      });
    return {
      secrets: {
        labels: () => read(() => this.secret.seenLabels()),
        read: (versionId) => read(() => this.secret.seenValue(versionId)),
        put: (versionId, credentials) =>
          writeFor(versionId, () => this.secret.put(versionId, credentials)),
        move: (label, from, to) => {
          this.#mayUpdate();
          return writeFor(to, () => this.#move(label, from, to));
        },
        history: () => read(() => ({ createdMs: new Map(), changedMs: this.#changedMs })),
        markRevoked: (versionId, since) =>
          write(() => this.#relabel({ revoked: { versionId, since } })),
        unmarkRevoked: () => write(() => this.#relabel({ revoked: undefined })),
      },
      cache: {
        username: USERNAME,
        look: () => read(() => ({ settled: true, endpoints: ENDPOINTS, nodes: NODE_LIST })),
        lookAtUser: () => {
          this.#mayUpdate();
          const { looksActive: active, passwordCount } = this.user;
          return read(() => ({ active, passwordCount, authentication: 'password' }));
        },
        login: (node, username, password) => read(() => this.#login(node.port, username, password)),
        askList: (passwords) => {
          this.#mayUpdate();
          const versions = passwords.flatMap((password) => this.secret.versionOf(password) ?? []);
          return writeFor(versions[0], () => this.#askList(passwords));
        },
        probe: () => read(() => SHUT),
        endSessions: async () => ({ count: 0 }),
      },
      clock: this.#clock.port(
        () => {
          this.#mayUpdate();
          this.#tick();
        },
        () => this.#options.takenBack && this.secret.mayBeTakenBack(),
      ),
      newPassword: () => this.newPassword(),
      log: (line) => this.#searchLog(line),
    };
  }

  newPassword(): Password {
    this.#passwordsMade += 1;
    return modelPassword(this.#passwordsMade);
  }

  /** Somebody sets one other password by hand. */
  mayChangeByHand(): void {
    if (this.changesByHandLeft === 0 || this.user.isBusy || this.#faults.choose(2) === 0) return;
    this.changesByHandLeft -= 1;
    this.user.begin([this.newPassword()], 'hand', USER_PACES[0]);
  }

  /** From now on the previous password may be revoked. */
  endGrace(): void {
    this.#previousIsOwed = false;
  }

  /** Whether only the current password is accepted, and nothing is under way. */
  get isRevoked(): boolean {
    const { nodes, isSettled } = this.user;
    const current = this.#current;
    return isSettled && nodes.every(({ list }) => list.length === 1 && list[0]?.equals(current));
  }

  check(): void {
    const current = this.#current;
    const owed = this.#previousIsOwed ? this.#passwordOf(this.labels.previous) : undefined;
    let refusedBy: 'stack update' | 'hand' | undefined;
    for (const [index, { list, sender }] of this.user.nodes.entries()) {
      const isOurs = sender === 'function';
      if (list.length > 2) throw new Violation('I3: a node accepts more than two passwords');
      if (isOurs && owed && !list.includes(owed)) {
        throw new Violation('I2: a node refuses AWSPREVIOUS');
      }
      if (list.includes(current)) continue;
      if (sender === 'function') throw new Violation('I1: a node refuses AWSCURRENT');
      // Ends by itself: a list with the current password is on its way.
      if (!this.user.willAccept(index, current)) refusedBy = sender;
    }
    this.outages.note(refusedBy);
  }

  get #current(): Password {
    const current = this.#passwordOf(this.labels.current);
    if (!current) throw new Violation('AWSCURRENT has no value');
    return current;
  }

  /** The stack update may set the passwords here: to AWSCURRENT, or to what was AWSCURRENT. */
  #mayUpdate(): void {
    const read = this.user.isBusy ? undefined : this.#update.mayRun(this.#pick);
    if (!read) return;
    this.user.begin([read], 'stack update', this.#faults.choosePace(this.#paces));
    // Its event may be lost.
    if (this.#options.checkedAfterUpdate && this.#faults.choose(2) === 0) this.checksOwed = 2;
    this.check();
  }

  get #paces() {
    return this.#options.stackUpdate ? PACES_WITH_UPDATE : USER_PACES;
  }

  #askList(passwords: readonly Password[]): 'asked' | 'busy' {
    if (this.user.isBusy) return 'busy';
    const pending = passwords.find((password) => this.secret.versionOf(password));
    const previous = this.#passwordOf(this.labels.previous);
    if (isRevokedIn(this.labels) && previous && passwords.includes(previous)) {
      throw new Violation('I3: a revoked password is set again');
    }
    // A rotation ends the grace period of the one before.
    if (pending !== undefined && !pending.equals(this.#current)) this.#previousIsOwed = false;
    this.user.begin(passwords, 'function', this.#faults.choosePace(this.#paces));
    return 'asked';
  }

  #move(label: 'current' | 'newest', from: string | undefined, to: string): void {
    this.secret.move(label, from, to);
    this.#previousIsOwed = true;
    this.#changedMs = this.#clock.nowMs;
    this.#update.noteCurrent(this.#passwordOf(to));
  }

  #relabel(labels: Partial<Labels>): void {
    this.secret.labels = { ...this.labels, ...labels };
    this.#changedMs = this.#clock.nowMs;
  }

  #login(port: number, username: string, password: Password): Login {
    if (this.#faults.choose(2) === 1) return UNREACHABLE;
    const isAccepted = username === USERNAME && this.user.accepts(port - 1, password);
    return { answer: isAccepted ? 'accepted' : 'refused' };
  }

  #tick(): void {
    if (this.user.isSettled) return;
    this.user.tick();
    this.check();
  }

  #passwordOf(versionId: string | undefined): Password | undefined {
    return versionId === undefined ? undefined : this.values.get(versionId)?.password;
  }

  #searchLog(line: object): void {
    if (this.#options.searchLogs) mustHoldNoPassword(line);
  }
}
