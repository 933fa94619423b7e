/**
 * `npm run roles:clients`: runs Celery, RQ, Django and Sidekiq with their roles, and prints what
 * the server refused them.
 *
 * The Python packages go into a folder of node_modules/.cache. Sidekiq runs if Ruby has it.
 * `npm run roles:clients -- PATH/valkey-server` names a server.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../cli/server/free-port';
import { findServers, namedServer, type RedisBinary } from '../../../cli/server/redis-binary';
import { Role } from '../../../lib/access/role';
import { Engine } from '../../../lib/settings/engine';
import { makeFolder } from '../../../rehearsal/machine/cleanup';
import { AclServer, PASSWORD_OF_USERS, rulesOf } from '../acl-server';

const VENV = join(__dirname, '../../../node_modules/.cache/roles-clients');
const PYTHON = join(VENV, 'bin/python');
const PACKAGES =
  'celery==5.7.0 redis==8.1.0 rq==3.0.0 Django==5.2.19 django-redis==7.0.0 packaging';
const TIMEOUT_MS = 120_000;

/** A program, and the role with which it logs in. */
interface ClientOfRole {
  readonly name: string;
  readonly role: Role;
  readonly command: readonly string[];
}

const CLIENTS: readonly ClientOfRole[] = [
  { name: 'celery', role: Role.celery(), command: [PYTHON, 'run_celery.py'] },
  { name: 'rq', role: Role.rq(), command: [PYTHON, 'run_rq.py'] },
  {
    name: 'django',
    role: Role.django({ clear: true, scripts: true, scan: true }),
    command: [PYTHON, 'run_django.py'],
  },
  { name: 'sidekiq', role: Role.sidekiq(), command: ['ruby', 'run_sidekiq.rb'] },
];

function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, {
    cwd: __dirname,
    stdio: ['ignore', 'inherit', 'ignore'],
    timeout: TIMEOUT_MS,
    env: { PATH: `${VENV}/bin:${process.env.PATH}`, PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  return status === 0;
}

function installPackages(): void {
  if (existsSync(PYTHON)) return;
  run(['python3', '-m', 'venv', VENV]);
  if (!run([PYTHON, '-m', 'pip', '-q', 'install', ...PACKAGES.split(' ')])) {
    throw new Error(`pip must install ${PACKAGES}, got an error. Remove ${VENV}, and try again.`);
  }
}

/** What the server refused, as `command object`, each once. */
async function refusedBy(server: AclServer): Promise<string> {
  const [log] = await server.ask([['ACL', 'LOG']]);
  const entries = (log as string[][]).map((entry) => {
    const of = (name: string) => entry[entry.indexOf(name) + 1];
    return `${of('reason')} ${of('object')}`;
  });
  await server.ask([['ACL', 'LOG', 'RESET']]);
  return Array.from(new Set(entries)).join(', ') || 'nothing';
}

async function runClients({ path, engine: name, version }: RedisBinary): Promise<void> {
  const port = await freePort();
  const server = await AclServer.start(path, makeFolder('roles-clients'), port);
  const id = `${name}-${version.split('.').slice(0, 2).join('.')}`;
  const engine = Engine.ALL.find((each) => each.id === id) ?? Engine.VALKEY_8_0;
  for (const { name: user, role, command } of CLIENTS) {
    await server.setUser(user, rulesOf(role.accessString(engine)));
    const url = `redis://${user}:${PASSWORD_OF_USERS}@127.0.0.1:${port}/0`;
    const isDone = run(command, { URL: url });
    const refused = await refusedBy(server);
    process.stdout.write(`${id} ${user}: ${isDone ? 'done' : 'FAILED'}; refused: ${refused}\n`);
  }
  await server.stop();
}

async function main(paths: readonly string[]): Promise<void> {
  installPackages();
  const named = paths.flatMap((path) => namedServer(path) ?? []);
  for (const server of named.length > 0 ? named : findServers()) await runClients(server);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
