/**
 * Fills in the variables of a compose file as compose does, and remembers which text came from
 * which variable: `$$` is a `$`, and a variable without a value is empty.
 */

export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable in a text. */
export interface UsedVariable {
  readonly name: string;
  /** What is used without a value: of `${A:-b}`, `b`. */
  readonly fallback?: string;
  /** The text of the fallback that is written in the file, without values of `.env`. */
  readonly written?: string;
  /** `${A:?}`: compose refuses to start without a value. */
  readonly isRequired: boolean;
  /** `$A`, which a `$` in a password looks like. */
  readonly isBare: boolean;
  /** The value of the `.env` file; undefined without one. */
  readonly value: string | undefined;
}

/** A text in which one character of the private use area stands for each variable. */
export interface FilledText {
  readonly text: string;
  readonly used: ReadonlyMap<string, UsedVariable>;
}

const FIRST_MARK = 0xe000;
const MARKS_MAX = 1_000;
const MARKS = /[\ue000-\uf8ff]/g;
const NAME = /[A-Za-z_]\w*/y;
const OPERATOR = /:?[-?+]/y;
/** Texts within defaults: `${A:-${B:-c}}`. */
const NESTED_MAX = 10;

/** A text with the place of the closing brace of each `${`, found in one pass. */
interface Source {
  readonly text: string;
  readonly closes: ReadonlyMap<number, number>;
  readonly variables: Variables;
}

/** A part of a text in the words of compose: a character, `$$`, or a variable. */
interface Piece {
  readonly end: number;
  readonly text: string;
  readonly variable?: UsedVariable;
}

export function filledText(source: string, variables: Variables): FilledText {
  const used = new Map<string, UsedVariable>();
  const text = source.replaceAll(MARKS, '');
  const all = { text, closes: closingBraces(text), variables };
  let out = '';
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(all, at, 0);
    const isOver = piece.variable !== undefined && used.size >= MARKS_MAX;
    if (isOver) out += text[at];
    else out += piece.variable === undefined ? piece.text : markOf(used, piece.variable);
    at = isOver ? at + 1 : piece.end;
  }
  return { text: out, used };
}

function markOf(used: Map<string, UsedVariable>, variable: UsedVariable): string {
  const mark = String.fromCharCode(FIRST_MARK + used.size);
  used.set(mark, variable);
  return mark;
}

function closingBraces(text: string): ReadonlyMap<number, number> {
  const closes = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: found, index } of text.matchAll(/\$\{|\}/g)) {
    if (found !== '}') {
      open.push(index);
      continue;
    }
    const start = open.pop();
    if (start !== undefined) closes.set(start, index);
  }
  return closes;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function pieceAt({ text, closes, variables }: Source, at: number, depth: number): Piece {
  const character = { end: at + 1, text: text[at] ?? '' };
  if (text[at] !== '$') return character;
  if (text[at + 1] === '$') return { end: at + 2, text: '$' };
  const close = closes.get(at);
  const isBraced = text[at + 1] === '{';
  const start = at + (isBraced ? 2 : 1);
  if (isBraced && close === undefined) return character;
  const name = matchAt(NAME, text, start);
  if (name === undefined) return character;
  const value = variables[name];
  const after = start + name.length;
  if (close === undefined || !isBraced) {
    return { end: after, text: '', variable: { name, value, isRequired: false, isBare: true } };
  }
  const operator = matchAt(OPERATOR, text, after) ?? '';
  const source = { text, closes, variables };
  return {
    end: close + 1,
    text: '',
    variable: {
      name,
      value: value === '' && operator.startsWith(':') ? undefined : value,
      isRequired: operator.endsWith('?'),
      isBare: false,
      ...(operator.endsWith('-')
        ? fallbackOf(source, after + operator.length, close, depth + 1)
        : {}),
    },
  };
}

function fallbackOf(source: Source, from: number, to: number, depth: number) {
  let fallback = '';
  let written = '';
  for (let at = from; at < to && depth <= NESTED_MAX; ) {
    const { end, text, variable } = pieceAt(source, at, depth);
    fallback += variable === undefined ? text : filledValue(variable);
    written += variable === undefined ? text : (variable.written ?? '');
    at = end;
  }
  return { fallback, written };
}

function filledValue({ value, fallback }: UsedVariable): string {
  return value ?? fallback ?? '';
}

/** Variables in a part of a filled text. */
export function variablesOf(part: string, { used }: FilledText): readonly UsedVariable[] {
  return Array.from(part.matchAll(MARKS), ([mark]) => used.get(mark)).flatMap((each) => each ?? []);
}

/** A part of a filled text with the values of its variables; empty for those without one. */
export function resolvedPart(part: string, { used }: FilledText): string {
  return part.replaceAll(MARKS, (mark) => {
    const variable = used.get(mark);
    return variable === undefined ? '' : filledValue(variable);
  });
}

/** The text of a part that is written in the file itself: defaults too. */
export function writtenPart(part: string, { used }: FilledText): string {
  return part.replaceAll(MARKS, (mark) => used.get(mark)?.written ?? '');
}

/** Whether the value of a part depends on a variable that has no known value. */
export function isUnknownPart(part: string, filled: FilledText): boolean {
  return variablesOf(part, filled).some(
    ({ value, fallback }) => value === undefined && fallback === undefined,
  );
}
