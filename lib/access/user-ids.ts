/**
 * Ids of the users of a cache in AWS, and logical ids of their secrets.
 *
 * An id holds everything of the user that CloudFormation cannot change in place, so that a
 * replacement never meets its own name: user name, which an IAM login decides too, engine, and the
 * place of the cache. A secret
 * does not depend on the engine: with a new engine the new users take over the living passwords.
 */

import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { RoleLogin } from './role';

/** The user that a login without a user name means. */
export const DEFAULT_USER = 'default';

/** Characters of a cache's hash: 41 bits, so that two of 1,000 caches in an account differ. */
const HASH_LENGTH = 8;

/**
 * Characters of a user's name and of its hash in the name of its secret: the names of 40 secrets
 * fit into the environment of a function, 4 KB.
 */
const NAME_PART_LENGTH = 6;
const USER_HASH_LENGTH = 6;

/** What CloudFormation and Secrets Manager append to a name: `-` with 12, then 6 characters. */
const SECRET_NAME_END_LENGTH = 20;

/** The longest entry of a user in the list of the rotation function, with a comma. */
export function entryLengthMax(name: string, login: RoleLogin, database: number): number {
  const end = 1 + HASH_LENGTH;
  if (login === 'iam') return name.length + 1 + end + 1;
  const first = name.length + (database === 0 ? 0 : `/${database}`.length);
  const secret = 1 + HASH_LENGTH + NAME_PART_LENGTH + USER_HASH_LENGTH + SECRET_NAME_END_LENGTH;
  return first + 1 + name.length + end + 1 + secret + 1;
}

export class UserIds {
  readonly #place: readonly string[];
  readonly #engine: string;

  constructor(cache: Construct, engine: string) {
    let stack = Stack.of(cache);
    // Only CloudFormation knows the name of a nested stack.
    while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
    const within = cache.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
    this.#place = [stack.stackName, ...within];
    this.#engine = engine;
  }

  /** The id of a user: at most 29 characters for a name of at most 20. */
  user(name: string, login: RoleLogin = 'password'): string {
    const kind = login === 'iam' ? [login] : [];
    return `${name}-${hashOf([...this.#place, this.#engine, ...kind])}`;
  }

  get group(): string {
    return `users-${hashOf([...this.#place, this.#engine])}`;
  }

  /**
   * The beginning of the names of all secrets, which CloudFormation makes of their logical ids and
   * 12 random characters.
   */
  get secretPrefix(): string {
    return `U${hashOf(this.#place)}`;
  }

  /** The logical id of the secret of a user. */
  secret(name: string): string {
    const part = name.replaceAll(/-?([a-z0-9]+)/g, (_, word: string) => capital(word));
    const hash = hashOf([...this.#place, name]).slice(-USER_HASH_LENGTH);
    return `${this.secretPrefix}${part.slice(0, NAME_PART_LENGTH)}${hash}`;
  }

  /** The logical id of the secret with what was deployed. */
  get accessSecret(): string {
    return `${this.secretPrefix}Access`;
  }

  /** A number that depends on the user alone. */
  seed(name: string): number {
    return Number.parseInt(hashOf([...this.#place, name]), 36);
  }
}

function hashOf(parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(-HASH_LENGTH);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
