/**
 * Simulates many concurrent rotations against a model of AWS with a simulated clock, so that an
 * hour takes a moment.
 *
 * It runs the function's own loop, planner and times of the template, with ports that count calls.
 * AWS is slow here but never fails; `test/support` explores failures.
 */

import { Password } from '../contract/password';
import { ROTATION_STEPS } from '../contract/rotation';
import type { Credentials } from '../contract/secret-json';
import type { Labels, Ports } from '../lambda/rotation/ports';
import { RotationError } from '../lambda/rotation/rotation-error';
import { run, waitToStart } from '../lambda/rotation/run';
import { TOKEN } from '../lambda/rotation/strategy';
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

const SHUT = { noPassword: 'refused', plaintext: 'refused' } as const;

export interface SimulatedCall {
  readonly api: string;
  readonly atMs: number;
}

export interface Simulated {
  readonly calls: readonly SimulatedCall[];
  readonly failedInvocations: number;
  /** Rotations that ended with a new password. */
  readonly finished: number;
}

/** All rotations start in the same second, and each cache changes within so many minutes. */
export async function simulateRotations(caches: number, minutes: number): Promise<Simulated> {
  const time = new VirtualTime();
  const calls: SimulatedCall[] = [];
  const note = (api: string) => calls.push({ api, atMs: time.nowMs });
  const rotations = Array.from({ length: caches }, (_, index) =>
    rotate(new SimulatedCache(time, note, minutes * MINUTE_MS), `simulated-version-${index}`, time),
  );
  await time.run();
  const ends = await Promise.all(rotations);
  return {
    calls,
    failedInvocations: ends.reduce((sum, { failed }) => sum + failed, 0),
    finished: ends.filter(({ isFinished }) => isFinished).length,
  };
}

/** The most calls of an API within any second. */
export function peakPerSecond(calls: readonly SimulatedCall[], apis: readonly string[]): number {
  const times = calls.filter(({ api }) => apis.includes(api)).map(({ atMs }) => atMs);
  times.sort((one, other) => one - other);
  let first = 0;
  let peak = 0;
  for (const [last, atMs] of times.entries()) {
    while ((times[first] ?? 0) <= atMs - 1_000) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

async function rotate(cache: SimulatedCache, versionId: string, time: VirtualTime) {
  cache.labels = { ...cache.labels, pending: versionId };
  let failed = 0;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      for (const step of ROTATION_STEPS) {
        const ports = cache.ports(time.nowMs + LIFE_MS);
        const asked = { step, versionId, ports, timing: TIMING };
        await waitToStart(asked);
        await run(asked, TOKEN);
        await time.wait(BETWEEN_STEPS_MS);
      }
      return { failed, isFinished: cache.labels.current === versionId };
    } catch (error) {
      if (!(error instanceof RotationError)) throw error;
      failed += 1;
    }
  }
  return { failed, isFinished: false };
}

/** A secret and its cache, which were rotated once before. */
class SimulatedCache {
  labels: Labels = { current: 'v0', newest: 'v0', previous: 'u0' };
  readonly #time: VirtualTime;
  readonly #note: (api: string) => void;
  readonly #changeMs: number;
  readonly #values = new Map<string, Credentials>();
  #accepted: Password[];
  #change: { readonly password: Password; readonly endsMs: number } | undefined;

  constructor(time: VirtualTime, note: (api: string) => void, changeMs: number) {
    this.#time = time;
    this.#note = note;
    this.#changeMs = changeMs;
    this.#accepted = ['u0', 'v0'].map((version) => this.#make(version));
  }

  ports(diesAtMs: number): Ports {
    const call = async <T>(api: string, answer: () => T): Promise<T> => {
      this.#note(api);
      await this.#time.wait(CALL_MS);
      this.#settle();
      return answer();
    };
    const unused = (): never => {
      throw new Error('a rotation does not call this');
    };
    return {
      secrets: {
        labels: () => call('DescribeSecret', () => this.labels),
        read: (id) => call('GetSecretValue', () => this.#values.get(id)),
        put: (id, value) =>
          call('PutSecretValue', () => {
            this.#values.set(id, value);
            return 'stored';
          }),
        move: (label, from, to) =>
          call('UpdateSecretVersionStage', () => {
            const previous = label === 'current' ? from : this.labels.previous;
            this.labels = { ...this.labels, [label]: to, previous };
          }),
        history: unused,
        markRevoked: unused,
        unmarkRevoked: unused,
      },
      cache: {
        username: 'default',
        look: () =>
          call('DescribeReplicationGroups', () => ({
            settled: this.#change === undefined,
            endpoints: ENDPOINTS,
            nodes: NODES,
          })),
        login: async (_node, _username, password) => ({
          answer: this.#accepted.some((each) => each.equals(password)) ? 'accepted' : 'refused',
        }),
        ask: (password) =>
          call('ModifyReplicationGroup', () => {
            this.#change = { password, endsMs: this.#time.nowMs + this.#changeMs };
            return 'asked';
          }),
        askAlone: unused,
        endSessions: unused,
        probe: async () => SHUT,
      },
      clock: {
        nowMs: () => this.#time.nowMs,
        epochMs: () => this.#time.nowMs,
        remainingMs: () => diesAtMs - this.#time.nowMs,
        wait: (ms) => this.#time.wait(ms),
      },
      newPassword: () => Password.of('simulated-password-new'),
      log: () => undefined,
    };
  }

  #make(version: string): Password {
    const password = Password.of(`simulated-password-${version}`);
    this.#values.set(version, { username: 'default', password });
    return password;
  }

  #settle(): void {
    if (!this.#change || this.#time.nowMs < this.#change.endsMs) return;
    this.#accepted = [...this.#accepted.slice(-1), this.#change.password];
    this.#change = undefined;
  }
}
