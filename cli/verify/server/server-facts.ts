/**
 * Facts about a running server, as `verify` reads them. Decisions are made from these alone.
 *
 * No fact holds a secret, or a text of the server that is not checked.
 */

import type { Verification } from '../../server/address-options';
import type { HandshakeFacts } from '../../server/handshake-facts';
import type { Fact } from './fact';
import type { ReachFinding } from './reach-file';

export interface ServerFacts {
  readonly target: TargetFacts;
  readonly logins: LoginFacts;
  readonly network: NetworkFacts;
  /** Absent for plaintext. */
  readonly tls?: TlsFacts;
  readonly session: SessionFacts;
  /** Of a node of a cluster: how each node answers. */
  readonly cluster?: Fact<readonly NodeFinding[]>;
}

export interface TargetFacts {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly username?: string;
  readonly database: number;
  readonly verification: Verification;
  /** What the password lacks, such as `one of 12 characters`; `undefined` if it is strong. */
  readonly weakness?: string;
  readonly hasPassword: boolean;
}

/** The reply to a command without a login. */
export type NoLogin = 'refused' | 'accepted' | 'accepted-without-rights';

/** The reply to a wrong password. */
export interface WrongPassword {
  /** `no-password`: the server has none, so that each is accepted. */
  readonly reply: 'refused' | 'accepted' | 'no-password';
  /** The user that it was sent for. */
  readonly username: string;
  /** Why the user of the url was left out; absent if it was not. */
  readonly leftOut?: string;
}

export interface NodeFinding {
  /** `host:port`. */
  readonly node: string;
  readonly noLogin: Fact<NoLogin>;
}

export interface LoginFacts {
  readonly noLogin: Fact<NoLogin>;
  readonly wrongPassword: Fact<WrongPassword>;
  readonly rightPassword: Fact<'accepted' | { readonly refused: string }>;
}

export interface NetworkFacts {
  /** Addresses of the host. */
  readonly addresses: readonly string[];
  /** Whether the server is reached through an address of this machine. */
  readonly isThisMachine: boolean;
  /** Addresses of this machine on which the port is listened on. */
  readonly listening: Fact<readonly string[]>;
  /** Addresses of this machine other than loopback, by whether the port is open there. */
  readonly others: readonly { readonly address: string; readonly isOpen: boolean }[];
  /** Addresses that the server says it binds. */
  readonly bind: Fact<readonly string[]>;
  /** What another host has seen. */
  readonly from?: ReachFinding;
}

export interface TlsFacts {
  readonly handshake: HandshakeFacts;
  /** Whether a command in plaintext was answered on the TLS port. */
  readonly isPlaintextAnswered: Fact<boolean>;
  /** A port of the server without TLS. */
  readonly plaintextPort: Fact<number | undefined>;
  /** The old version that the server accepted; `undefined` if it refused them. */
  readonly oldVersion: Fact<string | undefined>;
  /** The weak cipher that the server accepted. */
  readonly weakCipher: Fact<string | undefined>;
}

/** A reply to a command of an application: `OK`, or an error code. */
export type AppReply = { readonly command: string; readonly error?: string };

/** What the login may do with a command. */
export type CommandRight = 'allowed' | 'refused' | 'absent' | 'not-told';

export interface SessionFacts {
  readonly application: Fact<readonly AppReply[]>;
  readonly engine: Fact<{ readonly name: 'redis' | 'valkey'; readonly version: string }>;
  readonly commands: Fact<ReadonlyMap<string, CommandRight>>;
  readonly maxMemoryBytes: Fact<number>;
  readonly evictionPolicy: Fact<string>;
  readonly isAppendOnly: Fact<boolean>;
  /** Whether the server writes snapshots by itself. */
  readonly savesSnapshots: Fact<boolean>;
  readonly connections: Fact<{ readonly open: number; readonly max: number }>;
  readonly isProtected: Fact<boolean>;
  /** Whether the wrong login of this run is in the log of ACLs, or in a counter of INFO. */
  readonly isFailureLogged: Fact<'logged' | 'counted' | 'neither'>;
}
