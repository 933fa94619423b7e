/** What says who may log in to a replication group, as DescribeReplicationGroups spells it. */

import type { ElastiCacheClient, ReplicationGroup } from '@aws-sdk/client-elasticache';
import type { NamedCall } from '../../lambda/rotation/aws-call';
import { lookAtGroup } from '../../lambda/rotation/aws-group';

const NODE = { CacheClusterId: 'one', ReadEndpoint: { Address: 'a', Port: 1 } };
const GROUP: ReplicationGroup = {
  ReplicationGroupId: 'jobs',
  Status: 'available',
  NodeGroups: [{ PrimaryEndpoint: { Address: 'a', Port: 1 }, NodeGroupMembers: [NODE] }],
};

async function attached(change: ReplicationGroup) {
  const named = (async () => ({ ReplicationGroups: [{ ...GROUP, ...change }] })) as NamedCall;
  return (await lookAtGroup({} as ElastiCacheClient, named, 'jobs')()).attached;
}

test.each<[string, ReplicationGroup, unknown]>([
  [
    'a user group, in any case',
    { UserGroupIds: ['Users-1A'], AuthTokenEnabled: false },
    { to: 'jobs', userGroups: ['users-1a'], hasPassword: false },
  ],
  [
    'several user groups',
    { UserGroupIds: ['a', 'B'] },
    { to: 'jobs', userGroups: ['a', 'b'], hasPassword: false },
  ],
  [
    'a password, and no list',
    { AuthTokenEnabled: true },
    { to: 'jobs', userGroups: [], hasPassword: true },
  ],
  [
    'a change that is pending',
    { UserGroupIds: ['a'], PendingModifiedValues: { UserGroups: { UserGroupIdsToRemove: ['a'] } } },
    undefined,
  ],
])('%s', async (_, change, expected) => {
  expect(await attached(change)).toStrictEqual(expected);
});
