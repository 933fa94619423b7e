/**
 * Attaches the user group that was deployed to a cache, in the place of whatever says who may log
 * in, with the credentials of the operator.
 *
 * A cache without a user group and a password is open, so it never detaches one alone.
 */

import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  type ElastiCacheClientConfig,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache';
import { call } from './aws-call';

export async function attachUserGroup(
  config: ElastiCacheClientConfig,
  callMs: number,
  ReplicationGroupId: string,
  userGroupId: string,
): Promise<void> {
  const client = new ElastiCacheClient(config);
  const look = new DescribeReplicationGroupsCommand({ ReplicationGroupId });
  const answer = await call('DescribeReplicationGroups', callMs, (signal) =>
    client.send(look, signal),
  );
  const { UserGroupIds = [], AuthTokenEnabled } = answer.ReplicationGroups?.[0] ?? {};
  const isOurs = (id: string) => id.toLowerCase() === userGroupId.toLowerCase();
  const others = UserGroupIds.filter((id) => !isOurs(id));
  const isAttached = UserGroupIds.some(isOurs);
  if (isAttached && others.length === 0 && !AuthTokenEnabled) return;
  const change = new ModifyReplicationGroupCommand({
    ReplicationGroupId,
    UserGroupIdsToAdd: isAttached ? undefined : [userGroupId],
    UserGroupIdsToRemove: others.length > 0 ? others : undefined,
    // The password goes with the same request.
    AuthTokenUpdateStrategy: AuthTokenEnabled ? 'DELETE' : undefined,
    // Otherwise the change waits for the maintenance window.
    ApplyImmediately: true,
  });
  await call('ModifyReplicationGroup', callMs, (signal) => client.send(change, signal));
}
