/**
 * ElastiCache API over `CacheGroup`: the actions of the function, and one of preflight.
 *
 * A sharded group shows one configuration endpoint, as in AWS; only DescribeCacheClusters has the
 * addresses of its nodes.
 */

import { type Shard, slotsOf } from '../redis/redis-cluster';
import type { RedisNode } from '../redis/redis-node';
import type { Account } from './account';
import type { CacheGroup, Strategy } from './cache-group';
import { answerUsers } from './elasticache-users-api';
import { AwsError } from './secrets-manager-store';
import { element, escapeXml } from './xml';

/** The response body. @throws AwsError as AWS does. */
export function answerElastiCache(
  group: CacheGroup,
  action: string,
  input: URLSearchParams,
  { missingNodeTypes }: Pick<Account, 'missingNodeTypes'>,
): string {
  switch (action) {
    case 'DescribeReplicationGroups':
      // Without an id AWS lists all groups.
      if (input.has('ReplicationGroupId')) mustBe(group, input);
      return answer(action, element('ReplicationGroups', describe(group)));
    case 'DescribeCacheClusters':
      return answer(action, element('CacheClusters', describeClusters(group, input)));
    case 'ModifyReplicationGroup':
      mustBe(group, input);
      modify(group, input);
      return answer(action, describe(group));
    case 'DescribeReservedCacheNodesOfferings': {
      const type = input.get('CacheNodeType') ?? '';
      const offering = element('ReservedCacheNodesOffering', text('CacheNodeType', type));
      const offered = missingNodeTypes.includes(type) ? '' : offering;
      return answer(action, element('ReservedCacheNodesOfferings', offered));
    }
    default: {
      const result = answerUsers(group, action, input);
      if (result !== undefined) return answer(action, result);
      throw new AwsError('InvalidAction', `${action} is not part of the rehearsal`);
    }
  }
}

function mustBe(group: CacheGroup, input: URLSearchParams): void {
  if (input.get('ReplicationGroupId') !== group.id) {
    throw new AwsError('ReplicationGroupNotFoundFault', 'there is no such replication group');
  }
}

/** The modelled parameters of ModifyReplicationGroup. Others are refused. */
const MODIFIED_BY = [
  'Action',
  'Version',
  'ReplicationGroupId',
  'ApplyImmediately',
  'AuthToken',
  'AuthTokenUpdateStrategy',
  'UserGroupIdsToAdd.member.1',
  'RemoveUserGroups',
];

