/**
 * What an operator reads: progress as it happens, and one answer at the end, in words or as JSON.
 *
 * With --json, stdout has one JSON document and nothing else; progress goes to stderr. Colours only
 * on a terminal that has them, and never where NO_COLOR says so.
 */

import { styleText } from 'node:util';

export type Style = 'green' | 'yellow' | 'red' | 'bold' | 'dim';

export interface CommandResult {
  /** 0 if all is well, 1 if something needs a person. */
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
  /** The same as JSON. */
  readonly json: object;
}

export class Screen {
  readonly #isJson: boolean;
  /** By the number of colours, in which Node heeds NO_COLOR and FORCE_COLOR. */
  readonly #hasColours = process.stdout.isTTY === true && process.stdout.hasColors();

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** Something that happened just now. */
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

/** `3 d ago` or `in 5 h`, seen from a moment. */
export function distance(iso: string, from: string): string {
  const ms = Date.parse(iso) - Date.parse(from);
  const [unitMs, name] = UNITS.find(([each]) => Math.abs(ms) >= each) ?? [1_000, 's'];
  const count = `${Math.floor(Math.abs(ms) / unitMs)} ${name}`;
  return ms > 0 ? `in ${count}` : `${count} ago`;
}

/** A version, short enough for a screen. Its id is no secret. */
export function short(versionId: string | undefined): string {
  return versionId === undefined ? 'no version' : versionId.slice(0, 8);
}
