/**
 * Reads the snippets from `docs/connect.md`, so that the documented code is the tested code.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  readonly client: string;
  readonly isSharded: boolean;
  readonly code: string;
}

const DOCUMENT = join(__dirname, '../../docs/connect.md');

/** A code fence with language, client and optionally `sharded`. */
const FENCE = /^```\w+ ([\w-]+)( sharded)?\n([\s\S]*?)^```$/gm;

export function readSnippets(text: string = readFileSync(DOCUMENT, 'utf8')): readonly Snippet[] {
  return Array.from(text.matchAll(FENCE), ([, client = '', sharded, code = '']) => ({
    client,
    isSharded: sharded !== undefined,
    code,
  }));
}
