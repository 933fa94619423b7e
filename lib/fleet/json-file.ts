/**
 * Reads a JSON file that was edited manually: a stage file or a baseline.
 *
 * It accepts UTF-8 with or without a byte order mark. It rejects other encodings, and files too
 * large or too deeply nested for a stage file, before parsing.
 */

import { readFileSync } from 'node:fs';
import { masked } from '../validation/masked';
import { SettingError } from '../validation/setting-error';

/** A thousand caches need a quarter of this. */
export const FILE_BYTES_MAX = 1024 ** 2;

/** A stage file is nested 5 deep, a baseline as deep as its properties. */
export const NESTING_MAX = 40;

export interface JsonFile {
  readonly text: string;
  readonly content: unknown;
}

/** @throws SettingError with one line that begins with `name`. */
export function readJsonFile(name: string, file: string): JsonFile {
  const text = decoded(name, bytesOf(name, file));
  checkNesting(name, text);
  try {
    return { text, content: JSON.parse(text) };
  } catch (error) {
    // The parser quotes the file, which holds no secret but a misplaced one.
    const message = masked(withLine((error as Error).message, text));
    throw new SettingError(`${name} must be JSON, got: ${message}. Correct it.`);
  }
}

/** Puts line and column in the place of V8's position, which Node.js 20 gives alone. */
function withLine(message: string, text: string): string {
  return message.replace(/ at position (\d+)( \(line .*\))?$/, (_, position) => {
    const lines = text.slice(0, Number(position)).split('\n');
    return ` in line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  });
}

function bytesOf(name: string, file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      `${name} must be a file that you may read, got ${code}. Correct its name or its mode.`,
    );
  }
  if (bytes.length <= FILE_BYTES_MAX) return bytes;
  throw new SettingError(
    `${name} must be at most ${FILE_BYTES_MAX} bytes, got ${bytes.length}. Split it into stages.`,
  );
}

/** The text without its byte order mark. */
function decoded(name: string, bytes: Buffer): string {
  const wrong = (got: string) =>
    new SettingError(
      `${name} must be UTF-8, got ${got}. Save it as UTF-8, in PowerShell with ` +
        '`Set-Content -Encoding utf8`.',
    );
  // JSON never has a zero byte; ASCII characters in UTF-16 and UTF-32 do.
  const isWide = /^(fffe|feff|0000feff)/.test(bytes.subarray(0, 4).toString('hex'));
  if (isWide || bytes.includes(0)) throw wrong('UTF-16, UTF-32 or a binary file');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = bytes.toString('utf8').split('\uFFFD')[0] ?? '';
    throw wrong(`another encoding, in line ${before.split('\n').length}`);
  }
}

/** Runs before parsing, since parsing, checking and printing recurse as deep as the value. */
function checkNesting(name: string, text: string): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inText && character === '\\') at += 1;
    else if (character === '"') inText = !inText;
    else if (!inText && (character === '{' || character === '[')) depth += 1;
    else if (!inText && (character === '}' || character === ']')) depth -= 1;
    if (depth <= NESTING_MAX) continue;
    const line = text.slice(0, at).split('\n').length;
    throw new SettingError(
      `${name} must be nested at most ${NESTING_MAX} deep, got more in line ${line}. Remove what ` +
        'is nested there.',
    );
  }
}
