/**
 * Reads a compose file, bounded in size, depth and aliases, with the `.env` file beside it.
 *
 * A file of somebody else must not hang or end the process: the parser follows each level by a call
 * of its own, so that the levels are counted before it starts.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { Lexer, LineCounter, parseDocument } from 'yaml';
import { kindOf } from '../../aws/aws-failure';
import { type ComposeValue, composeValueOf, TooLarge } from './compose-value';
import type { Variables } from './interpolation';

export interface ComposeFile {
  readonly path: string;
  readonly folder: string;
  readonly root: ComposeValue;
  /** Of the `.env` file beside it, with which compose fills in variables. */
  readonly variables: Variables;
}

/** Why a file cannot be judged. */
export interface NotRead {
  readonly reason: string;
  readonly line?: number;
}

const BYTES_MAX = 1024 * 1024;
const LEVELS_MAX = 100;
/** Spaces before the first word of a line; each level needs at least one. */
const INDENT_MAX = 200;
const REASON_MAX = 200;

export function readComposeFile(path: string): ComposeFile | NotRead {
  const text = boundedText(path);
  if (typeof text !== 'string') return text;
  const deep = levelsIn(text);
  if (deep) return { reason: 'it has more levels than a compose file needs' };
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, merge: false, uniqueKeys: true });
    const [error] = document.errors;
    if (error) return { reason: firstLine(error.message), line: error.linePos?.[0].line };
    const root = composeValueOf(document, lines);
    if (root?.kind !== 'mapping') return { reason: 'it is no mapping with services' };
    const folder = dirname(path);
    return { path, folder, root, variables: variablesIn(folder) };
  } catch (error) {
    if (error instanceof TooLarge) return { reason: `it has ${error.message}` };
    if (error instanceof RangeError) return { reason: 'it has too many levels' };
    return { reason: firstLine((error as Error).message) };
  }
}

/** A text file, or why there is none. */
export function boundedText(path: string): string | NotRead {
  try {
    const found = statSync(path);
    if (!found.isFile()) return { reason: 'it is no file' };
    if (found.size > BYTES_MAX) return { reason: `it has ${found.size} bytes, over ${BYTES_MAX}` };
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { reason: `it cannot be read: ${kindOf((error as NodeJS.ErrnoException).code)}` };
  }
}

/** Whether a text has more levels than the parser may follow. */
function levelsIn(text: string): boolean {
  if (new RegExp(`^ {${INDENT_MAX}}`, 'm').test(text)) return true;
  let flow = 0;
  let inLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow += 1;
    else if (token === ']' || token === '}') flow -= 1;
    else if (token.startsWith('\n') || token.startsWith('\r')) inLine = 0;
    else if (['-', '?', ':'].includes(token) || /^[&!]/.test(token)) inLine += 1;
    if (flow > LEVELS_MAX || inLine > LEVELS_MAX) return true;
  }
  return false;
}

/** The parser's words quote the file, which may hold a password. */
function firstLine(message: string): string {
  const [first = ''] = message.split('\n');
  return first
    .replace(/ at line \d+, column \d+:?$/, '')
    .replaceAll(/"[^"]*"/g, '"…"')
    .replace(/: .*/, '')
    .slice(0, REASON_MAX);
}

function variablesIn(folder: string): Variables {
  const file = join(folder, '.env');
  if (!existsSync(file)) return {};
  const text = boundedText(file);
  return typeof text === 'string' ? parseEnv(text) : {};
}
