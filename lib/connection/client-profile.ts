/**
 * What is known of one client library: where it expects the parts of a connection.
 *
 * Data and nothing else. An entry never holds a password: `{password}` stands for it.
 */

import { CONNECT_TIMEOUT_MS, HEALTH_CHECK_INTERVAL_MS } from '../../contract/client-settings';
import { type ConnectionTarget, connectionUrlTemplate } from '../../contract/connection-url';

/** Where the password goes: percent-encoded in a URL, as it is everywhere else. */
export const PASSWORD_MARK = '{password}';

/** Options by the client's own names, in the client's own units. */
export type ClientOptions = { readonly [name: string]: unknown };

/** What the value of an option in a URL must be. */
export type UrlOptionKind = 'text' | 'number' | 'boolean';

export interface ProfileTarget extends ConnectionTarget {
  readonly isSharded: boolean;
}

export interface ClientProfile {
  /** As people call it. */
  readonly title: string;
  /** Its documentation. */
  readonly source: string;
  /** A URL, a string of the client's own grammar, or nothing but options. */
  readonly form: 'url' | 'configuration' | 'options';
  /** The string with `{password}` in it, if the client takes one. */
  readonly template: (target: ProfileTarget) => string | undefined;
  /** Settings beside the string that a secure connection needs. */
  readonly options: (target: ProfileTarget) => ClientOptions;
  /** What takes them in the client's own names; without `sharded` it knows no sharded caches. */
  readonly use: { readonly replicated: string; readonly sharded?: string };
  /**
   * Whether it can select a database of a sharded cache, which exist since Valkey 9.
   *
   * @default - it cannot, or nothing shows that it can
   */
  readonly selectsInShards?: true;
  /** What may be added to the string, by the client's own names. */
  readonly urlOptions: { readonly [name: string]: UrlOptionKind };
  /** What its URL cannot say, in sentences. */
  readonly notInUrl: readonly string[];
}

export const url = (target: ProfileTarget): string => connectionUrlTemplate(target);
export const noTemplate = (): undefined => undefined;
/** For a client whose URL is for one host. */
export const urlUnlessSharded = (target: ProfileTarget): string | undefined =>
  target.isSharded ? undefined : url(target);

export const CONNECT_TIMEOUT_SECONDS = CONNECT_TIMEOUT_MS / 1_000;
export const HEALTH_CHECK_SECONDS = HEALTH_CHECK_INTERVAL_MS / 1_000;

/** An option that selects the database, left out for database 0 of a sharded cache. */
export const selected = (name: string, { database }: ProfileTarget): ClientOptions =>
  database === 0 ? {} : { [name]: database };

export const NO_HEALTH_CHECK = 'it has no health check: a PING of an idle connection is yours';
