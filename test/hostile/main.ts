/**
 * `npm run verify:hostile -- [generated servers] [seed]`: asks hostile servers one after the other
 * by `verify` and `doctor`, and prints outcome, time, CPU time and growth of memory of each.
 */

import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { makeRunFolder, runFolder } from '../support/temporary-folder';
import { anyServer } from './any-server';
import { diagnosisOf } from './diagnosed';
import { reportOf } from './reported';
import type { Script } from './script';
import { PLAINTEXT_SCRIPTS, TLS_SCRIPTS } from './scripts';
import { HostileServers, type Measured, measured } from './servers';

const DEFAULT_RUNS = 1_000;
const NAME_WIDTH = 36;

const COMMANDS = { verify: reportOf, doctor: diagnosisOf };

async function main(args: readonly string[]): Promise<void> {
  makeRunFolder();
  const servers = new HostileServers();
  for (const command of ['verify', 'doctor'] as const) await askBy(command, servers, args);
  await servers.stop();
  rmSync(runFolder(), { recursive: true });
}

async function askBy(
  command: keyof typeof COMMANDS,
  servers: HostileServers,
  [runsText, seedText]: readonly string[],
): Promise<void> {
  const ask = async (script: Script) => {
    const listening = await servers.start(script);
    return measured(() => COMMANDS[command](script, listening));
  };
  print([command, 'outcome', 's', 'CPU s', 'MiB']);
  const all: Measured<string>[] = [];
  for (const [name, script] of Object.entries({ ...PLAINTEXT_SCRIPTS, ...TLS_SCRIPTS })) {
    const seen = await ask(script);
    all.push(seen);
    print([name, seen.value, ...figures(seen)]);
  }
  const runs = Number(runsText ?? DEFAULT_RUNS);
  const seed = Number(seedText ?? Date.now() % 1_000_000);
  const generated = await measured(() =>
    fc.assert(
      fc.asyncProperty(anyServer, async (script) => {
        all.push(await ask(script));
      }),
      { numRuns: runs, seed, endOnFailure: true },
    ),
  );
  print([`${runs} generated, seed ${seed}`, 'all ended', ...figures(generated)]);
  const most = (of: (seen: Measured<string>) => number) => Math.max(...all.map(of));
  const largest = {
    value: '',
    ms: most(({ ms }) => ms),
    cpuMs: most(({ cpuMs }) => cpuMs),
    grownMiB: most(({ grownMiB }) => grownMiB),
  };
  print(['the largest of one server', '', ...figures(largest)]);
}

function figures({ ms, cpuMs, grownMiB }: Measured<unknown>): readonly string[] {
  return [(ms / 1_000).toFixed(2), (cpuMs / 1_000).toFixed(2), grownMiB.toFixed(1)];
}

function print([name = '', outcome = '', ...numbers]: readonly string[]): void {
  const columns = [name.padEnd(NAME_WIDTH), outcome.padEnd(10)];
  console.log([...columns, ...numbers.map((number) => number.padStart(7))].join(' '));
}

void main(process.argv.slice(2));
