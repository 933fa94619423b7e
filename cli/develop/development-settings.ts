/**
 * The settings of a development server: options of the command line, what the last run remembers,
 * and defaults, in this order.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Purpose } from '../../lib/settings/purpose';
import { CliError } from '../aws/cloud';
import type { DevelopmentFolder } from './development-folder';
import { type Like, likeOf } from './like';

export interface DevelopOptions {
  readonly port?: number;
  readonly tls?: boolean;
  readonly purpose?: string;
  readonly like?: string;
  readonly file?: string;
  readonly server?: string;
}

export interface DevelopmentSettings {
  /** Absent until the server has a port. */
  readonly port?: number;
  readonly tls: boolean;
  readonly purpose: string;
  readonly like?: Like;
  /** The `.env` file, an absolute path. */
  readonly file: string;
  /** The program that --server named. */
  readonly server?: string;
  /** The engine that has written the data. */
  readonly engine?: 'redis' | 'valkey';
  /** The password of the user with which `develop` asks the server: for PING and INFO only. */
  readonly checkPassword: string;
  /** Identifies what the running server was started with. */
  readonly fingerprint?: string;
  /** Parameters that the server does not have. */
  readonly leftOut: readonly string[];
}

export const DEFAULT_FILE = '.env';
const DEFAULT_PORTS = { plain: 6379, tls: 6380 } as const;
const MODE = 0o600;

export function rememberedSettings({ path, settings }: DevelopmentFolder) {
  if (!existsSync(settings)) return undefined;
  try {
    const read = JSON.parse(readFileSync(settings, 'utf8'));
    const { checkPassword, file, port } = read;
    if (typeof checkPassword !== 'string' || typeof file !== 'string') throw new Error();
    if (port !== undefined && !isPort(port)) throw new Error();
    return { ...read, file: resolve(dirname(path), file) } as DevelopmentSettings;
  } catch {
    throw new CliError(
      `${settings} must be as develop has written it, got something else. Remove it: the data ` +
        'and the password are kept.',
    );
  }
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

/** A file beside or below the folder is kept by its relative path: a copy has a file of its own. */
export function saveSettings(folder: DevelopmentFolder, saved: DevelopmentSettings): void {
  const path = relative(dirname(folder.path), saved.file);
  const isOutside = isAbsolute(path) || path.split(sep)[0] === '..';
  const kept = { ...saved, file: isOutside ? saved.file : path };
  writeFileSync(folder.settings, `${JSON.stringify(kept, null, 2)}\n`, { mode: MODE });
}

/** @throws CliError if options contradict each other */
export function developmentSettingsOf(
  options: DevelopOptions,
  remembered: DevelopmentSettings | undefined,
): DevelopmentSettings {
  const like = options.like === undefined ? remembered?.like : likeOf(options.like);
  if (like !== undefined && options.purpose !== undefined) {
    throw new CliError(
      `--purpose must be left out, since the server is like ${like.name}, which has one, got ` +
        `'${options.purpose}'. Leave it out, or begin again with --reset.`,
    );
  }
  const tls = options.tls ?? remembered?.tls ?? false;
  const isSameKind = tls === remembered?.tls && options.like === undefined;
  return {
    checkPassword: randomBytes(24).toString('hex'),
    leftOut: [],
    ...remembered,
    ...(like === undefined ? {} : { like }),
    tls,
    port: options.port ?? (isSameKind ? remembered?.port : undefined),
    purpose: options.purpose ?? remembered?.purpose ?? Purpose.CACHE.id,
    file: resolve(options.file ?? remembered?.file ?? DEFAULT_FILE),
    ...(options.server === undefined ? {} : { server: options.server }),
  };
}

/** The port of a server that was given none. */
export function defaultPort({ tls, like }: DevelopmentSettings): number {
  return tls ? like?.port || DEFAULT_PORTS.tls : DEFAULT_PORTS.plain;
}

/** The purpose's parameters, or those of the cache that the server is like. */
export function parametersOfSettings({ like, purpose }: DevelopmentSettings) {
  if (like !== undefined) return like.parameters;
  return Purpose.ALL.find(({ id }) => id === purpose)?.parameters ?? {};
}
