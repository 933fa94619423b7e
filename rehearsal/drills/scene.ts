/**
 * Where a drill plays: a deployment with traffic on it, and a record of who noticed what, and when.
 *
 * Its words are closed ones, of the function, of alarms and of diagnoses; never a secret.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose, type Evidence } from '../../cli/rotation/diagnosis';
import type { DailyCheck, DailyCheckReport } from '../../contract/daily-check';
import type { Password } from '../../contract/password';
import { LABEL, ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import type { Deployment } from '../aws/deployment';
import type { LambdaOutcome } from '../aws/lambda-process';
import type { StepReport } from '../aws/rotation-service';
import { logIn } from '../redis/probe';
import type { RedisNode } from '../redis/redis-node';
import type { Traffic } from '../traffic/traffic';

const HOUR_DAYS = 1 / 24;
const REREAD_LOOKS_MAX = 1_000;
const REREAD_POLL_MS = 5;

/** A moment within a rotation: a call to AWS, in a step if one is named. */
export interface Moment {
  readonly when: 'before' | 'after';
  readonly action: string;
  readonly step?: RotationStep;
}

interface Plan extends Moment {
  timesLeft: number;
  readonly effect: () => void | Promise<void>;
}

export class Scene {
  /** What was not as it must be. */
  readonly faults: string[] = [];
  /** Every password that there was, for the search for leaks. */
  readonly passwords: Password[];
  /** Set once it runs. */
  traffic: Traffic | undefined;
  /** Commands of clients besides the traffic, and those that had to fail. */
  readonly others = { commands: 0, failed: 0 };
  #diagnosis: string | undefined;
  readonly #noticed = new Map<string, number>();
  readonly #calls: string[] = [];
  readonly #plans: Plan[] = [];
  readonly #stalls: (Omit<Moment, 'when'> & { timesLeft: number })[] = [];
  #brokenMs: number | undefined;
  /** Of the four steps, how many of the attempt that runs have ended. */
  #stepsDone = 0;

  constructor(readonly deployment: Deployment) {
    this.passwords = [deployment.initialPassword(), deployment.credentials().password];
    deployment.plane.hooks = {
      before: async ({ action }) => {
        this.#calls.push(action);
        await this.#carryOut('before', action);
      },
      after: async ({ action }) => {
        if (action === 'PutSecretValue') {
          this.passwords.push(deployment.credentials(LABEL.pending).password);
        }
        await this.#carryOut('after', action);
      },
      stalls: ({ action }) => this.#stalled(action),
    };
  }

