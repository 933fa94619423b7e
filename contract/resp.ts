/**
 * The part of the Redis protocol (RESP2) that logins and their tests need, without a socket.
 *
 * Pure: takes bytes in chunks of any size, returns replies.
 * https://redis.io/docs/latest/develop/reference/protocol-spec
 */

/** One command in wire format: an array of bulk strings. */
export function encodeCommand(...parts: readonly string[]): Buffer {
  const bulks = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return Buffer.from(`*${parts.length}\r\n${bulks.join('')}`);
}

/** An error reply of Redis, for example `WRONGPASS …`. */
export class RespError {
  constructor(readonly message: string) {}

  /** The first word, which is the error code of Redis. */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** The reply to PING outside of a subscription. A server with another reply is not Redis. */
export const PONG = 'PONG';

/** Facts that a server reports about itself in its reply to HELLO. */
export interface Hello {
  /** `standalone`, `cluster` or `sentinel`. */
  readonly mode: string;
  /** `master` or `replica`. */
  readonly role: string;
  /** The version of the protocol on this connection: 2 or 3. */
  readonly protocol: number;
}

/**
 * Parses the reply to HELLO: a map with mode and role. Returns `undefined` for other replies, such
 * as the OK or the list of a proxy, a web server or a mock.
 *
 * RESP2 sends a map as a list of names and values; RESP3 libraries return an object or a `Map`.
 */
export function helloOf(reply: unknown): Hello | undefined {
  const fields = mapOf(reply);
  const [mode, role, proto] = ['mode', 'role', 'proto'].map((name) => fields?.get(name));
  if (typeof mode !== 'string' || typeof role !== 'string') return undefined;
  return { mode, role, protocol: proto === 3 ? 3 : 2 };
}

function mapOf(reply: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (reply instanceof Map) return reply;
  if (!Array.isArray(reply)) return new Map(Object.entries(reply ?? {}));
  if (reply.length % 2 !== 0) return undefined;
  const pairs = reply.flatMap((name, at) => (at % 2 === 0 ? [[name, reply[at + 1]] as const] : []));
  return pairs.every(([name]) => typeof name === 'string') ? new Map(pairs) : undefined;
}

export type RespReply = string | number | null | RespError | readonly RespReply[];

/** Longest reply that a decoder buffers, in bytes: far more than any reply to a login. */
export const RESP_REPLY_BYTES_MAX = 64 * 1024;

/** Deepest nesting of arrays that a decoder accepts. */
const NESTING_MAX = 8;

/** First bytes of replies: text, error, integer, bulk string, array. */
const KINDS = '+-:$*';

/** The first byte of a message of RESP3 that answers no command: `>`. */
const PUSH = 0x3e;

interface Parsed {
  readonly reply: RespReply;
  readonly end: number;
}

/** Decodes replies from chunks of bytes. */
export class RespDecoder {
  #unread = Buffer.alloc(0);
  readonly #skipsPushes: boolean;

  /** With `skipsPushes`, messages that RESP3 sends between replies are left out. */
  constructor({ skipsPushes = false }: { readonly skipsPushes?: boolean } = {}) {
    this.#skipsPushes = skipsPushes;
  }

  /**
   * Takes the next chunk and returns the replies that are complete.
   *
   * @throws Error if the bytes are not RESP2, or if a reply exceeds 64 KiB.
   */
  feed(chunk: Buffer): readonly RespReply[] {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    const replies: RespReply[] = [];
    let start = 0;
    for (;;) {
      const isPush = this.#skipsPushes && this.#unread[start] === PUSH;
      const parsed = isPush
        ? parseList(this.#unread, start, 0)
        : parseReply(this.#unread, start, 0);
      if (!parsed) break;
      if (!isPush) replies.push(parsed.reply);
      start = parsed.end;
    }
    this.#unread = this.#unread.subarray(start);
    if (this.#unread.length > RESP_REPLY_BYTES_MAX) {
      throw new Error(`a reply is longer than ${RESP_REPLY_BYTES_MAX} bytes`);
    }
    return replies;
  }
}

function parseReply(bytes: Buffer, start: number, depth: number): Parsed | undefined {
  if (depth > NESTING_MAX) throw new Error(`a reply is nested deeper than ${NESTING_MAX} arrays`);
  const kind = bytes.toString('latin1', start, start + 1);
  // Before the end of the line, which a server that is not Redis may never send. Never quote the
  // bytes of such a server.
  if (!KINDS.includes(kind)) {
    throw new Error('a reply does not start with one of + - : $ *; this is not RESP2');
  }
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (kind) {
    case '+':
      return { reply: line, end: next };
    case '-':
      return { reply: new RespError(line), end: next };
    case ':':
      return { reply: integer(line), end: next };
    case '$':
      return parseBulk(bytes, next, integer(line));
    default:
      return parseArray(bytes, next, integer(line), depth);
  }
}

/** An array, or a push, which has the same form. */
function parseList(bytes: Buffer, start: number, depth: number): Parsed | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd === -1) return undefined;
  const count = integer(bytes.toString('utf8', start + 1, lineEnd));
  return parseArray(bytes, lineEnd + 2, count, depth);
}

function parseBulk(bytes: Buffer, start: number, length: number): Parsed | undefined {
  if (length === -1) return { reply: null, end: start };
  if (length < 0 || length > RESP_REPLY_BYTES_MAX)
    throw new Error('a bulk string has a bad length');
  const end = start + length + 2;
  if (bytes.length < end) return undefined;
  return { reply: bytes.toString('utf8', start, start + length), end };
}

function parseArray(
  bytes: Buffer,
  start: number,
  count: number,
  depth: number,
): Parsed | undefined {
  if (count === -1) return { reply: null, end: start };
  if (count < 0 || count > RESP_REPLY_BYTES_MAX) throw new Error('an array has a bad length');
  const replies: RespReply[] = [];
  let end = start;
  for (let index = 0; index < count; index++) {
    const parsed = parseReply(bytes, end, depth + 1);
    if (!parsed) return undefined;
    replies.push(parsed.reply);
    end = parsed.end;
  }
  return { reply: replies, end };
}

function integer(line: string): number {
  if (!/^-?\d{1,15}$/.test(line)) throw new Error('a reply has a length or number that is not one');
  return Number(line);
}
