/**
 * Prints progress as it happens and one answer at the end, as text or JSON.
 *
 * With --json, stdout holds exactly one JSON document; progress goes to stderr. Colours only on a
 * terminal that supports them, and never with NO_COLOR.
 */

import { styleText } from 'node:util';

export type Style = 'green' | 'yellow' | 'red' | 'bold' | 'dim';

export interface CommandResult {
  /** 0 if no action is needed, 1 if a person must act. */
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
  /** The same as JSON. */
  readonly json: object;
}

export class Screen {
  readonly #isJson: boolean;
  /** Node's number of colours, which respects NO_COLOR and FORCE_COLOR. */
  readonly #hasColours = process.stdout.isTTY === true && process.stdout.hasColors();

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** Prints progress. */
  tell(text: string): void {
    const line = `${new Date().toISOString().slice(11, 19)}Z  ${text}\n`;
    (this.#isJson ? process.stderr : process.stdout).write(line);
  }

  answer({ lines, json }: CommandResult): void {
    const text = this.#isJson ? JSON.stringify(json, null, 2) : lines.join('\n');
    process.stdout.write(`${text}\n`);
  }

  styled(style: Style, text: string): string {
    return this.#hasColours ? styleText(style, text) : text;
  }
}

const MINUTE_MS = 60_000;
const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [24 * 60 * MINUTE_MS, 'd'],
  [60 * MINUTE_MS, 'h'],
  [MINUTE_MS, 'min'],
  [1_000, 's'],
];

/** `3 d ago` or `in 5 h`, relative to `from`. */
export function distance(iso: string, from: string): string {
  const ms = Date.parse(iso) - Date.parse(from);
  const [unitMs, name] = UNITS.find(([each]) => Math.abs(ms) >= each) ?? [1_000, 's'];
  const count = `${Math.floor(Math.abs(ms) / unitMs)} ${name}`;
  return ms > 0 ? `in ${count}` : `${count} ago`;
}

/** The shortened id of a version, which is not secret. */
export function short(versionId: string | undefined): string {
  return versionId === undefined ? 'no version' : versionId.slice(0, 8);
}
