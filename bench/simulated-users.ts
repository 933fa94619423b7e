/**
 * Simulates the rotations of many users of one cache by its one function, whose reserved
 * concurrency is 1, with a simulated clock.
 *
 * It runs the function's own loop, planner and times of the template. Lambda rejects an event while
 * another one runs. How Secrets Manager repeats it then, AWS does not document; here it does as
 * Lambda's queue of asynchronous events: after 1 s, doubling up to 5 minutes.
 */

import { Password } from '../contract/password';
import { ROTATION_STEPS } from '../contract/rotation';
import type { Credentials } from '../contract/secret-json';
import type { Labels, Ports, UserCache } from '../lambda/rotation/ports';
import { RotationError } from '../lambda/rotation/rotation-error';
import { run, waitToStart } from '../lambda/rotation/run';
import { USER } from '../lambda/rotation/strategy';
import {
  ATTEMPTS_MAX,
  BETWEEN_STEPS_MS,
  CALL_MS,
  ENDPOINTS,
  LIFE_MS,
  MINUTE_MS,
  NODES,
  TIMING,
} from './simulated-timing';
import { VirtualTime } from './virtual-time';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const AGAIN_MIN_MS = 1_000;
const AGAIN_MAX_MS = 5 * MINUTE_MS;

export interface SimulatedUsers {
  readonly finished: number;
  readonly failedInvocations: number;
  /** Calls of each rotation. */
  readonly calls: readonly number[];
  /** Requests that ElastiCache rejected, since another user of the group was being changed. */
  readonly busy: number;
  /** Events that Lambda rejected, and the longest time for which one of them was repeated. */
  readonly rejected: number;
  readonly rejectedLongestMs: number;
  readonly rejectedMax: number;
  /** From the first event to the end of the last rotation. */
  readonly lastsMs: number;
}

export interface SimulatedUsersOptions {
  readonly users: number;
  /** Of a change of one user. */
  readonly minutes: number;
  /** Milliseconds after which the rotation of a user begins. @default - all begin at once */
  readonly startsMs?: (index: number) => number;
}

/** Rotates each user once. */
export async function simulateUsers(options: SimulatedUsersOptions): Promise<SimulatedUsers> {
  const { users, minutes, startsMs = () => 0 } = options;
  const time = new VirtualTime();
  const cache = new SimulatedGroup(time, minutes * MINUTE_MS);
  const lambda = new SingleFunction(time);
  const rotations = Array.from({ length: users }, async (_, index) => {
    await time.wait(startsMs(index));
    return rotate(new SimulatedUser(cache, index), time, lambda);
  });
  await time.run();
  const ends = await Promise.all(rotations);
  return {
    finished: ends.filter(({ isFinished }) => isFinished).length,
    failedInvocations: ends.reduce((sum, { failed }) => sum + failed, 0),
    calls: ends.map(({ calls }) => calls),
    busy: cache.busy,
    rejected: lambda.rejected,
    rejectedLongestMs: lambda.rejectedLongestMs,
    rejectedMax: lambda.rejectedMax,
    lastsMs: Math.max(...ends.map(({ endMs }) => endMs)),
  };
}

async function rotate(user: SimulatedUser, time: VirtualTime, lambda: SingleFunction) {
  const versionId = `simulated-version-${user.index}`;
  user.labels = { ...user.labels, pending: versionId };
  let failed = 0;
  const end = () => ({
    failed,
    calls: user.calls,
    endMs: time.nowMs,
    isFinished: user.labels.current === versionId,
  });
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      for (const step of ROTATION_STEPS) {
        await lambda.invoke(async () => {
          const asked = {
            step,
            versionId,
            ports: user.ports(time.nowMs + LIFE_MS),
            timing: TIMING,
          };
          await waitToStart(asked);
          await run(asked, USER);
        });
        await time.wait(BETWEEN_STEPS_MS);
      }
      return end();
    } catch (error) {
      if (!(error instanceof RotationError)) throw error;
      failed += 1;
    }
  }
  return end();
}

/** A function that takes one event at a time. */
class SingleFunction {
  rejected = 0;
  rejectedMax = 0;
  rejectedLongestMs = 0;
  #isRunning = false;
  #seed = 1;

