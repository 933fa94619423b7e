/**
 * `npx secure-redis completion`: completion scripts for bash and zsh, generated from the table of
 * commands, so that they match `--help`.
 */

import type { Command } from 'commander';
import { bashCompletion } from './bash';
import { wordsOf } from './completion-words';
import { zshCompletion } from './zsh';

export const SHELLS = ['bash', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

export function completion(shell: Shell, all: Command): string {
  const words = wordsOf(all);
  return shell === 'bash' ? bashCompletion(words) : zshCompletion(words);
}
