/** What `doctor` has seen of a server: the input of its decisions. */

import type { SecretText } from '../../contract/secret-text';
import type { HandshakeFacts } from '../server/handshake-facts';
import type { ProbeEnd } from '../server/probe';
import type { ServerAddress } from '../server/server-address';

/** What answers at a port: `unclear` is neither plaintext Redis nor TLS. */
export type Speech = 'plaintext' | 'tls' | 'HTTP' | 'unclear';

/** A reply as text; an error reply with its text. */
export interface Said {
  readonly text: string;
  readonly isError: boolean;
}

/** Another form of the login, which was tried after the first was refused. */
export interface LoginTry {
  readonly kind: 'trimmed' | 'not decoded' | 'as user default';
  readonly isAccepted: boolean;
}

/** Why a name does not resolve: a code such as ENOTFOUND. */
export interface NameProblem {
  readonly code: string;
}

export interface ConnectionFacts {
  readonly address: ServerAddress;
  readonly caFile?: string;
  /** Common names of the authorities in `caFile`. */
  readonly authorities: readonly string[];
  /** Addresses of the host's name. */
  readonly addresses: readonly string[] | NameProblem;
  /** Why there is no conversation, or why it ended. */
  readonly end?: ProbeEnd;
  readonly handshake?: HandshakeFacts;
  /** After a failure: what answers at the port. */
  readonly speech?: Speech;
  /** After a refused connection: another usual port that answers. */
  readonly otherPort?: { readonly port: number; readonly speech: Speech };
  /** After a failed handshake: what a client without limits on version and cipher gets. */
  readonly lenient?: HandshakeFacts;
  readonly talk: Talk;
}

export interface Talk {
  readonly password?: SecretText;
  readonly login?: Said;
  readonly loginTries: readonly LoginTry[];
  readonly ping?: Said;
  readonly select?: Said;
  /** Fields of INFO and CLUSTER INFO. */
  readonly info: ReadonlyMap<string, string>;
  readonly infoRefusal?: Said;
  /** Of CONFIG GET save; asked only of a new and empty server. */
  readonly savePoints?: string;
  /** A command in a transaction that was discarded. */
  readonly trial?: Trial;
}

export interface Trial {
  /** Its name only: arguments can be secret. */
  readonly command: string;
  /** `doctor`'s own write, and not the command of `--command`. */
  readonly isOwn: boolean;
  readonly reply: Said;
}
