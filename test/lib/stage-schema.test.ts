/** The schema for editors equals the schema of the validation, and shows the actual defaults. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Topology } from '../../lib';
import { resolveSettings } from '../../lib/cache/cache-settings';
import { stageSchema } from '../../lib/fleet/stage-schema';
import { Problems } from '../../lib/validation/setting-error';

const CONFIG = join(__dirname, '../../config');

describe('The schema that editors read', () => {
  test('config/schema.json', () => {
    expect(JSON.parse(readFileSync(join(CONFIG, 'schema.json'), 'utf8'))).toEqual(stageSchema());
  });

  test('its defaults are those that a cache gets', () => {
    type Shown = { readonly default?: unknown; readonly properties?: Record<string, Shown> };
    const { properties = {} } = (stageSchema() as Shown).properties?.defaults ?? {};
    const shown = (of: Readonly<Record<string, Shown>>) =>
      Object.fromEntries(
        Object.entries(of).flatMap(([name, each]) =>
          each.default === undefined ? [] : [[name, each.default]],
        ),
      );
    const problems = new Problems();
    const { purpose, engine, topology, ...settings } = resolveSettings({}, problems);
    expect(shown(properties)).toEqual({
      purpose: purpose.id,
      engine: engine.id,
      nodeType: settings.nodeType,
      port: settings.port,
      rotationDays: settings.rotationDays,
      rotationWindowHours: settings.rotationWindowHours,
      gracePeriodDays: settings.gracePeriodDays,
      quietSeconds: settings.quietSeconds,
      snapshotWindow: settings.snapshotWindow,
      maintenanceWindow: settings.maintenanceWindow,
      removal: settings.removalPolicy,
      logRetentionDays: settings.logRetention,
      dashboard: settings.dashboard,
      eventTopic: false,
      allowRotation: false,
    });
    expect(shown(properties.topology?.properties ?? {})).toEqual({
      replicas: topology.replicas,
      failover: topology.failover,
      replicasPerShard: Topology.sharded({ shards: 2 }).replicas,
    });
    const { swapBytes, memoryPercent: _, evictions: __, ...thresholds } = settings.thresholds;
    expect(shown(properties.alarms?.properties ?? {})).toEqual({
      ...thresholds,
      swapMiB: swapBytes / 1024 ** 2,
    });
  });
});
