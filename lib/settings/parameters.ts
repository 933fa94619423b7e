/** The engine parameters of a cache: effective values, and their checks. */

import { isAtLeast } from '../../contract/is-at-least';
import type { Problems } from '../validation/setting-error';
import { renameCommandsValue } from './elasticache/commands';
import { PARAMETERS, type ParameterRow, whyNotSettable } from './elasticache/parameters';
import { TABLE_DATE } from './elasticache/sources';
import type { Engine } from './engine';

/** Names of the parameters that may be set with any engine. */
export const PARAMETER_NAMES: readonly string[] = Array.from(PARAMETERS)
  .filter(([, { notOffered }]) => notOffered === undefined)
  .map(([name]) => name)
  .sort();

/** Explicit values, so that new defaults of an engine change nothing. */
const STATED: Readonly<Record<string, string>> = {
  'slowlog-log-slower-than': '10000',
  'slowlog-max-len': '128',
  'tcp-keepalive': '300',
};

export type ParameterValues = Readonly<Record<string, string>>;

/**
 * The effective parameters: explicit values, overridden by the purpose's, overridden by the given.
 */
export function effectiveParameters(purposes: ParameterValues, given: ParameterValues) {
  return { ...STATED, ...purposes, ...given };
}

export interface ParametersOf {
  readonly parameters: ParameterValues;
  readonly topology: { readonly isSharded: boolean };
  readonly engine: Engine;
  readonly blockedCommands: readonly string[];
}

/**
 * The values of a cache's parameter group. Empty values are omitted: an empty text is AWS's
 * default, and no source says whether a parameter group accepts it.
 */
export function groupParameters(cache: ParametersOf): ParameterValues {
  const { parameters, topology, engine, blockedCommands } = cache;
  const isBlocking = blockedCommands.length > 0;
  return {
    ...(topology.isSharded ? shardedParameters(engine) : {}),
    ...Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== '')),
    ...(isBlocking ? { 'rename-commands': renameCommandsValue(blockedCommands) } : {}),
  };
}

/**
 * Parameters that a sharded cache needs. Clients that follow redirections check the host name in
 * each certificate, so nodes must be announced by name instead of address; before 7.0 ElastiCache
 * always does so.
 */
function shardedParameters({ parameterFamily }: Engine): ParameterValues {
  const mode = { 'cluster-enabled': 'yes' };
  if (parameterFamily === 'redis6.x') return mode;
  return { ...mode, 'cluster-preferred-endpoint-type': 'tls-dynamic' };
}

/** Default number of databases of a cache without shards. */
const DATABASES_DEFAULT = 16;

/**
 * The number of logical databases. For a sharded cache it is `cluster-databases`: without it, AWS's
 * pages disagree about the number, so only database 0 is certain.
 */
export function databasesOf(cache: {
  readonly parameters: ParameterValues;
  readonly topology: { readonly isSharded: boolean };
}): number {
  const { parameters, topology } = cache;
  if (topology.isSharded) return Number(parameters['cluster-databases'] ?? 1);
  return Number(parameters.databases ?? DATABASES_DEFAULT);
}

/** Adds a problem per parameter that AWS rejects with the engine, or whose value is invalid. */
export function checkParameters(
  problems: Problems,
  parameters: ParameterValues,
  engine: Engine,
  isSharded: boolean,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    const setting = `parameters.${name}`;
    const row = PARAMETERS.get(name);
    const reason = row?.notOffered ?? whyNotSettable(name, engine.parameterFamily);
    const why = row && whyNotWith(row, engine, isSharded);
    if (reason !== undefined) {
      problems.add(setting, value, `nothing: ${reason}`, 'remove it');
    } else if (row === undefined) {
      const { parameterFamily: family } = engine;
      const allowed = `a parameter that AWS has in ${family}, by its table of ${TABLE_DATE}`;
      problems.add(setting, value, allowed, similar(name));
    } else if (why !== undefined) {
      problems.add(setting, value, why, 'remove it');
    } else if (!row.offered.accepts(value)) {
      problems.add(setting, value, row.offered.allowed);
    }
  }
}

/** Why a known parameter is not available with this engine or topology. */
function whyNotWith(row: ParameterRow, engine: Engine, isSharded: boolean): string | undefined {
  const { parameterFamily: family, version, id } = engine;
  if (!row.families.includes(family))
    return `nothing with ${id}: AWS has it in ${row.families.join(', ')}`;
  if (row.since !== undefined && !isAtLeast(version, row.since)) {
    return `nothing with ${id}: Valkey has it since ${row.since}`;
  }
  return row.isSharded && !isSharded ? 'nothing in a cache without shards' : undefined;
}

/** Advice with known names that share a part with an unknown name. */
function similar(name: string): string {
  const parts = name.split('-').filter((part) => part.length > 3);
  const near = PARAMETER_NAMES.filter((known) => parts.some((part) => known.includes(part)));
  const hint = near.slice(0, 5).join(', ');
  return hint === '' ? 'remove it' : `remove it, or did you mean one of ${hint}`;
}
