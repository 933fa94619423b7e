/**
 * `npm run jsii`: compiles a copy of the constructs with jsii, and prints each remaining error with
 * its reason. An error without a reason fails.
 *
 * jsii takes 15 seconds to install and is therefore not a dependency: npm installs it into a
 * temporary folder.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json';

const ROOT = join(__dirname, '..');
const JSII = '6.0.16';
const COPIED = ['lib', 'contract'];
const LINKED = ['aws-cdk-lib', 'constructs', 'ajv', '@types'];
const COMPILE_MS_MAX = 600_000;

const GENERIC = "the type of the client's options follows from the name of the client";
const READONLY = 'a read-only list or map, or a constant list that a caller may pass';

/** Why an error remains: the file, the code of jsii (and how its text begins), and the reason. */
const REASONS: readonly (readonly [file: RegExp, code: string, reason: string])[] = [
  [/^lib\/client-profiles\/connection-string\.ts$/, 'JSII1003', GENERIC],
  [/^lib\/client-profiles\/connection-string\.ts$/, 'JSII1006', GENERIC],
  [/^lib\/validation\/setting-error\.ts$/, 'JSII', 'jsii exports no class that extends Error'],
  [/lib\.es5\.d\.ts$/, 'JSII9002', 'jsii exports no class that extends Error'],
  [/^lib\//, 'JSII3001', READONLY],
  // What jsii says of the same list or map once more.
  [/^lib\//, 'JSII9002: Type "Readonly', READONLY],
];

const { devDependencies: versions } = manifest;

function packageOfCopy(): object {
  const peers = { 'aws-cdk-lib': versions['aws-cdk-lib'], constructs: versions.constructs };
  const { name, version, license, author, repository, dependencies } = manifest;
  return {
    ...{ name, version, license, author: { ...author, organization: true }, repository },
    ...{ main: 'dist/lib/index.js', types: 'dist/lib/index.d.ts', stability: 'stable' },
    ...{ peerDependencies: peers, dependencies, bundledDependencies: Object.keys(dependencies) },
    jsii: { outdir: 'dist', targets: {}, tsc: { outDir: 'dist', rootDir: '.' } },
  };
}

/** The output of jsii for a copy of the sources. */
function compile(folder: string): string {
  const npm = ['install', `jsii@${JSII}`, '--no-audit', '--no-fund', '--silent'];
  writeFileSync(join(folder, 'package.json'), '{}');
  execFileSync('npm', npm, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of LINKED) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'README.md'), '');
  writeFileSync(join(folder, 'package.json'), JSON.stringify(packageOfCopy()));
  const { stdout, stderr } = spawnSync('node_modules/.bin/jsii', [], {
    cwd: folder,
    encoding: 'utf8',
    timeout: COMPILE_MS_MAX,
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' },
  });
  return `${stdout}\n${stderr}`;
}

interface Found {
  readonly at: string;
  readonly code: string;
  readonly text: string;
  readonly reason: string | undefined;
}

export function errorsOf(output: string): readonly Found[] {
  const lines = output.matchAll(/^(?:(\S+?):(\d+):\d+ - )?error ((?:JSII|TS)\d+): (.*)$/gm);
  return Array.from(lines, ([, file = '', line = '', code = '', text = '']) => {
    const known = REASONS.find(
      ([of, begin]) => of.test(file) && `${code}: ${text}`.startsWith(begin),
    );
    return { at: `${file}:${line}`, code, text, reason: known?.[2] };
  });
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'secure-redis-jsii-'));
  try {
    const output = compile(folder);
    const found = errorsOf(output);
    for (const { at, code, text, reason } of found) {
      console.log(`${at} ${code}: ${text.replace(/ \[.*/, '')}`);
      console.log(`  ${reason === undefined ? 'NO REASON' : `stays: ${reason}`}`);
    }
    const open = found.filter(({ reason }) => reason === undefined);
    console.log(`jsii ${JSII}: ${found.length} errors, ${open.length} of them without a reason`);
    const isDone = found.length > 0 || existsSync(join(folder, '.jsii'));
    if (!isDone) console.log(output);
    process.exitCode = isDone && open.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) main();
