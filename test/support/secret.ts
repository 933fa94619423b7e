/** A secret for tests of `RedisCredentials`: its reads are counted, and can wait or fail. */

import { inspect } from 'node:util';
import { RedisClientError } from '../../client/redis-client-error';
import type { RedisCredential } from '../../client/redis-credential';
import { RedisCredentials } from '../../client/redis-credentials';
import { Password } from '../../contract/password';
import { printCredentials } from '../../contract/secret-json';
import { noteOutput } from './leaks';

export const AT = { host: 'primary.example', readerHost: 'reader.example', port: 6380 };

export const passwordOf = (version: number) => `password-of-version-${version}`;
const secretOf = (version: number) =>
  printCredentials('default', Password.of(passwordOf(version)), AT);

/** A secret whose reads are counted, and can be made to wait or to fail. */
export class Secret {
  version = 1;
  reads = 0;
  nowMs = 1_000_000;
  failures: Error[] = [];
  readonly sleeps: number[] = [];
  hold: Promise<void> = Promise.resolve();

  readonly read = async (): Promise<string> => {
    this.reads += 1;
    const text = secretOf(this.version);
    await this.hold;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return text;
  };

  credentials(more: object = {}): RedisCredentials {
    return new RedisCredentials({
      read: this.read,
      now: () => this.nowMs,
      sleep: async (ms) => void this.sleeps.push(ms),
      ...more,
    });
  }
}

export async function errorOf(promise: Promise<unknown>): Promise<RedisClientError> {
  const error = await promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(RedisClientError);
  noteOutput(inspect(error));
  return error as RedisClientError;
}

export const revealed = ({ password }: RedisCredential) => password.reveal();
export const named = (name: string, message = 'x') => Object.assign(new Error(message), { name });
