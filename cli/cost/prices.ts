/**
 * The price table of the `cost` command: list prices of one region, with date and sources.
 * `--prices FILE` replaces it, for another region, another date or negotiated prices.
 */

import { CliError } from '../aws/cloud';
import { jsonOf } from '../template/json-file';
import TABLE from './price-table.json';

/** Prices per month, or per hour where the name says so, in `currency`. */
export interface Prices {
  readonly region: string;
  readonly currency: string;
  /** The day on which the prices were read: 2026-10-02. */
  readonly date: string;
  /** Of an interface endpoint, per availability zone. */
  readonly endpointZoneHour: number;
  readonly natGatewayHour: number;
  readonly key: number;
  readonly secret: number;
  /** Of an alarm, per metric that it watches. */
  readonly alarmMetric: number;
  readonly compositeAlarm: number;
  readonly dashboard: number;
  /** By the engine, then by the node type. */
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

/** The table of this release, or that of a file. @throws CliError if the file has no such table. */
export function pricesOf(file?: string): Prices {
  if (file === undefined) return TABLE;
  const table = jsonOf(
    file,
    '--prices must be a JSON file',
    'Name another one.',
  ) as Partial<Prices> | null;
  const wrong = faultOf(table);
  if (wrong === undefined) return table as Prices;
  throw new CliError(
    `--prices must be a table like cli/cost/price-table.json, got ${file}, in which ${wrong}. ` +
      'Correct it.',
  );
}

function faultOf(table: Partial<Prices> | null): string | undefined {
  if (typeof table !== 'object' || table === null) return 'there is no object';
  const text = TEXTS.find((name) => typeof table[name] !== 'string');
  if (text !== undefined) return `\`${text}\` is no text`;
  const number = NUMBERS.find((name) => !isPrice(table[name]));
  if (number !== undefined) return `\`${number}\` is no price`;
  for (const engine of ['redis', 'valkey']) {
    const nodes = table.nodeHour?.[engine];
    if (typeof nodes !== 'object' || nodes === null) return `\`nodeHour.${engine}\` is no object`;
    const [type] = Object.entries(nodes).find(([, price]) => !isPrice(price)) ?? [];
    if (type !== undefined) return `\`nodeHour.${engine}.${type}\` is no price`;
  }
  return undefined;
}

function isPrice(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
