/**
 * Kinds of texts that identify AWS resources: ARNs, ids, host names and paths. Texts known only at
 * deploy are accepted, unless synth needs the name itself.
 */

import { Token } from 'aws-cdk-lib/core';
import type { Kind } from '../validation/kinds';

interface Named {
  readonly words: string;
  readonly pattern: RegExp;
  readonly example: string;
  /** Advice for a rejected text. @default - use the format of the example */
  readonly advice?: (text: string) => string | undefined;
}

/** A text in a format, or known only at deploy. */
export function named({ words, pattern, example, advice }: Named): Kind {
  const use = `Use one like ${JSON.stringify(example)}.`;
  return {
    words,
    accepts: (value) =>
      typeof value === 'string' && (Token.isUnresolved(value) || pattern.test(value)),
    advice: (value) => (typeof value === 'string' ? advice?.(value) : undefined) ?? use,
  };
}

const SECRET = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;

export const SECRET_ARN = named({
  words: 'the complete ARN of a secret',
  pattern: SECRET,
  example: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:CacheCredentials-a1b2c3',
  advice: (text) =>
    text.startsWith('arn:')
      ? 'Use the ARN with the six characters that AWS appends to the name of the secret.'
      : undefined,
});

export const KEY_ARN = named({
  words: 'the ARN of a key of KMS',
  pattern: /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
  example: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  advice: (text) =>
    text.includes('alias/')
      ? 'Use the ARN of the key itself, which `aws kms describe-key` tells: an alias grants ' +
        'nothing.'
      : undefined,
});

export const TOPIC_ARN = named({
  words: 'the ARN of a topic of SNS',
  pattern: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/,
  example: 'arn:aws:sns:eu-west-1:111122223333:alarms',
});

export const USER_ID = named({
  words: 'the id of a user of ElastiCache',
  pattern: /^[a-z][a-z0-9-]{0,39}$/,
  example: 'reports-k3x81abc',
  advice: (text) =>
    text.startsWith('arn:') ? 'Use the last part of the ARN, behind `user:`.' : undefined,
});

export const SECURITY_GROUP_ID = named({
  words: 'the id of a security group',
  pattern: /^sg-[0-9a-z-]+$/,
  example: 'sg-0123456789abcdef0',
});

export const NAME = named({
  words: 'the id of a replication group',
  pattern: /^[A-Za-z](-?[A-Za-z0-9])*$/,
  example: 'shop-cache',
});

export const HOST = named({
  words: 'a host name',
  pattern: /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*$/,
  example: 'master.shop-cache.abc123.euw1.cache.amazonaws.com',
  advice: (text) => {
    const [, host] = /^(?:\w+:\/\/)?(?:[^@/]*@)?([A-Za-z0-9.-]+):\d+(?:\/.*)?$/.exec(text) ?? [];
    return host === undefined ? undefined : `Use ${JSON.stringify(host)}; the port is \`port\`.`;
  },
});

const PATH = /^(\/[\w.-]+){2,}$/;

const PUBLISHED = named({
  words: 'the path of the parameters that a cache publishes',
  pattern: PATH,
  example: '/shop-prod/Cache',
  advice: (text) => {
    const path = `/${text.split('/').filter(Boolean).join('/')}`;
    return PATH.test(path) ? `Use ${JSON.stringify(path)}.` : undefined;
  },
});

/** CloudFormation accepts parameter names only as literals. */
export const PARAMETER_PATH: Kind = {
  ...PUBLISHED,
  accepts: (value) => !Token.isUnresolved(value) && PUBLISHED.accepts(value),
};