function modify(group: CacheGroup, input: URLSearchParams): void {
  const unknown = Array.from(input.keys()).find((name) => !MODIFIED_BY.includes(name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidParameterValue', `${unknown} is not part of the rehearsal`);
  }
  const strategy = input.get('AuthTokenUpdateStrategy') ?? 'ROTATE';
  if (input.get('ApplyImmediately') !== 'true') {
    throw new AwsError(
      'InvalidParameterCombination',
      'without ApplyImmediately the change would wait for the maintenance window',
    );
  }
  if (moves(group, strategy, input)) return;
  if (strategy !== 'ROTATE' && strategy !== 'SET') {
    throw new AwsError(
      'InvalidParameterValue',
      'Auth token update strategy delete is not supported currently',
    );
  }
  group.modify(strategy satisfies Strategy, input.get('AuthToken') ?? '');
}

/**
 * Whether the request changes between one password and users. AWS's words of refusal:
 * hashicorp/terraform-provider-aws#31710, #42372.
 */
function moves(group: CacheGroup, strategy: string, input: URLSearchParams): boolean {
  const added = input.get('UserGroupIdsToAdd.member.1');
  const removes = input.get('RemoveUserGroups') === 'true';
  const refuse = (words: string): never => {
    throw new AwsError('InvalidParameterCombination', words);
  };
  if (added !== null) {
    if (group.users === undefined && strategy !== 'DELETE') {
      refuse(
        "User group can't be associated with auth token enabled. Pass AuthStrategy delete to " +
          'proceed.',
      );
    }
    if (group.users !== undefined) refuse('A replication group can have one user group.');
    group.attach(added);
    return true;
  }
  if (input.has('AuthToken') && group.users !== undefined && !removes) {
    refuse(
      "Auth tokens can't be enabled with a user group already associated. Pass RemoveUserGroups " +
        'to proceed.',
    );
  }
  if (removes && strategy !== 'SET') refuse('ROTATE would accept clients without a password');
  if (removes) group.detach(input.get('AuthToken') ?? '');
  return removes;
}

function describe(group: CacheGroup): string {
  const pending = group.changing === 'SET' ? 'SETTING' : 'ROTATING';
  const [first] = group.nodes;
  const members = group.nodes.map((node) => text('ClusterId', clusterId(group, node)));
  const shards = group.shards.map((_, index) => element('NodeGroup', shard(group, index)));
  const content = [
    text('ReplicationGroupId', group.id),
    text('Status', group.isModifying && !group.showsAvailable ? 'modifying' : 'available'),
    group.changing ? element('PendingModifiedValues', text('AuthTokenStatus', pending)) : '',
    element('MemberClusters', members.join('')),
    element('NodeGroups', shards.join('')),
    text('ClusterEnabled', String(group.isSharded)),
    group.isSharded ? addressOf(group, 'ConfigurationEndpoint', first) : '',
    text('AuthTokenEnabled', String(group.users === undefined)),
    ...(group.users
      ? [element('UserGroupIds', text('member', group.users.id))]
      : [text('AuthTokenLastModifiedDate', group.authChangedAt)]),
    text('TransitEncryptionEnabled', 'true'),
  ];
  return element('ReplicationGroup', content.join(''));
}

function shard(group: CacheGroup, index: number): string {
  const nodes: Shard = group.shards[index] ?? [];
  const [primary, replica] = nodes;
  const members = nodes.map((node) => element('NodeGroupMember', member(group, node)));
  const endpoints = group.isSharded
    ? [text('Slots', slotsOf(index, group.shards.length).join('-'))]
    : [primaryEndpoint(group, primary), addressOf(group, 'ReaderEndpoint', replica)];
  return [
    text('NodeGroupId', String(index + 1).padStart(4, '0')),
    ...endpoints,
    element('NodeGroupMembers', members.join('')),
  ].join('');
}

function member(group: CacheGroup, node: RedisNode): string {
  return [
    text('CacheClusterId', clusterId(group, node)),
    text('CacheNodeId', CACHE_NODE_ID),
    group.isSharded ? '' : addressOf(group, 'ReadEndpoint', node),
  ].join('');
}

function describeClusters(group: CacheGroup, input: URLSearchParams): string {
  const wanted = input.get('CacheClusterId');
  const nodes = group.nodes.filter((node) => !wanted || clusterId(group, node) === wanted);
  if (wanted && nodes.length === 0) {
    throw new AwsError('CacheClusterNotFound', `CacheCluster not found: ${wanted}`);
  }
  const showsNodes = input.get('ShowCacheNodeInfo') === 'true';
  const clusters = nodes.map((node) => {
    const info = text('CacheNodeId', CACHE_NODE_ID) + addressOf(group, 'Endpoint', node);
    const content = [
      text('CacheClusterId', clusterId(group, node)),
      text('ReplicationGroupId', group.id),
      showsNodes ? element('CacheNodes', element('CacheNode', info)) : '',
    ];
    return element('CacheCluster', content.join(''));
  });
  return clusters.join('');
}

/** Each member of a group is a cache cluster of one node. */
const CACHE_NODE_ID = '0001';

function clusterId(group: CacheGroup, node: RedisNode): string {
  return `${group.id}-${node.id}`;
}

function primaryEndpoint(group: CacheGroup, primary: RedisNode | undefined): string {
  const { primaryEndpoint: moved } = group;
  if (moved === undefined) return addressOf(group, 'PrimaryEndpoint', primary);
  return element('PrimaryEndpoint', text('Address', moved.host) + text('Port', String(moved.port)));
}

/** Empty if the node does not exist or has no address yet. */
function addressOf(group: CacheGroup, name: string, node: RedisNode | undefined): string {
  if (!node || group.withoutAddress.has(node)) return '';
  return element(name, text('Address', node.host) + text('Port', String(node.port)));
}

function text(name: string, content: string): string {
  return element(name, escapeXml(content));
}

function answer(action: string, content: string): string {
  const metadata = element('ResponseMetadata', text('RequestId', 'rehearsal'));
  return element(`${action}Response`, element(`${action}Result`, content) + metadata);
}
