/**
 * Splits what a client sends into its commands, without changing a byte.
 *
 * Only the first words of a command are decoded: values may be large, and of any bytes.
 */

export interface SentCommand {
  /** All bytes of the command, as they were sent. */
  readonly bytes: Buffer;
  /** Its first words, as text. */
  readonly words: readonly string[];
}

/** As many words as a login has: HELLO 3 AUTH user token SETNAME name. */
const WORDS_MAX = 7;
const LINE_END = '\r\n';
const STAR = '*'.charCodeAt(0);

export class CommandSplitter {
  #unread: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes and returns the commands that are complete.
   *
   * @throws Error if the bytes are no commands.
   */
  feed(chunk: Buffer): readonly SentCommand[] {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    const commands: SentCommand[] = [];
    let start = 0;
    while (start < this.#unread.length) {
      const command = nextCommand(this.#unread, start);
      if (command === undefined) break;
      commands.push(command);
      start += command.bytes.length;
    }
    this.#unread = this.#unread.subarray(start);
    return commands;
  }
}

function nextCommand(bytes: Buffer, start: number): SentCommand | undefined {
  const lineEnd = bytes.indexOf(LINE_END, start);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString('utf8', start, lineEnd);
  let end = lineEnd + LINE_END.length;
  // A command as a person types it.
  if (bytes[start] !== STAR) {
    return { bytes: bytes.subarray(start, end), words: line.trim().split(/\s+/) };
  }
  const words: string[] = [];
  for (let left = lengthIn(line); left > 0; left--) {
    const lengthEnd = bytes.indexOf(LINE_END, end);
    if (lengthEnd === -1) return undefined;
    const wordStart = lengthEnd + LINE_END.length;
    const wordEnd = wordStart + lengthIn(bytes.toString('utf8', end, lengthEnd));
    end = wordEnd + LINE_END.length;
    if (bytes.length < end) return undefined;
    if (words.length < WORDS_MAX) words.push(bytes.toString('utf8', wordStart, wordEnd));
  }
  return { bytes: bytes.subarray(start, end), words };
}

function lengthIn(line: string): number {
  const [, digits] = /^[*$](\d{1,9})$/.exec(line) ?? [];
  if (digits === undefined) throw new Error('a command has no length');
  return Number(digits);
}
