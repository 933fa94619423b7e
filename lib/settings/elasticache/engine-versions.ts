/**
 * Engine versions of ElastiCache, with their properties. Plain data: the rehearsal's model of AWS
 * reads it, too.
 */

import type { SourceName } from './sources';

export const PARAMETER_FAMILIES = ['redis6.x', 'redis7', 'valkey7', 'valkey8', 'valkey9'] as const;
export type ParameterFamily = (typeof PARAMETER_FAMILIES)[number];

export interface EngineRow {
  readonly name: 'redis' | 'valkey';
  /** Major and minor version, for which AWS uses the newest patch version. */
  readonly version: string;
  /** The family of its parameter groups. */
  readonly family: ParameterFamily;
  /**
   * Whether AWS accepts the property TransitEncryptionMode. Redis OSS accepts it since 7.0.5;
   * before, enabling TLS also requires TLS.
   */
  readonly takesTransitEncryptionMode: boolean;
  readonly source: SourceName;
}

const row = (name: EngineRow['name'], version: string, family: ParameterFamily): EngineRow => ({
  name,
  version,
  family,
  takesTransitEncryptionMode: true,
  source: 'engineVersions',
});

/** Oldest version of each engine first. */
export const ENGINES: readonly EngineRow[] = [
  row('valkey', '7.2', 'valkey7'),
  row('valkey', '8.0', 'valkey8'),
  row('valkey', '8.1', 'valkey8'),
  row('valkey', '8.2', 'valkey8'),
  row('valkey', '9.0', 'valkey9'),
  row('valkey', '9.1', 'valkey9'),
  {
    ...row('redis', '6.2', 'redis6.x'),
    takesTransitEncryptionMode: false,
    source: 'transitEncryptionMode',
  },
  row('redis', '7.0', 'redis7'),
  // The last Redis OSS version of ElastiCache.
  row('redis', '7.1', 'redis7'),
];

/** The row of a version in a template: `8.0`, `8.0.1`, and `6.x` for 6.2. */
export function engineRow(name: unknown, version: unknown): EngineRow | undefined {
  const wanted = `${version}`.replace(/^6\.x$/, '6.2');
  return ENGINES.find((each) => each.name === name && `${wanted}.`.startsWith(`${each.version}.`));
}
