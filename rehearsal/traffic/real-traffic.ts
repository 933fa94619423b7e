/**
 * Runs real clients on a deployment through a rotation, connection cuts, and the revocation of the
 * previous password.
 *
 * It only measures; `traffic-checks.ts` judges the results.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../../cli/server/certificates';
import { LABEL } from '../../contract/rotation';
import { graceDaysOf } from '../aws/blueprint';
import type { Deployment } from '../aws/deployment';
import { failureOf } from '../redis/failure-word';
import { type Driver, READINGS, type Reading, type ServerAccess } from './driver';
import { type Figures, type Lane, Traffic } from './traffic';

/** In chronological order. In the last phase, clients that read once must fail. */
export type Phase = 'before' | 'during' | 'after' | 'revoked' | 'cut';

/** Results of one client in one habit. */
export interface LaneResult {
  readonly client: string;
  readonly reading: Reading;
  readonly phases: Readonly<Record<Phase, Figures>>;
  /** The last two phases together. */
  readonly revocation: Figures;
}

export interface RealTrafficResult {
  readonly lanes: readonly LaneResult[];
  /** Why a client did not take part, by name. */
  readonly missing: Readonly<Record<string, string>>;
  /** Why a client could not connect, by name: each is a failure. */
  readonly refused: Readonly<Record<string, string>>;
  /** The error of each client and habit for a certificate of an unknown authority. */
  readonly untrusted: Readonly<Record<string, string>>;
  readonly rotated: boolean;
  /** What the daily check after the grace period did. */
  readonly dailyCheck: string;
  /** How often all connections were cut while the previous password was accepted. */
  readonly cuts: number;
}

export interface RealTrafficOptions {
  /** Milliseconds of each phase besides the rotation. */
  readonly calmMs: number;
  readonly pauseMs: number;
  /**
   * Rotates and returns whether there is a new password. Default: the rotation of the deployment.
   */
  readonly rotate?: () => Promise<boolean>;
  readonly say?: (text: string) => void;
}

/** Time to reconnect before the connections to the next node are cut. */
const NODE_PAUSE_MS = 120;
/** Commands that open lazy connections, one per shard. */
const WARM_COMMANDS = 24;
const TIMEOUT_MS = 8_000;
/** An example service starts a process, compiles, and waits up to 5 seconds for the cache. */
const OPEN_TIMEOUT_MS = 20_000;

export async function runRealTraffic(
  deployment: Deployment,
  drivers: readonly Driver[],
  options: RealTrafficOptions,
): Promise<RealTrafficResult> {
  const { isSharded } = deployment.blueprint.topology;
  const reasons = drivers.map((driver) => [driver.name, driver.missing?.(isSharded)] as const);
  const missing = Object.fromEntries(reasons.filter((each): each is [string, string] => !!each[1]));
  const present = drivers.filter(({ name }) => missing[name] === undefined);
  const untrusted = await openUntrusted(deployment, present);
  options.say?.(`${present.map(({ name }) => name).join(', ')}: connecting`);
  const { lanes, refused } = await openAll(deployment, present);
  const played = await play(deployment, lanes, options);
  return { missing, refused, untrusted, ...played };
}

