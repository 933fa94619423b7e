/** `npx secure-redis cost`: the monthly cost of a stage or a template, and its main drivers. */

import { environmentOf } from '../preflight/finding';
import type { StackTemplate } from '../template/stack-template';
import type { CommandResult } from '../terminal/screen';
import { type CostKind, type CostLine, monthlyCost } from './monthly-cost';
import type { Prices } from './prices';

/** Usage-based costs, which no template determines. */
const BY_USE =
  'logs, snapshots beyond the size of the cache, data between availability zones and through ' +
  'endpoints or NAT, requests, notifications';

export function cost(stacks: readonly StackTemplate[], prices: Prices, of: string): CommandResult {
  const lines = monthlyCost(stacks, prices);
  const total = sum(lines);
  const unpriced = lines.filter(({ monthly }) => monthly === undefined);
  const { region, currency, date } = prices;
  return {
    exitCode: 0,
    lines: [
      `${of}: list prices on demand of ${region}, ${date}, in ${currency} per month`,
      ...regionLines(stacks, region),
      ...stacks.flatMap(({ stack }) => tableOf(stack, lines)),
      '',
      row(unpriced.length === 0 ? 'total' : 'total, without the lines that have no price', total),
      ...driversOf(lines, total),
      ...hintsOf(lines, stacks),
      `not included, since it depends on use: ${BY_USE}`,
    ],
    json: { region, currency, date, total, lines },
  };
}

/** Prices differ by region, by up to a half. */
function regionLines(stacks: readonly StackTemplate[], ofTable: string): string[] {
  const regions = new Set(stacks.map((stack) => environmentOf(stack).region));
  const others = Array.from(regions).filter((each) => each !== undefined && each !== ofTable);
  if (others.length === 0) return [];
  return [
    `the stacks are in ${others.join(', ')}, the prices are of another region: pass a ` +
      'price table of that region with --prices',
  ];
}

function tableOf(stack: string, all: readonly CostLine[]): string[] {
  const lines = all.filter((line) => line.stack === stack);
  if (lines.length === 0) return ['', `${stack}: no resource that is billed by the hour or month`];
  return [
    '',
    row(stack, sum(lines)),
    ...lines.map(({ what, monthly, why }) =>
      monthly === undefined ? `  ${what}: no price, ${why}` : row(`  ${what}`, monthly),
    ),
  ];
}

const NAME_WIDTH = 58;

function row(name: string, amount: number): string {
  return `${name.padEnd(NAME_WIDTH)} ${amount.toFixed(2).padStart(10)}`;
}

function sum(lines: readonly CostLine[]): number {
  return lines.reduce((total, { monthly = 0 }) => total + monthly, 0);
}

function sumOf(lines: readonly CostLine[], kind: CostKind): number {
  return sum(lines.filter((line) => line.kind === kind));
}

/** The kinds of resources that make up 90 % of the total, largest first. */
function driversOf(lines: readonly CostLine[], total: number): string[] {
  if (total === 0) return [];
  const kinds = Array.from(new Set(lines.map(({ kind }) => kind)))
    .map((kind) => ({ kind, share: sumOf(lines, kind) / total }))
    .sort((one, other) => other.share - one.share);
  const named: string[] = [];
  let covered = 0;
  for (const { kind, share } of kinds) {
    if (covered >= 0.9) break;
    covered += share;
    named.push(`${kind} ${Math.round(share * 100)} %`);
  }
  return [`driven by: ${named.join(', ')}`];
}

/** How to lower the cost without weakening security. */
function hintsOf(lines: readonly CostLine[], stacks: readonly StackTemplate[]): string[] {
  const [endpoints, nodes] = [sumOf(lines, 'endpoints'), sumOf(lines, 'nodes')];
  const vpcs = stacks
    .flatMap(({ resources }) => Object.values(resources))
    .filter(({ Type }) => Type === 'AWS::EC2::VPC').length;
  return [
    ...(endpoints > nodes && nodes > 0
      ? [
          'cheaper: the endpoints cost more than the nodes; use a VPC that has endpoints or NAT ' +
            '(docs/networks.md), or fewer availability zones',
        ]
      : []),
    ...(vpcs > 1
      ? ['cheaper: share one network between the caches (`shared.network`, or the prop `network`)']
      : []),
  ];
}
