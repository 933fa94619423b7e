/**
 * Evaluates the alarms of the template on the metrics that the function printed and on the results
 * of its invocations. Names, dimensions and units come from both sides and are never typed here: an
 * alarm on a metric that is never published sees no data, as in CloudWatch.
 *
 * Periods end now. With missing data CloudWatch looks some periods further back, and may keep the
 * state of an alarm; here missing data counts at once.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */

import type { AlarmRule } from './alarm-rule';
import type { FiringAlarm } from './cloudwatch-api';
import type { LambdaOutcome } from './lambda-process';
import { resolveReferences } from './template';

export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

/** The datapoints of a log line in CloudWatch's embedded metric format; none for other lines. */
export function datapointsOf(line: string): readonly Datapoint[] {
  if (!line.startsWith('{')) return [];
  const printed = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const embedded = printed._aws as Embedded | undefined;
  if (embedded === undefined) return [];
  const { Timestamp: atMs, CloudWatchMetrics: directives } = embedded;
  return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name: name, Unit: unit = 'None' }) => {
        const dimensions = Object.fromEntries(names.map((each) => [each, String(printed[each])]));
        return { namespace, name, unit, dimensions, atMs, value: numberOf(name, printed[name]) };
      }),
    ),
  );
}

interface Embedded {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
  }[];
}

/** CloudWatch silently drops values that are not numbers; the rehearsal fails. */
function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`the metric ${name} is ${typeof value}; CloudWatch takes numbers only`);
}

/**
 * Lambda's own metric of an invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
function errorsOf(functionName: string, { ok }: LambdaOutcome, atMs: number): Datapoint {
  const dimensions = { FunctionName: functionName };
  const value = ok ? 0 : 1;
  return { namespace: 'AWS/Lambda', name: 'Errors', unit: 'Count', dimensions, atMs, value };
}

/**
 * Whether an alarm fires at a moment, for a cache created at `bornMs`. References in the dimensions
 * must be resolved.
 */
export function fires(
  rule: AlarmRule,
  points: readonly Datapoint[],
  nowMs: number,
  bornMs: number,
): boolean {
  // An unsupported expression over node metrics.
  if (rule.metricName === '') return false;
  const oldestMs = nowMs - rule.evaluationPeriods * rule.periodMs;
  const mine = points.filter((point) => point.atMs > oldestMs && isOf(rule, point));
  let breaching = 0;
  for (let period = 1; period <= rule.evaluationPeriods; period++) {
    const startMs = nowMs - period * rule.periodMs;
    const within = mine.filter(({ atMs }) => atMs > startMs && atMs <= startMs + rule.periodMs);
    const isBorn = startMs + rule.periodMs > bornMs;
    if (isBreaching(rule, within, isBorn)) breaching += 1;
  }
  return breaching >= rule.datapointsToAlarm;
}

function isOf(rule: AlarmRule, point: Datapoint): boolean {
  const names = Object.keys(rule.dimensions);
  return (
    rule.namespace === point.namespace &&
    rule.metricName === point.name &&
    (rule.unit ?? point.unit) === point.unit &&
    // A metric is identified by exactly its dimensions.
    names.length === Object.keys(point.dimensions).length &&
    names.every((name) => rule.dimensions[name] === point.dimensions[name])
  );
}

function isBreaching(rule: AlarmRule, points: readonly Datapoint[], isBorn: boolean): boolean {
  const statistic = modelled(STATISTICS, rule, rule.statistic);
  const reported = points.length === 0 ? [] : [statistic(points.map((point) => point.value))];
  const values = rule.isZeroWithout && isBorn ? [...reported, 0] : reported;
  if (values.length === 0) return modelled(MISSING, rule, rule.missing);
  const value = Math.max(...values);
  return modelled(COMPARISONS, rule, rule.comparison)(value, rule.threshold);
}

/** Whether missing data is breaching, by TreatMissingData. */
const MISSING: Readonly<Record<string, boolean>> = {
  breaching: true,
  notBreaching: false,
  ignore: false,
  missing: false,
};

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
};

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

function modelled<T>(table: Readonly<Record<string, T>>, { id }: AlarmRule, name: string): T {
  const found = table[name];
  if (found !== undefined) return found;
  const allowed = Object.keys(table).join(', ');
  throw new Error(`the alarm ${id} has ${name}; the rehearsal knows ${allowed}; add it to alarms`);
}

export interface FiringMetric extends FiringAlarm {
  readonly metricName: string;
}

export interface AlarmsOptions {
  readonly rules: readonly AlarmRule[];
  readonly stackName: string;
  readonly functionName: string;
  /** Values of `${Id}` in dimensions, by logical id. */
  readonly references: Readonly<Record<string, string>>;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Alarms on metrics of the function. Alarms on metrics of the cache see no data here. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #points: Datapoint[] = [];
  readonly #bornMs: number;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#bornMs = options.now();
  }

  /** Records a line that the function has printed. */
  takeLine(line: string): void {
    this.#points.push(...datapointsOf(line));
  }

  /** Records the end of an invocation. */
  takeOutcome(outcome: LambdaOutcome): void {
    const { functionName, now } = this.#options;
    this.#points.push(errorsOf(functionName, outcome, now()));
  }

  /** Those that fire now. */
  get firing(): readonly FiringMetric[] {
    const { rules, stackName, references, now } = this.#options;
    return rules
      .map((rule) => ({ ...rule, dimensions: resolved(rule.dimensions, references) }))
      .filter((rule) => fires(rule, this.#points, now(), this.#bornMs))
      .map(({ id, alarmName, metricName, description }) => {
        const name = alarmName ?? `${stackName}-${id}-Rhrsal`;
        return { name, metricName, description };
      });
  }
}

function resolved(
  dimensions: AlarmRule['dimensions'],
  references: AlarmsOptions['references'],
): AlarmRule['dimensions'] {
  const entries = Object.entries(dimensions).map(([name, value]) => [
    name,
    resolveReferences(value, references),
  ]);
  return Object.fromEntries(entries);
}
