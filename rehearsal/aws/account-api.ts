/**
 * API of the modelled account: STS, CloudFormation and SNS in the query protocol, EC2 in its
 * variant, KMS and Service Quotas in JSON, Lambda's account settings by path.
 */

import type { Account } from './account';
import { answerEc2, EC2_ACTIONS } from './ec2-api';
import { AwsError } from './secrets-manager-store';
import { element, escapeXml } from './xml';

/** The IAM prefix of each service. */
const PREFIXES: Readonly<Record<string, string>> = {
  AmazonSSM: 'ssm',
  TrentService: 'kms',
  ServiceQuotasV20190624: 'servicequotas',
  GraniteServiceVersion20100801: 'cloudwatch',
};

const QUERY_SERVICES: Readonly<Record<string, string>> = {
  GetCallerIdentity: 'sts',
  DescribeStacks: 'cloudformation',
  GetTemplate: 'cloudformation',
  GetTopicAttributes: 'sns',
};

/** The service of an action in the query protocol, in which no request names it. */
export function serviceOfQuery(action: string): string {
  if (EC2_ACTIONS.includes(action)) return 'ec2';
  return QUERY_SERVICES[action] ?? 'elasticache';
}

/** Each service's error code for a missing permission. */
const DENIALS: Readonly<Record<string, string>> = {
  ec2: 'UnauthorizedOperation',
  elasticache: 'AccessDenied',
  cloudformation: 'AccessDenied',
  sts: 'AccessDenied',
  sns: 'AuthorizationError',
};

/** @throws AwsError if the role lacks the permission. */
export function permit({ denied }: Account, service: string, action: string): void {
  const prefix = PREFIXES[service] ?? service;
  if (!denied.includes(`${prefix}:${action}`)) return;
  const name = DENIALS[prefix] ?? 'AccessDeniedException';
  throw new AwsError(name, `not authorized to perform ${prefix}:${action}`);
}

/** Of STS, CloudFormation, SNS and EC2, the answer's body. @throws AwsError as AWS does. */
export function answerQuery(
  account: Account,
  service: string,
  action: string,
  input: URLSearchParams,
): string {
  if (service === 'ec2') return answerEc2(account, action, input);
  const content = element(`${action}Result`, resultOf(account, action, input));
  return element(`${action}Response`, content);
}

function resultOf(account: Account, action: string, input: URLSearchParams): string {
  switch (action) {
    case 'GetCallerIdentity': {
      const arn = `arn:aws:sts::${account.id}:assumed-role/rehearsal/operator`;
      return element('Account', account.id) + element('Arn', arn) + element('UserId', 'REHEARSAL');
    }
    case 'GetTemplate': {
      const { body } = stackOf(account, input);
      return element('TemplateBody', escapeXml(body));
    }
    case 'DescribeStacks': {
      const { name } = stackOf(account, input);
      const isProtected = String(account.protectedStacks.includes(name));
      const member =
        element('StackName', name) +
        element('StackStatus', account.stackStates[name] ?? 'CREATE_COMPLETE') +
        element('EnableTerminationProtection', isProtected);
      return element('Stacks', element('member', member));
    }
    default: {
      const key = account.topics[input.get('TopicArn') ?? ''];
      if (key === undefined) throw new AwsError('NotFound', 'Topic does not exist');
      const entry = element('key', 'KmsMasterKeyId') + element('value', escapeXml(key));
      return element('Attributes', key === '' ? '' : element('entry', entry));
    }
  }
}

/** @throws AwsError as CloudFormation does. */
function stackOf({ templates }: Account, input: URLSearchParams) {
  const name = input.get('StackName') ?? '';
  const body = templates[name];
  if (body !== undefined) return { name, body };
  throw new AwsError('ValidationError', `Stack with id ${name} does not exist`);
}

/** Of KMS and Service Quotas, or `undefined` for another service. @throws AwsError as AWS does. */
export function answerJson(
  account: Account,
  service: string,
  action: string,
  body: string,
): string | undefined {
  if (service === 'TrentService' && action === 'DescribeKey') {
    const { KeyId } = JSON.parse(body) as { readonly KeyId: string };
    const key = account.keys[KeyId];
    if (key === undefined) throw new AwsError('NotFoundException', 'the key does not exist');
    return JSON.stringify({ KeyMetadata: { KeyId, KeyState: key.state, KeySpec: key.spec } });
  }
  if (service !== 'ServiceQuotasV20190624') return undefined;
  const { QuotaCode } = JSON.parse(body) as { readonly QuotaCode: string };
  const quotas = action === 'GetServiceQuota' ? account.ownQuotas : account.defaultQuotas;
  const value = quotas[QuotaCode];
  if (value === undefined) throw new AwsError('NoSuchResourceException', 'there is no such quota');
  return JSON.stringify({ Quota: { QuotaCode, Value: value } });
}

/** Of Lambda. */
export const ACCOUNT_SETTINGS = '/2016-08-19/account-settings';

export function accountSettings({ concurrency: { limit, unreserved } }: Account): string {
  return JSON.stringify({
    AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved },
  });
}
