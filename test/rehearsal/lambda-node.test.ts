/** Proves which Node.js runs the function: one of Lambda's version, where there is one. */

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeNode, nameNode, nodeFor } from '../../rehearsal/aws/lambda-node';
import { endOfLife } from '../../rehearsal/machine/machine';
import { startLocally } from '../support/local-deployment';
import { temporaryFolder } from '../support/temporary-folder';

const { PATH, REHEARSAL_NODE } = process.env;
const RUNTIME = 'nodejs99.x';
const OWN = process.versions.node;

let packages: string;

function program(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o700);
  return file;
}

beforeEach(() => {
  packages = temporaryFolder('packages');
  process.env.PATH = packages;
  delete process.env.REHEARSAL_NODE;
  nameNode(undefined);
});

afterEach(() => {
  process.env.PATH = PATH;
  process.env.REHEARSAL_NODE = REHEARSAL_NODE ?? '';
  nameNode(undefined);
});

const cached = () =>
  join(packages, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');

test('this process, if it is of the version', () => {
  const runtime = `nodejs${OWN.split('.')[0]}.x`;
  const node = nodeFor(runtime, packages);
  expect(node).toEqual({ path: process.execPath, version: OWN, isLambdas: true });
  expect(describeNode(runtime, node)).toBe(
    `template: ${runtime}; the function ran on Node.js ${OWN}`,
  );
});

test.each([
  ['the folder of packages', () => cached(), undefined],
  ['PATH', () => join(packages, 'node'), 'node'],
])('one in %s', (_, file, path) => {
  program(file(), 'echo v99.1.2');
  expect(nodeFor(RUNTIME, packages)).toEqual({
    path: path ?? file(),
    version: '99.1.2',
    isLambdas: true,
  });
});

test('otherwise this process, and what that leaves unproven is said', () => {
  program(join(packages, 'node'), 'echo v98.0.0');
  const node = nodeFor(RUNTIME, packages);
  expect(node).toEqual({ path: process.execPath, version: OWN, isLambdas: false });
  expect(describeNode(RUNTIME, node)).toContain('; not proven: what Node.js 99 does otherwise');
});

test('the one that is named, whatever its version', () => {
  const path = program(join(packages, 'mine'), 'echo v98.0.0');
  process.env.REHEARSAL_NODE = path;
  expect(nodeFor(RUNTIME, packages)).toEqual({ path, version: '98.0.0', isLambdas: false });
  process.env.REHEARSAL_NODE = join(packages, 'nosuch');
  nameNode(path);
  expect(nodeFor(RUNTIME, packages)).toMatchObject({ path });
  nameNode(join(packages, 'nosuch'));
  expect(() => nodeFor(RUNTIME, packages)).toThrow(/^--node must be the path of a Node\.js or `i/);
});

test('one is installed only when that is asked for', () => {
  program(join(packages, 'npm'), 'echo "npm error 404" >&2; exit 1');
  nodeFor(RUNTIME, packages);
  nameNode('install');
  expect(() => nodeFor(RUNTIME, packages)).toThrow(
    /^--node install must find node-\w+-\w+@99 in the npm registry, got: npm error 404\. Name/,
  );
});

test('the function runs on it', async () => {
  process.env.PATH = PATH;
  const seen = join(packages, 'seen');
  const version = '[ "$1" = --version ] && exec echo v24.0.0';
  const own = `echo "$@" >> '${seen}'; exec '${process.execPath}' "$@"`;
  process.env.REHEARSAL_NODE = program(join(packages, 'mine'), `${version}\n${own}`);
  const { deployment } = await startLocally();
  expect(await deployment.service.rotate()).toBe(true);
  await deployment.stop();
  expect(readFileSync(seen, 'utf8')).toMatch(/lambda-runner\.mjs/);
});

test('a Node.js that is end of life is named, and no other', () => {
  expect(endOfLife('20.20.2')).toBe(
    'Node.js 20.20.2 is end of life: it works here and gets no fixes. Install 22 or newer.',
  );
  expect(['22.0.0', '24.21.0', '26.12.1'].map(endOfLife)).toEqual(Array(3).fill(undefined));
});
