/**
 * Model of Secrets Manager's rotation: runs the four steps with one version, and repeats them from
 * the first step after a failure.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DailyCheck,
  DailyCheckEvent,
  DailyCheckReport,
  UsersReport,
} from '../../contract/daily-check';
import {
  LABEL,
  ROTATION_STEPS,
  type RotationEvent,
  type RotationStep,
} from '../../contract/rotation';
import type { LambdaFunction, LambdaOutcome } from './lambda-process';
import type { SecretsStore } from './secrets-manager-store';

/** Attempts per rotation; AWS documents "multiple times". */
const ATTEMPTS_MAX = 5;

/** Pause before an event that Lambda rejected is repeated, and maximum of repetitions. */
const INVOKE_AGAIN_MS = 20;
const INVOCATIONS_MAX = 10_000;

export interface StepReport {
  /** With which the password logs in. */
  readonly username: string;
  readonly step: RotationStep;
  readonly attempt: number;
  readonly durationMs: number;
  readonly outcome: LambdaOutcome;
}

export class RotationService {
  /** A rotation that RotateSecret has started. */
  #background: Promise<void> = Promise.resolve();
  #inBackground: string | undefined;
  #isStopped = false;
  #turnedAway = 0;

  constructor(
    readonly secretArn: string,
    private readonly username: string,
    private readonly secrets: SecretsStore,
    private readonly rotation: LambdaFunction,
    private readonly onStep: (report: StepReport) => void,
  ) {}

  /**
   * RotateSecret: starts a rotation without waiting for it, or attempts the pending rotation again.
   *
   * @throws AwsError as AWS does, even if it attempts the pending rotation again.
   */
  request(versionId: string): void {
    try {
      this.secrets.startRotation(this.secretArn, versionId);
      this.#runInBackground(versionId);
    } catch (error) {
      const pending = this.secrets.holderOf(this.secretArn, LABEL.pending);
      if (pending !== undefined) this.#runInBackground(pending);
      throw error;
    }
  }

  /** How often Lambda has rejected an event because another one ran. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Waits for background rotations to end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#background;
  }

  /** Starts a rotation and returns its version, without running the steps. */
  begin(): string {
    const versionId = randomUUID();
    this.secrets.startRotation(this.secretArn, versionId);
    return versionId;
  }

  /** Runs the four steps once. Returns whether the version is current. */
  async attempt(versionId: string, attempt = 1): Promise<boolean> {
    const { username } = this;
    for (const step of ROTATION_STEPS) {
      const startMs = performance.now();
      const outcome = await this.#invoke({
        Step: step,
        SecretId: this.secretArn,
        ClientRequestToken: versionId,
        RotationToken: randomUUID(),
      });
      this.onStep({ username, step, attempt, durationMs: performance.now() - startMs, outcome });
      if (!outcome.ok) return false;
    }
    return this.secrets.holderOf(this.secretArn, LABEL.current) === versionId;
  }

  /** A whole rotation, with the retries that Secrets Manager makes. */
  async rotate(): Promise<boolean> {
    return this.#attemptAll(this.begin());
  }

  async #attemptAll(versionId: string): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX && !this.#isStopped; attempt++) {
      if (await this.attempt(versionId, attempt)) return true;
      // AWSPENDING was removed.
      if (this.secrets.holderOf(this.secretArn, LABEL.pending) !== versionId) break;
    }
    return false;
  }

  #runInBackground(versionId: string): void {
    if (this.#inBackground === versionId) return;
    this.#inBackground = versionId;
    this.#background = this.#background
      .then(() => this.#attemptAll(versionId))
      .catch(() => undefined)
      .then(() => {
        if (this.#inBackground === versionId) this.#inBackground = undefined;
      });
  }

  /** Runs a daily check, as the schedule does. @throws Error with the function's message. */
  async dailyCheck(dailyCheck: DailyCheck): Promise<DailyCheckReport> {
    const outcome = await this.#invoke({ DailyCheck: dailyCheck });
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.result as DailyCheckReport;
  }

  /** Of every user, in a cache with users. @throws Error with the function's message. */
  async dailyCheckOfUsers(dailyCheck: DailyCheck): Promise<UsersReport> {
    const outcome = await this.#invoke({ DailyCheck: dailyCheck });
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.result as UsersReport;
  }

  /** Repeats an event that Lambda rejects, as Secrets Manager and the scheduler do. */
  async #invoke(event: RotationEvent | DailyCheckEvent): Promise<LambdaOutcome> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.rotation.invoke(event);
      } catch (error) {
        const isTurnedAway = (error as Error).name === 'TooManyRequestsException';
        if (!isTurnedAway || tries === INVOCATIONS_MAX) throw error;
        this.#turnedAway += 1;
        await sleep(INVOKE_AGAIN_MS);
      }
    }
  }

  /** The operator's documented recovery: removes AWSPENDING, so that a new rotation can start. */
  abandon(versionId: string): void {
    this.secrets.moveLabel(this.secretArn, { label: LABEL.pending, fromVersionId: versionId });
  }
}
