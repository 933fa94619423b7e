/** Options of `npm start`: their usage text and their validation. */

import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drillsNamed } from './drills/run-drills';
import { driversNamed } from './traffic/clients/drivers';

export const USAGE = `usage: npm start -- [option …]
rehearses the caches of a stage on this machine, one after the other: about 15 seconds per cache
  --stage NAME        the stage file config/NAME.json (default: dev)
  --cache NAME        only this cache of the stage
  --server PATH       the redis-server or valkey-server to run (default: one of the template's
                      engine, if this machine has or offers it; REHEARSAL_SERVER sets another)
  --node PATH         the Node.js that runs the function (default: one of Lambda's version, if this
                      machine has it); "install" downloads that version from the npm registry
  --json FILE         write checks, figures and servers to FILE
  --keep              leave the cache running, and print how to connect
  --reveal            with --keep: print the password
  --drill NAME        break a running cache and see what reports it: a drill, all, or list
  --traffic NAME,…    send real clients through a rotation: clients, all, or list
  --help              print this
exit code: 0 if every check passed, otherwise 1`;

export interface Options {
  readonly help: boolean;
  readonly stage: string;
  readonly cache?: string;
  readonly server?: string;
  readonly node?: string;
  readonly json?: string;
  readonly drill?: string;
  readonly traffic?: string;
  readonly keep: boolean;
  readonly reveal: boolean;
}

/** Every option, in the order of USAGE. */
export const OPTIONS = {
  help: { type: 'boolean', default: false },
  stage: { type: 'string', default: 'dev' },
  cache: { type: 'string' },
  server: { type: 'string' },
  node: { type: 'string' },
  json: { type: 'string' },
  drill: { type: 'string' },
  traffic: { type: 'string' },
  keep: { type: 'boolean', default: false },
  reveal: { type: 'boolean', default: false },
} as const;

/** Pairs of options that exclude each other. */
const APART = [
  ['drill', 'json'],
  ['drill', 'keep'],
  ['drill', 'traffic'],
  ['traffic', 'keep'],
] as const;

/** @throws Error naming the option, the allowed values and the given value. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return values;
  const { json, drill, traffic } = values;
  for (const [one, other] of APART) {
    if (!values[one] || !values[other]) continue;
    throw new Error(`--${one} must be without --${other}, got both. Leave one of them out.`);
  }
  if (values.reveal && !values.keep) {
    throw new Error('--reveal must be with --keep, got it alone. Add --keep, or leave it out.');
  }
  if (drill !== undefined && drill !== 'list') drillsNamed(drill);
  if (traffic !== undefined && traffic !== 'list') driversNamed(traffic);
  if (json !== undefined) checkWritable(json);
  return values;
}

/** @throws Error if the results could not be written, before the rehearsal starts. */
function checkWritable(file: string): void {
  const isNew = !existsSync(file);
  try {
    closeSync(openSync(file, 'a'));
    if (isNew) rmSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `--json must be a file that can be written, in a folder that exists, got '${file}' ` +
        `(${code}). Make the folder, or name another file.`,
    );
  }
}
