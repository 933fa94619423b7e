/** Decides which lines of `verify` count as failures, with the accepted findings. Pure. */

import { nearest } from '../../../contract/nearest';
import { printable } from '../../terminal/printable';
import type { VerifyLine } from '../line';
import type { AcceptedFinding } from './accepted-findings';

/** How a line counts. With `--strict`, `cannot tell` counts as `fail`. */
export type Judgement = 'fail' | 'cannot tell' | 'accepted' | 'pass';

export interface JudgedLine extends VerifyLine {
  readonly judgement: Judgement;
  /** The entry that accepts it. */
  readonly acceptedBy?: AcceptedFinding;
}

export interface Judged {
  /** Failures first. */
  readonly lines: readonly JudgedLine[];
  /** Problems of entries: expired, unknown, unused. */
  readonly notes: readonly string[];
}

export interface AcceptedFile {
  readonly file: string;
  readonly entries: readonly AcceptedFinding[];
}

export interface JudgedBy {
  readonly target: string;
  readonly isStrict: boolean;
  /** Today in UTC: `2026-11-28`. */
  readonly today: string;
  readonly accepted?: AcceptedFile;
  /** Ids of all checks, of which a run has those for its target. */
  readonly knownIds: readonly string[];
}

export const JUDGEMENTS: readonly Judgement[] = ['fail', 'cannot tell', 'accepted', 'pass'];

export function judgedLines(given: readonly VerifyLine[], by: JudgedBy): Judged {
  const lines = given.map((line) => judged(printableLine(line), by));
  return {
    lines: JUDGEMENTS.flatMap((each) => lines.filter(({ judgement }) => judgement === each)),
    notes: notesOf(lines, by),
  };
}

/** Evidence may quote a hostile server, a claim and a fix the names in a file. */
function printableLine({ id, claim, verdict, evidence, fix, place }: VerifyLine): VerifyLine {
  return {
    id: printable(id),
    claim: printable(claim),
    verdict,
    evidence: printable(evidence),
    ...(fix === undefined ? {} : { fix: printable(fix) }),
    ...(place === undefined ? {} : { place: { ...place, file: printable(place.file) } }),
  };
}

function judged(line: VerifyLine, by: JudgedBy): JudgedLine {
  if (line.verdict === 'pass') return { ...line, judgement: 'pass' };
  const counts = line.verdict === 'fail' || by.isStrict;
  if (!counts) return { ...line, judgement: 'cannot tell' };
  const acceptedBy = by.accepted?.entries.find(
    (entry) => isFor(entry, by) && entry.id === line.id && !isExpired(entry, by),
  );
  if (acceptedBy === undefined) return { ...line, judgement: 'fail' };
  return { ...line, judgement: 'accepted', acceptedBy };
}

function isFor({ target }: AcceptedFinding, by: JudgedBy): boolean {
  return target === undefined || target === by.target;
}

function isExpired({ until }: AcceptedFinding, { today }: JudgedBy): boolean {
  return until < today;
}

/** Entries for another target belong to another run. */
function notesOf(lines: readonly JudgedLine[], by: JudgedBy): readonly string[] {
  const { file = '', entries = [] } = by.accepted ?? {};
  return entries.flatMap((entry, index) => {
    const note = isFor(entry, by) ? noteOf(entry, lines, by) : undefined;
    return note === undefined ? [] : [printable(`${file}: ${index + 1}, ${entry.id}, ${note}`)];
  });
}

function noteOf(
  entry: AcceptedFinding,
  lines: readonly JudgedLine[],
  by: JudgedBy,
): string | undefined {
  const found = lines.filter(({ id }) => id === entry.id);
  if (found.length === 0) return absentNote(entry, lines, by);
  if (found.some(({ acceptedBy }) => acceptedBy === entry)) return undefined;
  if (found.every(({ judgement }) => judgement === 'pass')) {
    return 'is unused: the line passes. Remove the entry.';
  }
  if (isExpired(entry, by)) {
    return `expired on ${entry.until}. Fix the finding, or accept it again with a later date.`;
  }
  if (found.some(({ acceptedBy }) => acceptedBy !== undefined)) {
    return 'is unused: an entry before it accepts the same. Remove one of them.';
  }
  return 'is unused: "cannot tell" counts as a failure only with --strict.';
}

function absentNote({ id }: AcceptedFinding, lines: readonly JudgedLine[], by: JudgedBy): string {
  if (by.knownIds.includes(id)) return 'is unused: this run has no such line.';
  const known = Array.from(new Set([...by.knownIds, ...lines.map((line) => line.id)]));
  const near = nearest(id, known);
  const advice = near === undefined ? 'Correct or remove it.' : `Did you mean \`${near}\`?`;
  return `accepts nothing: no line has this id. ${advice}`;
}
