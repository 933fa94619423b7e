/**
 * The monthly cost of templates by list prices: a line per kind of resource. Pure.
 *
 * It counts the resources of the templates; usage (logs, snapshots, data) has no line.
 */

import { type StackTemplate, type TemplateResource, topologyOf } from '../template/stack-template';
import type { Prices } from './prices';

export type CostKind =
  | 'nodes'
  | 'endpoints'
  | 'NAT gateways'
  | 'keys'
  | 'secrets'
  | 'alarms'
  | 'rest';

export interface CostLine {
  readonly stack: string;
  readonly kind: CostKind;
  /** Logical ids of the resources. */
  readonly resources: readonly string[];
  /** The counted resources: `6 x node cache.r7g.large, valkey`. */
  readonly what: string;
  /** Per month. Absent if the count or the price is unknown. */
  readonly monthly?: number;
  /** Why there is no price. */
  readonly why?: string;
}

/** The month of AWS's own price examples. */
export const HOURS_PER_MONTH = 730;

/** @returns a line per kind of resource and stack */
export function monthlyCost(stacks: readonly StackTemplate[], prices: Prices): CostLine[] {
  return stacks.flatMap(({ stack, resources }) => {
    const lines = Object.entries(resources).flatMap(([id, resource]) => {
      const line = lineOf(resource, prices);
      return line === undefined ? [] : [{ stack, id, ...line }];
    });
    const groups = new Map<string, typeof lines>();
    for (const line of lines) {
      const group = `${line.kind} ${line.unit} ${line.why ?? ''}`;
      groups.set(group, [...(groups.get(group) ?? []), line]);
    }
    return Array.from(groups.values(), (group) => added(group));
  });
}

interface Counted {
  readonly kind: CostKind;
  readonly count: number;
  /** Description of one resource. */
  readonly unit: string;
  readonly each?: number;
  readonly why?: string;
}

function added(
  group: readonly (Counted & { readonly stack: string; readonly id: string })[],
): CostLine {
  const [{ stack, kind, unit, each, why }] = group as [(typeof group)[number]];
  const count = group.reduce((sum, line) => sum + line.count, 0);
  return {
    stack,
    kind,
    resources: group.map(({ id }) => id),
    what: Number.isNaN(count) ? unit : `${count} x ${unit}`,
    ...(each === undefined || Number.isNaN(count) ? { why } : { monthly: count * each }),
  };
}

function lineOf({ Type, Properties = {} }: TemplateResource, prices: Prices): Counted | undefined {
  switch (Type) {
    case 'AWS::ElastiCache::ReplicationGroup':
      return nodes(Properties, prices);
    case 'AWS::EC2::VPCEndpoint':
      return endpoint(Properties, prices);
    case 'AWS::EC2::NatGateway':
      return {
        kind: 'NAT gateways',
        count: 1,
        unit: 'NAT gateway',
        each: prices.natGatewayHour * HOURS_PER_MONTH,
      };
    case 'AWS::KMS::Key':
      return { kind: 'keys', count: 1, unit: 'KMS key', each: prices.key };
    case 'AWS::SecretsManager::Secret':
      return { kind: 'secrets', count: 1, unit: 'secret', each: prices.secret };
    case 'AWS::CloudWatch::Alarm':
      return {
        kind: 'alarms',
        count: metricsOf(Properties),
        unit: 'metric watched by an alarm',
        each: prices.alarmMetric,
      };
    case 'AWS::CloudWatch::CompositeAlarm':
      return { kind: 'alarms', count: 1, unit: 'composite alarm', each: prices.compositeAlarm };
    case 'AWS::CloudWatch::Dashboard':
      return { kind: 'rest', count: 1, unit: 'dashboard', each: prices.dashboard };
    default:
      return undefined;
  }
}

function nodes(group: Readonly<Record<string, unknown>>, { nodeHour }: Prices): Counted {
  const type = String(group.CacheNodeType);
  const engine = String(group.Engine ?? 'redis');
  const { nodes: count } = topologyOf(group);
  const hour = nodeHour[engine]?.[type];
  return {
    kind: 'nodes',
    count,
    unit: `node ${type}, ${engine}`,
    ...(Number.isNaN(count)
      ? { why: 'the number of nodes is known only at deploy' }
      : hour === undefined
        ? { why: `the price table has no ${type} for ${engine}` }
        : { each: hour * HOURS_PER_MONTH }),
  };
}

function endpoint(
  { VpcEndpointType, SubnetIds }: Readonly<Record<string, unknown>>,
  { endpointZoneHour }: Prices,
): Counted | undefined {
  // A gateway endpoint is free.
  if (VpcEndpointType !== 'Interface') return undefined;
  const each = endpointZoneHour * HOURS_PER_MONTH;
  const unit = 'interface endpoint in one availability zone';
  if (Array.isArray(SubnetIds)) return { kind: 'endpoints', count: SubnetIds.length, unit, each };
  return {
    kind: 'endpoints',
    count: Number.NaN,
    unit,
    why: 'the number of zones is known only at deploy',
  };
}

function metricsOf({ Metrics }: Readonly<Record<string, unknown>>): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((metric) => (metric as { MetricStat?: unknown }).MetricStat).length;
}
