/**
 * Texts that identify AWS resources are accepted in AWS's format, or if only the deploy knows them;
 * others are refused with what to write instead.
 */

import { Token } from 'aws-cdk-lib/core';
import {
  HOST,
  KEY_ARN,
  NAME,
  PARAMETER_PATH,
  SECRET_ARN,
  SECURITY_GROUP_ID,
  TOPIC_ARN,
} from '../../lib/settings/text-kinds';
import type { Kind } from '../../lib/validation/kinds';

const LATE = Token.asString({ Ref: 'Text' });
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key';
const SNS = 'arn:aws:sns:eu-west-1:111122223333';

describe.each<[words: string, kind: Kind, accepted: string[], refused: unknown[]]>([
  [
    'the complete ARN of a secret',
    SECRET_ARN,
    [
      `${SECRET}:redis-a1B2c3`,
      `${SECRET}:prod/app_1+=.@-x-AbCdEf`,
      'arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:r-a1b2c3',
      LATE,
    ],
    [
      `${SECRET}:redis`,
      `${SECRET}:redis-a1b2c`,
      `${SECRET}:redis-a1b2c3d`,
      `${SECRET}:redis-a1b2c_`,
      `${SECRET}:-a1b2c3`,
      `${SECRET}:a b-a1b2c3`,
      `x${SECRET}:redis-a1b2c3`,
      `${SECRET}:redis-a1b2c3 `,
      'arn:AWS:secretsmanager:eu-west-1:111122223333:secret:redis-a1b2c3',
      'arn:aws:secretsmanager::111122223333:secret:redis-a1b2c3',
      'arn:aws:secretsmanager:eu-west-1:1111:secret:redis-a1b2c3',
      'redis-a1b2c3',
      7,
      undefined,
    ],
  ],
  [
    'the ARN of a key of KMS',
    KEY_ARN,
    [`${KEY}/1234abcd-12ab`, `${KEY}/mrk-1234`, LATE],
    [
      `${KEY}/`,
      `${KEY}/a b`,
      `x${KEY}/1`,
      `${KEY}/1/2`,
      'arn:aws:kms:eu-west-1:111122223333:alias/redis',
      'arn:aws:kms:EU:111122223333:key/1',
      'arn::kms:eu-west-1:111122223333:key/1',
      'arn:aws:kms:eu-west-1:11112222333:key/1',
      '1234abcd-12ab',
      null,
    ],
  ],
  [
    'the ARN of a topic of SNS',
    TOPIC_ARN,
    [`${SNS}:alarms`, `${SNS}:a_1-b.fifo`, LATE],
    [
      `${SNS}:`,
      `${SNS}:a.b`,
      `${SNS}:a.fifo2`,
      `${SNS}:alarms:1`,
      `x${SNS}:alarms`,
      'arn:aws:sns:eu-west-1:1:alarms',
      'arn:aws:sns:eu_west:111122223333:alarms',
      'arn:a1:sns:eu-west-1:111122223333:alarms',
      'alarms',
    ],
  ],
  [
    'the id of a security group',
    SECURITY_GROUP_ID,
    ['sg-0123abcd', LATE],
    ['sg-', 'sg-A', 'my-sg-1', 'sg-1 ', 'group'],
  ],
  [
    'the id of a replication group',
    NAME,
    ['a', 'Shop-cache-2', LATE],
    ['', '1a', 'a-', 'a--b', '-a', 'a_b', 'a.b'],
  ],
  [
    'a host name',
    HOST,
    ['localhost', 'master.shop-cache.abc.cache.amazonaws.com', 'a', 'a'.repeat(253), LATE],
    ['', 'a-', '-a', 'a..b', 'a.b.', 'a_b', 'host:6380', 'a'.repeat(254), 'a/b'],
  ],
  [
    'the path of the parameters that a cache publishes',
    PARAMETER_PATH,
    ['/shop/Cache', '/a/b.c/d_e-f'],
    ['/shop', 'shop/Cache', '/shop/Cache/', '//shop/Cache', '/a b/c', LATE, 7],
  ],
])('%s', (words, kind, accepted, refused) => {
  test('is called so', () => {
    expect(kind.words).toBe(words);
  });

  test.each(accepted.map((value) => [value]))('may be %p', (value) => {
    expect(kind.accepts(value)).toBe(true);
  });

  test.each(refused.map((value) => [value]))('is not %p', (value) => {
    expect(kind.accepts(value)).toBe(false);
  });
});

describe('What to write instead', () => {
  const secret = `Use one like "${SECRET}:CacheCredentials-a1b2c3".`;
  const key = `Use one like "${KEY}/1234abcd-12ab-34cd-56ef-1234567890ab".`;
  const host = 'Use one like "master.shop-cache.abc123.euw1.cache.amazonaws.com".';
  const path = 'Use one like "/shop-prod/Cache".';
  const port = 'Use "h.example"; the port is `port`.';

  test.each<[kind: Kind, value: unknown, advice: string]>([
    [
      SECRET_ARN,
      `${SECRET}:redis`,
      'Use the ARN with the six characters that AWS appends to the name of the secret.',
    ],
    [SECRET_ARN, 'my-arn:redis', secret],
    [SECRET_ARN, 7, secret],
    [
      KEY_ARN,
      'arn:aws:kms:eu-west-1:111122223333:alias/redis',
      'Use the ARN of the key itself, which `aws kms describe-key` tells: an alias grants nothing.',
    ],
    [KEY_ARN, 'redis', key],
    [KEY_ARN, ['alias/'], key],
    [TOPIC_ARN, 'alarms', `Use one like "${SNS}:alarms".`],
    [SECURITY_GROUP_ID, 'group', 'Use one like "sg-0123456789abcdef0".'],
    [NAME, '1', 'Use one like "shop-cache".'],
    [HOST, 'h.example:6380', port],
    [HOST, 'rediss://h.example:6380', port],
    [HOST, 'rediss://default:pw@h.example:6380/0', port],
    [HOST, 'app@h.example:6380/', port],
    [HOST, 'rediss://h.example', host],
    [HOST, 'h.example:port', host],
    [HOST, 'h.example:6380x', host],
    [HOST, '://h.example:6380', host],
    [HOST, 7, host],
    [PARAMETER_PATH, 'shop/Cache', 'Use "/shop/Cache".'],
    [PARAMETER_PATH, '//shop//Cache/', 'Use "/shop/Cache".'],
    [PARAMETER_PATH, 'shop', path],
    [PARAMETER_PATH, 'a b/c', path],
  ])('%#', (kind, value, advice) => {
    expect(kind.advice?.(value)).toBe(advice);
  });
});
