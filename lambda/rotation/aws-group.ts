/**
 * Reads a replication group from ElastiCache: its status, its endpoints and every node.
 *
 * One call, except for the first look at a sharded group, which reads the address of each node.
 */

import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  type ElastiCacheClient,
  type Endpoint,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { someAtOnce } from '../../contract/some-at-once';
import { type CallOptions, type NamedCall, unusable } from './aws-call';
import type { Attached, CacheView, NodeAddress } from './ports';

export function lookAtGroup(
  client: ElastiCacheClient,
  named: NamedCall,
  ReplicationGroupId: string,
): () => Promise<CacheView> {
  // A node keeps its address for life, so only the first look of an invocation reads it: the time
  // limit of an iteration (`settings.ts`) then holds for all further looks.
  const addresses: Addresses = new Map();
  const addressOf = (id: string) => addresses.get(id) ?? askAddress(id);
  const askAddress = async (CacheClusterId: string) => {
    const command = new DescribeCacheClustersCommand({ CacheClusterId, ShowCacheNodeInfo: true });
    const send = (options: CallOptions) => client.send(command, options);
    const answer = await named('DescribeCacheClusters', send);
    const node = nodeAt(answer.CacheClusters?.[0]?.CacheNodes?.[0]?.Endpoint);
    if (!node) throw unusable(`DescribeCacheClusters: the node ${CacheClusterId} has no endpoint`);
    addresses.set(CacheClusterId, node);
    return node;
  };
  return async () => {
    const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId });
    const send = (options: CallOptions) => client.send(command, options);
    const answer = await named('DescribeReplicationGroups', send);
    const group = answer.ReplicationGroups?.[0] ?? {};
    return viewOf(group, await nodesOf(group, addressOf));
  };
}

/** Node addresses by cache cluster id: each member of a group is its own cache cluster. */
type Addresses = Map<string, NodeAddress>;

/** Maximum parallel reads of node addresses. */
const AT_ONCE_MAX = 10;

/** All nodes, or an error: a missing node would make an unproven rotation look proven. */
async function nodesOf(
  group: ReplicationGroup,
  addressOf: (id: string) => NodeAddress | Promise<NodeAddress>,
): Promise<readonly NodeAddress[]> {
  const members = (group.NodeGroups ?? []).flatMap((shard) => shard.NodeGroupMembers ?? []);
  const ids = members.map(({ CacheClusterId: id = '' }) => id);
  const unlisted = (group.MemberClusters ?? []).filter((id) => !ids.includes(id));
  if (members.length === 0 || unlisted.length > 0) {
    const names = unlisted.join(', ') || 'any';
    throw unusable(`DescribeReplicationGroups: no shard lists ${names} of the nodes`);
  }
  // For a sharded group this answer has no node addresses.
  const told = members.flatMap(({ ReadEndpoint: endpoint }) => nodeAt(endpoint) ?? []);
  if (told.length === members.length) return told;
  return someAtOnce(ids, AT_ONCE_MAX, addressOf);
}

function viewOf(group: ReplicationGroup, nodes: readonly NodeAddress[]): CacheView {
  const [shard] = group.NodeGroups ?? [];
  // A sharded group has one endpoint for all shards, and no reader endpoint.
  const primary = nodeAt(shard?.PrimaryEndpoint ?? group.ConfigurationEndpoint);
  if (!primary) throw unusable('DescribeReplicationGroups: the group has no endpoint');
  return {
    // The status alone can still be `available` right after a request.
    settled: group.Status === 'available' && !group.PendingModifiedValues?.AuthTokenStatus,
    authChangedAt: group.AuthTokenLastModifiedDate?.toISOString(),
    endpoints: { ...primary, readerHost: shard?.ReaderEndpoint?.Address ?? primary.host },
    nodes,
    attached: group.PendingModifiedValues?.UserGroups ? undefined : attachedTo(group),
  };
}

/** ElastiCache writes ids in lower case; whatever it does, the comparison does not depend on it. */
function attachedTo(group: ReplicationGroup): Attached {
  const { ReplicationGroupId: to = '', UserGroupIds = [], AuthTokenEnabled = false } = group;
  const userGroups = UserGroupIds.map((id) => id.toLowerCase());
  return { to, userGroups, hasPassword: AuthTokenEnabled };
}

function nodeAt({ Address: host, Port: port }: Endpoint = {}): NodeAddress | undefined {
  return host && port ? { host, port } : undefined;
}
