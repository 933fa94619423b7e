/**
 * `npm run consumers`: packs the package, installs it into applications outside the repository, and
 * tries it in eight toolchains, with the oldest and newest version of each peer, and against a real
 * server.
 *
 * Exit code 1 if a program does not compile, synthesize or connect. It downloads from the npm
 * registry.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENTS, CONSTRUCTS } from './both-ends';
import { Consumer, type Outcome } from './consumer';
import { CONSTRUCT_PROGRAM, clientProgram } from './programs';
import { startServer } from './server';
import { TOOLCHAINS } from './toolchains';

const ROOT = join(__dirname, '../..');

/** Dependencies of each consumer besides the package and its peers. */
const TOOLS = {
  typescript: '5.9.3',
  'ts-node': '10.9.2',
  tsx: '4.21.0',
  esbuild: version('esbuild'),
  '@types/node': version('@types/node'),
};

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
  try {
    const packed = `file:${pack(folder)}`;
    const outcomes = [...constructs(folder, packed), ...(await clients(folder, packed))];
    console.log(`${outcomes.filter(({ ok }) => ok).length} of ${outcomes.length} work`);
    return outcomes.every(({ ok }) => ok);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function constructs(folder: string, packed: string): Outcome[] {
  return CONSTRUCTS.flatMap((peers) => {
    const name = say(peers);
    const consumer = new Consumer(join(folder, name), {
      'cdk-secure-redis': packed,
      ...peers,
      ...TOOLS,
    });
    return TOOLCHAINS.map((toolchain) =>
      show(`${name}, ${toolchain.name}`, consumer.try(toolchain, CONSTRUCT_PROGRAM)),
    );
  });
}

async function clients(folder: string, packed: string): Promise<Outcome[]> {
  const server = await startServer(join(folder, 'server'));
  try {
    return CLIENTS.flatMap((peers) => {
      const name = say(peers);
      const consumer = new Consumer(join(folder, name), {
        'cdk-secure-redis': packed,
        ...peers,
        ...TOOLS,
      });
      return TOOLCHAINS.map((toolchain) =>
        show(
          `${name}, ${toolchain.name}`,
          consumer.try(toolchain, clientProgram(peers), server.environment),
        ),
      );
    });
  } finally {
    await server.stop();
  }
}

/** Packs the package as it is published: npm builds it first (`prepack`). */
function pack(folder: string): string {
  const args = ['pack', '--pack-destination', folder];
  const name = execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return join(folder, name.trim().split('\n').at(-1) ?? '');
}

function version(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return devDependencies[name];
}

function say(peers: Readonly<Record<string, string>>): string {
  return Object.entries(peers)
    .map(([name, each]) => `${name} ${each}`)
    .join(', ');
}

function show(what: string, outcome: Outcome): Outcome {
  console.log(`${outcome.ok ? 'ok  ' : 'FAIL'}  ${what}: ${outcome.detail}`);
  return outcome;
}

main().then((ok) => {
  process.exitCode = ok ? 0 : 1;
});
