/**
 * The exit status of a health check while the server gives a certain answer, from its text alone.
 * Only what is understood for sure is followed: all else throws `Unfollowed`.
 */

import { programOf } from './compose-word';
import { type AnsweringServer, outcomeOfProgram, type ShellOutcome } from './shell-programs';
import { boundedTokens, Exit, endOfPart, LOOPS, type ShellToken, Unfollowed } from './shell-tokens';

const DEPTH_MAX = 20;
const LENGTH_MAX = 20_000;

/**
 * @param args `$1` and further ones
 * @returns `undefined` if it is not known
 */
export function statusWith(
  server: AnsweringServer,
  text: string,
  args: readonly string[] = [],
): number | undefined {
  try {
    return new Shell(server, args).run(text, '').status;
  } catch (error) {
    if (error instanceof Exit) return error.status;
    if (error instanceof Unfollowed) return undefined;
    throw error;
  }
}

class Shell {
  readonly #server: AnsweringServer;
  readonly #values = new Map<string, string>();
  #args: readonly string[];
  #depth = 0;
  #exits = false;
  #hasPipefail = false;
  /** Within a condition, a failure ends nothing. */
  #conditions = 0;
  #tokens: readonly ShellToken[] = [];
  #at = 0;
  #last = 0;

  constructor(server: AnsweringServer, args: readonly string[]) {
    this.#server = server;
    this.#args = args;
  }

