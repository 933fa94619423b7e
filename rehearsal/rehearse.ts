/**
 * The rehearsal of one cache: rotates the password of a deployment under traffic, and checks
 * access, TLS, parameters and the rotation as a security reviewer and an application would.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Password } from '../contract/password';
import { ROTATION_STEPS } from '../contract/rotation';
import { graceDaysOf } from './aws/blueprint';
import type { Deployment } from './aws/deployment';
import type { StepReport } from './aws/secrets-manager-rotation';
import { checkCommandsAreBlocked } from './checks/blocked-check';
import {
  type CheckResult,
  checkLoopback,
  checkNodeParameters,
  checkNodes,
  checkPassword,
  checkShards,
  checkUrls,
} from './checks/checks';
import { checkLeaks } from './checks/leak-check';
import type { Transcript } from './checks/transcript';
import { RENAME_COMMANDS } from './redis/redis-parameters';
import { HABITS, habitTraffic } from './traffic/habits';
import type { Figures } from './traffic/traffic';
import { type WatchedRotation, watchRotation } from './watched-rotation';

/** Milliseconds of traffic before and after the rotation. */
const CALM_MS = 500;

/**
 * Maximum of AWS calls of a rotation without faults, apart from the calls per node below and from
 * polls during a change, whose number depends on its duration.
 */
const CALLS_MAX = 20;

/** In a sharded group each step also reads the address of each node once. */
export function callsMax({ blueprint, nodes }: Deployment, max = CALLS_MAX): number {
  const asked = blueprint.topology.isSharded ? nodes.length : 0;
  return max + ROTATION_STEPS.length * asked;
}

export interface RotationFigures {
  /** Absent if the cache has one password for all clients. */
  readonly user?: string;
  readonly commands: number;
  readonly failed: number;
  readonly reconnects: number;
  readonly p99Ms: number;
  readonly apiCalls: number;
  /** Polls of the cache during a change. Not included in the calls. */
  readonly polls: number;
  readonly durationMs: number;
}

export interface RehearsalResult {
  readonly checks: readonly CheckResult[];
  readonly rotations: readonly RotationFigures[];
}

/** Runs everything on a started deployment. `functionLines` is what the function prints. */
export async function rehearse(
  deployment: Deployment,
  transcript: Transcript,
  functionLines: readonly string[],
): Promise<RehearsalResult> {
  const checks: CheckResult[] = [];
  const record = (...results: readonly CheckResult[]) => {
    for (const result of results) transcript.check(result);
    checks.push(...results);
  };
  const initial = deployment.initialPassword();

  transcript.part('first rotation, as the deploy runs it');
  record(await firstRotation(deployment, initial));
  const first = deployment.credentials().password;

  transcript.part('testing and verification');
  record(...(await checkNodes(deployment)));
  record(await checkLoopback(deployment), await checkNodeParameters(deployment));
  if (deployment.blueprint.topology.isSharded) record(await checkShards(deployment));
  if (RENAME_COMMANDS in deployment.blueprint.parameters) {
    record(await checkCommandsAreBlocked(deployment));
  }
  record(await checkUrls(deployment));

  transcript.part(`second rotation, under traffic: clients that ${HABITS.join(', ')}`);
  const { figures, results } = await rotateUnderTraffic(deployment, transcript);
  record(...results);
  const second = deployment.credentials().password;
  record(
    await checkPassword(deployment, first, {
      id: 'previous-accepted',
      claim:
        'the previous password is still accepted, for clients that have not read the secret again',
      expected: 'PONG',
    }),
    await checkPassword(deployment, initial, {
      id: 'initial-refused',
      claim: 'the initial password of CloudFormation is refused',
      expected: 'WRONGPASS',
    }),
  );

  transcript.part(`${graceDaysOf(deployment.blueprint) + 1} days later: the daily check`);
  record(...(await checkAfterGrace(deployment, functionLines)));
  record(
    await checkPassword(deployment, first, {
      id: 'previous-revoked',
      claim: 'the previous password is refused after the grace period',
      expected: 'WRONGPASS',
    }),
    await checkPassword(deployment, second, {
      id: 'current-kept',
      claim: 'the current password is still accepted',
      expected: 'PONG',
    }),
  );

  transcript.part('search for leaks');
  const passwords = [initial, first, second];
  record(checkLeaks([...transcript.lines, ...functionLines], passwords));
  return { checks, rotations: [figures] };
}

/**
 * The daily check: revokes only after the grace period, reports, and publishes the metrics of the
 * alarms.
 */
