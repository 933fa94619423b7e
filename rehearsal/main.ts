/**
 * `npm start`: rehearses the caches of a stage on this machine, one after the other. Exit code 0
 * only if every check passed.
 *
 * Options: --stage NAME, --cache NAME, --json FILE, --keep (with --reveal). With --drill NAME it
 * plays a failure instead, on one cache; with --traffic NAME real clients live through a rotation;
 * `all` of them, or `list`.
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connectionUrl, connectionUrlTemplate, DEFAULT_DATABASE } from '../contract/connection-url';
import { type Blueprint, nodeCountOf, readBlueprints, synthesize } from './blueprint';
import type { CheckResult } from './checks';
import { Deployment } from './deployment';
import { DRILLS, drillsNamed, runDrills } from './drills/run-drills';
import { ensureRedisServer, type RedisBinary } from './redis-binary';
import { describeStep, type RehearsalResult, type RotationFigures, rehearse } from './rehearse';
import { driverLines, driversNamed } from './traffic/drivers';
import type { RealTrafficResult } from './traffic/real-traffic';
import { rehearseTraffic, type TrafficRehearsal } from './traffic/rehearse-traffic';
import { Transcript } from './transcript';

const USAGE =
  'npm start -- [--stage NAME] [--cache NAME] [--json FILE] [--keep [--reveal]] [--drill NAME] ' +
  '[--traffic NAME,…]';

/** A change of the cache takes minutes in AWS; here it takes less than one look apart. */
const TIMING = { delayMs: 40, perNodeMs: 40 };
/** The more nodes, the longer: after each one that has changed, every node is logged in to. */
const POLL_MS_PER_NODE = 125;
const QUIET_MS = 1_000;

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

interface Options {
  readonly stage: string;
  readonly cache?: string;
  readonly json?: string;
  readonly drill?: string;
  readonly traffic?: string;
  readonly keep: boolean;
  readonly reveal: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: { type: 'string', default: 'dev' },
      cache: { type: 'string' },
      json: { type: 'string' },
      drill: { type: 'string' },
      traffic: { type: 'string' },
      keep: { type: 'boolean', default: false },
      reveal: { type: 'boolean', default: false },
    },
  });
  const { json } = values;
  if (json !== undefined && (json === '' || !existsSync(dirname(resolve(json))))) {
    throw new Error(
      `--json is '${json}', in a folder that does not exist; make it, or name another`,
    );
  }
  const { drill } = values;
  if (drill !== undefined && (json !== undefined || values.keep)) {
    throw new Error('--drill goes with --stage and --cache only; leave --json and --keep out');
  }
  if (drill !== undefined && drill !== 'list') drillsNamed(drill);
  const { traffic } = values;
  if (traffic !== undefined && (drill !== undefined || values.keep)) {
    throw new Error(
      '--traffic goes with --stage, --cache and --json; leave --drill and --keep out',
    );
  }
  if (traffic !== undefined && traffic !== 'list') driversNamed(traffic);
  return values;
}

async function main(options: Options, transcript: Transcript): Promise<boolean> {
  if (options.drill === 'list') {
    for (const { name, broke } of DRILLS) transcript.print(`${name.padEnd(24)}${broke}`);
    return true;
  }
  if (options.traffic === 'list') {
    for (const line of driverLines()) transcript.print(line);
    return true;
  }
  const drivers = options.traffic === undefined ? [] : driversNamed(options.traffic);
  for (const driver of drivers) driver.install?.((notice) => transcript.say(notice));
  const redis = ensureRedisServer((notice) => transcript.say(notice));
  const outFolder = mkdtempSync(join(tmpdir(), 'secure-redis-cdk-'));
  // However this process ends, the assembly does not stay behind.
  process.once('exit', () => rmSync(outFolder, { recursive: true, force: true }));
  transcript.say(`synthesizing the stage ${options.stage}`);
  synthesize(options.stage, outFolder);
  const blueprints = chosen(readBlueprints(outFolder), options);
  if (options.drill !== undefined) {
    const [blueprint] = blueprints;
    if (!blueprint) throw new Error(`the stage ${options.stage} has no cache to drill; add one`);
    transcript.part(`drills on ${blueprint.stackName}, each on a deployment of its own`);
    return runDrills(drillsNamed(options.drill), blueprint, redis.path, transcript);
  }
  const report: Report = { checks: [], rotations: [], traffic: [] };
  for (const blueprint of blueprints) {
    await rehearseCache(blueprint, redis, options, transcript, ({ checks, rotation, traffic }) => {
      const cache = blueprint.name;
      report.checks.push(...checks.map((check) => ({ cache, ...check })));
      if (rotation) report.rotations.push({ cache, ...rotation });
      if (traffic) report.traffic.push({ cache, ...traffic });
      if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    });
  }
  const failed = report.checks.filter(({ pass }) => !pass);
  if (blueprints.length > 1) {
    const names = blueprints.map(({ name }) => name).join(', ');
    transcript.part(`${names}: ${report.checks.length} checks, ${failed.length} failed`);
  }
  return failed.length === 0;
}

