/**
 * The ports over the AWS SDK, and the only file that imports it.
 *
 * Each method is one call, but for the first look at a sharded group, which asks for the address
 * of each node. An AWS error leaves here as its name and request id, never its message: some of
 * AWS's messages quote parameters.
 */

import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  type Endpoint,
  ModifyReplicationGroupCommand,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { type Credentials, parseCredentials, printCredentials } from '../../contract/credentials';
import type { Password } from '../../contract/password';
import { holderOf, LABEL, RETIRED_PREFIX } from '../../contract/rotation';
import { login } from './login';
import type { Cache, CacheNode, CacheView, Labels, Secrets } from './ports';
import { probe } from './probe';
import { RotationError } from './rotation-error';

/**
 * Bounds of one AWS call, so that a lost answer cannot hold an invocation until it is killed.
 * Three tries of a wait this long still leave time for the turn to end.
 */
const CALL = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

export function awsSecrets(secretArn: string): Secrets {
  const client = new SecretsManagerClient(CALL);
  const relabel = async (input: Omit<UpdateSecretVersionStageCommandInput, 'SecretId'>) => {
    const command = new UpdateSecretVersionStageCommand({ SecretId: secretArn, ...input });
    await named('UpdateSecretVersionStage', client.send(command));
  };
  return {
    async labels() {
      const command = new DescribeSecretCommand({ SecretId: secretArn });
      const answer = await named('DescribeSecret', client.send(command));
      return labelsOf(answer.VersionIdsToStages ?? {});
    },
    async read(versionId) {
      // By id, never by label: labels are eventually consistent.
      const command = new GetSecretValueCommand({ SecretId: secretArn, VersionId: versionId });
      const sent = client.send(command);
      const answer = await named('GetSecretValue', sent, 'ResourceNotFoundException');
      return answer && parsed(answer.SecretString ?? '', versionId);
    },
    async put(versionId, { username, password, endpoints }) {
      const command = new PutSecretValueCommand({
        SecretId: secretArn,
        ClientRequestToken: versionId,
        SecretString: printCredentials(username, password, endpoints),
        // Stated, since without it the new version would become AWSCURRENT at once.
        VersionStages: [LABEL.pending],
      });
      const sent = client.send(command);
      const answer = await named('PutSecretValue', sent, 'ResourceExistsException');
      return answer ? 'stored' : 'has-value';
    },
    async history() {
      const described = new DescribeSecretCommand({ SecretId: secretArn });
      const listed = new ListSecretVersionIdsCommand({ SecretId: secretArn });
      const [secret, { Versions = [] }] = await Promise.all([
        named('DescribeSecret', client.send(described)),
        named('ListSecretVersionIds', client.send(listed)),
      ]);
      const created = Versions.flatMap(({ VersionId, CreatedDate }) =>
        VersionId && CreatedDate ? [[VersionId, CreatedDate.getTime()] as const] : [],
      );
      return {
        createdMs: new Map(created),
        changedMs: secret.LastChangedDate?.getTime(),
        nextRotationMs: secret.NextRotationDate?.getTime(),
      };
    },
    async markRetired(versionId, since) {
      await relabel({ VersionStage: RETIRED_PREFIX + since, MoveToVersionId: versionId });
    },
    async unmarkRetired(versionId, since) {
      await relabel({ VersionStage: RETIRED_PREFIX + since, RemoveFromVersionId: versionId });
    },
    async move(label, from, to) {
      await relabel({ VersionStage: LABEL[label], RemoveFromVersionId: from, MoveToVersionId: to });
    },
  };
}

export function awsCache(replicationGroupId: string): Cache {
  const client = new ElastiCacheClient(CALL);
  // Why one attempt: a repeat of a request whose answer was lost could reach the cache after the
  // first, and what it does with a password that it has already is not documented.
  const onceClient = new ElastiCacheClient({ ...CALL, maxAttempts: 1 });
  // A node keeps its address for life, so only the first look of an invocation asks for it: the
  // time that one turn takes at most (`settings.ts`) holds for all the others.
  const addresses: Addresses = new Map();
  const change = (password: Password, strategy: 'ROTATE' | 'SET') =>
    onceClient.send(
      new ModifyReplicationGroupCommand({
        ReplicationGroupId: replicationGroupId,
        AuthToken: password.reveal(),
        AuthTokenUpdateStrategy: strategy,
        // Without it the change waits for the maintenance window.
        ApplyImmediately: true,
      }),
    );
  return {
    login,
    probe,
    async look() {
      const ReplicationGroupId = replicationGroupId;
      const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId });
      const answer = await named('DescribeReplicationGroups', client.send(command));
      const group = answer.ReplicationGroups?.[0] ?? {};
      return viewOf(group, await nodesOf(group, client, addresses));
    },
    async ask(password) {
      // Both mean that there is nothing more to do now than to look again: another change is
      // going on, or the cache says that it is so already.
      await named('ModifyReplicationGroup', change(password, 'ROTATE'), ...NOTHING_TO_DO);
    },
    async askAlone(password) {
      try {
        await change(password, 'SET');
        return 'asked';
      } catch (error) {
        const { name, message } = error as Error;
        if (name === 'InvalidReplicationGroupStateFault') return 'busy';
        if (message.startsWith('No modifications were requested')) return 'asked';
        if (NOT_NEWEST.some((each) => name.startsWith(each))) return 'not-newest';
        throw failed('ModifyReplicationGroup', error as AwsError);
      }
    },
  };
}

