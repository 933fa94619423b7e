/** `develop --status`, `--stop` and `--reset`: the state of a development server, and its end. */

import { existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { parseEnv } from 'node:util';
import { SecretText } from '../../contract/secret-text';
import { CliError } from '../aws/cloud';
import { dotenvParts } from '../dotenv/dotenv-file';
import { consents } from '../terminal/consent';
import type { CommandResult, Screen } from '../terminal/screen';
import { developmentFolder, isFolderMade } from './development-folder';
import { runningPid, stopServer } from './development-server';
import { type DevelopmentSettings, rememberedSettings } from './development-settings';
import { caFileIn, daysLeft, RENEWAL_DAYS } from './development-tls';
import {
  DEVELOPMENT_HOST,
  isPrivate,
  isWritten,
  namesOf,
  readDevelopmentEnv,
} from './development-variables';
import { requireNoneElsewhere } from './elsewhere';
import { locked } from './lock';
import { checkServer, infoField, isInfo, refusalOf } from './plan';

const START = 'Start it with `npx secure-redis develop`.';

/** Changes nothing. Exit code 0 if the server runs and the file leads to it. */
export async function developmentStatus(screen: Screen): Promise<CommandResult> {
  const folder = developmentFolder(process.cwd());
  const settings = isFolderMade(folder) ? rememberedSettings(folder) : undefined;
  const pid = settings === undefined ? undefined : runningPid(folder);
  if (settings?.port === undefined || pid === undefined) {
    if (settings !== undefined) await requireNoneElsewhere(folder);
    const what = settings === undefined ? 'no development server in this folder' : 'stopped';
    const lines = [`${what}. ${START}`];
    return { exitCode: 1, lines, json: { state: settings === undefined ? 'none' : 'stopped' } };
  }
  const { port, tls, file } = settings;
  const at = { port, isTls: tls, caFile: caFileIn(folder.tls) };
  const info = await checkServer(at, settings, 'INFO');
  const problems = await problemsOf(settings, info, at);
  const state = isInfo(info) ? 'running' : 'not answering';
  const keys = keysOf(info);
  const used = infoField(info, 'used_memory_human') ?? 'unknown';
  const version =
    infoField(info, 'valkey_version') ?? infoField(info, 'redis_version') ?? 'unknown';
  const style = problems.length > 0 ? 'red' : 'green';
  return {
    exitCode: problems.length > 0 ? 1 : 0,
    lines: [
      screen.styled(
        style,
        `${state}: version ${version} at ${DEVELOPMENT_HOST}:${port}, process ${pid}`,
      ),
      settings.like ? `  like       ${settings.like.name}` : `  purpose    ${settings.purpose}`,
      `  data       ${keys} keys, ${used} in memory, in ${relative(process.cwd(), folder.data)}`,
      ...(tls ? [`  TLS        certificate valid for ${daysLeft(folder.tls)} more days`] : []),
      `  variables  in ${relative(process.cwd(), file) || file}`,
      ...problems.map((each) => screen.styled('red', `  problem    ${each}`)),
    ],
    json: {
      state,
      host: DEVELOPMENT_HOST,
      port,
      isTls: tls,
      pid,
      version,
      keys,
      file,
      problems,
    },
  };
}

type At = Parameters<typeof checkServer>[0];

async function problemsOf(settings: DevelopmentSettings, info: string, at: At) {
  const again = 'Run `npx secure-redis develop`.';
  if (!isInfo(info)) return [`the server does not answer: ${info}. ${again}`];
  const left = settings.tls ? daysLeft(developmentFolder(process.cwd()).tls) : RENEWAL_DAYS;
  return [
    ...(left < RENEWAL_DAYS ? [`the certificate ends in ${left} days. ${again}`] : []),
    ...((await isLoginOf(settings, at))
      ? []
      : [`the password in ${settings.file} is not that of the server. ${again}`]),
    ...problemsOfFile(settings, at).map((each) => `${each} ${again}`),
  ];
}

/** Why the file leads elsewhere, or could show its password to others. */
function problemsOfFile({ file, like }: DevelopmentSettings, at: At): readonly string[] {
  if (!existsSync(file)) return [];
  const open = isPrivate(file) ? [] : [`${file} can be read by other users of this machine.`];
  try {
    const env = readDevelopmentEnv(file, like?.users ?? []);
    const isKept = env.logins.every((login) => login.isKept);
    if (!isKept || isWritten(env, at)) return open;
    return [...open, `the variables in ${file} do not lead to the server as develop wrote them.`];
  } catch (error) {
    if (error instanceof CliError) return [...open, error.message];
    throw error;
  }
}

/** Whether the first password of the file is accepted. */
async function isLoginOf({ file, like }: DevelopmentSettings, at: At): Promise<boolean> {
  if (!existsSync(file)) return false;
  const { block, rest } = dotenvParts(file);
  const values: Readonly<Record<string, string | undefined>> = parseEnv(`${block}\n${rest}`);
  const [first] = namesOf(like?.users ?? []);
  const password = first && values[first.passwordName];
  if (first === undefined || password === undefined) return false;
  const login = { username: first.username, password: SecretText.of(password) };
  return (await refusalOf(at, login)) === undefined;
}

function keysOf(info: string): number {
  const counts = Array.from(info.matchAll(/^db\d+:keys=(\d+)/gm), ([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Stops the server after it has written its data. */
export async function stopDevelopment(screen: Screen): Promise<CommandResult> {
  const folder = developmentFolder(process.cwd());
  if (!isFolderMade(folder)) {
    return {
      exitCode: 0,
      lines: ['no development server in this folder'],
      json: { state: 'none' },
    };
  }
  return locked(folder.lock, screen, async () => {
    const pid = runningPid(folder);
    if (pid === undefined) {
      await requireNoneElsewhere(folder);
      return { exitCode: 0, lines: ['already stopped'], json: { state: 'stopped' } };
    }
    const isKilled = await stopServer(folder, pid);
    const how = isKilled ? 'killed, since it did not end in time; the last second may be lost' : '';
    const data = relative(process.cwd(), folder.data);
    const line = how || `stopped; its data is kept in ${data}`;
    return { exitCode: 0, lines: [line], json: { state: 'stopped', isKilled } };
  });
}

/** Stops the server and deletes its data, settings and certificates, after a confirmation. */
export async function resetDevelopment(screen: Screen, isYes: boolean): Promise<CommandResult> {
  const folder = developmentFolder(process.cwd());
  if (!isFolderMade(folder)) {
    return { exitCode: 0, lines: ['nothing to delete'], json: { state: 'none' } };
  }
  const cost = `this stops the server and deletes ${folder.path}: data, settings, certificates`;
  if (!(await consents({ screen, isYes }, [cost]))) {
    const lines = ['not confirmed: nothing was changed'];
    return { exitCode: 1, lines, json: { isDeclined: true } };
  }
  return locked(folder.lock, screen, async () => {
    const pid = runningPid(folder);
    if (pid !== undefined) await stopServer(folder, pid);
    else await requireNoneElsewhere(folder);
    try {
      rmSync(folder.path, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CliError(`${folder.path} must be a folder that you may delete, got ${code}.`);
    }
    const lines = [
      'deleted data, settings and certificates; the .env file keeps its password',
      'Start anew with `npx secure-redis develop`.',
    ];
    return { exitCode: 0, lines, json: { state: 'none' } };
  });
}
