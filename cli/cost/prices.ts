/**
 * The price table of the `cost` command: list prices of one region, with date and sources.
 * `--prices FILE` replaces it, for another region, another date or negotiated prices.
 */

import { CliError } from '../aws/cloud';
import { jsonOf } from '../template/json-file';
import TABLE from './price-table.json';

/** Prices per month in `currency`, or per hour if the name ends in Hour. */
export interface Prices {
  readonly region: string;
  readonly currency: string;
  /** The day on which the prices were read: 2026-10-02. */
  readonly date: string;
  /** Price of an interface endpoint, per availability zone. */
  readonly endpointZoneHour: number;
  readonly natGatewayHour: number;
  readonly key: number;
  readonly secret: number;
  /** Price of an alarm, per metric. */
  readonly alarmMetric: number;
  readonly compositeAlarm: number;
  readonly dashboard: number;
  /** Prices by engine, then by node type. */
  readonly nodeHour: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const TEXTS = ['region', 'currency', 'date'] as const;
const NUMBERS = [
  'endpointZoneHour',
  'natGatewayHour',
  'key',
  'secret',
  'alarmMetric',
  'compositeAlarm',
  'dashboard',
] as const;

/** The built-in price table, or that of a file. @throws CliError if the file has no price table. */
export function pricesOf(file?: string): Prices {
  if (file === undefined) return TABLE;
  const table = jsonOf(
    file,
    '--prices must be a JSON file',
    'Name another file.',
  ) as Partial<Prices> | null;
  const wrong = faultOf(table);
  if (wrong === undefined) return table as Prices;
  throw new CliError(
    `--prices must be a table like cli/cost/price-table.json, got ${file}, in which ${wrong}. ` +
      'Correct it.',
  );
}

function faultOf(table: Partial<Prices> | null): string | undefined {
  if (typeof table !== 'object' || table === null) return 'the root is not an object';
  const text = TEXTS.find((name) => typeof table[name] !== 'string');
  if (text !== undefined) return `\`${text}\` is not a text`;
  const number = NUMBERS.find((name) => !isPrice(table[name]));
  if (number !== undefined) return `\`${number}\` is not a price`;
  for (const engine of ['redis', 'valkey']) {
    const nodes = table.nodeHour?.[engine];
    if (typeof nodes !== 'object' || nodes === null)
      return `\`nodeHour.${engine}\` is not an object`;
    const [type] = Object.entries(nodes).find(([, price]) => !isPrice(price)) ?? [];
    if (type !== undefined) return `\`nodeHour.${engine}.${type}\` is not a price`;
  }
  return undefined;
}

function isPrice(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
