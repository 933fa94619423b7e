/**
 * Finds a server of a development folder that is no process that this user can see, as that of a
 * container with the folder mounted: two servers would spoil the data.
 */

import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../aws/cloud';
import type { DevelopmentFolder } from './development-folder';
import { type DevelopmentSettings, rememberedSettings } from './development-settings';
import { caFileIn } from './development-tls';
import { checkServer, infoField, isInfo } from './plan';

/** For a folder without a process. @throws CliError if a server with its data answers */
export async function requireNoneElsewhere(folder: DevelopmentFolder): Promise<void> {
  const settings = rememberedSettings(folder);
  if (settings?.port === undefined) return;
  const info = await infoFrom(folder, settings, settings.port);
  if (!isInfo(info) || isOfAnotherFolder(folder, info)) return;
  throw new CliError(
    `${folder.path} must have no server that was started elsewhere, got one that answers at port ` +
      `${settings.port}: another container or another user has started it, and two servers would ` +
      'spoil the data. Run `npx secure-redis develop --stop` there.',
  );
}

async function infoFrom(folder: DevelopmentFolder, settings: DevelopmentSettings, port: number) {
  const caFile = caFileIn(folder.tls);
  if (settings.tls && !existsSync(caFile)) return '';
  return checkServer({ port, isTls: settings.tls, caFile }, settings, 'INFO');
}

/** A copy of a folder has the settings of the first one, whose configuration is another file. */
function isOfAnotherFolder({ path }: DevelopmentFolder, info: string): boolean {
  const config = infoField(info, 'config_file') ?? '';
  const found = statSync(dirname(config), { throwIfNoEntry: false });
  const own = statSync(path);
  if (config === '' || found === undefined || !existsSync(config)) return false;
  return found.dev !== own.dev || found.ino !== own.ino;
}
