/**
 * The connection settings of one client library.
 *
 * Data only. An entry never holds a password, only the placeholder `{password}`.
 */

import { CONNECT_TIMEOUT_MS, HEALTH_CHECK_INTERVAL_MS } from '../../contract/client-settings';
import { type ConnectionTarget, connectionUrlTemplate } from '../../contract/connection-url';

/** The placeholder of the password: percent-encode the password in a URL, and only there. */
export const PASSWORD_MARK = '{password}';

/** Options with the client's own names and units. */
export type ClientOptions = { readonly [name: string]: unknown };

/** The type of an option in a URL. */
export type UrlOptionKind = 'text' | 'number' | 'boolean';

export interface ProfileTarget extends ConnectionTarget {
  readonly isSharded: boolean;
}

/** How a client library logs in by IAM. */
export interface IamProfile {
  /** Options in addition to the string, or in its place. */
  readonly options: (target: ProfileTarget) => ClientOptions;
  /** The call that takes template, options and what the tokens are signed for. */
  readonly use: { readonly replicated: string; readonly sharded?: string };
}

export interface ClientProfile {
  /** The usual name of the client. */
  readonly title: string;
  /** Its documentation. */
  readonly source: string;
  /** A URL, a configuration string of the client, or only options. */
  readonly form: 'url' | 'configuration' | 'options';
  /** The string with `{password}`, if the client accepts a string. */
  readonly template: (target: ProfileTarget) => string | undefined;
  /** Options in addition to the string that a secure connection needs. */
  readonly options: (target: ProfileTarget) => ClientOptions;
  /** The call that takes them; without `sharded` the client does not support sharded caches. */
  readonly use: { readonly replicated: string; readonly sharded?: string };
  /**
   * Whether it can select a database of a sharded cache, possible since Valkey 9.
   *
   * @default - it cannot, or this is unproven
   */
  readonly selectsInShards?: true;
  /**
   * For a user that logs in by IAM, with a template without user and password.
   *
   * @default - it cannot sign a new token for each connection
   */
  readonly iam?: IamProfile;
  /** Options that may be added to the string, by the client's own names. */
  readonly urlOptions: { readonly [name: string]: UrlOptionKind };
  /** Limits of the client's URL, in sentences. */
  readonly notInUrl: readonly string[];
}

export const url = (target: ProfileTarget): string => connectionUrlTemplate(target);
export const noTemplate = (): undefined => undefined;
/** The URL, for a client whose URL supports only one host. */
export const urlUnlessSharded = (target: ProfileTarget): string | undefined =>
  target.isSharded ? undefined : url(target);

export const CONNECT_TIMEOUT_SECONDS = CONNECT_TIMEOUT_MS / 1_000;
export const HEALTH_CHECK_SECONDS = HEALTH_CHECK_INTERVAL_MS / 1_000;

/** The option that selects the database; omitted for database 0. */
export const selected = (name: string, { database }: ProfileTarget): ClientOptions =>
  database === 0 ? {} : { [name]: database };

export const NO_HEALTH_CHECK = 'it has no health check: a PING of an idle connection is yours';