  /** Runs a text to its end. */
  run(text: string, input: string): ShellOutcome {
    if (this.#depth >= DEPTH_MAX || text.length > LENGTH_MAX) throw new Unfollowed();
    const saved = [this.#tokens, this.#at] as const;
    this.#depth += 1;
    this.#tokens = boundedTokens(text);
    this.#at = 0;
    const outcome = this.#list([], input, true);
    if (this.#at < this.#tokens.length) throw new Unfollowed();
    this.#depth -= 1;
    [this.#tokens, this.#at] = saved;
    return outcome;
  }

  /** In a process of its own: `exit` ends that one only. */
  #inChild(run: () => ShellOutcome): ShellOutcome {
    const [tokens, at, depth, args] = [this.#tokens, this.#at, this.#depth, this.#args];
    const [exits, conditions] = [this.#exits, this.#conditions];
    try {
      return run();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      return { status: error.status, out: error.out };
    } finally {
      [this.#tokens, this.#at, this.#depth, this.#args] = [tokens, at, depth, args];
      [this.#exits, this.#conditions] = [exits, conditions];
    }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at += 1;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw new Unfollowed();
  }

  /** Commands until one of these words; they are parsed, but not run, where `isRun` is false. */
  #list(ends: readonly string[], input: string, isRun: boolean): ShellOutcome {
    let [status, out] = [0, ''];
    for (;;) {
      while (this.#take(';'));
      const next = this.#peek();
      if (next === undefined || ends.includes(next)) return { status, out };
      const outcome = this.#andOr(input, isRun);
      if (isRun) [status, out] = [outcome.status, out + outcome.out];
      if (this.#peek() === '&') throw new Unfollowed();
      const after = this.#peek();
      if (after !== undefined && after !== ';' && !ends.includes(after)) throw new Unfollowed();
    }
  }

  #andOr(input: string, isRun: boolean): ShellOutcome {
    const start = this.#at;
    const isConditional = this.#hasOperatorAhead(start);
    if (isConditional) this.#conditions += 1;
    let outcome = this.#pipeline(input, isRun);
    let isSkipped = false;
    for (let operator = this.#peek(); operator === '&&' || operator === '||'; ) {
      this.#at += 1;
      while (this.#take(';'));
      isSkipped = (operator === '&&') !== (outcome.status === 0);
      const isFinal = !this.#hasOperatorAhead(this.#at);
      if (isFinal) this.#conditions -= 1;
      const right = this.#pipeline(input, isRun && !isSkipped);
      if (isRun && !isSkipped) outcome = { status: right.status, out: outcome.out + right.out };
      operator = this.#peek();
    }
    this.#last = outcome.status;
    return outcome;
  }

  /** Whether `&&` or `||` follows at this level. */
  #hasOperatorAhead(from: number): boolean {
    let [depth, at] = [0, from];
    for (; at < this.#tokens.length; at++) {
      const { kind, text } = this.#tokens[at] ?? { kind: 'word', text: '' };
      if (['(', '{', 'if', 'case'].includes(text)) depth += 1;
      if ([')', '}', 'fi', 'esac'].includes(text)) depth -= 1;
      if (depth < 0 || (depth === 0 && kind === 'operator' && text === ';')) return false;
      if (depth === 0 && kind === 'operator' && /^(?:&&|\|\|)$/.test(text)) return true;
    }
    return false;
  }

  #pipeline(input: string, isRun: boolean): ShellOutcome {
    const isNot = this.#take('!');
    if (isNot) this.#conditions += 1;
    let outcome = this.#command(input, isRun);
    let failed = outcome.status;
    while (this.#take('|')) {
      outcome = this.#command(outcome.out, isRun);
      if (outcome.status !== 0) failed = outcome.status;
    }
    const status = this.#hasPipefail ? failed : outcome.status;
    if (isNot) this.#conditions -= 1;
    if (isRun && !isNot && status !== 0 && this.#exits && this.#conditions === 0) {
      throw new Exit(status);
    }
    return { status: isNot ? Number(status === 0) : status, out: outcome.out };
  }

  #command(input: string, isRun: boolean): ShellOutcome {
    if (this.#take('{')) return this.#until('}', input, isRun);
    if (this.#take('(')) return this.#subshell(input, isRun);
    if (this.#take('if')) return this.#if(input, isRun);
    const words: string[] = [];
    let isSilent = false;
    for (let token = this.#tokens[this.#at]; token; token = this.#tokens[this.#at]) {
      if (token.kind === 'operator') break;
      if (token.kind === 'redirection') isSilent ||= /^(?:1?>|&>)/.test(token.text);
      else words.push(token.text);
      this.#at += 1;
    }
    if (this.#peek() === '(' || /^(?:case|then|else|fi|do|done)$/.test(words[0] ?? '')) {
      throw new Unfollowed();
    }
    if (!isRun) return { status: 0, out: '' };
    const outcome = this.#simple(words, input);
    return isSilent ? { ...outcome, out: '' } : outcome;
  }

  #subshell(input: string, isRun: boolean): ShellOutcome {
    const start = this.#at;
    const outcome = this.#until(')', input, false);
    const end = this.#at;
    if (!isRun) return outcome;
    this.#at = start;
    const ran = this.#inChild(() => this.#list([')'], input, true));
    this.#at = end;
    return ran;
  }

  #until(end: string, input: string, isRun: boolean): ShellOutcome {
    const outcome = this.#list([end], input, isRun);
    this.#need(end);
    return outcome;
  }

  #if(input: string, isRun: boolean): ShellOutcome {
    this.#conditions += 1;
    const condition = this.#list(['then'], input, isRun);
    this.#conditions -= 1;
    this.#need('then');
    const isTrue = condition.status === 0;
    const yes = this.#list(['elif', 'else', 'fi'], input, isRun && isTrue);
    let no: ShellOutcome = { status: 0, out: '' };
    if (this.#take('elif')) no = this.#if(input, isRun && !isTrue);
    else if (this.#take('else')) no = this.#until('fi', input, isRun && !isTrue);
    else this.#need('fi');
    return isTrue ? yes : no;
  }

  #simple(words: readonly string[], input: string): ShellOutcome {
    let [first, status] = [0, 0];
    for (; /^[A-Za-z_]\w*=/.test(words[first] ?? ''); first++) {
      const [, name = '', value = ''] = /^(\w+)=([\s\S]*)$/.exec(words[first] ?? '') ?? [];
      this.#last = 0;
      this.#values.set(name, this.#expanded(value));
      status = this.#last;
    }
    const given = words.slice(first);
    if (given.length === 0) return { status, out: '' };
    if (LOOPS.test(given[0] ?? '')) throw new Unfollowed();
    const all = given.flatMap((each) => this.#words(each));
    return this.#builtin(all, input) ?? outcomeOfProgram(all, input, this.#server);
  }

  /** A substitution without quotes is split at spaces. */
  #words(raw: string): readonly string[] {
    if (/^"?\$[@*]"?$/.test(raw)) return this.#args;
    const word = this.#expanded(raw);
    return /^[$`]/.test(raw) ? word.split(/\s+/).filter((each) => each !== '') : [word];
  }

  #builtin([name = '', ...args]: readonly string[], input: string): ShellOutcome | undefined {
    const program = programOf(name);
    if (name === 'exit' || name === 'return') {
      if (args[0] !== undefined && !/^\d+$/.test(args[0])) throw new Unfollowed();
      throw new Exit(args[0] === undefined ? this.#last : Number(args[0]));
    }
    if (name === 'set') return this.#set(args);
    if (name === 'export' || name === 'local' || name === 'readonly') {
      for (const each of args) {
        const [, key, value = ''] = /^(\w+)=([\s\S]*)$/.exec(each) ?? [];
        if (key !== undefined) this.#values.set(key, value);
      }
      return { status: 0, out: '' };
    }
    if (name === 'eval') return this.run(args.join(' '), input);
    if (/^(?:ba|da|a)?sh$/.test(program) && /^-[a-z]*c$/.test(args[0] ?? '')) {
      if (/e/.test(args[0] ?? '')) throw new Unfollowed();
      return this.#inChild(() => this.run(args[1] ?? '', input));
    }
    return undefined;
  }

  #set(args: readonly string[]): ShellOutcome {
    const end = args.indexOf('--');
    if (end >= 0) this.#args = args.slice(end + 1);
    const options = end < 0 ? args : args.slice(0, end);
    for (const each of options) {
      if (/^-\w*e/.test(each)) this.#exits = true;
      if (/^\+\w*e/.test(each)) this.#exits = false;
      if (each === 'pipefail') this.#hasPipefail = true;
    }
    return { status: 0, out: '' };
  }

  #expanded(raw: string, isQuoted = false): string {
    let out = '';
    for (let at = 0; at < raw.length; ) {
      const end = isQuoted && raw[at] === "'" ? at + 1 : endOfPart(raw, at);
      const part = raw.slice(at, end);
      if (part.startsWith("'")) out += isQuoted ? part : part.slice(1, -1);
      else if (part.startsWith('"')) out += this.#expanded(part.slice(1, -1), true);
      else if (part.startsWith('\\')) out += isQuoted && /\w/.test(part) ? part : part.slice(1);
      else if (part.startsWith('$(')) out += this.#substituted(part.slice(2, -1));
      else if (part.startsWith('`')) out += this.#substituted(part.slice(1, -1));
      else if (part.startsWith('${')) out += this.#variable(part.slice(2, -1));
      else if (part === '$') {
        const [name = ''] = /^(?:\w+|[?#@*])/.exec(raw.slice(end)) ?? [];
        out += name === '' ? '$' : this.#variable(/^\d/.test(name) ? (name[0] ?? '') : name);
        at = end + (/^\d/.test(name) ? 1 : name.length);
        continue;
      } else out += part;
      at = end;
    }
    return out;
  }

  #substituted(text: string): string {
    const { status, out } = this.#inChild(() => this.run(text, ''));
    this.#last = status;
    return out.replace(/\n+$/, '');
  }

  /** `NAME`, `NAME:-default`, `NAME:?message`; a value that is not known is some text. */
  #variable(text: string): string {
    const [, name, rest = ''] = /^(\w+|[?#@*])([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined || /^[#@*]$/.test(name)) throw new Unfollowed();
    if (name === '?') return String(this.#last);
    const isArgument = /^\d+$/.test(name);
    const value = isArgument ? this.#args[Number(name) - 1] : this.#values.get(name);
    if (rest.startsWith(':-') || rest.startsWith('-')) {
      if (value === undefined && !isArgument) throw new Unfollowed();
      return value || this.#expanded(rest.replace(/^:?-/, ''));
    }
    if (rest !== '' && !/^:?\?/.test(rest)) throw new Unfollowed();
    return value ?? (isArgument ? '' : 'value');
  }
}
