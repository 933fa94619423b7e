/**
 * The AWS credentials of the application, from a provider of the AWS SDK: read when they are
 * missing or about to expire, once for all waiting callers, and within a time.
 *
 * Errors name what AWS's provider threw, never its message: it could quote a credential.
 */

import { errorNameOf } from './error-name';
import { RedisClientError } from './redis-client-error';

/** AWS credentials, in the form of the AWS SDK. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /**
   * The session token of temporary credentials.
   *
   * @default - the credentials are not temporary
   */
  readonly sessionToken?: string;
  /**
   * When temporary credentials expire.
   *
   * @default - unknown: the provider is asked before each login
   */
  readonly expiration?: Date;
}

/** Longest wait for the provider, which may ask STS or the metadata service of the machine. */
export const PROVIDER_TIMEOUT_MS = 10_000;
/** The SDK renews credentials this long before they expire. */
const EXPIRES_SOON_MS = 5 * 60_000;
/** After a forced read that changed nothing, the provider is not forced again within this time. */
const FORCED_PAUSE_MS = 5_000;

type Provide = (options?: { readonly forceRefresh: boolean }) => Promise<AwsIdentity>;

export class AwsIdentities {
  #held: AwsIdentity | undefined;
  #reading: Promise<AwsIdentity> | undefined;
  /** A read that bypasses the memory of the provider, for all whose login was refused. */
  #forced: Promise<AwsIdentity> | undefined;
  #forcedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly provide: Provide,
    private readonly now: () => number,
  ) {}

  /** @throws RedisClientError `aws-credentials-unusable` */
  async get(): Promise<AwsIdentity> {
    const { expiration } = this.#held ?? {};
    const leftMs = expiration === undefined ? 0 : expiration.getTime() - this.now();
    if (this.#held !== undefined && leftMs > EXPIRES_SOON_MS) return this.#held;
    return this.#readOnce(false);
  }

  /** Other credentials than the refused ones, or the same if there are no others. */
  async after(refused: AwsIdentity): Promise<AwsIdentity> {
    await this.#reading?.catch(() => undefined);
    const held = this.#held;
    if (held !== undefined && held.accessKeyId !== refused.accessKeyId) return held;
    if (this.#forced !== undefined) return this.#forced;
    if (Math.abs(this.now() - this.#forcedAtMs) < FORCED_PAUSE_MS) return refused;
    this.#forcedAtMs = this.now();
    this.#forced = this.#readOnce(true).finally(() => {
      this.#forced = undefined;
    });
    return this.#forced;
  }

  #readOnce(isForced: boolean): Promise<AwsIdentity> {
    this.#reading ??= this.#read(isForced).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(isForced: boolean): Promise<AwsIdentity> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ProviderTimeout()), PROVIDER_TIMEOUT_MS);
    });
    let given: unknown;
    try {
      // A provider of the SDK keeps what it has read, unless it is told otherwise.
      given = await Promise.race([
        this.provide(isForced ? { forceRefresh: true } : undefined),
        late,
      ]);
    } catch (error) {
      throw unusable(`cannot be read: ${errorNameOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
    this.#held = identityOf(given, this.now());
    return this.#held;
  }
}

class ProviderTimeout extends Error {
  override readonly name = 'ProviderTimeoutError';
}

function identityOf(given: unknown, nowMs: number): AwsIdentity {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = (given ??
    {}) as Partial<AwsIdentity>;
  for (const [name, text] of Object.entries({ accessKeyId, secretAccessKey })) {
    if (typeof text !== 'string' || text === '') throw unusable(`must have \`${name}\`, got none`);
  }
  if (sessionToken !== undefined && typeof sessionToken !== 'string') {
    throw unusable('must have a text as `sessionToken`, got something else');
  }
  const endMs = expiration?.getTime?.();
  if (endMs !== undefined && endMs <= nowMs) {
    const seconds = Math.ceil((nowMs - endMs) / 1_000);
    const when = new Date(endMs).toISOString();
    throw unusable(
      `must be valid, got credentials that expired ${seconds} s ago by the clock of this machine ` +
        `(${when})`,
    );
  }
  return given as AwsIdentity;
}

function unusable(what: string): RedisClientError {
  return new RedisClientError('aws-credentials-unusable', `the AWS credentials ${what}`);
}
