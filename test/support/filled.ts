/**
 * The text of a template's value as CloudFormation would fill it in, as long as it can get: for
 * limits of AWS that count what was filled in.
 */

import type { TemplateJson } from './synth';

/** The longest that AWS has, of partitions with Secrets Manager and ElastiCache. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '111122223333',
  'AWS::URLSuffix': 'amazonaws.com.cn',
};

/** Random characters of a name by CloudFormation, and those that Secrets Manager adds to an ARN. */
const SECRET_SUFFIX = '-AbCdEfGhIjKl-MnOpQr';

export function filled({ Resources }: TemplateJson, value: unknown): unknown {
  const fill = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(fill);
    if (typeof each !== 'object' || each === null) return each;
    const [[name, given] = ['', undefined]] = Object.entries(each);
    if (name === 'Ref') return referred(String(given));
    if (name === 'Fn::GetAtt') return attribute((given as string[])[0]);
    if (name === 'Fn::Join') {
      const [delimiter, parts] = given as [string, unknown[]];
      return parts.map(fill).join(delimiter);
    }
    if (name === 'Fn::Select') return (fill(given) as [number, string[]])[1][6];
    if (name === 'Fn::Split') {
      const [delimiter, text] = fill(given) as [string, string];
      return text.split(delimiter);
    }
    return Object.fromEntries(Object.entries(each).map(([key, part]) => [key, fill(part)]));
  };
  const attribute = (id = ''): string => {
    const { Type = '', Properties = {} } = Resources[id] ?? {};
    if (Type !== 'AWS::ElastiCache::User') return `arn:${'x'.repeat(150)}`;
    const arn = ['arn', 'aws-us-gov', 'elasticache', 'ap-southeast-1', '111122223333', 'user'];
    return [...arn, Properties.UserId].join(':');
  };
  const referred = (id: string): string => {
    if (PSEUDO[id] !== undefined) return PSEUDO[id];
    const { Type = '', Properties = {} } = Resources[id] ?? {};
    if (Type === 'AWS::ElastiCache::User') return String(Properties.UserId);
    if (Type !== 'AWS::SecretsManager::Secret') return 'x'.repeat(40);
    const arn = ['arn', 'aws-us-gov', 'secretsmanager', 'ap-southeast-1', '111122223333', 'secret'];
    return [...arn, `${id}${SECRET_SUFFIX}`].join(':');
  };
  return fill(value);
}
