/** Table of drill results, followed by each fault in full. */

import type { Drill } from './drill';

const HEADINGS = [
  '',
  'drill',
  'what broke',
  'reported by',
  'after',
  'diagnosis',
  'repaired by',
  'commands failed',
];

/** One line of the table. */
export interface DrillResult {
  readonly drill: Drill;
  /** Why it was not played. */
  readonly impossible?: string;
  readonly noticed: readonly string[];
  /** Until the first one noticed, in rehearsed milliseconds. */
  readonly afterMs?: number;
  readonly diagnosis?: string;
  readonly commands: number;
  readonly failed: number;
  /** What was not as it must be: none if all is well. */
  readonly faults: readonly string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export function drillLines(results: readonly DrillResult[]): readonly string[] {
  const rows = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const faults = results.flatMap(({ drill, faults }) =>
    faults.map((fault) => `      ${drill.name}: ${fault}`),
  );
  const failed = results.filter((result) => result.faults.length > 0).length;
  const skipped = results.filter(({ impossible }) => impossible !== undefined).length;
  const played = results.length - failed - skipped;
  const total = `${played} as expected, ${failed} not, ${skipped} impossible here`;
  return ['', ...lines, ...faults, '', total];
}

function cellsOf(result: DrillResult): readonly string[] {
  const { drill, impossible, noticed, afterMs, diagnosis, commands, failed, faults } = result;
  if (impossible !== undefined)
    return ['--  ', drill.name, drill.broke, `impossible: ${impossible}`];
  const why = failed > 0 && drill.whyFailed ? `: ${drill.whyFailed}` : '';
  return [
    faults.length === 0 ? 'ok  ' : 'FAIL',
    drill.name,
    drill.broke,
    noticed.join(', ') || 'nothing, as expected',
    afterMs === undefined ? '-' : duration(afterMs),
    diagnosis ?? '-',
    drill.repair,
    `${failed} of ${commands}${why}`,
  ];
}

function duration(ms: number): string {
  if (ms >= DAY_MS) return `${(ms / DAY_MS).toFixed(0)} d`;
  if (ms >= MINUTE_MS) return `${(ms / MINUTE_MS).toFixed(0)} min`;
  return `${(ms / 1000).toFixed(1)} s`;
}
