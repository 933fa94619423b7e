/** What common programs of a health check print, and with which exit status they end. */

import { programOf } from './compose-word';
import { Unfollowed } from './shell-tokens';

export interface ShellOutcome {
  readonly status: number;
  readonly out: string;
}

/** A server that answers each command in the same way. */
export interface AnsweringServer {
  readonly answer: string;
  /** Takes note of each call of a client: its arguments and input. */
  called(args: readonly string[], input: string): void;
}

const CLIENT = /^(?:redis|valkey|keydb)-cli$/;
/** Programs that run another one. */
const WRAPPERS = ['exec', 'command', 'env', 'nice', 'timeout', 'gosu', 'su-exec'];
/** Programs that pass without a login. */
const PASSING = /^(?:true|:|sleep|nc|ncat|pgrep|pidof|ps|ss|netstat|curl|wget)$/;
const COPYING = /^(?:cat|tr|head|tail|tee|xargs|sort)$/;
/** Without repetition, which can take forever on a short text. */
const PATTERN = /^[\w "':.,()|^$-]*$/;

export function outcomeOfProgram(
  words: readonly string[],
  input: string,
  server: AnsweringServer,
): ShellOutcome {
  const [name = '', ...args] = words;
  const program = programOf(name);
  if (WRAPPERS.includes(program)) {
    const at = args.findIndex((each) => !/^(?:-.*|[\d.]+[smh]?|\w+=.*)$/.test(each));
    const from = /^(?:gosu|su-exec)$/.test(program) ? at + 1 : at;
    return at < 0 ? { status: 0, out: '' } : outcomeOfProgram(args.slice(from), input, server);
  }
  if (CLIENT.test(program)) {
    server.called(args, input);
    return { status: Number(args.includes('-e')), out: `${server.answer}\n` };
  }
  if (/^n(?:c|cat)$/.test(program) && input !== '') {
    server.called([], input);
    return { status: 0, out: `-${server.answer}\n` };
  }
  if (PASSING.test(program)) return { status: 0, out: '' };
  if (program === 'false') return { status: 1, out: '' };
  if (program === 'echo' || program === 'printf') return { status: 0, out: `${args.join(' ')}\n` };
  if (/^[ef]?grep$/.test(program)) return grep(program, args, input);
  if (program === 'test') return { status: Number(!isTrue(args)), out: '' };
  if (program === '[' || program === '[[') {
    const last = program === '[' ? ']' : ']]';
    if (args.at(-1) !== last) throw new Unfollowed();
    return { status: Number(!isTrue(args.slice(0, -1), program === '[[')), out: '' };
  }
  if (program === 'cat' && args.some((each) => !each.startsWith('-'))) {
    return { status: 0, out: 'secret\n' };
  }
  if (COPYING.test(program)) return { status: 0, out: input };
  throw new Unfollowed();
}

function grep(program: string, args: readonly string[], input: string): ShellOutcome {
  let [flags, pattern]: [string, string | undefined] = ['', undefined];
  const long: Readonly<Record<string, string>> = {
    '--quiet': 'q',
    '--silent': 'q',
    '--invert-match': 'v',
    '--ignore-case': 'i',
    '--line-regexp': 'x',
    '--fixed-strings': 'F',
    '--extended-regexp': 'E',
    '--count': 'c',
  };
  for (const each of args) {
    if (/^-[a-zA-Z]+$/.test(each)) flags += each.slice(1);
    else if (each.startsWith('--')) flags += long[each] ?? '?';
    else if (pattern === undefined) pattern = each;
    else throw new Unfollowed();
  }
  if (pattern === undefined || /[^qsvixFEewcoaP]/.test(flags)) throw new Unfollowed();
  const isFixed = program === 'fgrep' || flags.includes('F');
  const isExtended = program === 'egrep' || /[EP]/.test(flags);
  const source = isFixed
    ? pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    : basic(pattern, isExtended);
  const around = flags.includes('x') ? `^(?:${source})$` : source;
  const expression = expressionOf(
    flags.includes('w') ? `\\b(?:${around})\\b` : around,
    flags.includes('i'),
  );
  const lines = input.replace(/\n$/, '').split('\n');
  const chosen =
    input === '' ? [] : lines.filter((each) => expression.test(each) !== flags.includes('v'));
  const out = flags.includes('c')
    ? `${chosen.length}\n`
    : chosen.map((each) => `${each}\n`).join('');
  return { status: Number(chosen.length === 0), out: flags.includes('q') ? '' : out };
}

/** A pattern of `grep`: without `-E`, `\|` is "or" and `|` a character. */
function basic(pattern: string, isExtended: boolean): string {
  const given = isExtended ? pattern : pattern.replaceAll('\\|', '\u0001');
  const plain = given.replaceAll('\u0001', '');
  if (!PATTERN.test(plain) || (!isExtended && /[()|]/.test(plain))) throw new Unfollowed();
  return given.replaceAll('\u0001', '|');
}

function expressionOf(source: string, ignoresCase: boolean): RegExp {
  try {
    return new RegExp(source, ignoresCase ? 'i' : '');
  } catch {
    throw new Unfollowed();
  }
}

function isTrue(args: readonly string[], hasPatterns = false): boolean {
  const [first, second, third] = args;
  if (first === '!' && args.length > 1) return !isTrue(args.slice(1), hasPatterns);
  if (first === undefined) return false;
  if (args.length === 1) return first !== '';
  if (args.length === 2) {
    if (first === '-n') return second !== '';
    if (first === '-z') return second === '';
    // A file of the container is taken to be there.
    if (/^-[fsrexdSp]$/.test(first)) return true;
  }
  if (args.includes('-a') || args.includes('-o') || hasPatterns) {
    if (args.length !== 3) throw new Unfollowed();
  }
  // Otherwise `test` refuses them, and fails.
  if (third === undefined || args.length !== 3) return false;
  if (second === '=' || second === '==') return isSame(first, third, hasPatterns);
  if (second === '!=') return !isSame(first, third, hasPatterns);
  if (second === '=~' && PATTERN.test(third)) return expressionOf(third, false).test(first);
  const numbers = [first, third].map((each) => (/^\d+$/.test(each) ? Number(each) : Number.NaN));
  const [left = 0, right = 0] = numbers;
  if (second === '-eq') return left === right;
  if (second === '-ne') return left !== right && !Number.isNaN(left + right);
  if (second === '-gt') return left > right;
  if (second === '-ge') return left >= right;
  if (second === '-lt') return left < right;
  throw new Unfollowed();
}

/** `*PONG*` in `[[ ]]` is a pattern. */
function isSame(left: string, right: string, hasPatterns: boolean): boolean {
  if (!hasPatterns || !/[*?[]/.test(right)) return left === right;
  const [, text] = /^\*([^*?[]*)\*$/.exec(right) ?? [];
  if (text === undefined) throw new Unfollowed();
  return left.includes(text);
}
