/**
 * The control plane with the real AWS SDK: each refusal has AWS's name, each guard of the cache and
 * the credentials holds, and a running change is visible.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ModifyReplicationGroupCommand,
  type ModifyReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CancelRotateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LABEL } from '../../contract/rotation';
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
    expect([host, readerHost]).toStrictEqual(['localhost', 'localhost']);
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

describe('RotateSecret begins a rotation, and does not wait for it', () => {
  const send = (command: RotateSecretCommand | CancelRotateSecretCommand) =>
    new SecretsManagerClient(config()).send(command);
  const secret = () => {
    const { secretArn: SecretId } = local.deployment;
    return new SecretsManagerClient(config()).send(new DescribeSecretCommand({ SecretId }));
  };
  const current = () =>
    local.deployment.secrets.holderOf(local.deployment.secretArn, LABEL.current);

  async function untilCurrent(versionId: string | undefined): Promise<void> {
    for (let look = 0; look < 100 && current() !== versionId; look++) await sleep(50);
    expect(current()).toBe(versionId);
  }

  test('the version is named at once and current later; the next date is told', async () => {
    const { secretArn: SecretId } = local.deployment;
    const before = current();
    const { VersionId } = await send(new RotateSecretCommand({ SecretId }));
    expect(current()).toBe(before);
    await untilCurrent(VersionId);
    const { LastRotatedDate, NextRotationDate } = await secret();
    const days = (Number(NextRotationDate) - Number(LastRotatedDate)) / (24 * 60 * 60 * 1000);
    expect(days).toBeCloseTo(90);
  });

  test('while one is pending it is an error, and that one is attempted again', async () => {
    const { secretArn: SecretId, service } = local.deployment;
    const pending = service.begin();
    const sent = send(new RotateSecretCommand({ SecretId }));
    expect(await refusal(sent)).toMatch("InvalidRequestException: A previous rotation isn't");
    await untilCurrent(pending);
  });

  test('CancelRotateSecret turns rotation off, and RotateSecret on again', async () => {
    const { secretArn: SecretId } = local.deployment;
    await send(new CancelRotateSecretCommand({ SecretId }));
    expect(await secret()).toMatchObject({ RotationEnabled: false });
    await send(new RotateSecretCommand({ SecretId }));
    expect(await secret()).toMatchObject({ RotationEnabled: true });
  });
});

describe('What the operator asks is answered as AWS does', () => {
  const invoke = (FunctionName: string, event: object) => {
    const Payload = JSON.stringify(event);
    return new LambdaClient(config()).send(new InvokeCommand({ FunctionName, Payload }));
  };

  test('parameters by path', async () => {
    const find = async (Path: string) => {
      const command = new GetParametersByPathCommand({ Path });
      const { Parameters: found = [] } = await new SSMClient(config()).send(command);
      return Object.fromEntries(found.map(({ Name, Value }) => [Name, Value]));
    };
    const port = local.deployment.nodes[0]?.port;
    expect(await find('/test/Cache')).toMatchObject({
      '/test/Cache/CredentialsSecretArn': local.deployment.secretArn,
      '/test/Cache/Port': String(port),
      '/test/Cache/ConnectionStringTemplate': `rediss://default:{password}@localhost:${port}/0`,
    });
    expect(await find('/test')).toEqual({});
    expect(await find('/another/Cache')).toEqual({});
  });

  test('an invocation, one that fails, one of no function, and one too many', async () => {
    const { functionName } = local.deployment;
    const { plane } = local.deployment;
    let refused: string | undefined;
    // While the first one waits for an answer of AWS, the second one comes.
    plane.hooks = {
      before: async ({ action }) => {
        if (action === 'Invoke' || refused !== undefined) return;
        refused = 'not yet';
        refused = await refusal(invoke(functionName, { DailyCheck: 'report' }));
      },
    };
    const answer = await invoke(functionName, { DailyCheck: 'report' });
    plane.hooks = {};
    expect(JSON.parse(answer.Payload?.transformToString() ?? '').nodes).toHaveLength(2);
    expect(refused).toMatch('TooManyRequestsException');
    const failed = await invoke(functionName, { DailyCheck: 'nonsense' });
    expect(failed.FunctionError).toBe('Unhandled');
    const { errorType, errorMessage } = JSON.parse(failed.Payload?.transformToString() ?? '');
    expect([errorType, errorMessage]).toStrictEqual([
      'RotationError',
      expect.stringMatching(/^BadEvent/),
    ]);
    expect(await refusal(invoke('another', {}))).toMatch('ResourceNotFoundException');
  });

  test('alarms that fire, by the beginning of their name', async () => {
    const named = async (AlarmNamePrefix: string) => {
      const command = new DescribeAlarmsCommand({ AlarmNamePrefix, StateValue: 'ALARM' });
      const { MetricAlarms: found = [] } = await new CloudWatchClient(config()).send(command);
      return found.map(({ AlarmName }) => AlarmName);
    };
    expect(await named('test-')).toStrictEqual([]);
    local.deployment.firing = [{ name: 'test-CacheMemory', description: 'Memory is full.' }];
    expect(await named('test-')).toStrictEqual(['test-CacheMemory']);
    expect(await named('another-')).toStrictEqual([]);
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
    const sent = new SecretsManagerClient(config()).send(new DeleteSecretCommand({ SecretId }));
    expect(await refusal(sent)).toBe(
      'UnknownOperationException: DeleteSecret is not part of the rehearsal',
    );
  });
});
