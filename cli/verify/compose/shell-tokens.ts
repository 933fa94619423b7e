/** Splits a shell text into words, operators and redirections, with quotes and `$(…)` kept. */

/** What these files do not follow: the exit status is then not known. */
export class Unfollowed extends Error {}

/** `exit` within a text. */
export class Exit {
  readonly status: number;
  /** What was printed before is not kept: nothing here reads it. */
  readonly out = '';
  constructor(status: number) {
    this.status = status;
  }
}

/** Commands that are not followed. */
export const LOOPS = /^(?:while|until|for|select|function|trap|read|source|\.)$/;

export interface ShellToken {
  readonly kind: 'word' | 'operator' | 'redirection';
  readonly text: string;
}

const OPERATOR = /^(?:&&|\|\||;;|[;|&()\n])/;
const REDIRECTION = /^(?:\d*(?:>>|>&|<&|<>|>|<)|&>>?)/;

const GROUPS_MAX = 100;

/** Without more groups than a health check needs: each is followed by a call. */
export function boundedTokens(text: string): readonly ShellToken[] {
  const tokens = shellTokens(text);
  const groups = tokens.filter((each) => /^(?:[({]|if|elif)$/.test(each.text));
  if (groups.length > GROUPS_MAX) throw new Unfollowed();
  return tokens;
}

function shellTokens(text: string): readonly ShellToken[] {
  const tokens: ShellToken[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at, at + 12);
    const [blank] = /^(?:[ \t\r]|\\\n)+/.exec(rest) ?? [];
    const [redirection] = REDIRECTION.exec(rest) ?? [];
    const [operator] = OPERATOR.exec(rest) ?? [];
    if (blank !== undefined) {
      at += blank.length;
    } else if (rest.startsWith('#')) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (redirection !== undefined) {
      if (redirection.includes('<') && text[at + redirection.length] === '<') {
        throw new Unfollowed();
      }
      at += redirection.length;
      while (text[at] === ' ') at += 1;
      const end = endOfWord(text, at);
      tokens.push({ kind: 'redirection', text: redirection + text.slice(at, end) });
      at = end;
    } else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator === '\n' ? ';' : operator });
      at += operator.length;
    } else {
      const end = endOfWord(text, at);
      tokens.push({ kind: 'word', text: text.slice(at, end) });
      at = end;
    }
  }
  return tokens;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\s;|&()<>]/.test(text[at] ?? '')) at = endOfPart(text, at);
  if (at === from) throw new Unfollowed();
  return Math.min(at, text.length);
}

/** After a character, a quoted text or a substitution. */
export function endOfPart(text: string, at: number): number {
  const character = text[at];
  if (character === '\\') return at + 2;
  if (character === "'") return after(text, "'", at + 1);
  if (character === '`') return after(text, '`', at + 1);
  if (text.startsWith('${', at)) return after(text, '}', at + 2);
  if (text.startsWith('$(', at)) return closing(text, at + 2, ')');
  if (character === '"') return closing(text, at + 1, '"');
  return at + 1;
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  if (found < 0) throw new Unfollowed();
  return found + 1;
}

const NESTED_MAX = 20;

function closing(text: string, from: number, end: string, depth = 0): number {
  if (depth > NESTED_MAX) throw new Unfollowed();
  for (let at = from; at < text.length; ) {
    const character = text[at] ?? '';
    if (character === end) return at + 1;
    if (text.startsWith('$(', at)) at = closing(text, at + 2, ')', depth + 1);
    else if (end === ')' && character === '(') at = closing(text, at + 1, ')', depth + 1);
    else if (end === ')' && character === '"') at = closing(text, at + 1, '"', depth + 1);
    else if (end === '"' && character === "'") at += 1;
    else at = endOfPart(text, at);
  }
  throw new Unfollowed();
}
