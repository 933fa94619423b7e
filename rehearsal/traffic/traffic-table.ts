/** Table of real clients: one line per client and habit. */

import type { LaneResult, RealTrafficResult } from './real-traffic';
import type { Figures } from './traffic';

const GROUPS = ['', '', '', '', '', '', 'p50 and p99 in ms', '', '', ''];
const HEADINGS = [
  'client',
  'reads the secret',
  'commands',
  'failed',
  'failed once revoked',
  'reconnects',
  'before',
  'rotation',
  'after',
  'revoked',
];
/** Number of text columns; the others hold figures. */
const WORDS = 2;

export function trafficLines({ lanes, missing }: RealTrafficResult): readonly string[] {
  const rows = lanes.map(cellsOf);
  const all = [GROUPS, HEADINGS, ...rows];
  // The heading over a group of columns may be wider than the first of them.
  const widths = HEADINGS.map((_, column) =>
    Math.max(...[HEADINGS, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = all.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < WORDS || cells === GROUPS ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const widest = Math.max(0, ...Object.keys(missing).map((name) => name.length));
  const absent = Object.entries(missing).map(
    ([name, why]) => `${name.padEnd(widest)}  not run: ${why}`,
  );
  return ['', ...lines, ...absent];
}

function cellsOf({ client, reading, phases, revocation }: LaneResult): readonly string[] {
  const all = Object.values(phases);
  const { before, during, after } = phases;
  const kinds = revocation.failures.join(', ');
  return [
    client,
    reading,
    String(sum(all.map(({ commands }) => commands))),
    String(sum([before, during, after].map(({ failed }) => failed))),
    [kinds, String(revocation.failed).padStart(4)].join(' '),
    String(sum(all.map(({ reconnects }) => reconnects))),
    ...[before, during, after].map(latency),
    // Refused commands are not timed.
    reading === 'once' ? '-' : latency(revocation),
  ];
}

function latency({ p50Ms, p99Ms }: Figures): string {
  return `${p50Ms.toFixed(1).padStart(5)} ${p99Ms.toFixed(1).padStart(6)}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
