/**
 * Implements the ports with the AWS SDK: the only file that imports it.
 *
 * Each method is one call, except the first `look` at a sharded group, which reads the address of
 * each node. AWS errors leave this file as name and request id, never as message: some of AWS's
 * messages quote parameters.
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
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { withDeadline } from '../../contract/deadline';
import type { Password } from '../../contract/password';
import { LABEL, REVOKED_PREFIX } from '../../contract/rotation';
import { parseStored, printCredentials, type StoredCredentials } from '../../contract/secret-json';
import { endSessions } from './end-sessions';
import { labelsOf } from './labels';
import { login } from './login';
import type { CachePort, CacheView, NodeAddress, Secrets } from './ports';
import { probe } from './probe';
import { RotationError } from './rotation-error';

/**
 * Timeouts of one try: within the deadline of a call (`settings.ts`) a retry fits after a first try
 * without an answer.
 */
const CALL = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 6_000,
    // Maximum silence of the connection, including within a body.
    socketTimeout: 6_000,
    throwOnRequestTimeout: true,
  },
} as const;

/** Each call ends within `callMsMax` milliseconds. */
export function awsSecrets(secretArn: string, callMsMax: number): Secrets {
  const client = new SecretsManagerClient(CALL);
  const named = namedWithin(callMsMax);
  const relabel = async (input: Omit<UpdateSecretVersionStageCommandInput, 'SecretId'>) => {
    const command = new UpdateSecretVersionStageCommand({ SecretId: secretArn, ...input });
    await named('UpdateSecretVersionStage', (options) => client.send(command, options));
  };
  return {
    async labels() {
      const command = new DescribeSecretCommand({ SecretId: secretArn });
      const answer = await named('DescribeSecret', (options) => client.send(command, options));
      return labelsOf(answer.VersionIdsToStages ?? {});
    },
    async read(versionId) {
      // By id, never by label: labels are eventually consistent.
      const command = new GetSecretValueCommand({ SecretId: secretArn, VersionId: versionId });
      const send = (options: Options) => client.send(command, options);
      const answer = await named('GetSecretValue', send, 'ResourceNotFoundException');
      return answer && parsed(answer.SecretString ?? '', versionId);
    },
    async put(versionId, { username, password, endpoints }) {
      const command = new PutSecretValueCommand({
        SecretId: secretArn,
        ClientRequestToken: versionId,
        SecretString: printCredentials(username, password, endpoints),
        // Explicit, because the default label is AWSCURRENT.
        VersionStages: [LABEL.pending],
      });
      const send = (options: Options) => client.send(command, options);
      const answer = await named('PutSecretValue', send, 'ResourceExistsException');
      return answer ? 'stored' : 'has-value';
    },
    async history() {
      const described = new DescribeSecretCommand({ SecretId: secretArn });
      const listed = new ListSecretVersionIdsCommand({ SecretId: secretArn });
      const [secret, { Versions = [] }] = await Promise.all([
        named('DescribeSecret', (options) => client.send(described, options)),
        named('ListSecretVersionIds', (options) => client.send(listed, options)),
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
    async markRevoked(versionId, since) {
      await relabel({ VersionStage: REVOKED_PREFIX + since, MoveToVersionId: versionId });
    },
    async unmarkRevoked(versionId, since) {
      await relabel({ VersionStage: REVOKED_PREFIX + since, RemoveFromVersionId: versionId });
    },
    async move(label, from, to) {
      await relabel({ VersionStage: LABEL[label], RemoveFromVersionId: from, MoveToVersionId: to });
    },
  };
}

/** Each call ends within `callMsMax` milliseconds. */
export function awsCache(replicationGroupId: string, callMsMax: number): CachePort {
  const client = new ElastiCacheClient(CALL);
  const named = namedWithin(callMsMax);
  // One attempt, bounded only by the deadline: a retry after a lost answer could reach the cache
  // after the first request, and AWS does not document the effect of a password that the cache
  // already has.
  const onceClient = new ElastiCacheClient({ maxAttempts: 1 });
  // A node keeps its address for life, so only the first look of an invocation reads it: the time
  // limit of an iteration (`settings.ts`) then holds for all further looks.
  const addresses: Addresses = new Map();
  const addressOf = (id: string) => addresses.get(id) ?? askAddress(id);
  const askAddress = async (CacheClusterId: string) => {
    const command = new DescribeCacheClustersCommand({ CacheClusterId, ShowCacheNodeInfo: true });
    const send = (options: Options) => client.send(command, options);
    const answer = await named('DescribeCacheClusters', send);
    const node = nodeAt(answer.CacheClusters?.[0]?.CacheNodes?.[0]?.Endpoint);
    if (!node) throw unusable(`DescribeCacheClusters: the node ${CacheClusterId} has no endpoint`);
    addresses.set(CacheClusterId, node);
    return node;
  };
  const change = async (password: Password, AuthTokenUpdateStrategy: 'ROTATE' | 'SET') => {
    const command = new ModifyReplicationGroupCommand({
      ReplicationGroupId: replicationGroupId,
      AuthToken: password.reveal(),
      AuthTokenUpdateStrategy,
      // Otherwise the change waits for the maintenance window.
      ApplyImmediately: true,
    });
    try {
      await withDeadline(callMsMax, (abortSignal) => onceClient.send(command, { abortSignal }));
      return 'asked';
    } catch (error) {
      const { name, message } = error as AwsError;
      if (name === 'InvalidReplicationGroupStateFault') return 'busy';
      // The cache already has the requested state.
      if (message.startsWith('No modifications were requested')) return 'asked';
      const isNotNewest = NOT_NEWEST.some((each) => name.startsWith(each));
      if (AuthTokenUpdateStrategy === 'SET' && isNotNewest) return 'not-newest';
      throw failed('ModifyReplicationGroup', error as AwsError);
    }
  };
  return {
    username: DEFAULT_USERNAME,
    login,
    probe,
    endSessions,
    async look() {
      const ReplicationGroupId = replicationGroupId;
      const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId });
      const send = (options: Options) => client.send(command, options);
      const answer = await named('DescribeReplicationGroups', send);
      const group = answer.ReplicationGroups?.[0] ?? {};
      return viewOf(group, await nodesOf(group, addressOf));
    },
    async ask(password) {
      return (await change(password, 'ROTATE')) === 'busy' ? 'busy' : 'asked';
    },
    askAlone: (password) => change(password, 'SET'),
  };
}

/** AWS's errors for a password that is not the newest, and for other mismatches. */
const NOT_NEWEST = ['InvalidParameterValue', 'InvalidParameterCombination'];

interface Options {
  readonly abortSignal: AbortSignal;
}

/** Sends one call, and names its operation in errors. */
interface Named {
  <T>(operation: string, send: (options: Options) => Promise<T>): Promise<T>;
  /** Returns `undefined` for an expected error name. */
  <T>(
    operation: string,
    send: (options: Options) => Promise<T>,
    expected: string,
  ): Promise<T | undefined>;
}

function namedWithin(callMsMax: number): Named {
  return async <T>(
    operation: string,
    send: (options: Options) => Promise<T>,
    expected?: string,
  ) => {
    try {
      return await withDeadline(callMsMax, (abortSignal) => send({ abortSignal }));
    } catch (error) {
      if ((error as AwsError).name === expected) return undefined as T;
      throw failed(operation, error as AwsError);
    }
  };
}

type AwsError = Error & { $metadata?: { requestId?: string } };

function failed(operation: string, { name, $metadata }: AwsError): RotationError {
  const detail = `${operation}: ${name}, request id ${$metadata?.requestId ?? 'none'}`;
  return new RotationError('AwsCallFailed', { detail });
}

function parsed(secretString: string, versionId: string): StoredCredentials {
  try {
    return parseStored(secretString);
  } catch (error) {
    // Errors of `parseStored` name a key or count characters; they never quote.
    throw new RotationError('SecretMalformed', { versionId, detail: (error as Error).message });
  }
}

/** Node addresses by cache cluster id: each member of a group is its own cache cluster. */
type Addresses = Map<string, NodeAddress>;

/** Maximum parallel reads of node addresses: ElastiCache throttles. */
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
  const nodes: NodeAddress[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE_MAX) {
    const some = ids.slice(start, start + AT_ONCE_MAX);
    nodes.push(...(await Promise.all(some.map(addressOf))));
  }
  return nodes;
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
  };
}

function nodeAt({ Address: host, Port: port }: Endpoint = {}): NodeAddress | undefined {
  return host && port ? { host, port } : undefined;
}

function unusable(detail: string): RotationError {
  return new RotationError('AwsCallFailed', { detail });
}
