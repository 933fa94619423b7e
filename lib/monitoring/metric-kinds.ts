/** Kinds of metric names and options: of ElastiCache, and of the daily check. */

import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { DAILY_CHECK_METRIC } from '../../contract/daily-check';
import { nearest } from '../../contract/nearest';
import { METRICS } from '../settings/elasticache/metrics';
import { also, duration, FLAG, objectOf, required, TEXT } from '../settings/value-kinds';
import type { Kind, Kinds } from '../validation/kinds';

const { namespace: _, dimension: __, ...DAILY_CHECK } = DAILY_CHECK_METRIC;
const DAILY_CHECK_NAMES: readonly string[] = Object.values(DAILY_CHECK);
const NODE_NAMES: readonly string[] = Array.from(METRICS.keys());

interface Names {
  readonly words: string;
  readonly names: readonly string[];
  /** Names that belong to another method. */
  readonly others: readonly string[];
  readonly otherMethod: string;
  /** Advice for a name without a similar one. */
  readonly otherwise: string;
}

function nameOf({ words, names, others, otherMethod, otherwise }: Names): Kind {
  return {
    words,
    accepts: (value) => names.includes(value as string),
    advice: (value) => {
      if (others.includes(value as string)) return `Use \`${otherMethod}\`.`;
      const near = typeof value === 'string' ? nearest(value, names) : undefined;
      return near === undefined ? otherwise : `Use ${JSON.stringify(near)}.`;
    },
  };
}

const METRIC_NAME = nameOf({
  words: 'the name of a metric that ElastiCache publishes of nodes',
  names: NODE_NAMES,
  others: DAILY_CHECK_NAMES,
  otherMethod: 'metricDailyCheck',
  otherwise:
    'Use for example "CurrConnections"; docs.aws.amazon.com lists the metrics of Redis OSS.',
});

const DAILY_CHECK_METRIC_NAME = nameOf({
  words: 'the name of a metric of the daily check',
  names: DAILY_CHECK_NAMES,
  others: NODE_NAMES,
  otherMethod: 'metric',
  otherwise: `Use one of ${DAILY_CHECK_NAMES.join(', ')}.`,
});

export const METRIC_NAME_KINDS = { metricName: required(METRIC_NAME) };

export const DAILY_CHECK_KINDS = { metricName: required(DAILY_CHECK_METRIC_NAME) };

export const METRIC_KINDS: Kinds<MetricOptions> = {
  period: duration('seconds'),
  statistic: also(TEXT, 'stat'),
  dimensionsMap: also(objectOf('an object of texts by dimensions', { each: TEXT }), 'dimensions'),
  unit: TEXT,
  label: TEXT,
  color: TEXT,
  id: TEXT,
  visible: FLAG,
  account: TEXT,
  region: TEXT,
  stackAccount: TEXT,
  stackRegion: TEXT,
};
