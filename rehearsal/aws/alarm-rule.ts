/**
 * What the rehearsal knows of an alarm, and the one formula over metrics that it understands. Any
 * other is left as it is, and then nothing here fires by it.
 */

/** An alarm, in CloudWatch's words. */
export interface AlarmRule {
  readonly id: string;
  /** Absent unless the template names it; then CloudFormation does. */
  readonly alarmName?: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  /** With references as those of `published`. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit?: string;
  readonly statistic: string;
  readonly periodMs: number;
  readonly comparison: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missing: string;
  /** Whether each period of the cache's life without a value counts as a zero. */
  readonly isZeroWithout: boolean;
}

type Properties = Readonly<Record<string, unknown>>;

interface Metric {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: Properties;
    readonly Period: number;
    readonly Stat: string;
    readonly Unit?: string;
  };
}

/** The value of one metric, or a zero while any node of the cache has a metric of its own. */
const ZERO_WITHOUT = /^MAX\(\[(\w+)(?:, \w+ \* 0)+\]\)$/;

/** An alarm on that formula as one on its metric alone, with a word that says the rest. */
export function asOneMetric(alarm: Properties): Properties {
  const metrics = (alarm.Metrics ?? []) as readonly Metric[];
  const [, id] =
    metrics.map(({ Expression = '' }) => ZERO_WITHOUT.exec(Expression)).find(Boolean) ?? [];
  const stat = metrics.find((metric) => metric.Id === id)?.MetricStat;
  if (stat === undefined) return alarm;
  const { Metric, Period, Stat, Unit } = stat;
  return { ...alarm, ...Metric, Period, Statistic: Stat, Unit, IsZeroWithout: true };
}