/** What `--json` writes. */
interface Report {
  readonly checks: (CheckResult & { readonly cache: string })[];
  readonly rotations: (RotationFigures & { readonly cache: string })[];
  readonly traffic: (RealTrafficResult & { readonly cache: string })[];
}

/** Of a rehearsal there are figures of the rotation, of one with `--traffic` those of clients. */
type Rehearsed = Pick<RehearsalResult, 'checks'> &
  Partial<Pick<RehearsalResult, 'rotation'> & Pick<TrafficRehearsal, 'traffic'>>;

/** The caches that are asked for. */
function chosen(blueprints: readonly Blueprint[], { stage, cache, keep }: Options) {
  const names = blueprints.map(({ name }) => name).join(', ');
  if (cache === undefined) {
    if (!keep || blueprints.length === 1) return blueprints;
    throw new Error(`--keep keeps one cache; the stage ${stage} has ${names}; choose with --cache`);
  }
  const found = blueprints.filter(({ name }) => name === cache);
  if (found.length > 0) return found;
  throw new Error(`--cache is '${cache}'; allowed are the caches of ${stage}: ${names}`);
}

async function rehearseCache(
  blueprint: Blueprint,
  redis: RedisBinary,
  options: Options,
  transcript: Transcript,
  onResult: (result: Rehearsed) => void,
): Promise<void> {
  const { engine, topology, rotation, stackName } = blueprint;
  const shards = topology.isSharded ? `${topology.shards} shards, ` : '';
  transcript.part(
    `deploying ${stackName}: ${engine} as ${redis.path} ${redis.version}, ` +
      `${shards}${nodeCountOf(topology)} nodes, ${rotation.schedule}`,
  );
  const lines: string[] = [];
  const deployment = await Deployment.start({
    blueprint,
    redisPath: redis.path,
    timing: TIMING,
    pollIntervalMs: POLL_MS_PER_NODE * nodeCountOf(topology),
    quietMs: QUIET_MS,
    onLine: (line) => lines.push(line),
    onStep: (report) => transcript.detail(describeStep(report)),
  });
  try {
    const { traffic } = options;
    const result = traffic
      ? await rehearseTraffic(deployment, transcript, lines, driversNamed(traffic))
      : await rehearse(deployment, transcript, lines);
    transcript.table(result.checks);
    onResult(result);
    if (options.keep) await keep(deployment, options, transcript);
  } finally {
    await deployment.stop();
  }
}

/** Says how to connect, and waits for the end of the world. */
function keep(deployment: Deployment, { reveal }: Options, transcript: Transcript): Promise<never> {
  const { username, password } = deployment.credentials();
  const [primary] = deployment.nodes;
  if (!primary) throw new Error('the cache has no node; there is nothing to connect to');
  const { host, port } = primary;
  const follows = deployment.blueprint.topology.isSharded ? '-c ' : '';
  const target = { username, host, port, database: DEFAULT_DATABASE };
  // Built without the password, so that there is nothing to blot out; a Password prints hidden.
  const hidden = connectionUrlTemplate(target).replace('{password}', `${password}`);
  const shown = reveal ? connectionUrl(target, password) : hidden;
  transcript.part('still running; connect with');
  transcript.detail(`url      ${shown}`);
  transcript.detail(`CA       ${deployment.caFile}`);
  transcript.detail(`command  redis-cli --tls --cacert ${deployment.caFile} --user ${username} \\`);
  transcript.detail(`           --askpass ${follows}-h ${host} -p ${port}`);
  if (!reveal) transcript.detail('password hidden; --reveal shows it');
  // They open this run's control plane on loopback and nothing else.
  const { url, credentials } = deployment.plane;
  transcript.detail(`operator AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 \\`);
  transcript.detail(`           AWS_ACCESS_KEY_ID=${credentials.accessKeyId} \\`);
  transcript.detail(`           AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey} \\`);
  transcript.detail(`           npx secure-redis status --cache ${deployment.blueprint.stackName}`);
  transcript.detail(`           … env --cache ${deployment.blueprint.stackName} --file .env \\`);
  transcript.detail(`           --ca ${deployment.caFile}`);
  transcript.detail('stop with Ctrl-C');
  return new Promise(() => setInterval(() => undefined, 60_000));
}

for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) {
  // Exit handlers stop every process and remove every file.
  process.once(signal, () => process.exit(code));
}

// A reader that goes away (`npm start | head`) ends the rehearsal, without a stack trace.
process.stdout.once('error', () => process.exit(1));

const transcript = new Transcript((line) => process.stdout.write(`${line}\n`));
try {
  const options = readOptions(process.argv.slice(2));
  main(options, transcript).then(
    (passed) => process.exit(passed ? 0 : 1),
    // A turn later: what failed may have been ended by a Ctrl-C whose handler is still to run.
    (error: Error) => setImmediate(() => fail(error.message)),
  );
} catch (error) {
  fail(`${(error as Error).message}; usage: ${USAGE}`);
}

function fail(message: string): void {
  console.error(message);
  process.exit(1);
}
