/**
 * The two write strategies of a rotation: the cache's own password (AUTH token), and the password
 * of an ACL user.
 *
 * Steps, labels, loop, logins and proof on every node are the same. What differs:
 *
 * | | `TOKEN` | `USER` |
 * |---|---|---|
 * | request | `ROTATE` adds a password and pushes out the oldest | ModifyUser replaces the list |
 * | before the request | NEWEST moves to this version | nothing: the list holds the current one |
 * | an abandoned password | is adopted while the cache accepts it | is left out of the next list |
 * | the same request again | only on proof that no node accepts it | at any time |
 * | setSecret ends | with the proof | with the request; testSecret waits for the proof |
 * | who else sets passwords | nobody | CloudFormation, with each update of the user |
 * | before promotion | the proof | a quiet time, the proof, and the status last |
 * | after promotion | nothing | two quiet times; a refused current password is set again |
 * | revocation | `SET`, then the label REVOKED | the label REVOKED, then the current one alone |
 */

import type { RotationStep } from '../../contract/rotation';
import type { CheckStrategy } from './daily-check';
import {
  type DailyCheckMemory,
  type DailyCheckSight,
  newDailyCheckMemory,
  observeDailyCheck,
} from './daily-check-facts';
import { type DailyCheckEffect, type DailyCheckFacts, decideDailyCheck } from './daily-check-plan';
import type { Iteration } from './effects';
import type { Decision, Effect, StepFacts } from './planner-parts';
import type { CachePort, Ports, TokenCache, UserCache } from './ports';
import { RotationFacts, type Sight } from './rotation-facts';
import type { StepMemory, StepSight, Timing } from './step';
import { performDailyCheck } from './token-check-effects';
import { performWithToken } from './token-effects';
import { decide, type Facts, type TokenEffect } from './token-plan';
import {
  newUserCheckMemory,
  observeUserCheck,
  performUserCheck,
  type UserCheckMemory,
  type UserCheckSight,
} from './user-check';
import { decideUserCheck, type UserCheckEffect, type UserCheckFacts } from './user-check-plan';
import { performForUser } from './user-effects';
import { UserFactsReader, type UserSight } from './user-facts';
import { decideForUser, type UserEffect, type UserFacts } from './user-plan';

export interface WriteStrategy<
  Cache extends CachePort,
  Facts extends StepFacts,
  Sight extends StepSight<Facts>,
  Does extends Effect,
> {
  /** Observes for one invocation. */
  reader(ports: Ports<Cache>, memory: StepMemory, timing: Timing): StepReader<Sight>;
  /** Decides an iteration. Tests pass deliberately broken planners. */
  decide(step: RotationStep, facts: Facts): Decision<Does>;
  perform(effect: Does, iteration: Iteration<Cache, Sight>): Promise<Sight | undefined>;
}

export interface StepReader<Sight> {
  observe(step: RotationStep, versionId: string): Promise<Sight>;
}

export const TOKEN: WriteStrategy<TokenCache, Facts, Sight, TokenEffect> = {
  reader: (...args) => new RotationFacts(...args),
  decide,
  perform: performWithToken,
};

export const USER: WriteStrategy<UserCache, UserFacts, UserSight, UserEffect> = {
  reader: (...args) => new UserFactsReader(...args),
  decide: decideForUser,
  perform: performForUser,
};

export const TOKEN_CHECK: CheckStrategy<
  TokenCache,
  DailyCheckFacts,
  DailyCheckSight,
  DailyCheckMemory,
  DailyCheckEffect
> = {
  memory: newDailyCheckMemory,
  observe: observeDailyCheck,
  decide: decideDailyCheck,
  perform: performDailyCheck,
};

export const USER_CHECK: CheckStrategy<
  UserCache,
  UserCheckFacts,
  UserCheckSight,
  UserCheckMemory,
  UserCheckEffect
> = {
  memory: newUserCheckMemory,
  observe: observeUserCheck,
  decide: decideUserCheck,
  perform: performUserCheck,
};
