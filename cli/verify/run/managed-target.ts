/**
 * The server of `--secret` or `--stack`: its connection string is read from its secret.
 *
 * No message quotes the secret.
 */

import { DEFAULT_DATABASE } from '../../../contract/connection-url';
import { parseCredentialsOfAnyRedis } from '../../../contract/secret-json';
import { Purpose } from '../../../lib/settings/purpose';
import { awsCloud, type Where } from '../../aws/aws';
import { CliError } from '../../aws/cloud';
import { findCache, type PublishedCache, withLogin } from '../../rotation/cache';
import { serverAddressOf } from '../../server/server-address';
import type { VerifyLine } from '../line';
import { currentSecret, type ManagedCache, readManaged } from '../managed/aws-managed';
import { managedLines } from '../managed/managed-lines';
import type { VerifyTarget } from '../server/read-server';

export interface ManagedOptions extends Where {
  readonly secret?: string;
  readonly stack?: string;
  readonly user?: string;
  readonly purpose?: string;
}

export interface ManagedTarget {
  readonly target: VerifyTarget;
  readonly cache: ManagedCache;
}

/** @throws CliError */
export async function managedTarget(
  { secret, stack, user, region, profile }: ManagedOptions,
  ca: string | undefined,
): Promise<ManagedTarget> {
  const where = { region, profile };
  const published =
    stack === undefined ? undefined : withLogin(await findCache(awsCloud(where), stack), user);
  const secretArn = published?.secretArn ?? secret ?? '';
  const target = targetIn(await currentSecret(where, secretArn), published, ca);
  const { host, port } = target;
  return { target, cache: { secretArn, host, port, alarmPrefix: published?.alarmPrefix } };
}

function targetIn(
  text: string,
  published: PublishedCache | undefined,
  ca: string | undefined,
): VerifyTarget {
  const url = urlIn(text);
  if (url !== undefined) {
    const { tls: isTls, verify: verification, caFile: _, ...at } = serverAddressOf(url);
    return { ...at, isTls, verification, ca };
  }
  // The version that CloudFormation created has no url yet.
  const { username, password } = credentialsIn(text);
  if (published === undefined) {
    throw new CliError(
      'the secret must have a `url`, got none: it has never rotated. Verify with --stack, or ' +
        'rotate it first.',
    );
  }
  const { host, port } = published;
  const common = { isTls: true, verification: 'full', database: DEFAULT_DATABASE } as const;
  return { ...common, host, port, username, password, ca };
}

function urlIn(text: string): string | undefined {
  try {
    const { url } = JSON.parse(text) as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    throw new CliError('the secret must be a JSON object with a `url`, got no JSON. Name another.');
  }
}

function credentialsIn(text: string) {
  try {
    return parseCredentialsOfAnyRedis(text);
  } catch (error) {
    // Its errors name a key; they never quote.
    throw new CliError(`AWSCURRENT is unusable: ${(error as Error).message}`);
  }
}

/** The lines about the cache and its secret, as AWS answers. */
export async function linesOfManaged(
  cache: ManagedCache,
  { region, profile, purpose }: ManagedOptions,
  today: Date,
): Promise<readonly VerifyLine[]> {
  const facts = await readManaged({ region, profile }, cache);
  return managedLines(facts, { purpose: Purpose.ALL.find(({ id }) => id === purpose), today });
}