/** Connection parameters of the clients, with the authority to trust. */
export function accessOf(
  deployment: Deployment,
  authority: { readonly ca: string; readonly caFile: string } = {
    ca: deployment.certificates.caPem,
    caFile: deployment.caFile,
  },
): ServerAccess {
  const { plane, secretArn, blueprint } = deployment;
  return {
    readSecret: () => deployment.secretString(),
    isSharded: blueprint.topology.isSharded,
    ...authority,
    secretEnvironment: {
      REDIS_SECRET_ARN: secretArn,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: plane.url,
      AWS_ACCESS_KEY_ID: plane.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: plane.credentials.secretAccessKey,
      // Ignores the AWS configuration of this machine's user.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  };
}

/** The error of each client for a certificate of an unknown authority. */
async function openUntrusted(deployment: Deployment, drivers: readonly Driver[]) {
  const { caPem: ca } = await makeCertificates();
  const caFile = join(deployment.folder, 'foreign-ca.crt');
  writeFileSync(caFile, ca, { mode: 0o600 });
  const access = accessOf(deployment, { ca, caFile });
  const seen = await Promise.all(
    habitsOf(drivers).map(async ({ name, driver, reading }) => {
      try {
        const client = await openInTime(driver, access, reading);
        await client.close();
        return [name, 'connected'];
      } catch (error) {
        return [name, failureOf(error)];
      }
    }),
  );
  return Object.fromEntries(seen);
}

/** Each client in each of its habits. */
function habitsOf(drivers: readonly Driver[]) {
  return drivers.flatMap((driver) =>
    (driver.readings ?? READINGS).map((reading) => {
      return { name: `${driver.name} that reads ${reading}`, driver, reading };
    }),
  );
}

/** Limits the time of a client that neither connects nor fails. */
async function openInTime(driver: Driver, access: ServerAccess, reading: Reading) {
  const abort = new AbortController();
  const late = sleep(OPEN_TIMEOUT_MS, undefined, { signal: abort.signal }).then(() => {
    throw new Error('timeout');
  });
  try {
    return await Promise.race([driver.open(access, reading), late]);
  } finally {
    abort.abort();
    late.catch(() => undefined);
  }
}

interface RealLane extends Lane {
  readonly driver: Driver;
  readonly reading: Reading;
}

async function openAll(deployment: Deployment, drivers: readonly Driver[]) {
  const access = accessOf(deployment);
  const refused: Record<string, string> = {};
  const lanes: RealLane[] = [];
  await Promise.all(
    habitsOf(drivers).map(async ({ name, driver, reading }, index) => {
      try {
        const client = await openInTime(driver, access, reading);
        for (let count = 0; count < WARM_COMMANDS; count++) {
          await client.command(`rehearsal:warm-${index}:${count}`, String(count));
        }
        lanes[index] = { name: `${driver.name}-${reading}`, client, driver, reading };
      } catch (error) {
        refused[name] = failureOf(error);
      }
    }),
  );
  // In the order of the list, not of the connections.
  return { lanes: lanes.filter((lane) => lane !== undefined), refused };
}

async function play(
  deployment: Deployment,
  lanes: readonly RealLane[],
  { calmMs, pauseMs, rotate = () => deployment.service.rotate(), say }: RealTrafficOptions,
) {
  const traffic = new Traffic({ lanes, pauseMs, timeoutMs: TIMEOUT_MS });
  const enter = (phase: Phase, what: string) => {
    traffic.phase(phase);
    say?.(`${what}: ${traffic.commands} commands so far`);
  };
  let cuts = 0;
  const cut = async () => {
    cuts += 1;
    await cutConnections(deployment, traffic);
  };
  enter('before', 'before the rotation');
  await sleep(calmMs);
  enter('during', 'rotation');
  const rotated = await rotateWithCuts(deployment, rotate, cut);
  enter('after', 'rotated, within the grace period');
  await cut();
  await sleep(calmMs);
  enter('revoked', 'the grace period ends, the previous password is revoked');
  deployment.clock.passDays(graceDaysOf(deployment.blueprint) + 1);
  const { outcome } = await deployment.service.dailyCheck('daily');
  await sleep(calmMs);
  enter('cut', 'every connection is cut again');
  await cut();
  await sleep(calmMs);
  await traffic.stop();
  const results = lanes.map((lane) => ({
    client: lane.driver.name,
    reading: lane.reading,
    phases: phasesOf(traffic, lane),
    revocation: traffic.figures(lane, 'revoked', 'cut'),
  }));
  return { lanes: results, rotated, dailyCheck: outcome, cuts };
}

/** Cuts connections after the change is requested, and when the new password is current. */
async function rotateWithCuts(
  { plane, secrets, secretArn }: Deployment,
  rotate: () => Promise<boolean>,
  cut: () => Promise<void>,
): Promise<boolean> {
  const before = secrets.holderOf(secretArn, LABEL.current);
  const { hooks } = plane;
  let isCurrent = false;
  plane.hooks = {
    ...hooks,
    // The function waits for the response meanwhile, so its own logins are not cut.
    after: async (call) => {
      await hooks.after?.(call);
      const hasMoved = !isCurrent && secrets.holderOf(secretArn, LABEL.current) !== before;
      isCurrent ||= hasMoved;
      if (hasMoved || call.action === 'ModifyReplicationGroup') await cut();
    },
  };
  const rotated = await rotate();
  plane.hooks = hooks;
  return rotated;
}

function phasesOf(traffic: Traffic, lane: Lane): Readonly<Record<Phase, Figures>> {
  const seen = (phase: Phase) => traffic.figures(lane, phase);
  return {
    before: seen('before'),
    during: seen('during'),
    after: seen('after'),
    revoked: seen('revoked'),
    cut: seen('cut'),
  };
}

/** Local addresses of a node in CLIENT LIST. */
const LOCAL_HOSTS = ['127.0.0.1', '[::1]'];

/** Cuts node by node, as failovers do; replicas and administrators keep their connections. */
async function cutConnections({ nodes }: Deployment, traffic: Traffic): Promise<void> {
  for (const node of nodes) {
    // Between two commands: a command in flight may be lost regardless of passwords.
    await traffic.still(async () => {
      for (const host of LOCAL_HOSTS) {
        const at = `${host}:${node.port}`;
        await node.admin('CLIENT', 'KILL', 'USER', 'default', 'LADDR', at);
      }
    });
    await sleep(NODE_PAUSE_MS);
  }
}
