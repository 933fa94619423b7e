/**
 * Scene of a drill: a deployment under traffic, and a record of errors, alarms and diagnoses with
 * their times.
 *
 * The record has only names of error codes, alarms and diagnoses, never a secret.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose, type Evidence } from '../../cli/rotation/diagnosis';
import type {
  DailyCheck,
  DailyCheckEvent,
  DailyCheckReport,
  UsersReport,
} from '../../contract/daily-check';
import type { Password } from '../../contract/password';
import { LABEL, ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import type { DeployedSecret } from '../aws/deployed-secret';
import type { Deployment } from '../aws/deployment';
import { isMatch, userUpdated } from '../aws/event-rules';
import type { LambdaOutcome } from '../aws/lambda-process';
import type { StepReport } from '../aws/secrets-manager-rotation';
import { logIn } from '../redis/probe';
import type { RedisNode } from '../redis/redis-node';
import type { Traffic } from '../traffic/traffic';

const HOUR_DAYS = 1 / 24;
const REREAD_LOOKS_MAX = 1_000;
const REREAD_POLL_MS = 5;

/** A moment within a rotation: before or after a call to AWS, optionally in one step only. */
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
  /** Failed expectations. */
  readonly faults: string[] = [];
  /** Every password of the drill, for the search for leaks. */
  readonly passwords: Password[];
  /** Set when the traffic starts. */
  traffic: Pick<Traffic, 'reconnects'> | undefined;
  /** Commands of further clients, and how many failed. */
  readonly others = { commands: 0, failed: 0 };
  #diagnosis: string | undefined;
  readonly #noticed = new Map<string, number>();
  readonly #calls: string[] = [];
  readonly #plans: Plan[] = [];
  readonly #stalls: (Omit<Moment, 'when'> & { timesLeft: number })[] = [];
  #brokenMs: number | undefined;
  /** Number of steps that the current attempt has finished. */
  #stepsDone = 0;

  /** `startBeside` deploys the second cache of a drill, and rotates its passwords once. */
  constructor(
    readonly deployment: Deployment,
    readonly startBeside: () => Promise<Deployment>,
  ) {
    const [login] = deployment.logins;
    if (login === undefined) throw new Error('the cache has no password that rotates');
    this.login = login;
    const { access } = deployment.blueprint;
    const initial = access.kind === 'password' ? [deployment.initialPassword()] : [];
    this.passwords = [...initial, ...deployment.logins.map((each) => each.credentials().password)];
    deployment.plane.hooks = {
      before: async ({ action }) => {
        this.#calls.push(action);
        await this.#carryOut('before', action);
      },
      after: async ({ action }) => {
        if (action === 'PutSecretValue') {
          this.passwords.push(...this.#pending());
        }
        await this.#carryOut('after', action);
      },
      stalls: ({ action }) => this.#stalled(action),
    };
  }

  /** The password of the drill: that of the cache, or of its first user. */
  readonly login: DeployedSecret;

  /** Errors and alarms in order of appearance. */
  get noticed(): readonly string[] {
    return Array.from(this.#noticed.keys());
  }

  get afterMs(): number | undefined {
    const [first] = this.#noticed.values();
    return first;
  }

  /** The last diagnosis. */
  get diagnosis(): string | undefined {
    return this.#diagnosis;
  }

  /** A replica if there is one, otherwise the only node. */
  get lastNode(): RedisNode {
    const node = this.deployment.nodes.at(-1);
    if (node === undefined) throw new Error('the cache has no node; start a deployment');
    return node;
  }

  /** Marks the start of the failure; earlier reports do not count. */
  breaks(): void {
    this.#brokenMs ??= this.deployment.clock.now();
  }

  /** Runs an effect at a moment, once or `times` times. */
  plan(moment: Moment, effect: Plan['effect'], times = 1): void {
    this.#plans.push({ ...moment, effect, timesLeft: times });
  }

  /** Stalls the response of a call after one byte, once or `times` times. */
  stall(call: Omit<Moment, 'when'>, times = 1): void {
    this.#stalls.push({ ...call, timesLeft: times });
  }

  /** Number of calls of an action since the drill began. */
  count(action: string): number {
    return this.#calls.filter((each) => each === action).length;
  }

  /** Number of all calls since the drill began. */
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

  /** Records the end of a step. */
  takeStep({ outcome }: StepReport): void {
    if (outcome.ok) this.#stepsDone += 1;
    else this.#noticeFailure(outcome);
  }

  /** Runs the four steps of a rotation once. Returns whether the version is current. */
  attempt(versionId: string): Promise<boolean> {
    this.#stepsDone = 0;
    return this.login.service.attempt(versionId);
  }

  /** Repeats the same version, as Secrets Manager or an operator does after a failure. */
  async mustFinish(versionId: string): Promise<void> {
    this.expect(await this.attempt(versionId), 'the rotation completes');
  }

  async mustFail(versionId: string): Promise<void> {
    this.expect(!(await this.attempt(versionId)), 'the rotation stops');
  }

  /** Runs a daily check as the schedule or an operator does. Undefined if it failed. */
  dailyCheck(dailyCheck: DailyCheck): Promise<DailyCheckReport | undefined> {
    return this.#invoke({ DailyCheck: dailyCheck });
  }

  /** Checks all users as the schedule does, or takes changes by hand back as an operator does. */
  async checkUsers(dailyCheck: 'daily' | 'restore'): Promise<Partial<UsersReport>> {
    return (await this.#invoke<UsersReport>({ DailyCheck: dailyCheck })) ?? {};
  }

  /**
   * Plays the event of a user that CloudFormation has updated. Returns the report of the user of
   * the drill, if a rule has set off a check.
   */
  async stackUpdated(userId: string): Promise<DailyCheckReport | undefined> {
    const { stackName, eventRules } = this.deployment.blueprint;
    const event = userUpdated(stackName, userId);
    const rule = eventRules.find(({ pattern }) => isMatch(pattern, event));
    const report = rule && (await this.#invoke<UsersReport>(rule.input));
    return report?.users.find(
      (each): each is DailyCheckReport => each.user === this.login.username && 'outcome' in each,
    );
  }

  async #invoke<Report>(event: DailyCheckEvent): Promise<Report | undefined> {
    const outcome = await this.deployment.rotation.invoke(event);
    if (!outcome.ok) {
      this.#noticeFailure(outcome);
      return undefined;
    }
    this.#noticeAlarms();
    return outcome.result as Report;
  }

  /** The diagnosis of `npx secure-redis status` an hour later. */
  async diagnose(): Promise<string> {
    const { clock, group, rotation, secrets, blueprint } = this.deployment;
    const { arn: secretArn, username } = this.login;
    clock.passDays(HOUR_DAYS);
    // After an hour the cache has applied the requested change.
    await group.settled();
    const pendingId = secrets.holderOf(secretArn, LABEL.pending);
    const isRotationOn = secrets.isRotationOn(secretArn);
    const User = blueprint.access.kind === 'users' ? username : undefined;
    const outcome = await rotation.invoke({ DailyCheck: 'report', User });
    this.#diagnosis = diagnose({ answered: answeredBy(outcome), pendingId, isRotationOn }).id;
    return this.#diagnosis;
  }

  /** Waits until every client has read the secret again. */
  async clientsReread(): Promise<void> {
    const reconnects = () => this.traffic?.reconnects ?? 0;
    // One reconnect may have begun before this call.
    const wanted = reconnects() + 2;
    for (let look = 0; look < REREAD_LOOKS_MAX && reconnects() < wanted; look++) {
      await sleep(REREAD_POLL_MS);
    }
    this.expect(reconnects() >= wanted, 'clients read the secret again');
  }

  /** The end of each drill: no action is needed, and every node accepts the current password. */
  async checkRepaired(): Promise<void> {
    const { nodes, certificates, secrets } = this.deployment;
    const { arn: secretArn } = this.login;
    const shown = this.#diagnosis;
    const end = await this.diagnose();
    this.#diagnosis = shown;
    this.expect(end === 'in-grace' || end === 'well', `the diagnosis at the end is fine: ${end}`);
    const pending = secrets.holderOf(secretArn, LABEL.pending);
    const current = secrets.holderOf(secretArn, LABEL.current);
    this.expect(pending === undefined || pending === current, 'no rotation is pending');
    const { username, password } = this.login.credentials();
    const seen = await Promise.all(
      nodes.map((node) => logIn(node, certificates.caPem, username, password)),
    );
    this.expect(
      seen.every((each) => each === 'PONG'),
      `every node accepts the current password: ${seen.join(', ')}`,
    );
  }

  /** Pending passwords that have been made. */
  #pending(): readonly Password[] {
    const { logins, secrets } = this.deployment;
    return logins.flatMap((login) => {
      if (secrets.holderOf(login.arn, LABEL.pending) === undefined) return [];
      try {
        return [login.credentials(LABEL.pending).password];
      } catch {
        // The version has no value yet.
        return [];
      }
    });
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
    // The reason of the function, from a fixed list of words.
    const [, why] = code === 'Unreachable' ? (/ \(([a-z-]+)\);/.exec(message) ?? []) : [];
    this.notice(why ? `${code} (${why})` : code);
    this.#noticeAlarms();
  }

  #noticeAlarms(): void {
    for (const { metricName } of this.deployment.alarms.firing) this.notice(alarm(metricName));
  }
}

/** The name of an alarm in the table: its metric. */
export function alarm(metricName: string): string {
  return `alarm ${metricName}`;
}

function answeredBy(outcome: LambdaOutcome): Evidence['answered'] {
  if (outcome.ok) return { kind: 'report', report: outcome.result as DailyCheckReport };
  const { code, message: words } = outcome;
  const [, versionId] = / version ([\w-]+)/.exec(words) ?? [];
  return { kind: 'failed', code, versionId, words };
}
