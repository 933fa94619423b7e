/**
 * Which cache is meant: `--cache`, and what its stack publishes about it.
 *
 * Reads SSM parameters alone. No secret is in them.
 */

import { type Cloud, OperatorError } from './cloud';

export interface Cache {
  /** `secure-redis-prod-jobs/Cache`. */
  readonly name: string;
  /** How the names of its alarms begin, as CloudFormation makes them. */
  readonly alarmPrefix: string;
  readonly secretArn: string;
  readonly functionName: string;
  readonly host: string;
  readonly readerHost: string;
  readonly port: number;
}

/** The id that `Fleet` gives to the cache of a stack. */
const DEFAULT_ID = 'Cache';

const NAME = /^[A-Za-z][\w.-]*(\/[\w.-]+)*$/;

const EXAMPLE = '`secure-redis-prod-jobs` or `secure-redis-prod-jobs/Cache`';

/** The path under which a cache is published, without the first slash. @throws OperatorError */
export function nameOf(given: string): string {
  const name = given.replace(/^\/|\/$/g, '');
  if (!NAME.test(name)) {
    throw new OperatorError(
      `--cache is '${given}'; allowed is the name of a stack, and the path of the cache in it if ` +
        `that is not /${DEFAULT_ID}: ${EXAMPLE}; look the stack up with ` +
        '`aws cloudformation list-stacks`',
    );
  }
  return name.includes('/') ? name : `${name}/${DEFAULT_ID}`;
}

/** @throws OperatorError if there is no such cache, or its stack is older than this command. */
export async function findCache(cloud: Cloud, given: string): Promise<Cache> {
  const name = nameOf(given);
  const found = await cloud.published(`/${name}`);
  if (Object.keys(found).length === 0) {
    throw new OperatorError(
      `--cache is '${given}', and no stack publishes anything under /${name}/ in this account ` +
        `and region; allowed is the name of a deployed stack: ${EXAMPLE}; check the name, ` +
        '--region and --profile',
    );
  }
  const value = (key: string) => {
    const text = found[key];
    if (text !== undefined) return text;
    throw new OperatorError(
      `the stack of '${given}' does not publish /${name}/${key}: it is older than this command; ` +
        'deploy it again',
    );
  };
  const [stackName = '', ...ids] = name.split('/');
  return {
    name,
    alarmPrefix: `${stackName}-${ids.join('').replaceAll(/[^A-Za-z0-9]/g, '')}`,
    secretArn: value('CredentialsSecretArn'),
    functionName: value('RotationFunctionName'),
    host: value('Endpoint'),
    readerHost: value('ReaderEndpoint'),
    port: Number(value('Port')),
  };
}
