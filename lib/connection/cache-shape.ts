/** What a connection string depends on besides the address: topology and logical databases. */

import type { Engine } from '../settings/engine';
import { databasesOf, type ParameterValues } from '../settings/parameters';
import type { Topology } from '../settings/topology';

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

/** What of a cache's settings its shape follows from. */
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
