/**
 * `npm start -- --drill NAME`: plays scripted failures on real deployments under traffic, and
 * prints a table: what broke, what reported it and when, the diagnosis, the repair, and failed
 * commands.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Password } from '../../contract/password';
import { type Blueprint, nodeCountOf } from '../aws/blueprint';
import { Deployment } from '../aws/deployment';
import { checkLeaks } from '../checks/leak-check';
import type { Transcript } from '../checks/transcript';
import { rightsByUser } from '../checks/user-checks';
import { habitTraffic } from '../traffic/habits';
import type { Figures } from '../traffic/traffic';
import { UserTraffic, workOf } from '../traffic/user-traffic';
import { CACHE_DRILLS } from './cache-drills';
import type { Drill } from './drill';
import { type DrillResult, drillLines } from './drill-table';
import { MOVE_DRILLS } from './move-drills';
import { ROTATION_DRILLS } from './rotation-drills';
import { Scene } from './scene';
import { SECRET_DRILLS } from './secret-drills';
import { USER_DRILLS } from './user-drills';

export const DRILLS: readonly Drill[] = [
  ...ROTATION_DRILLS,
  ...CACHE_DRILLS,
  ...SECRET_DRILLS,
  ...USER_DRILLS,
  ...MOVE_DRILLS,
];

const TIMING = { delayMs: 20, perNodeMs: 20 };
const POLL_MS_PER_NODE = 50;
const QUIET_MS = 300;
/** Milliseconds of traffic before and after the failure. */
const CALM_MS = 200;

/** @throws Error naming all drills, if the name is unknown. */
export function drillsNamed(name: string): readonly Drill[] {
  if (name === 'all') return DRILLS;
  const found = DRILLS.filter((drill) => drill.name === name);
  if (found.length > 0) return found;
  const names = DRILLS.map((drill) => drill.name).join(', ');
  throw new Error(`--drill must be all, list or one of ${names}, got '${name}'. Name one of them.`);
}

/** A cache to drill, and the server that plays its nodes. */
export interface DrillTarget {
  readonly blueprint: Blueprint;
  readonly redisPath: string;
}

type Kind = Blueprint['access']['kind'];

/**
 * Plays each drill on the first cache of its kind of access.
 *
 * @returns whether every drill was reported and repaired as expected, and no password was printed
 */
export async function runDrills(
  drills: readonly Drill[],
  targets: readonly [DrillTarget, ...(readonly DrillTarget[])],
  transcript: Transcript,
): Promise<boolean> {
  const printed: string[] = [];
  const passwords: Password[] = [];
  const results: DrillResult[] = [];
  const of = (kind: Kind) => targets.find(({ blueprint }) => blueprint.access.kind === kind);
  const fitting = drills.filter(
    ({ access = 'password', beside = access }) => of(access) !== undefined && of(beside),
  );
  // Of all drills, those of these caches; one that was asked for is said to be impossible.
  for (const drill of fitting.length > 0 ? fitting : drills) {
    transcript.say(`${drill.name}: ${drill.broke}`);
    const onLine = (line: string) => void printed.push(line);
    const { access = 'password', beside } = drill;
    const target = of(access) ?? targets[0];
    const second = beside && of(beside);
    results.push(await play(drill, { ...target, beside: second, onLine, passwords }));
  }
  for (const line of drillLines(results)) transcript.print(line);
  const isPlayed = results.some(({ impossible }) => impossible === undefined);
  const leaks = isPlayed && checkLeaks([...transcript.lines, ...printed], passwords);
  if (leaks) transcript.check(leaks);
  const isWell = results.every(({ faults }) => faults.length === 0);
  return isWell && (!leaks || leaks.pass);
}

export interface DrillStage extends DrillTarget {
  /** The second cache, if the drill needs one. */
  readonly beside?: DrillTarget;
  /** Takes each line that the function prints. */
  readonly onLine: (line: string) => void;
  /** Takes passwords, for the search for leaks. */
  readonly passwords: Password[];
}

/** Plays one drill on its own deployment. */
export async function play(drill: Drill, stage: DrillStage): Promise<DrillResult> {
  const { access = 'password' } = drill;
  const { kind } = stage.blueprint.access;
  const instead = kind === 'users' ? 'the cache has users' : 'the cache has one password';
  const impossible =
    access === kind
      ? (withoutSecond(drill, stage) ?? drill.impossible?.(stage.blueprint))
      : instead;
  if (impossible !== undefined) {
    return { drill, impossible, noticed: [], commands: 0, failed: 0, faults: [] };
  }
  const { deployment, use } = await deploy(drill, stage);
  let second: Deployment | undefined;
  const startBeside = async () => {
    const made = await deploy(drill, { ...stage, ...stage.beside });
    second = made.deployment;
    await rotateFirst(second);
    return second;
  };
  try {
    await rotateFirst(deployment);
    const scene = new Scene(deployment, startBeside);
    use(scene);
    const seen = await playUnderTraffic(drill, scene);
    stage.passwords.push(...scene.passwords);
    return resultOf(drill, scene, seen);
  } finally {
    await second?.stop();
    await deployment.stop();
  }
}