  constructor(private readonly time: VirtualTime) {}

  /** Repeats an event until the function takes it. */
  async invoke(event: () => Promise<void>): Promise<void> {
    const sinceMs = this.time.nowMs;
    let again = 0;
    for (; this.#isRunning; again++) {
      const waitMs = Math.min(AGAIN_MIN_MS * 2 ** again, AGAIN_MAX_MS);
      await this.time.wait(waitMs * (0.5 + this.#drawn() / 2));
    }
    this.rejected += again;
    this.rejectedMax = Math.max(this.rejectedMax, again);
    this.rejectedLongestMs = Math.max(this.rejectedLongestMs, this.time.nowMs - sinceMs);
    this.#isRunning = true;
    try {
      await event();
    } finally {
      this.#isRunning = false;
    }
  }

  /** From 0 to 1, the same in each run. */
  #drawn(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

/** A user group, of which one user is changed at a time. */
class SimulatedGroup {
  busy = 0;
  #change: { readonly user: SimulatedUser; readonly endsMs: number } | undefined;

  constructor(
    readonly time: VirtualTime,
    private readonly changeMs: number,
  ) {}

  changing(): SimulatedUser | undefined {
    if (this.#change && this.time.nowMs >= this.#change.endsMs) {
      this.#change.user.applied();
      this.#change = undefined;
    }
    return this.#change?.user;
  }

  ask(user: SimulatedUser): 'asked' | 'busy' {
    if (this.changing()) {
      this.busy += 1;
      return 'busy';
    }
    this.#change = { user, endsMs: this.time.nowMs + this.changeMs };
    return 'asked';
  }
}

/** A user and its secret, just created: one password. */
class SimulatedUser {
  calls = 0;
  labels: Labels = { current: 'v0' };
  readonly #values = new Map<string, Credentials>();
  #accepted: readonly Password[];
  #asked: readonly Password[] = [];

  constructor(
    private readonly group: SimulatedGroup,
    readonly index: number,
  ) {
    const password = Password.of(`simulated-password-${index}`);
    this.#values.set('v0', { username: this.#name, password });
    this.#accepted = [password];
  }

  get #name(): string {
    return `user-${this.index}`;
  }

  applied(): void {
    this.#accepted = this.#asked;
  }

  ports(diesAtMs: number): Ports<UserCache> {
    const { group } = this;
    const { time } = group;
    const call = async <T>(answer: () => T): Promise<T> => {
      this.calls += 1;
      await time.wait(CALL_MS);
      group.changing();
      return answer();
    };
    const unused = (): never => {
      throw new Error('a rotation does not call this');
    };
    return {
      secrets: {
        labels: () => call(() => this.labels),
        read: (id) => call(() => this.#values.get(id)),
        put: (id, value) =>
          call(() => {
            this.#values.set(id, value);
            return 'stored';
          }),
        move: (label, from, to) =>
          call(() => {
            this.labels = { ...this.labels, [label]: to, previous: from };
          }),
        history: unused,
        markRevoked: unused,
        unmarkRevoked: unused,
      },
      cache: {
        username: this.#name,
        look: () =>
          call(() => ({
            settled: group.changing() === undefined,
            endpoints: ENDPOINTS,
            nodes: NODES,
          })),
        lookAtUser: () =>
          call(() => ({ active: group.changing() !== this, authentication: 'password' })),
        login: async (_node, _username, password) => ({
          answer: this.#accepted.some((each) => each.equals(password)) ? 'accepted' : 'refused',
        }),
        askList: (passwords) =>
          call(() => {
            const answer = group.ask(this);
            if (answer === 'asked') this.#asked = passwords;
            return answer;
          }),
        endSessions: unused,
        probe: unused,
      },
      clock: {
        nowMs: () => time.nowMs,
        epochMs: () => time.nowMs,
        remainingMs: () => diesAtMs - time.nowMs,
        wait: (ms) => time.wait(ms),
      },
      newPassword: () => Password.of(`simulated-password-new-${this.index}`),
      log: () => undefined,
    };
  }
}