  /** Who noticed, in order; and when the first one did, in milliseconds after it broke. */
  get noticed(): readonly string[] {
    return Array.from(this.#noticed.keys());
  }

  get afterMs(): number | undefined {
    const [first] = this.#noticed.values();
    return first;
  }

  /** What the operator was told last. */
  get diagnosis(): string | undefined {
    return this.#diagnosis;
  }

  /** A replica, or the last node there is. */
  get lastNode(): RedisNode {
    const node = this.deployment.nodes.at(-1);
    if (node === undefined) throw new Error('the cache has no node; start a deployment');
    return node;
  }

  /** What breaks begins here; nothing before it counts as noticed. */
  breaks(): void {
    this.#brokenMs ??= this.deployment.clock.now();
  }

  /** Does something at a moment, once or as often as said. */
  plan(moment: Moment, effect: Plan['effect'], times = 1): void {
    this.#plans.push({ ...moment, effect, timesLeft: times });
  }

  /** Lets the answers to a call stall after one byte, once or as often as said. */
  stall(call: Omit<Moment, 'when'>, times = 1): void {
    this.#stalls.push({ ...call, timesLeft: times });
  }

  /** How often AWS was called for something, since the drill began. */
  count(action: string): number {
    return this.#calls.filter((each) => each === action).length;
  }

  /** How often AWS was called at all. */
  get calls(): number {
    return this.#calls.length;
  }

  expect(isSo: boolean, what: string): void {
    if (!isSo) this.faults.push(`not so: ${what}`);
  }

  notice(word: string): void {
    if (this.#brokenMs === undefined || this.#noticed.has(word)) return;
    this.#noticed.set(word, this.deployment.clock.now() - this.#brokenMs);
  }

  /** Takes the end of each step. */
  takeStep({ outcome }: StepReport): void {
    if (outcome.ok) this.#stepsDone += 1;
    else this.#noticeFailure(outcome);
  }

  /** The four steps of a rotation, once. Says whether its version is current. */
  attempt(versionId: string): Promise<boolean> {
    this.#stepsDone = 0;
    return this.deployment.service.attempt(versionId);
  }

  /** As Secrets Manager or an operator does it after a failure: the same version again. */
  async mustFinish(versionId: string): Promise<void> {
    this.expect(await this.attempt(versionId), 'the rotation finishes');
  }

  async mustFail(versionId: string): Promise<void> {
    this.expect(!(await this.attempt(versionId)), 'the rotation stops');
  }

  /** A daily check as the schedule or an operator runs it. Absent if it failed. */
  async dailyCheck(dailyCheck: DailyCheck): Promise<DailyCheckReport | undefined> {
    const outcome = await this.deployment.rotation.invoke({ DailyCheck: dailyCheck });
    if (!outcome.ok) {
      this.#noticeFailure(outcome);
      return undefined;
    }
    this.#noticeAlarms();
    return outcome.result as DailyCheckReport;
  }

  /** What `npx secure-redis status` says to an operator who looks an hour later. */
  async diagnose(): Promise<string> {
    const { clock, group, rotation, secrets, secretArn } = this.deployment;
    clock.passDays(HOUR_DAYS);
    // By then the cache has taken what it was asked for.
    await group.settled();
    const pendingId = secrets.holderOf(secretArn, LABEL.pending);
    const isRotationOn = secrets.isRotationOn(secretArn);
    const outcome = await rotation.invoke({ DailyCheck: 'report' });
    this.#diagnosis = diagnose({ answered: answeredBy(outcome), pendingId, isRotationOn }).id;
    return this.#diagnosis;
  }

  /** Ends when every client has read the secret again since now. */
  async clientsReread(): Promise<void> {
    const reconnects = () => this.traffic?.reconnects ?? 0;
    // One may have begun before now.
    const wanted = reconnects() + 2;
    for (let look = 0; look < REREAD_LOOKS_MAX && reconnects() < wanted; look++) {
      await sleep(REREAD_POLL_MS);
    }
    this.expect(reconnects() >= wanted, 'clients read the secret again');
  }

  /** The end of each drill: nobody is needed, and every node takes the password of the secret. */
  async checkRepaired(): Promise<void> {
    const { nodes, certificates, secrets, secretArn } = this.deployment;
    const shown = this.#diagnosis;
    const end = await this.diagnose();
    this.#diagnosis = shown;
    this.expect(end === 'in-grace' || end === 'well', `the diagnosis at the end is fine: ${end}`);
    const pending = secrets.holderOf(secretArn, LABEL.pending);
    const current = secrets.holderOf(secretArn, LABEL.current);
    this.expect(pending === undefined || pending === current, 'no rotation is pending');
    const { username, password } = this.deployment.credentials();
    const seen = await Promise.all(
      nodes.map((node) => logIn(node, certificates.caPem, username, password)),
    );
    this.expect(
      seen.every((each) => each === 'PONG'),
      `every node accepts the current password: ${seen.join(', ')}`,
    );
  }

  async #carryOut(when: Moment['when'], action: string): Promise<void> {
    const step = ROTATION_STEPS[this.#stepsDone];
    const plan = this.#plans.find(
      (each) =>
        each.timesLeft > 0 &&
        each.when === when &&
        each.action === action &&
        (each.step ?? step) === step,
    );
    if (plan === undefined) return;
    plan.timesLeft -= 1;
    await plan.effect();
  }

  #stalled(action: string): boolean {
    const step = ROTATION_STEPS[this.#stepsDone];
    const stall = this.#stalls.find(
      (each) => each.timesLeft > 0 && each.action === action && (each.step ?? step) === step,
    );
    if (stall) stall.timesLeft -= 1;
    return stall !== undefined;
  }

  #noticeFailure({ code, message }: LambdaOutcome & { readonly ok: false }): void {
    // Why a node could not be asked, in the function's closed words.
    const [, why] = code === 'Unreachable' ? (/ \(([a-z-]+)\);/.exec(message) ?? []) : [];
    this.notice(why ? `${code} (${why})` : code);
    this.#noticeAlarms();
  }

  #noticeAlarms(): void {
    for (const { metricName } of this.deployment.alarms.ringing) this.notice(alarm(metricName));
  }
}

/** How an alarm is called in the table: by its metric. */
export function alarm(metricName: string): string {
  return `alarm ${metricName}`;
}

function answeredBy(outcome: LambdaOutcome): Evidence['answered'] {
  if (outcome.ok) return { kind: 'report', report: outcome.result as DailyCheckReport };
  const { code, message: words } = outcome;
  const [, versionId] = / version ([\w-]+)/.exec(words) ?? [];
  return { kind: 'failed', code, versionId, words };
}
