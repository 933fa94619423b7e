/** What a hostile server does, as data: so that it can be generated, printed and replayed. */

/** Bytes are texts of latin1. */
export type Step =
  | { readonly send: string; readonly times?: number }
  /** Until the connection ends, as fast as it is read. */
  | { readonly forever: string }
  /** One byte after the other. */
  | { readonly drip: string; readonly everyMs: number }
  | { readonly waitMs: number }
  | { readonly end: 'close' | 'reset' };

export interface Script {
  /** At once, before a command. */
  readonly greeting?: readonly Step[];
  /** The answer to each command in turn, again from the first after the last. */
  readonly answers?: readonly (readonly Step[])[];
  /** Before `answers`: the answer to commands of a name, such as INFO. */
  readonly byCommand?: Readonly<Record<string, readonly Step[]>>;
  /**
   * What a client with TLS meets: `stalled` never answers the handshake, `absent` is plaintext.
   * Default: the client uses plaintext, too.
   */
  readonly tls?: 'valid' | 'stalled' | 'absent' | 'dripping' | 'garbage' | 'endless';
}

export interface Listening {
  readonly port: number;
  /** The authority of the certificate of TLS. */
  readonly caPem: string;
}
