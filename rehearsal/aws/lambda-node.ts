/**
 * Finds the Node.js that runs the function: Lambda's version by the template's runtime, if this
 * machine has it, otherwise the Node.js of this process.
 *
 * It downloads only with `--node install`, and always reports the version that ran.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface LambdaNode {
  readonly path: string;
  /** Such as `24.21.0`. */
  readonly version: string;
  /** Whether Lambda runs this version. */
  readonly isLambdas: boolean;
}

/** Where `--node install` puts it. */
const CACHE = join(__dirname, '../../node_modules/.cache/lambda-node');
/** The value of `--node` that installs Lambda's version. */
const INSTALL = 'install';
const ANSWER_TIMEOUT_MS = 10_000;
const INSTALL_TIMEOUT_MS = 300_000;

/** Found programs by major version. */
const found = new Map<string, LambdaNode>();
let named: string | undefined;

/** Sets the value of `--node`: the path of a Node.js, or `install`. */
export function nameNode(node: string | undefined): void {
  named = node;
  found.clear();
}

/**
 * The Node.js for a runtime such as `nodejs24.x`.
 *
 * @throws Error if the named program is not Node.js, or the installation fails.
 */
export function nodeFor(runtime: string, packages = CACHE): LambdaNode {
  const major = majorOf(runtime);
  const node = found.get(major) ?? look(major, packages);
  found.set(major, node);
  return node;
}

/** One line for a person. */
export function describeNode(runtime: string, node: LambdaNode): string {
  const end = unprovenOfNode(runtime, node).map((each) => `; not proven: ${each}`);
  return `template: ${runtime}; the function ran on Node.js ${node.version}${end.join('')}`;
}

/** What remains unproven about a runtime; empty if that version ran. */
export function unprovenOfNode(runtime: string, { isLambdas }: LambdaNode): readonly string[] {
  if (isLambdas) return [];
  return [`what Node.js ${majorOf(runtime)} does otherwise (--node ${INSTALL} gets it)`];
}

function look(major: string, packages: string): LambdaNode {
  const name = `node-${process.platform}-${process.arch}`;
  const cached = join(packages, 'node_modules', name, 'bin/node');
  const option = named ?? process.env.REHEARSAL_NODE;
  if (option === INSTALL) install(name, major, packages);
  else if (option) {
    const { path, version } = nodeAt(option);
    return { path, version, isLambdas: majorOf(version) === major };
  }
  for (const path of [process.execPath, cached, 'node']) {
    const version = versionOf(path);
    if (version && majorOf(version) === major) return { path, version, isLambdas: true };
  }
  return { path: process.execPath, version: process.versions.node, isLambdas: false };
}

function nodeAt(path: string) {
  const version = versionOf(path);
  if (version !== undefined) return { path, version };
  const from = named === undefined ? 'REHEARSAL_NODE' : '--node';
  throw new Error(
    `${from} must be the path of a Node.js or \`${INSTALL}\`, got '${path}', whose --version ` +
      'prints none. Name another program.',
  );
}

function install(name: string, major: string, packages: string): void {
  mkdirSync(packages, { recursive: true });
  const command = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status, stderr, error } = spawnSync(
    'npm',
    [...command, '--prefix', packages, `${name}@${major}`],
    { encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS, env: process.env },
  );
  if (status === 0) return;
  const [line = 'npm does not run'] = (error?.message ?? stderr).trim().split('\n');
  throw new Error(
    `--node ${INSTALL} must find ${name}@${major} in the npm registry, got: ${line}. Name a ` +
      `Node.js ${major} with --node PATH.`,
  );
}

function versionOf(path: string): string | undefined {
  if (path === process.execPath) return process.versions.node;
  const { stdout, status } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    timeout: ANSWER_TIMEOUT_MS,
    env: process.env,
  });
  return status === 0 ? /^v(\d+\.\d+\.\d+)\s*$/.exec(stdout)?.[1] : undefined;
}

/** Of a version or of a runtime of Lambda. */
function majorOf(text: string): string {
  return /\d+/.exec(text)?.[0] ?? '';
}