function withoutSecond({ beside }: Drill, stage: DrillStage): string | undefined {
  if (beside === undefined || stage.beside !== undefined) return undefined;
  const which = beside === 'users' ? 'users' : 'one password';
  return `the stage has no cache with ${which} to put beside it`;
}

/** The first rotation, as in a deploy, then the first daily check. */
async function rotateFirst({ logins, rotation }: Deployment): Promise<void> {
  const finished = await Promise.all(logins.map(({ service }) => service.rotate()));
  if (finished.includes(false)) throw new Error('the first rotation does not complete');
  await rotation.invoke({ DailyCheck: 'daily' });
}

async function deploy(drill: Drill, { blueprint, redisPath, onLine }: DrillStage) {
  const { timing = TIMING, quietMs = QUIET_MS, timeoutMs, ...pace } = drill.pace ?? {};
  const { pollIntervalMs = POLL_MS_PER_NODE * nodeCountOf(blueprint.topology) } = pace;
  const { rotation } = blueprint;
  let scene: Scene | undefined;
  const deployment = await Deployment.start({
    blueprint: {
      ...blueprint,
      rotation: { ...rotation, timeoutMs: timeoutMs ?? rotation.timeoutMs },
    },
    redisPath,
    timing,
    pollIntervalMs,
    quietMs,
    onLine,
    onStep: (report) => scene?.takeStep(report),
  });
  const use = (chosen: Scene) => {
    scene = chosen;
  };
  return { deployment, use };
}

/** One client that reads the secret again, per user if the cache has users. */
async function trafficOf(deployment: Deployment, pace: Drill['pace']) {
  const { access } = deployment.blueprint;
  if (access.kind === 'password') return habitTraffic(deployment, ['re-read'], pace?.traffic);
  const rights = await rightsByUser(deployment, access);
  const works = Array.from(rights, ([username, each]) => workOf(username, each));
  return new UserTraffic(deployment, works, { habits: ['re-read'] });
}

async function playUnderTraffic(drill: Drill, scene: Scene): Promise<typeof NO_TRAFFIC> {
  const traffic = drill.isTrafficOwn ? undefined : await trafficOf(scene.deployment, drill.pace);
  scene.traffic = traffic;
  await sleep(CALM_MS);
  try {
    await drill.run(scene);
    await scene.checkRepaired();
    await sleep(CALM_MS);
  } catch (error) {
    scene.faults.push((error as Error).message);
  }
  return traffic?.stop() ?? NO_TRAFFIC;
}

/** What a drill's own traffic leaves to count here. */
const NO_TRAFFIC: Pick<Figures, 'commands' | 'failed' | 'failures'> = {
  commands: 0,
  failed: 0,
  failures: [],
};

function resultOf(drill: Drill, scene: Scene, seen: typeof NO_TRAFFIC): DrillResult {
  const { noticed, afterMs, diagnosis, others } = scene;
  const failed = seen.failed + others.failed;
  const faults = [...scene.faults];
  const missing = drill.noticed.filter((word) => !noticed.includes(word));
  const allowed = [...drill.noticed, ...(drill.mayNotice ?? [])];
  const surplus = noticed.filter((word) => !allowed.includes(word));
  if (missing.length > 0) faults.push(`not reported: ${missing.join(', ')}`);
  if (surplus.length > 0) faults.push(`reported unexpectedly: ${surplus.join(', ')}`);
  if (diagnosis !== drill.diagnosis) {
    faults.push(`the diagnosis must be ${drill.diagnosis}, got ${diagnosis}`);
  }
  const { whyFailed } = drill;
  const failedMax = drill.failedMax?.(scene.deployment.blueprint);
  const isFine =
    failedMax === undefined ? failed > 0 === (whyFailed !== undefined) : failed <= failedMax;
  if (!isFine) {
    const kinds = seen.failures.join(', ');
    faults.push(`${failed} commands failed${kinds ? ` (${kinds})` : ''}`);
  }
  if (others.failed > 0 && seen.failed > 0)
    faults.push('clients that read the secret again failed too');
  const commands = seen.commands + others.commands;
  if (commands === 0) faults.push('there was no traffic');
  return { drill, noticed, afterMs, diagnosis, commands, failed, faults };
}