async function checkAfterGrace(
  { clock, service, blueprint }: Deployment,
  functionLines: readonly string[],
): Promise<readonly CheckResult[]> {
  const early = await service.dailyCheck('daily');
  clock.passDays(graceDaysOf(blueprint) + 1);
  const { outcome, nodes } = await service.dailyCheck('daily');
  const published = functionLines.filter((line) => line.includes('"_aws"')).length;
  const isShut = nodes.every(
    ({ noPassword, plaintext }) => noPassword === 'refused' && plaintext === 'refused',
  );
  return [
    {
      id: 'daily-check',
      claim: 'the daily check revokes the previous password after the grace period, not before',
      pass: early.outcome === 'in-grace' && outcome === 'revoked' && isShut,
      detail:
        `${early.outcome}, then ${outcome}; ` +
        `no unauthenticated or plaintext access on ${nodes.length} nodes: ${isShut}`,
    },
    {
      id: 'daily-check-metrics',
      claim: 'each daily check publishes its metrics',
      pass: published === 2,
      detail: `${published} lines of metrics for 2 daily checks`,
    },
  ];
}

/** One line for each step that Secrets Manager runs. */
export function describeStep({ step, attempt, durationMs, outcome }: StepReport): string {
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const end = outcome.ok ? 'done' : `failed: ${outcome.message}`;
  return `${step}${again}: ${end} (${durationMs.toFixed(0)} ms)`;
}

/** The first rotation, which the deploy itself starts. */
export async function firstRotation(
  deployment: Deployment,
  initial: Password,
): Promise<CheckResult> {
  const { runsAtDeploy, service } = deployment.login('default');
  const finished = runsAtDeploy && (await service.rotate());
  const isNew = !deployment.credentials().password.equals(initial);
  const hasEndpoint = deployment.credentials().endpoints !== undefined;
  return {
    id: 'first-rotation',
    claim: 'the deploy itself replaces the initial password of CloudFormation',
    pass: finished && isNew && hasEndpoint,
    detail: `finished: ${finished}, new password: ${isNew}, endpoint in secret: ${hasEndpoint}`,
  };
}

async function rotateUnderTraffic(deployment: Deployment, transcript: Transcript) {
  const refusedBefore = await refusedLogins(deployment);
  const traffic = habitTraffic(deployment);
  await sleep(CALM_MS);
  transcript.say(`traffic runs: ${traffic.commands} commands so far`);
  const rotation = await watchRotation(deployment, deployment.login('default'));
  await sleep(CALM_MS);
  const seen = await traffic.stop();
  await rotation.watch.look();
  const refused = (await refusedLogins(deployment)) - refusedBefore;
  const { commands, failed, reconnects, p99Ms } = seen;
  const { apiCalls, polls, durationMs } = rotation;
  return {
    figures: { commands, failed, reconnects, p99Ms, apiCalls, polls, durationMs },
    results: rotationResults({ rotation, seen, refused, deployment }),
  };
}

interface Rotated {
  readonly rotation: WatchedRotation;
  readonly seen: Figures;
  readonly refused: number;
  readonly deployment: Deployment;
}

function rotationResults(rotated: Rotated): readonly CheckResult[] {
  const { rotation, seen, refused, deployment } = rotated;
  const { finished, isNew, watch, apiCalls, polls } = rotation;
  const kinds = seen.failures.join(', ');
  return [
    {
      id: 'rotation',
      claim: 'the rotation completes with a new password',
      pass: finished && isNew,
      detail: `finished: ${finished}, new password: ${isNew}`,
    },
    {
      id: 'no-failed-command',
      claim: 'no command of any client fails',
      pass: seen.failed === 0 && seen.commands > 0 && seen.reconnects > 0,
      detail:
        `${seen.commands} commands, ${seen.reconnects} reconnects, ${seen.failed} failed` +
        `${kinds ? ` (${kinds})` : ''}, p99 ${seen.p99Ms.toFixed(1)} ms`,
    },
    {
      id: 'always-accepted',
      claim: 'every node accepts AWSCURRENT, after every call and every change of a node',
      pass: watch.refusals.length === 0 && watch.moments > 0,
      detail: `${watch.moments} moments, ${watch.refusals.length} refusals`,
    },
    {
      id: 'no-failed-login',
      claim: 'the rotation causes no failed login',
      pass: refused === 0,
      detail: `${refused} refused logins, counted by the servers`,
    },
    {
      id: 'few-calls',
      claim: `the rotation makes at most ${callsMax(deployment)} AWS calls`,
      pass: apiCalls <= callsMax(deployment) && apiCalls > 0,
      detail: `${apiCalls} calls, and ${polls} polls while the cache was being changed`,
    },
  ];
}

export async function refusedLogins({ nodes }: Deployment): Promise<number> {
  const counts = await Promise.all(nodes.map((node) => node.refusedLogins()));
  return counts.reduce((sum, count) => sum + count, 0);
}
