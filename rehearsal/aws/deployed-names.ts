/** Names and ARNs that the modelled account gives to the resources of a template. */

import type { Refer, Resources } from './template';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';

/** A secret's ARN ends in six random characters, here always the same. */
export function arnOf(secretId: string): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT_ID}:secret:${secretId}-Rhrsal`;
}

/** ElastiCache keeps ids in lower case, 40 characters at most. */
export function groupIdOf(stackName: string, groupId: string): string {
  return `${stackName}-${groupId}`.toLowerCase().slice(0, 40);
}

export function stackIdOf(stackName: string): string {
  return `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${stackName}/Rhrsal`;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT_ID,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The values of references, by the types of their resources; other ones keep the logical id. */
export function deployedReferences(stackName: string, resources: Resources): Refer {
  return (id) => {
    const { Type, Properties } = resources[id] ?? {};
    if (Type === 'AWS::SecretsManager::Secret') return arnOf(id);
    if (Type === 'AWS::ElastiCache::ReplicationGroup') return groupIdOf(stackName, id);
    if (Type === 'AWS::ElastiCache::User') return String(Properties?.UserId);
    if (Type === 'AWS::ElastiCache::UserGroup') return String(Properties?.UserGroupId);
    if (id === 'AWS::StackId') return stackIdOf(stackName);
    return PSEUDO[id] ?? id;
  };
}
