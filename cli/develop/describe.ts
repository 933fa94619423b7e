/** What `develop` prints about a server: where it is, what protects it, what it cannot do. */

import { relative } from 'node:path';
import type { CommandResult, Screen } from '../terminal/screen';
import { MEMORY_MIB } from './development-config';
import { runningPid } from './development-server';
import { daysLeft } from './development-tls';
import { DEVELOPMENT_HOST } from './development-variables';
import { type DevelopmentOutcome, type DevelopmentPlan, leftOutRules } from './plan';

export function describeStart(
  plan: DevelopmentPlan,
  outcome: DevelopmentOutcome,
  screen: Screen,
): CommandResult {
  const { folder, settings, env, server, at } = plan;
  const file = relative(process.cwd(), env.file) || env.file;
  const notes = notesOf(plan);
  const variables = variablesOf(plan);
  return {
    exitCode: 0,
    lines: [
      screen.styled(
        'green',
        `${outcome}: ${nameOf(plan)} at ${DEVELOPMENT_HOST}:${at.port}, this machine only`,
      ),
      `  logins     ${loginsOf(plan)}`,
      ...(at.isTls ? [`  TLS        ${tlsOf(plan)}`] : []),
      `  memory     ${memoryOf(plan)}`,
      `  data       ${relative(process.cwd(), folder.data)}, kept when the server stops`,
      `  variables  ${variables.join(', ')} in ${file}, readable only by you`,
      ...notes.map((note) => screen.styled('yellow', `  note       ${note}`)),
      ...tryLines(plan, file),
      '  stop       npx secure-redis develop --stop',
    ],
    json: {
      state: outcome,
      host: DEVELOPMENT_HOST,
      port: at.port,
      isTls: at.isTls,
      server: { engine: server.engine, version: server.version, path: server.path },
      pid: runningPid(folder),
      ...(settings.like ? { like: settings.like.name } : { purpose: settings.purpose }),
      users: env.logins.map(({ username }) => username),
      file: env.file,
      variables,
      data: folder.data,
      leftOut: settings.leftOut,
      notes,
    },
  };
}

function nameOf({ server }: DevelopmentPlan): string {
  return `${server.engine === 'valkey' ? 'Valkey' : 'Redis'} ${server.version}`;
}

function variablesOf({ env, at }: DevelopmentPlan): readonly string[] {
  const names = env.logins.flatMap(({ passwordName, urlName }) => [passwordName, urlName]);
  return [
    ...names,
    ...(env.logins.length === 1 ? ['REDIS_READER_URL'] : []),
    ...(at.isTls ? ['REDIS_CA_FILE'] : []),
  ];
}

function loginsOf({ env, settings }: DevelopmentPlan): string {
  const names = env.logins.map(({ username }) => username).join(', ');
  if ((settings.like?.users.length ?? 0) > 0) {
    return `${names}, each with the rights that ${settings.like?.name} gives it`;
  }
  return 'user default, by password; FLUSHALL, KEYS, CONFIG and the like are refused';
}

function tlsOf({ folder }: DevelopmentPlan): string {
  const ca = `${relative(process.cwd(), folder.tls)}/ca.crt`;
  return `verified by ${ca}; ${daysLeft(folder.tls)} days left`;
}

function memoryOf({ settings }: DevelopmentPlan): string {
  const { like, purpose } = settings;
  const policy = like?.parameters['maxmemory-policy'];
  if (like) return `${MEMORY_MIB} MiB, then ${policy ?? 'noeviction'} as ${like.name}`;
  const full = {
    cache: 'then the least used keys are evicted',
    sessions: 'then the least used keys with a time to live are evicted',
    queue: 'then writes are refused, since no job may be lost',
  }[purpose];
  return `${MEMORY_MIB} MiB, ${full} (purpose ${purpose})`;
}

/** Differences to the cache that the server is like, and what was replaced. */
function notesOf(plan: DevelopmentPlan): readonly string[] {
  const { env, settings, server } = plan;
  const { like, leftOut } = settings;
  const replaced =
    env.replaces === undefined
      ? []
      : [`the variables of ${env.replaces} were replaced; \`env --file\` writes them again`];
  if (like === undefined) return replaced;
  const [engine = '', version = ''] = like.engine.split(' ');
  const isSameEngine = engine === server.engine && `${server.version}.`.startsWith(`${version}.`);
  const iam = like.users.filter(({ isIam }) => isIam).map(({ name }) => name);
  return [
    ...replaced,
    ...(isSameEngine ? [] : [`${like.name} has ${like.engine}; here is ${nameOf(plan)}`]),
    ...(leftOut.length > 0 ? [`parameters that this server lacks: ${leftOut.join(', ')}`] : []),
    ...leftOutRules(plan).map((rules) => `access rules that this server lacks ${rules}`),
    ...(like.isSharded
      ? [`${like.name} is sharded; here is one server without shards: no MOVED, no CROSSSLOT`]
      : []),
    ...(iam.length > 0 ? [`${iam.join(', ')} log in by IAM on AWS, and by password here`] : []),
  ];
}

/** A command that works in a shell, without a password among its arguments. */
function tryLines({ env, at, folder }: DevelopmentPlan, file: string): readonly string[] {
  const [login] = env.logins;
  if (login === undefined) return [];
  const tls = at.isTls ? ` --tls --cacert ${relative(process.cwd(), folder.tls)}/ca.crt` : '';
  const user = login.username === 'default' ? '' : ` --user ${login.username}`;
  const path = quotedForShell(file.includes('/') ? file : `./${file}`);
  // In a shell of its own, so that no variable stays in that of the user.
  return [
    `  try        (. ${path}; REDISCLI_AUTH=$${login.passwordName} \\`,
    `             redis-cli${tls} -h ${DEVELOPMENT_HOST} -p ${at.port}${user} ping)`,
  ];
}

function quotedForShell(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
