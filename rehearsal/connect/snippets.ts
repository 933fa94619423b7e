/**
 * Takes the snippets out of `docs/connect.md`, as they are: what is read there is what is run.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  readonly client: string;
  readonly isSharded: boolean;
  readonly code: string;
}

const DOCUMENT = join(__dirname, '../../docs/connect.md');

/** A fence that names a client after its language, and perhaps that its cache is sharded. */
const FENCE = /^```\w+ ([\w-]+)( sharded)?\n([\s\S]*?)^```$/gm;

export function readSnippets(text: string = readFileSync(DOCUMENT, 'utf8')): readonly Snippet[] {
  return Array.from(text.matchAll(FENCE), ([, client = '', sharded, code = '']) => ({
    client,
    isSharded: sharded !== undefined,
    code,
  }));
}
