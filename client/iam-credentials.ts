/**
 * Logs in to a cache by IAM, without any password: signs a token with the AWS credentials of the
 * application for each connection, and tells the adapters when to renew a login.
 *
 * The token never appears in a log or an error: it is a bearer secret for 15 minutes.
 */

import { AwsIdentities, type AwsIdentity, PROVIDER_TIMEOUT_MS } from './aws-identity';
import {
  refuse,
  requireFunction,
  requireKnown,
  requireObject,
  shownArgument,
} from './check-arguments';
import { faultOfHost } from './endpoint-text';
import { type SignatureV4Class, signToken, TOKEN_SECONDS } from './iam-token';
import { RedisClientError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

export interface IamCredentialsOptions {
  /** The id of the IAM user in the user group of the cache; its name is the same. */
  readonly userId: string;
  /** The id of the replication group, which AWS's documents call the name of the cache. */
  readonly replicationGroupId: string;
  /** The endpoint for writes; for a sharded cache, the configuration endpoint. */
  readonly host: string;
  /**
   * The endpoint that spreads reads over the replicas.
   *
   * @default `host`
   */
  readonly readerHost?: string;
  readonly port: number;
  /** The region of the cache. */
  readonly region: string;
  /**
   * A provider of the AWS SDK, such as `defaultProvider()` of `@aws-sdk/credential-provider-node`.
   */
  readonly credentials: (...args: never[]) => Promise<AwsIdentity>;
  /** The class of `@smithy/signature-v4`, which the AWS SDK signs with. */
  readonly SignatureV4: SignatureV4Class;
  /**
   * How long the server keeps a connection after its login. A rehearsal may shorten it.
   *
   * @default 12 hours, the limit of ElastiCache
   */
  readonly connectionMs?: number;
  /**
   * The clock, in milliseconds.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

/** How long ElastiCache keeps a connection after an IAM login. */
export const CONNECTION_MS_MAX = 12 * 60 * 60 * 1_000;
const CONNECTION_MS_MIN = 100;

const OPTIONS: readonly (keyof IamCredentialsOptions)[] = [
  'userId',
  'replicationGroupId',
  'host',
  'readerHost',
  'port',
  'region',
  'credentials',
  'SignatureV4',
  'connectionMs',
  'now',
];

/** Ids of ElastiCache, which keeps them in lower case. */
const ID = /^[a-z][a-z0-9-]{0,39}$/i;
const REGION = /^[a-z]{2,6}(?:-[a-z]+){1,3}-\d{1,2}$/;

interface Signed {
  readonly identity: AwsIdentity;
  readonly atMs: number;
}

export class IamCredentials {
  /** Longest time to get a token, in milliseconds. */
  readonly readTimeMsMax: number = PROVIDER_TIMEOUT_MS;
  /** How long the server keeps a connection after its login, in milliseconds. */
  readonly connectionMs: number;
  readonly #options: IamCredentialsOptions;
  readonly #identities: AwsIdentities;
  readonly #now: () => number;
  readonly #signed = new WeakMap<RedisCredential, Signed>();

  /** @throws RedisClientError `setting-refused` */
  constructor(options: IamCredentialsOptions) {
    requireOptions(options);
    const { userId, replicationGroupId, credentials, now = Date.now } = options;
    this.#options = {
      ...options,
      userId: userId.toLowerCase(),
      replicationGroupId: replicationGroupId.toLowerCase(),
    };
    this.connectionMs = options.connectionMs ?? CONNECTION_MS_MAX;
    this.#now = now;
    this.#identities = new AwsIdentities(credentials as () => Promise<AwsIdentity>, now);
  }

  /**
   * A login with a token that was signed just now.
   *
   * @throws RedisClientError `aws-credentials-unusable`
   */
  async get(): Promise<RedisCredential> {
    return this.#sign(await this.#identities.get());
  }

  /**
   * Call it when a server refuses a login; returns the login to try next, if the application has
   * other AWS credentials by now.
   *
   * @throws RedisClientError `iam-login-refused` if it has the same
   */
  async refused(credential: RedisCredential): Promise<RedisCredential> {
    const signed = this.#signed.get(credential);
    if (signed === undefined) return this.get();
    const identity = await this.#identities.after(signed.identity);
    const isOther = identity.accessKeyId !== signed.identity.accessKeyId;
    // A process that was suspended sent a token that had expired.
    const isLate = this.#now() - signed.atMs > TOKEN_SECONDS * 1_000;
    if (isOther || isLate) return this.#sign(identity);
    throw this.refusalOf(credential, credential);
  }

  /** The error for a refused login, with the facts to compare and what to check. */
  refusalOf(credential: RedisCredential, at: RedisEndpoint): RedisClientError {
    const { userId, replicationGroupId, region } = this.#options;
    const signed = this.#signed.get(credential);
    const { atMs = this.#now(), identity } = signed ?? {};
    const seconds = Math.max(0, Math.round((this.#now() - atMs) / 1_000));
    const when = new Date(atMs).toISOString();
    const kind = identity?.sessionToken === undefined ? 'lasting' : 'temporary';
    const what =
      `refuses the IAM login of user ${userId} to cache ${replicationGroupId} in ${region}, ` +
      `whose token was signed ${seconds} s before, at ${when} by the clock of this machine, with ` +
      `${kind} AWS credentials`;
    return new RedisClientError('iam-login-refused', what, { host: at.host, port: at.port });
  }

  toJSON(): string {
    return '[iam credentials]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[iam credentials]';
  }

  async #sign(identity: AwsIdentity): Promise<RedisCredential> {
    const atMs = this.#now();
    const { userId: username, host, readerHost = host, port } = this.#options;
    const password = await signToken(this.#options, identity, atMs);
    const credential: RedisCredential = { username, password, host, readerHost, port };
    this.#signed.set(credential, { identity, atMs });
    return credential;
  }
}

function requireOptions(options: IamCredentialsOptions): void {
  requireObject('options', options, '{ userId, replicationGroupId, host, port, region, … }');
  requireKnown(options, OPTIONS);
  const { userId, replicationGroupId, host, readerHost, port, region } = options;
  const { connectionMs, now, SignatureV4: signer } = options;
  requireText('userId', userId, ID, 'the id of the user, such as shop-app');
  const group = 'the id of the replication group, such as shop-cache';
  requireText('replicationGroupId', replicationGroupId, ID, group);
  requireText('region', region, REGION, 'the region of the cache, such as eu-west-1');
  for (const [name, given] of Object.entries({ host, readerHost })) {
    if (given === undefined && name === 'readerHost') continue;
    if (faultOfHost(name, given as string) !== undefined) {
      refuse(name, shownArgument(given), 'an endpoint of the cache, without scheme and port');
    }
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    refuse('port', shownArgument(port), 'an integer from 1 to 65535');
  }
  const provider = 'a provider of AWS credentials, such as defaultProvider()';
  requireFunction('credentials', options.credentials, provider);
  const { prototype } = (signer ?? {}) as { readonly prototype?: { readonly presign?: unknown } };
  const presign = prototype?.presign;
  if (typeof signer !== 'function' || typeof presign !== 'function') {
    refuse('SignatureV4', shownArgument(signer), 'the class SignatureV4 of @smithy/signature-v4');
  }
  if (now !== undefined) requireFunction('now', now, 'a function that returns milliseconds');
  if (connectionMs === undefined) return;
  const isTime = Number.isInteger(connectionMs) && connectionMs >= CONNECTION_MS_MIN;
  if (!isTime || connectionMs > CONNECTION_MS_MAX) {
    const allowed = `an integer from ${CONNECTION_MS_MIN} to ${CONNECTION_MS_MAX} milliseconds`;
    refuse('connectionMs', shownArgument(connectionMs), allowed);
  }
}

function requireText(name: string, given: unknown, pattern: RegExp, allowed: string): void {
  if (typeof given === 'string' && pattern.test(given)) return;
  refuse(name, shownArgument(given), allowed);
}
