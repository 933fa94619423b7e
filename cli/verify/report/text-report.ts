/** The report as text for a terminal of 80 columns or more: failures first, a summary last. */

import { printable } from '../../terminal/printable';
import type { Screen, Style } from '../../terminal/screen';
import { JUDGEMENTS, type JudgedLine, type Judgement } from './judged-lines';
import { acceptanceOf, countJudged, placeOf, type VerifyReport } from './report';

const STYLES: Readonly<Record<Judgement, Style>> = {
  fail: 'red',
  'cannot tell': 'yellow',
  accepted: 'dim',
  pass: 'green',
};
/** After a number: `2 failed`. */
const COUNTED: Readonly<Record<Judgement, string>> = {
  fail: 'failed',
  'cannot tell': 'cannot be told',
  accepted: 'accepted',
  pass: 'passed',
};
const LABEL_WIDTH = 'cannot tell'.length + 2;
const COLUMNS = { min: 60, max: 100 };

export function textReport(report: VerifyReport, screen: Screen): readonly string[] {
  const columns = columnsOf(process.stdout.columns);
  return [
    report.target,
    '',
    ...report.lines.flatMap((line) => blockOf(line, columns, screen)),
    ...(report.lines.length === 0 ? [] : ['']),
    ...notesOf(report, columns),
    summaryOf(report),
  ];
}

/** The columns of a terminal, which a file and a pipe have not. */
function columnsOf(terminal: number | undefined): number {
  const { min, max } = COLUMNS;
  return Math.max(min, Math.min(max, terminal ?? max));
}

function blockOf(line: JudgedLine, columns: number, screen: Screen): readonly string[] {
  const { id, claim, evidence, fix, judgement } = line;
  const width = columns - LABEL_WIDTH;
  const label = screen.styled(STYLES[judgement], judgement.padEnd(LABEL_WIDTH));
  const indent = ' '.repeat(LABEL_WIDTH);
  const acceptance = acceptanceOf(line);
  const isSettled = judgement === 'pass' || judgement === 'accepted';
  const paragraphs = [
    `${id}: ${claim}`,
    `${placeOf(line)}${evidence}`,
    ...(fix === undefined || isSettled ? [] : [`fix: ${fix}`]),
    ...(acceptance === undefined ? [] : [printable(acceptance)]),
  ];
  const rows = paragraphs.flatMap((each) => wrapped(each, width));
  return rows.map((row, index) => (index === 0 ? `${label}${row}` : `${indent}${row}`));
}

function notesOf({ notes }: VerifyReport, columns: number): readonly string[] {
  if (notes.length === 0) return [];
  const rows = notes.flatMap((note) => wrapped(note, columns - 2));
  return ['accepted findings:', ...rows.map((row) => `  ${row}`), ''];
}

function summaryOf(report: VerifyReport): string {
  const counts = JUDGEMENTS.map((each) => `${countJudged(report, each)} ${COUNTED[each]}`).join(
    ', ',
  );
  const strict = report.isStrict ? '; --strict counts "cannot tell" as failed' : '';
  return `${report.target}: ${counts}${strict}`;
}

/** Lines of at most `width` characters; a longer word is split. */
function wrapped(text: string, width: number): readonly string[] {
  const pieces = text.split(' ').flatMap((word) => piecesOf(word, width));
  const rows: string[] = [];
  let row: string | undefined;
  for (const piece of pieces) {
    if (row === undefined) row = piece;
    else if (row.length + 1 + piece.length <= width) row += ` ${piece}`;
    else {
      rows.push(row);
      row = piece;
    }
  }
  return [...rows, row ?? ''];
}

function piecesOf(word: string, width: number): readonly string[] {
  const characters = Array.from(word);
  const count = Math.max(1, Math.ceil(characters.length / width));
  return Array.from({ length: count }, (_, at) =>
    characters.slice(at * width, (at + 1) * width).join(''),
  );
}
