/** Properties of a cache for a connection string besides the address: topology and databases. */

import type { Engine } from '../settings/engine';
import { databasesOf, type ParameterValues } from '../settings/parameters';
import type { Topology } from '../settings/topology';

export interface CacheShape {
  readonly isSharded: boolean;
  /**
   * Replicas per primary.
   *
   * @default - unknown, for an imported cache
   */
  readonly replicas?: number;
  /** Number of logical databases. */
  readonly databases: number;
  /** Whether the parameter `cluster-databases` could raise the number. */
  readonly takesClusterDatabases: boolean;
}

/** The settings from which the shape follows. */
interface ShapeSettings {
  readonly topology: Topology;
  readonly engine: Engine;
  readonly parameters: ParameterValues;
}

export function shapeOf(settings: ShapeSettings): CacheShape {
  const { topology, engine } = settings;
  const { isSharded, replicas } = topology;
  return {
    isSharded,
    replicas,
    databases: databasesOf(settings),
    takesClusterDatabases: isSharded && engine.parameterFamily === 'valkey9',
  };
}
