/**
 * `develop`: a hardened Redis or Valkey server on this machine, for development, and its connection
 * in a `.env` file that git ignores.
 *
 * No password is printed, or an argument of a process. The order is: read everything, refuse, then
 * change; a second run with the same settings changes nothing.
 */

import { relative } from 'node:path';
import { CliError } from '../aws/cloud';
import { writeBlock } from '../dotenv/dotenv-file';
import {
  ensureRedisServer,
  findServers,
  namedServer,
  type RedisBinary,
} from '../server/redis-binary';
import type { CommandResult, Screen } from '../terminal/screen';
import { bringUp } from './bring-up';
import { describeStart } from './describe';
import {
  type DevelopmentFolder,
  developmentFolder,
  isFolderMade,
  makeDevelopmentFolder,
  removeUnusedFolder,
} from './development-folder';
import { killOrphans, runningPid } from './development-server';
import {
  DEFAULT_FILE,
  type DevelopmentSettings,
  type DevelopOptions,
  developmentSettingsOf,
  rememberedSettings,
  saveSettings,
} from './development-settings';
import { caFileIn } from './development-tls';
import {
  type DevelopmentAddress,
  type DevelopmentEnv,
  isPrivate,
  isWritten,
  linesOfBlock,
  readDevelopmentEnv,
} from './development-variables';
import { requireNoneElsewhere } from './elsewhere';
import { locked } from './lock';
import { type DevelopmentPlan, refusalOf } from './plan';
import { chosenPort } from './port';

/** A refusal leaves no folder behind that was not there before. */
export async function develop(options: DevelopOptions, screen: Screen): Promise<CommandResult> {
  const folder = developmentFolder(process.cwd());
  const isNew = !isFolderMade(folder);
  try {
    if (isNew) readDevelopmentEnv(options.file ?? DEFAULT_FILE, []);
    makeDevelopmentFolder(folder);
    return await developIn(folder, options, screen);
  } catch (error) {
    if (isNew) removeUnusedFolder(folder);
    throw error;
  }
}

function developIn(folder: DevelopmentFolder, options: DevelopOptions, screen: Screen) {
  const parent = process.cwd();
  if (killOrphans(folder) > 0) screen.tell('ended a server whose folder was deleted');
  return locked(folder.lock, screen, async () => {
    const remembered = rememberedSettings(folder);
    const settings = developmentSettingsOf(options, remembered);
    const env = readDevelopmentEnv(
      relative(parent, settings.file) || '.',
      settings.like?.users ?? [],
    );
    const server = chosenServer(settings, screen);
    const isRunning = runningPid(folder) !== undefined;
    if (!isRunning) await requireNoneElsewhere(folder);
    const port = await chosenPort(settings, isRunning ? remembered?.port : undefined, screen);
    const at = { port, isTls: settings.tls, caFile: caFileIn(folder.tls) };
    // Throws before anything has changed, if the file sets a variable otherwise.
    linesOfBlock(env, at);
    const plan = { folder, settings: { ...settings, port }, env, server, at };
    const { outcome, saved } = await bringUp(plan, screen);
    writeVariables(env, at);
    saveSettings(folder, saved);
    await requireLogins(plan);
    return describeStart({ ...plan, settings: saved }, outcome, screen);
  });
}

/** The engine of the data, or of the cache that the server is like, if this machine has it. */
function chosenServer({ server, like, engine }: DevelopmentSettings, screen: Screen): RedisBinary {
  try {
    const named = namedServer(server);
    if (named) return named;
    const wanted = like?.engine ?? engine;
    const [first] = findServers();
    if (wanted === undefined && first) return first;
    return ensureRedisServer((notice) => screen.tell(notice), wanted);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

/** Writes the file only if it has changed. */
function writeVariables(env: DevelopmentEnv, at: DevelopmentAddress): void {
  if (isWritten(env, at) && isPrivate(env.file)) return;
  writeBlock(env.file, env.rest, linesOfBlock(env, at));
}

/** Logs in as an application does, with the password of each variable. */
async function requireLogins(plan: DevelopmentPlan): Promise<void> {
  for (const login of plan.env.logins) {
    const refusal = await refusalOf(plan.at, login);
    if (refusal === undefined) continue;
    throw new CliError(
      `the login of ${login.username} must be accepted at port ${plan.at.port}, got ${refusal}. ` +
        'Stop what else listens there, and run develop again.',
    );
  }
}
