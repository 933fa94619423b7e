/**
 * Finds the cache of `--cache` through the parameters that its stack publishes.
 *
 * Reads only SSM parameters, which hold no secret. They may have been edited, so each value must
 * have the format that a deploy writes: a host is put into a connection string and a file.
 */

import { CliError, type Cloud } from '../aws/cloud';

export interface PublishedCache {
  /** `secure-redis-prod-jobs/Cache`. */
  readonly name: string;
  /** Prefix of its alarm names, as CloudFormation generates them. */
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

interface Wanted {
  readonly pattern: RegExp;
  readonly must: string;
}

const PORT_MAX = 65_535;
const HOST: Wanted = {
  pattern: /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*$/,
  must: 'a host name',
};

/** The published parameters that commands read, with the format that a deploy writes. */
const PUBLISHED = {
  CredentialsSecretArn: {
    pattern: /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
    must: 'the ARN of a secret',
  },
  RotationFunctionName: { pattern: /^[\w-]{1,64}$/, must: 'the name of a function' },
  Endpoint: HOST,
  ReaderEndpoint: HOST,
  // The upper bound is compared as a number.
  Port: { pattern: /^[1-9]\d{0,4}$/, must: 'a TCP port from 1 to 65535' },
} as const satisfies Readonly<Record<string, Wanted>>;

type Published = keyof typeof PUBLISHED;

const SHOWN_MAX = 80;

/** Prints any text on one line, with limited length. */
function shown(text: string): string {
  return text.length > SHOWN_MAX ? `a text of ${text.length} characters` : JSON.stringify(text);
}

/** The path under which a cache is published, without the first slash. @throws CliError */
export function nameOf(given: string): string {
  const name = given.replace(/^\/|\/$/g, '');
  if (!NAME.test(name)) {
    throw new CliError(
      `--cache must be the name of a stack, and the path of the cache in it if that is not ` +
        `/${DEFAULT_ID} (${EXAMPLE}), got '${given}'. Look the stack up with ` +
        '`aws cloudformation list-stacks`.',
    );
  }
  return name.includes('/') ? name : `${name}/${DEFAULT_ID}`;
}

/**
 * `hint` is appended if no parameter is published.
 *
 * @throws CliError if there is no such cache, or its stack is older than this command.
 */
export async function findCache(cloud: Cloud, given: string, hint = ''): Promise<PublishedCache> {
  const name = nameOf(given);
  const found = await cloud.published(`/${name}`);
  if (Object.keys(found).length === 0) {
    throw new CliError(
      `--cache must be the name of a deployed stack (${EXAMPLE}), got '${given}': no stack ` +
        `publishes anything under /${name}/ in this account and region. Check the name, ` +
        `--region and --profile.${hint}`,
    );
  }
  const value = (key: Published) => {
    const text = found[key];
    if (text === undefined) {
      throw new CliError(
        `the stack of '${given}' does not publish /${name}/${key}: it is older than this ` +
          'command; deploy it again',
      );
    }
    const { pattern, must } = PUBLISHED[key];
    if (pattern.test(text) && (key !== 'Port' || Number(text) <= PORT_MAX)) return text;
    throw new CliError(
      `the SSM parameter /${name}/${key} must be ${must}, got ${shown(text)}. It was ` +
        'edited: deploy the stack with `npx cdk deploy --revert-drift`.',
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
