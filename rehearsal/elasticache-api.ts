/** ElastiCache's query protocol over `CacheGroup`: the two actions that the function uses. */

import type { CacheGroup, Strategy } from './cache-group';
import type { RedisNode } from './redis-node';
import { AwsError } from './secrets-store';

/** The answer's body. @throws AwsError as AWS does. */
export function answerElastiCache(
  group: CacheGroup,
  action: string,
  input: URLSearchParams,
): string {
  if (input.get('ReplicationGroupId') !== group.id) {
    throw new AwsError('ReplicationGroupNotFoundFault', 'there is no such replication group');
  }
  if (action === 'DescribeReplicationGroups') {
    return answer(action, `<ReplicationGroups>${describe(group)}</ReplicationGroups>`);
  }
  if (action === 'ModifyReplicationGroup') {
    modify(group, input);
    return answer(action, describe(group));
  }
  throw new AwsError('InvalidAction', `${action} is not part of the rehearsal`);
}

function modify(group: CacheGroup, input: URLSearchParams): void {
  const strategy = input.get('AuthTokenUpdateStrategy') ?? 'ROTATE';
  if (input.get('ApplyImmediately') !== 'true') {
    throw new AwsError(
      'InvalidParameterCombination',
      'without ApplyImmediately the change would wait for the maintenance window',
    );
  }
  if (strategy !== 'ROTATE' && strategy !== 'SET') {
    throw new AwsError('InvalidParameterValue', 'AuthTokenUpdateStrategy must be ROTATE or SET');
  }
  group.modify(strategy satisfies Strategy, input.get('AuthToken') ?? '');
}

function describe(group: CacheGroup): string {
  const [primary, replica = primary] = group.nodes;
  const pending = group.changing === 'SET' ? 'SETTING' : 'ROTATING';
  const members = group.nodes.map((node) => tag('NodeGroupMember', member(group, node)));
  const shard = [
    tag('NodeGroupId', '0001'),
    tag('PrimaryEndpoint', endpoint(primary)),
    tag('ReaderEndpoint', endpoint(replica)),
    tag('NodeGroupMembers', members.join('')),
  ];
  const content = [
    tag('ReplicationGroupId', group.id),
    tag('Status', group.changing ? 'modifying' : 'available'),
    group.changing ? tag('PendingModifiedValues', tag('AuthTokenStatus', pending)) : '',
    tag('NodeGroups', tag('NodeGroup', shard.join(''))),
    tag('AuthTokenEnabled', 'true'),
    tag('TransitEncryptionEnabled', 'true'),
  ];
  return tag('ReplicationGroup', content.join(''));
}

function member(group: CacheGroup, node: RedisNode): string {
  return [
    tag('CacheClusterId', `${group.id}-${node.id}`),
    tag('CacheNodeId', '0001'),
    tag('ReadEndpoint', endpoint(node)),
  ].join('');
}

function endpoint(node: RedisNode | undefined): string {
  return node ? tag('Address', node.host) + tag('Port', String(node.port)) : '';
}

// Every text here is of the rehearsal's own making: an id, a host, a number, a fixed word.
function tag(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function answer(action: string, content: string): string {
  const metadata = '<ResponseMetadata><RequestId>rehearsal</RequestId></ResponseMetadata>';
  return tag(`${action}Response`, tag(`${action}Result`, content) + metadata);
}
