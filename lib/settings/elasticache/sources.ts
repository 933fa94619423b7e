/**
 * Sources of the ElastiCache tables in this folder, with the date of reading.
 *
 * Facts without a source have no row. Nothing here was tested on AWS.
 */

export interface Source {
  readonly url: string;
  /** The month in which the page was read. */
  readonly read: string;
}

/** The month of the tables, for messages. */
export const TABLE_DATE = 'November 2026';

const READ = '2026-11';

const guide = (page: string): Source => ({
  url: `https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/${page}.html`,
  read: READ,
});

export const SOURCES = {
  engineVersions: guide('engine-versions'),
  nodeTypes: guide('CacheNodes.SupportedTypes'),
  parameters: guide('ParameterGroups.Engine'),
  dataTiering: guide('data-tiering'),
  durability: guide('Durability.Limitations'),
  restrictedCommands: guide('ClientConfig.RestrictedCommands'),
  /** Node types that are closed for new clusters. */
  cacheNode: {
    url: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheNode.html',
    read: READ,
  },
  /** The output of `describe-cache-parameters`, with the allowed values of each parameter. */
  describedParameters: {
    url: 'https://docs.aws.amazon.com/code-library/latest/ug/cli_2_elasticache_code_examples.html',
    read: READ,
  },
  /** A public constraint file with the parameters and values of the family redis7. */
  redis7Constraints: { url: 'https://github.com/apecloud/kubeblocks', read: READ },
  /** The error message of AWS for Redis OSS 6.2. */
  transitEncryptionMode: {
    url: 'https://github.com/cloudposse/terraform-aws-elasticache-redis/pull/231',
    read: READ,
  },
  /** Prices per node with synchronous durability, including r8g. */
  durabilityPrices: { url: 'https://aws.amazon.com/elasticache/pricing/', read: READ },
  /** Published metrics, and their combinations of dimensions. */
  metricDimensions: {
    url:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/' +
      'SupportedMetricsForResourceTagsForTelemetry.html',
    read: READ,
  },
} as const satisfies Readonly<Record<string, Source>>;

export type SourceName = keyof typeof SOURCES;
