/**
 * `npm start`: rehearses the caches of a stage on this machine, one after the other. Exit code 0
 * only if every check passed.
 *
 * `--help` lists the options. With --drill NAME it plays a failure instead, on one cache; with
 * --traffic NAME it sends real clients through a rotation.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeServer,
  ensureRedisServer,
  namedServer,
  type ServerRun,
  serverRunOf,
} from '../cli/server/redis-binary';
import { synthesize } from '../cli/template/synthesize';
import { rotatedSecrets } from './aws/access-blueprint';
import { type Blueprint, nodeCountOf, readBlueprints } from './aws/blueprint';
import { deployedTemplates } from './aws/deployed-templates';
import { Deployment } from './aws/deployment';
import { describeNode, nameNode, nodeFor } from './aws/lambda-node';
import type { CheckResult } from './checks/checks';
import { Transcript } from './checks/transcript';
import { DRILLS, drillsNamed, runDrills } from './drills/run-drills';
import { keep } from './keep';
import { makeFolder } from './machine/cleanup';
import { endOfLife, endWithNpm, explain, requireOpenFiles } from './machine/machine';
import { type Options, readOptions, USAGE } from './options';
import { describeStep, type RehearsalResult, type RotationFigures, rehearse } from './rehearse';
import { rehearseTraffic, type TrafficRehearsal } from './rehearse-traffic';
import { rehearseUsers } from './rehearse-users';
import { driverLines, driversNamed } from './traffic/clients/drivers';
import type { RealTrafficResult } from './traffic/real-traffic';
import { unprovenBy } from './unproven';

const ROOT = join(__dirname, '..');
/** A change of the cache takes minutes in AWS; here it takes less than one poll interval. */
const TIMING = { delayMs: 40, perNodeMs: 40 };
/** Grows with the nodes: after each node has changed, `Watch` logs in to every node. */
const POLL_MS_PER_NODE = 125;
const QUIET_MS = 1_000;

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function main(options: Options, transcript: Transcript): Promise<boolean> {
  if (options.help) {
    transcript.print(USAGE);
    return true;
  }
  if (options.drill === 'list') {
    for (const { name, broke } of DRILLS) transcript.print(`${name.padEnd(24)}${broke}`);
    return true;
  }
  if (options.traffic === 'list') {
    for (const line of driverLines()) transcript.print(line);
    return true;
  }
  requireOpenFiles();
  const drivers = options.traffic === undefined ? [] : driversNamed(options.traffic);
  for (const driver of drivers) driver.install?.((notice) => transcript.say(notice));
  const named = namedServer(options.server);
  nameNode(options.node);
  const serverFor = ({ engine, rotation: { runtime } }: Blueprint): ServerRun => {
    const notify = (notice: string) => transcript.say(notice);
    const run = serverRunOf(named ?? ensureRedisServer(notify, engine), engine);
    transcript.say(describeServer(run));
    transcript.say(describeNode(runtime, nodeFor(runtime)));
    return run;
  };
  const outFolder = makeFolder('secure-redis-cdk');
  const notice = endOfLife(process.versions.node);
  if (notice !== undefined) transcript.say(notice);
  const skipped = "without CDK's validation, which npm test and cdk deploy run";
  transcript.say(`synthesizing the stage ${options.stage}, ${skipped}`);
  synthesize(ROOT, options.stage, outFolder);
  const blueprints = chosen(readBlueprints(outFolder), options);
  if (options.drill !== undefined) {
    const [first, ...others] = firstOfEachKind(blueprints);
    if (!first) throw new Error(`the stage ${options.stage} has no cache to drill; add one`);
    const names = [first, ...others].map(({ stackName }) => stackName).join(' and ');
    transcript.part(`drills on ${names}, each on its own deployment`);
    const target = (blueprint: Blueprint) => ({ blueprint, redisPath: serverFor(blueprint).path });
    const targets = [target(first), ...others.map(target)] as const;
    return runDrills(drillsNamed(options.drill), targets, transcript);
  }
  const report: Report = { servers: [], checks: [], rotations: [], traffic: [] };
  for (const blueprint of blueprints) {
    const cache = blueprint.name;
    const server = serverFor(blueprint);
    report.servers.push({ cache, ...server });
    const deployed = { blueprint, templates: deployedTemplates(outFolder) };
    await rehearseCache(deployed, server, options, transcript, (result) => {
      const { checks, rotations = [], traffic } = result;
      report.checks.push(...checks.map((check) => ({ cache, ...check })));
      report.rotations.push(...rotations.map((rotation) => ({ cache, ...rotation })));
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

/** The first cache with one password, and the first with users. */
function firstOfEachKind(blueprints: readonly Blueprint[]): readonly Blueprint[] {
  return blueprints.filter(
    ({ access }, at) => blueprints.findIndex((each) => each.access.kind === access.kind) === at,
  );
}

/** What `--json` writes. */
interface Report {
  readonly servers: (ServerRun & { readonly cache: string })[];
  readonly checks: (CheckResult & { readonly cache: string })[];
  readonly rotations: (RotationFigures & { readonly cache: string })[];
  readonly traffic: (RealTrafficResult & { readonly cache: string })[];
}

/** A rehearsal has figures of the rotation, with `--traffic` figures of the clients instead. */
type Rehearsed = Pick<RehearsalResult, 'checks'> &
  Partial<Pick<RehearsalResult, 'rotations'> & Pick<TrafficRehearsal, 'traffic'>>;

/** The caches that the options select. */
function chosen(blueprints: readonly Blueprint[], { stage, cache, keep }: Options) {
  const names = blueprints.map(({ name }) => name).join(', ');
  if (cache === undefined) {
    if (!keep || blueprints.length === 1) return blueprints;
    throw new Error(
      `--keep must be for one cache, got the stage ${stage} with ${names}. Choose with --cache.`,
    );
  }
  const found = blueprints.filter(({ name }) => name === cache);
  if (found.length > 0) return found;
  throw new Error(
    `--cache must be a cache of the stage ${stage} (${names}), got '${cache}'. Name one of them.`,
  );
}

interface Deployed {
  readonly blueprint: Blueprint;
  /** Of all stacks of the stage. */
  readonly templates: Record<string, string>;
}

async function rehearseCache(
  { blueprint, templates }: Deployed,
  server: ServerRun,
  options: Options,
  transcript: Transcript,
  onResult: (result: Rehearsed) => void,
): Promise<void> {
  const { engine, topology, stackName, access } = blueprint;
  const shards = topology.isSharded ? `${topology.shards} shards, ` : '';
  transcript.part(
    `deploying ${stackName}: ${engine} as ${server.path} ${server.version}, ` +
      `${shards}${nodeCountOf(topology)} nodes, ${schedulesOf(blueprint)}`,
  );
  const lines: string[] = [];
  const deployment = await Deployment.start({
    blueprint,
    redisPath: server.path,
    timing: TIMING,
    pollIntervalMs: POLL_MS_PER_NODE * nodeCountOf(topology),
    quietMs: QUIET_MS,
    onLine: (line) => lines.push(line),
    // A line per step of each user would be too long to read.
    onStep: (report) => {
      if (access.kind === 'password') transcript.detail(describeStep(report));
      else if (!report.outcome.ok) transcript.detail(`${report.username} ${describeStep(report)}`);
    },
  });
  deployment.account.templates = templates;
  try {
    const result = await rehearseBy(options, deployment, transcript, lines);
    transcript.table(result.checks, unprovenBy(blueprint, server));
    onResult(result);
    if (options.keep) await keep(deployment, options, transcript);
  } finally {
    await deployment.stop();
  }
}

function rehearseBy(
  { traffic }: Options,
  deployment: Deployment,
  transcript: Transcript,
  lines: readonly string[],
): Promise<Rehearsed> {
  const { access, name } = deployment.blueprint;
  if (access.kind === 'users' && traffic !== undefined) {
    throw new Error(
      `--traffic must be for caches with one password, got ${name}, which has users. Leave it ` +
        'out, or choose another cache with --cache: clients of each user run without it, too.',
    );
  }
  if (access.kind === 'users') return rehearseUsers(deployment, access, transcript, lines);
  if (traffic === undefined) return rehearse(deployment, transcript, lines);
  return rehearseTraffic(deployment, transcript, lines, driversNamed(traffic));
}

/** Every schedule of the cache's passwords, without duplicates. */
function schedulesOf({ access }: Blueprint): string {
  const schedules = rotatedSecrets(access).map(({ secret }) => secret.schedule);
  return Array.from(new Set(schedules)).join(', ');
}

for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) {
  // Exit handlers stop every process and remove every file.
  process.once(signal, () => process.exit(code));
}

// A reader that goes away (`npm start | head`) ends the rehearsal, without a stack trace.
process.stdout.once('error', (error: NodeJS.ErrnoException) =>
  error.code === 'EPIPE' ? process.exit(1) : fail(`standard output: ${explain(error)}`),
);

endWithNpm();
const transcript = new Transcript((line) => process.stdout.write(`${line}\n`));
try {
  const options = readOptions(process.argv.slice(2));
  main(options, transcript).then(
    (passed) => process.exit(passed ? 0 : 1),
    // Deferred: Ctrl-C may have caused the failure, and its handler must run first.
    (error: Error) => setImmediate(() => fail(explain(error))),
  );
} catch (error) {
  fail(`${(error as Error).message}\n${USAGE}`);
}

function fail(message: string): void {
  console.error(message);
  process.exit(1);
}
