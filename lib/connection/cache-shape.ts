/** What a connection string depends on besides the address: topology and logical databases. */

import type { CacheSettings } from '../cache/cache-settings';
import { databasesOf } from '../settings/parameters';

export interface CacheShape {
  readonly isSharded: boolean;
  /**
   * Replicas of each primary.
   *
   * @default - not known, of an imported cache
   */
  readonly replicas?: number;
  /** Logical databases. */
  readonly databases: number;
  /** Whether the parameter `cluster-databases` could say that there are more. */
  readonly takesClusterDatabases: boolean;
}

export function shapeOf(settings: CacheSettings): CacheShape {
  const { topology, engine } = settings;
  const { isSharded, replicas } = topology;
  return {
    isSharded,
    replicas,
    databases: databasesOf(settings),
    takesClusterDatabases: isSharded && engine.parameterFamily === 'valkey9',
  };
}
