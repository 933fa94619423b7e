/**
 * Proves that the real AWS SDK takes the control plane for AWS: each refusal has AWS's name, each
 * guard of the cache and the credentials holds, and a change is shown while it goes on.
 */

import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ModifyReplicationGroupCommand,
  type ModifyReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import {
  DescribeSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

const A = 'password-a-0000000000';
const B = 'password-b-0000000000';

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally({ timing: { delayMs: 150, perNodeMs: 5 } });
});

afterEach(async () => {
  await local.deployment.stop();
});

const config = () => ({
  region: 'us-east-1',
  endpoint: local.deployment.plane.url,
  credentials: local.deployment.plane.credentials,
  maxAttempts: 1,
});

const modify = (change: Partial<ModifyReplicationGroupCommandInput> = {}) =>
  new ElastiCacheClient(config()).send(
    new ModifyReplicationGroupCommand({
      ReplicationGroupId: local.deployment.group.id,
      AuthToken: A,
      AuthTokenUpdateStrategy: 'ROTATE',
      ApplyImmediately: true,
      ...change,
    }),
  );

async function described() {
  const command = new DescribeReplicationGroupsCommand({
    ReplicationGroupId: local.deployment.group.id,
  });
  const { ReplicationGroups: groups = [] } = await new ElastiCacheClient(config()).send(command);
  return groups[0];
}

/** The name and the text of an error, as the SDK hands them on. */
async function refusal(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
  } catch (error) {
    const { name, message } = error as Error;
    noteOutput(message);
    return `${name}: ${message}`;
  }
  return 'no refusal';
}

describe('A group without shards is shown as ElastiCache shows it', () => {
  test('with an endpoint for each purpose and each node', async () => {
    const [primary, replica] = local.deployment.nodes;
    const at = (port?: number) => ({ Address: 'localhost', Port: port });
    const node = (id: string, port?: number) => ({
      CacheClusterId: id,
      CacheNodeId: '0001',
      ReadEndpoint: at(port),
    });
    expect(await described()).toEqual({
      ReplicationGroupId: 'test-group',
      Status: 'available',
      ClusterEnabled: false,
      MemberClusters: ['test-group-001', 'test-group-002'],
      NodeGroups: [
        {
          NodeGroupId: '0001',
          PrimaryEndpoint: at(primary?.port),
          ReaderEndpoint: at(replica?.port),
          NodeGroupMembers: [
            node('test-group-001', primary?.port),
            node('test-group-002', replica?.port),
          ],
        },
      ],
      AuthTokenEnabled: true,
      AuthTokenLastModifiedDate: expect.any(Date),
      TransitEncryptionEnabled: true,
    });
  });

  test('without a replica there is no reader endpoint, and readers get the primary', async () => {
    await local.deployment.stop();
    local = await startLocally({ topology: { isSharded: false, shards: 1, replicas: 0 } });
    expect((await described())?.NodeGroups?.[0]?.ReaderEndpoint).toBeUndefined();
    expect(await local.deployment.service.rotate()).toBe(true);
    const { host, readerHost } = JSON.parse(local.deployment.secretString());
    expect([host, readerHost]).toEqual(['localhost', 'localhost']);
  });

  test('another group is none', async () => {
    const sent = modify({ ReplicationGroupId: 'another' });
    expect(await refusal(sent)).toMatch('ReplicationGroupNotFoundFault');
  });
});

describe('The cache refuses what ElastiCache refuses', () => {
  test('a second change while one goes on', async () => {
    await modify();
    expect(await refusal(modify({ AuthToken: B }))).toMatch('InvalidReplicationGroupStateFault');
  });

  test('SET of a password that was not rotated last', async () => {
    const sent = modify({ AuthTokenUpdateStrategy: 'SET' });
    expect(await refusal(sent)).toMatch('InvalidParameterValueException: SET needs');
  });

  test.each(['fifteen-chars-0', `${A}/`, `${A}@`, 'x'.repeat(129)])('%s', async (AuthToken) => {
    const expected = 'InvalidParameterValueException: Invalid AuthToken provided.';
    expect(await refusal(modify({ AuthToken }))).toBe(expected);
  });

  test('a change that would wait for the maintenance window', async () => {
    const sent = modify({ ApplyImmediately: false });
    expect(await refusal(sent)).toMatch('InvalidParameterCombinationException');
  });

  test('the password that it has already', async () => {
    await modify();
    await local.deployment.group.settled();
    const expected = 'InvalidParameterCombinationException: No modifications were requested';
    expect(await refusal(modify())).toBe(expected);
  });
});

describe('A change is shown while it goes on, in both places', () => {
  test.each([
    ['ROTATE', 'ROTATING'],
    ['SET', 'SETTING'],
  ] as const)('%s', async (AuthTokenUpdateStrategy, pending) => {
    if (AuthTokenUpdateStrategy === 'SET') await modify();
    await local.deployment.group.settled();
    await modify({ AuthTokenUpdateStrategy });
    expect(await described()).toMatchObject({
      Status: 'modifying',
      PendingModifiedValues: { AuthTokenStatus: pending },
    });
    await local.deployment.group.settled();
    const after = await described();
    expect(after?.Status).toBe('available');
    expect(after?.PendingModifiedValues).toBeUndefined();
  });
});

describe('Only this run is served, and only what is modelled', () => {
  const foreign = { accessKeyId: 'ANOTHER', secretAccessKey: 'x' };

  test('credentials of somebody else', async () => {
    const client = new SecretsManagerClient({ ...config(), credentials: foreign });
    const { secretArn: SecretId } = local.deployment;
    const sent = client.send(new DescribeSecretCommand({ SecretId }));
    expect(await refusal(sent)).toMatch('UnrecognizedClientException');
  });

  test('an action that is not modelled', async () => {
    const { secretArn: SecretId } = local.deployment;
    const sent = new SecretsManagerClient(config()).send(new RotateSecretCommand({ SecretId }));
    expect(await refusal(sent)).toBe(
      'UnknownOperationException: RotateSecret is not part of the rehearsal',
    );
  });
});
