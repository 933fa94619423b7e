/**
 * The metrics that ElastiCache publishes for a node of Valkey or Redis OSS, with the most useful
 * statistic and the published dimensions.
 *
 * CloudWatch treats each combination of dimensions as a separate metric: an alarm on an unpublished
 * combination never fires. Metrics of Memcached and serverless caches have no row.
 */

import type { SourceName } from './sources';

export interface MetricRow {
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'Average';
  /** Whether it is published only with `CacheNodeId`, and not with `CacheClusterId` alone. */
  readonly needsNodeId: boolean;
  readonly source: SourceName;
}

/** ElastiCache's id of the only node of each member of a replication group. */
export const NODE_ID = '0001';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const COMMANDS = words(
  'EvalBased GeoSpatialBased GetType HashBased HyperLogLogBased KeyBased ListBased PubSubBased ' +
    'SetBased SetType SortedSetBased StreamBased StringBased',
);
const COMMANDS_BY_NODE = words(
  'ClusterBased JsonBased JsonBasedGet JsonBasedSet NonKeyType SearchBased SearchBasedGet ' +
    'SearchBasedSet',
);

/** Events within a period. */
const COUNTS = words(`
  ActiveDefragHits AuthenticationFailures CacheHits CacheMisses CommandAuthorizationFailures
  Evictions KeyAuthorizationFailures NewConnections Reclaimed ReplicationBytes NetworkBytesIn
  NetworkBytesOut NetworkPacketsIn NetworkPacketsOut NetworkBandwidthInAllowanceExceeded
  NetworkBandwidthOutAllowanceExceeded NetworkConntrackAllowanceExceeded
  NetworkLinkLocalAllowanceExceeded NetworkPacketsPerSecondAllowanceExceeded CPUCreditUsage
`);
const COUNTS_BY_NODE = words(`
  ChannelAuthorizationFailures DatabaseAuthorizationFailures IamAuthenticationExpirations
  IamAuthenticationThrottling ErrorCount DurabilityBufferExceededErrorCount ProcessedCommands
  RejectedConnections ReclaimedFields MajorPageFaults BytesReadFromDisk BytesWrittenToDisk
  NumItemsReadFromDisk NumItemsWrittenToDisk
`);

/** Levels and states whose highest value is the worst. */
const LEVELS = words(`
  BytesUsedForCache CPUUtilization CurrConnections CurrItems DatabaseMemoryUsagePercentage
  EngineCPUUtilization GlobalDatastoreReplicationLag IsMaster KeysTracked MemoryFragmentationRatio
  ReplicationLag SaveInProgress SwapUsage
`);
const LEVELS_BY_NODE = words(`
  AllocatorFragmentationBytes AllocatorFragmentationRatio BlockedConnections CurrVolatileItems
  CurrItemsWithVolatileFields DatabaseCapacityUsageCountedForEvictPercentage
  DatabaseCapacityUsagePercentage DatabaseMemoryUsageCountedForEvictPercentage DurabilityLag
  NetworkBaselineMaxUsageInPercentage NetworkBaselineMaxUsageOutPercentage
  NetworkBaselineUsageInPercentage NetworkBaselineUsageOutPercentage NetworkMaxBytesIn
  NetworkMaxBytesOut NetworkMaxPacketsIn NetworkMaxPacketsOut PubSubChannels PubSubShardChannels
  SearchNumberOfIndexes SearchTotalIndexedDocuments SearchUsedMemoryBytes TrafficManagementActive
  UsedMemoryDataset
`);

/** Levels and states whose lowest value is the worst. */
const RESERVES = words('CPUCreditBalance FreeableMemory MasterLinkHealthStatus');

const AVERAGES = [
  ...words('CacheHitRate DB0AverageTTL'),
  ...COMMANDS.map((kind) => `${kind}CmdsLatency`),
];
const AVERAGES_BY_NODE = [
  ...words('SuccessfulReadRequestLatency SuccessfulWriteRequestLatency'),
  ...COMMANDS_BY_NODE.map((kind) => `${kind}CmdsLatency`),
];

const rows = (
  names: readonly string[],
  statistic: MetricRow['statistic'],
  needsNodeId = false,
): readonly (readonly [string, MetricRow])[] =>
  names.map((name) => [name, { statistic, needsNodeId, source: 'metricDimensions' }]);

export const METRICS: ReadonlyMap<string, MetricRow> = new Map([
  ...rows([...COUNTS, ...COMMANDS.map((kind) => `${kind}Cmds`)], 'Sum'),
  ...rows([...COUNTS_BY_NODE, ...COMMANDS_BY_NODE.map((kind) => `${kind}Cmds`)], 'Sum', true),
  ...rows(LEVELS, 'Maximum'),
  ...rows(LEVELS_BY_NODE, 'Maximum', true),
  ...rows(RESERVES, 'Minimum'),
  ...rows(AVERAGES, 'Average'),
  ...rows(AVERAGES_BY_NODE, 'Average', true),
]);
