/**
 * Reads `config/<stage>.json` and checks it against `config/schema.json`.
 *
 * Every problem is reported at once: file, path, value given, what is allowed, what to do.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Ajv, { type ErrorObject } from 'ajv';
import { Duration } from 'aws-cdk-lib/core';
import { Engine } from './engine';
import type { SecureRedisProps } from './secure-redis';
import { SettingError } from './setting-error';

const SCHEMA_FILE = 'schema.json';
const STAGE_NAME = /^[a-z][a-z0-9-]{0,19}$/;

const ENGINES: Readonly<Record<string, Engine>> = {
  'valkey-8': Engine.VALKEY_8,
  'redis-7.1': Engine.REDIS_7_1,
};

export interface StageConfig {
  readonly cache: SecureRedisProps;
  /** Whether CloudFormation refuses to delete the stack. */
  readonly terminationProtection: boolean;
}

interface StageFile {
  readonly engine?: string;
  readonly nodeType?: string;
  readonly port?: number;
  readonly rotationDays?: number;
  readonly snapshotRetentionDays?: number;
  readonly snapshotWindow?: string;
  readonly maintenanceWindow?: string;
  readonly terminationProtection?: boolean;
}

/** @throws SettingError with one line for each problem. */
export function readStageConfig(folder: string, stage: string): StageConfig {
  const file = join(folder, `${stage}.json`);
  if (!STAGE_NAME.test(stage) || `${stage}.json` === SCHEMA_FILE || !existsSync(file)) {
    throw new SettingError(
      `stage ${JSON.stringify(stage)} has no file in ${relative('', folder)}/; allowed are ` +
        `${stagesIn(folder).join(', ')}; choose one with \`-c stage=<name>\`, or add the file`,
    );
  }
  const name = relative('', file);
  const content = parseJson(name, readText(name, file));
  const schema = parseJson(SCHEMA_FILE, readFileSync(join(folder, SCHEMA_FILE), 'utf8'));
  // `verbose` puts the given value and the schema into each error.
  const validate = new Ajv({ allErrors: true, verbose: true }).compile<StageFile>(schema);
  if (!validate(content)) {
    throw new SettingError((validate.errors ?? []).map((error) => explain(name, error)).join('\n'));
  }
  return toConfig(content);
}

function toConfig(file: StageFile): StageConfig {
  const { engine, rotationDays, snapshotRetentionDays, terminationProtection = false } = file;
  const { nodeType, port, snapshotWindow, maintenanceWindow } = file;
  return {
    terminationProtection,
    cache: {
      engine: engine === undefined ? undefined : ENGINES[engine],
      nodeType,
      port,
      rotationInterval: days(rotationDays),
      snapshotRetention: days(snapshotRetentionDays),
      snapshotWindow,
      maintenanceWindow,
    },
  };
}

function days(count: number | undefined): Duration | undefined {
  return count === undefined ? undefined : Duration.days(count);
}

function stagesIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.filter((file) => file !== SCHEMA_FILE).map((file) => file.replace(/\.json$/, ''));
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      `${name} cannot be read: ${code}; allowed is a file that you may read; correct it`,
    );
  }
}

function parseJson(name: string, text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    // No secret is in a stage file, so the parser may quote it.
    throw new SettingError(`${name} is not JSON: ${(error as Error).message}; correct it`);
  }
}

/** The schema's `title` of a setting says what is allowed, in words. */
function explain(file: string, error: ErrorObject): string {
  const { instancePath, keyword, params, parentSchema, data } = error;
  const path = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties') {
    const known = Object.keys(parentSchema?.properties ?? {}).filter((key) => key !== '$schema');
    return (
      `${file}: ${[path, params.additionalProperty].filter(Boolean).join('.')}: is not a ` +
      `setting; allowed are ${known.join(', ')}; correct its name or remove it`
    );
  }
  return (
    `${file}: ${path || 'the whole file'}: ${JSON.stringify(data)} is not allowed; allowed is ` +
    `${parentSchema?.title}; change it, or remove it for the default`
  );
}