/** What AWS says of a password that is not the one it accepted last, and of any other misfit. */
const NOT_NEWEST = ['InvalidParameterValue', 'InvalidParameterCombination'];

const NOTHING_TO_DO = ['InvalidReplicationGroupStateFault', 'No modifications were requested'];

/** The answer, or `undefined` for an error whose name, or the start of its text, is expected. */
async function named<T>(operation: string, sent: Promise<T>): Promise<T>;
async function named<T>(
  operation: string,
  sent: Promise<T>,
  ...expected: readonly string[]
): Promise<T | undefined>;
async function named<T>(
  operation: string,
  sent: Promise<T>,
  ...expected: readonly string[]
): Promise<T | undefined> {
  try {
    return await sent;
  } catch (error) {
    const { name, message } = error as AwsError;
    if (expected.some((each) => name === each || message.startsWith(each))) return undefined;
    throw failed(operation, error as AwsError);
  }
}

type AwsError = Error & { $metadata?: { requestId?: string } };

function failed(operation: string, { name, $metadata }: AwsError): RotationError {
  const detail = `${operation}: ${name}, request id ${$metadata?.requestId ?? 'none'}`;
  return new RotationError('AwsCallFailed', { detail });
}

function parsed(secretString: string, versionId: string): Credentials {
  try {
    return parseCredentials(secretString);
  } catch (error) {
    // Our own messages name a key or count characters; they never quote.
    throw new RotationError('SecretMalformed', { versionId, detail: (error as Error).message });
  }
}

function labelsOf(stagesById: Readonly<Record<string, readonly string[]>>): Labels {
  return {
    current: holderOf(stagesById, LABEL.current),
    pending: holderOf(stagesById, LABEL.pending),
    newest: holderOf(stagesById, LABEL.newest),
    previous: holderOf(stagesById, LABEL.previous),
    retired: retiredOf(stagesById),
  };
}

function retiredOf(stagesById: Readonly<Record<string, readonly string[]>>): Labels['retired'] {
  const found = Object.entries(stagesById).flatMap(([versionId, labels]) =>
    labels
      .filter((label) => label.startsWith(RETIRED_PREFIX))
      .map((label) => ({ versionId, since: label.slice(RETIRED_PREFIX.length) })),
  );
  // Of two, which a crash between two moves can leave, the one on the current version counts.
  const isCurrent = ({ versionId }: { versionId: string }) =>
    stagesById[versionId]?.includes(LABEL.current);
  return found.find(isCurrent) ?? found[0];
}

/** Nodes by the id of their cache cluster: each member of a group is one of its own. */
type Addresses = Map<string, CacheNode>;

/** How many nodes are asked about at a time: ElastiCache throttles. */
const AT_ONCE_MAX = 10;

/** Every node, or an error: leaving one out would call a rotation proven that is not. */
async function nodesOf(
  group: ReplicationGroup,
  client: ElastiCacheClient,
  addresses: Addresses,
): Promise<readonly CacheNode[]> {
  const members = (group.NodeGroups ?? []).flatMap((shard) => shard.NodeGroupMembers ?? []);
  const ids = members.map(({ CacheClusterId: id = '' }) => id);
  const unlisted = (group.MemberClusters ?? []).filter((id) => !ids.includes(id));
  if (members.length === 0 || unlisted.length > 0) {
    const names = unlisted.join(', ') || 'any';
    throw unusable(`DescribeReplicationGroups: no shard lists ${names} of the nodes`);
  }
  // Where a node of a sharded group listens is not said here.
  const told = members.flatMap(({ ReadEndpoint: endpoint }) => nodeAt(endpoint) ?? []);
  if (told.length === members.length) return told;
  const nodes: CacheNode[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE_MAX) {
    const some = ids.slice(start, start + AT_ONCE_MAX);
    const found = some.map((id) => addresses.get(id) ?? askAddress(id, client, addresses));
    nodes.push(...(await Promise.all(found)));
  }
  return nodes;
}

async function askAddress(
  id: string,
  client: ElastiCacheClient,
  addresses: Addresses,
): Promise<CacheNode> {
  const command = new DescribeCacheClustersCommand({ CacheClusterId: id, ShowCacheNodeInfo: true });
  const answer = await named('DescribeCacheClusters', client.send(command));
  const node = nodeAt(answer.CacheClusters?.[0]?.CacheNodes?.[0]?.Endpoint);
  if (!node) throw unusable(`DescribeCacheClusters: the node ${id} has no endpoint`);
  addresses.set(id, node);
  return node;
}

function viewOf(group: ReplicationGroup, nodes: readonly CacheNode[]): CacheView {
  const [shard] = group.NodeGroups ?? [];
  // A sharded group has one endpoint for all shards, and none for readers.
  const primary = nodeAt(shard?.PrimaryEndpoint ?? group.ConfigurationEndpoint);
  if (!primary) throw unusable('DescribeReplicationGroups: the group has no endpoint');
  return {
    // The status alone can still read `available` right after a change was asked for.
    settled: group.Status === 'available' && !group.PendingModifiedValues?.AuthTokenStatus,
    authChangedAt: group.AuthTokenLastModifiedDate?.toISOString(),
    endpoints: { ...primary, readerHost: shard?.ReaderEndpoint?.Address ?? primary.host },
    nodes,
  };
}

function nodeAt({ Address: host, Port: port }: Endpoint = {}): CacheNode | undefined {
  return host && port ? { host, port } : undefined;
}

function unusable(detail: string): RotationError {
  return new RotationError('AwsCallFailed', { detail });
}
