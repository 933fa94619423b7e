/**
 * The model of a CloudWatch alarm, with support for one metric math expression. Alarms on other
 * expressions never fire here.
 */

/** An alarm with CloudWatch's settings. */
export interface AlarmRule {
  readonly id: string;
  /** Absent if the template sets no name and CloudFormation generates one. */
  readonly alarmName?: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  /** Values may contain references as those of `published`. */
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

/** Turns an alarm on that expression into an alarm on its metric, marked `IsZeroWithout`. */
export function asOneMetric(alarm: Properties): Properties {
  const metrics = (alarm.Metrics ?? []) as readonly Metric[];
  const [, id] =
    metrics.map(({ Expression = '' }) => ZERO_WITHOUT.exec(Expression)).find(Boolean) ?? [];
  const stat = metrics.find((metric) => metric.Id === id)?.MetricStat;
  if (stat === undefined) return alarm;
  const { Metric, Period, Stat, Unit } = stat;
  return { ...alarm, ...Metric, Period, Statistic: Stat, Unit, IsZeroWithout: true };
}
