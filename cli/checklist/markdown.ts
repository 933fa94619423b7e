/** Foreign text in Markdown: it stays one line, and no part of it becomes markup. */

import { printable } from '../terminal/printable';

/** Of templates and of AWS, as plain text in a line or a cell of a table. */
export function plain(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*[\]<>|#~&]/g, '\\$&')
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_');
}

/** As code, outside of tables. */
export function code(text: string): string {
  const shown = printable(text);
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  return runs.length === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}
