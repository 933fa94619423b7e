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
const NAME = /^[A-Za-z_]\w*/;
/** Texts within defaults: `${A:-${B:-c}}`. */
const NESTED_MAX = 10;

export function filledText(source: string, variables: Variables): FilledText {
  const used = new Map<string, UsedVariable>();
  const text = source.replaceAll(MARKS, '');
  let out = '';
  for (let at = 0; at < text.length; ) {
    const found = variableAt(text, at, variables, 0);
    if (found === undefined || used.size >= MARKS_MAX) {
      out += text[at];
      at += 1;
    } else {
      out += found.variable === undefined ? '$' : markOf(used, found.variable);
      at = found.end;
    }
  }
  return { text: out, used };
}

function markOf(used: Map<string, UsedVariable>, variable: UsedVariable): string {
  const mark = String.fromCharCode(FIRST_MARK + used.size);
  used.set(mark, variable);
  return mark;
}

/** The variable, or `$$`, that begins at a place. */
function variableAt(text: string, at: number, variables: Variables, depth: number) {
  if (text[at] !== '$') return undefined;
  if (text[at + 1] === '$') return { end: at + 2, variable: undefined };
  const isBraced = text[at + 1] === '{';
  const start = at + (isBraced ? 2 : 1);
  const [name] = NAME.exec(text.slice(start, start + 200)) ?? [];
  if (name === undefined) return undefined;
  const value = variables[name];
  const after = start + name.length;
  if (!isBraced) {
    return { end: after, variable: { name, value, isRequired: false, isBare: true } };
  }
  const close = closingBrace(text, after);
  if (close === undefined) return undefined;
  const [, operator = '', rest = ''] = /^(:?[-?+])?([\s\S]*)$/.exec(text.slice(after, close)) ?? [];
  return {
    end: close + 1,
    variable: {
      name,
      value: value === '' && operator.startsWith(':') ? undefined : value,
      isRequired: operator.endsWith('?'),
      isBare: false,
      ...(operator.endsWith('-') ? { fallback: plain(rest, variables, depth + 1) } : {}),
    },
  };
}

function closingBrace(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth += 1;
    else if (text[at] === '}' && depth === 0) return at;
    else if (text[at] === '}') depth -= 1;
  }
  return undefined;
}

function plain(text: string, variables: Variables, depth: number): string {
  if (depth > NESTED_MAX) return '';
  let out = '';
  for (let at = 0; at < text.length; ) {
    const found = variableAt(text, at, variables, depth);
    if (found === undefined) {
      out += text[at];
      at += 1;
    } else {
      out += found.variable === undefined ? '$' : filledValue(found.variable);
      at = found.end;
    }
  }
  return out;
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
  return part.replaceAll(MARKS, (mark) => used.get(mark)?.fallback ?? '');
}

/** Whether the value of a part depends on a variable that has no known value. */
export function isUnknownPart(part: string, filled: FilledText): boolean {
  return variablesOf(part, filled).some(
    ({ value, fallback }) => value === undefined && fallback === undefined,
  );
}
