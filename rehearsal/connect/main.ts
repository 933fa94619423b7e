/**
 * `npm run connect`: runs every snippet of `docs/connect.md` against test servers, and prints a
 * line per snippet. Exit code 1 if a snippet does not behave as its section says.
 *
 * `--help` lists the options.
 */

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { synthesize } from '../../cli/template/synthesize';
import { type Blueprint, readBlueprints } from '../aws/blueprint';
import { Deployment } from '../aws/deployment';
import { makeFolder } from '../machine/cleanup';
import { explain } from '../machine/machine';
import { PROJECTS } from './projects';
import { type ClientResult, runClient } from './run-client';
import { SnippetServer } from './server';
import { readSnippets } from './snippets';

const TIMING = { delayMs: 40, perNodeMs: 40 };
const TIMEOUT_MS = 90_000;
const PATIENCE_MS = 10_000;
const SHARDS = { isSharded: true, shards: 3, replicas: 0 };

const USAGE = `usage: npm run connect -- [--install] [--client NAME] [--folder DIR]
runs each snippet of docs/connect.md whose client is on this machine: about 90 seconds
  --install      fetches the clients first, with their own package managers: 5 minutes and more
  --client NAME  only this one of ${Object.keys(PROJECTS).join(', ')}
  --folder DIR   where the projects are made, and kept, so that nothing is installed twice
  --help         prints this`;

interface Options {
  readonly help: boolean;
  readonly install: boolean;
  readonly client?: string;
  readonly folder?: string;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      client: { type: 'string' },
      folder: { type: 'string' },
    },
  });
  if (values.client !== undefined && !Object.hasOwn(PROJECTS, values.client)) {
    const names = Object.keys(PROJECTS).join(', ');
    throw new Error(`--client must be one of ${names}, got '${values.client}'. Name one of them.`);
  }
  return values;
}

async function main({ help, install, client, folder }: Options): Promise<boolean> {
  if (help) {
    console.log(USAGE);
    return true;
  }
  const temporary = makeFolder('secure-redis-connect');
  const work = folder === undefined ? join(temporary, 'clients') : resolve(folder);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const cdkOut = join(temporary, 'cdk.out');
  synthesize(join(__dirname, '../..'), 'dev', cdkOut);
  const [blueprint] = readBlueprints(cdkOut);
  if (!blueprint) throw new Error('the stage dev has no cache');
  const run = { folder: work, isInstalling: install, timeoutMs: TIMEOUT_MS };
  const snippets = readSnippets().filter((each) => client === undefined || each.client === client);
  const results: ClientResult[] = [];
  for (const isSharded of [false, true]) {
    const deployment = await start(isSharded ? sharded(blueprint) : blueprint);
    const server = await SnippetServer.of(deployment);
    for (const snippet of snippets.filter((each) => each.isSharded === isSharded)) {
      const result = await runClient(snippet, server, { ...run, patienceMs: PATIENCE_MS });
      console.log(line(result));
      results.push(result);
    }
    server.stop();
    await deployment.stop();
  }
  const count = (outcome: string) => results.filter((each) => each.outcome === outcome).length;
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('not-run')} not run`);
  return count('failed') === 0;
}

function line({ client, isSharded, outcome, version, detail }: ClientResult): string {
  const name = `${client}${isSharded ? ', sharded' : ''}`;
  return `${outcome.padEnd(8)}${name.padEnd(30)}${version.padEnd(16)}${detail}`;
}

function sharded(blueprint: Blueprint): Blueprint {
  const parameters = { ...blueprint.parameters, 'cluster-enabled': 'yes' };
  return { ...blueprint, topology: SHARDS, parameters };
}

function start(blueprint: Blueprint): Promise<Deployment> {
  return Deployment.start({
    blueprint,
    redisPath: ensureRedisServer((notice) => console.log(notice), blueprint.engine).path,
    timing: TIMING,
    pollIntervalMs: 100,
    quietMs: 100,
    onLine: () => undefined,
    onStep: () => undefined,
  });
}

void Promise.resolve()
  .then(() => main(readOptions()))
  .then(
    (isFine) => process.exit(isFine ? 0 : 1),
    (error: Error) => {
      console.error(explain(error));
      if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE);
      process.exit(1);
    },
  );
