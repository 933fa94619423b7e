/** The rehearsal reads nodes and topology from a template, and refuses what it does not support. */

import { blueprintOf, nodeCountOf } from '../../rehearsal/aws/blueprint';
import type { Resource } from '../../rehearsal/aws/template';
import { usersBlueprint, usersResources } from '../support/users-template';

/** The least that a template must have, with what differs in the replication group. */
function read(
  group: Readonly<Record<string, unknown>>,
  parameters = {},
  more: Readonly<Record<string, Resource>> = {},
) {
  const resources: Record<string, Resource> = {
    Group: {
      Type: 'AWS::ElastiCache::ReplicationGroup',
      Properties: { Engine: 'valkey', EngineVersion: '8.0', Port: 6380, AuthToken: 'x', ...group },
    },
    Parameters: {
      Type: 'AWS::ElastiCache::ParameterGroup',
      Properties: { Properties: parameters },
    },
    Schedule: {
      Type: 'AWS::SecretsManager::RotationSchedule',
      Properties: {
        SecretId: { Ref: 'Credentials' },
        RotationLambdaARN: { 'Fn::GetAtt': ['Function', 'Arn'] },
        RotationRules: { ScheduleExpression: 'rate(90 days)' },
      },
    },
    Credentials: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'x' } },
    Initial: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 900,
        Environment: { Variables: {} },
      },
    },
    ...more,
  };
  return blueprintOf('main', 'stack', '/out', resources);
}

describe('What is published keeps its references, for the deploy to resolve', () => {
  test('as Fn::Sub writes them', () => {
    const parameter = (Name: string, Value: unknown): Resource => ({
      Type: 'AWS::SSM::Parameter',
      Properties: { Name, Value },
    });
    const address = { 'Fn::GetAtt': ['Group', 'PrimaryEndPoint.Address'] };
    const blueprint = read(
      { NumCacheClusters: 2 },
      {},
      {
        Secret: parameter('/stack/Cache/CredentialsSecretArn', { Ref: 'Credentials' }),
        Url: parameter('/stack/Cache/Url', { 'Fn::Join': ['', ['rediss://', address, ':6380/0']] }),
        Key: parameter('/stack/Cache/Key', {
          'Fn::GetStackOutput': { StackName: 'shared', OutputName: 'KeyArn' },
        }),
        Topic: parameter('/stack/Cache/Topic', { 'Fn::ImportValue': 'TopicArn' }),
      },
    );
    expect(blueprint.published).toEqual({
      '/stack/Cache/CredentialsSecretArn': `\${Credentials}`,
      '/stack/Cache/Url': `rediss://\${Group.PrimaryEndPoint.Address}:6380/0`,
      '/stack/Cache/Key': `\${KeyArn}`,
      '/stack/Cache/Topic': `\${TopicArn}`,
    });
  });
});

describe('The topology is what the replication group says', () => {
  test.each([
    [{ NumCacheClusters: 1 }, { isSharded: false, shards: 1, replicas: 0 }, 1],
    [{ NumCacheClusters: 3 }, { isSharded: false, shards: 1, replicas: 2 }, 3],
    [{ NumCacheClusters: '2' }, { isSharded: false, shards: 1, replicas: 1 }, 2],
    [{ NumNodeGroups: 1, ReplicasPerNodeGroup: 2 }, { isSharded: true, shards: 1, replicas: 2 }, 3],
    [{ NumNodeGroups: 3, ReplicasPerNodeGroup: 1 }, { isSharded: true, shards: 3, replicas: 1 }, 6],
    [{ NumNodeGroups: 2, ReplicasPerNodeGroup: 0 }, { isSharded: true, shards: 2, replicas: 0 }, 2],
  ])('%p', (group, topology, nodes) => {
    const blueprint = read(group);
    expect(blueprint.topology).toEqual(topology);
    expect(nodeCountOf(blueprint.topology)).toBe(nodes);
  });

  test.each([
    [{}, 'NumCacheClusters of the replication group must be an integer from 1, got undefined'],
    [{ NumCacheClusters: 0 }, 'must be an integer from 1, got 0. Write it into the template'],
    [{ NumCacheClusters: { Ref: 'Nodes' } }, 'got {"Ref":"Nodes"}. Write it into the template'],
    [
      { NumNodeGroups: 2.5, ReplicasPerNodeGroup: 1 },
      'NumNodeGroups of the replication group must',
    ],
    [
      { NumNodeGroups: 2 },
      'ReplicasPerNodeGroup of the replication group must be an integer from 0',
    ],
    [{ NumNodeGroups: 2, ReplicasPerNodeGroup: -1 }, 'must be an integer from 0, got -1'],
    [
      { NumCacheClusters: 1, Port: 0 },
      'Port of the replication group must be an integer from 1 to',
    ],
    [{ NumCacheClusters: 1, Port: 65_536 }, 'from 1 to 65535, got 65536. Write it'],
    [{ NumCacheClusters: 1, Port: '6380/tcp' }, 'got "6380/tcp"'],
    [{ NumCacheClusters: 1, Port: '' }, 'got ""'],
    [{ NumCacheClusters: 1, Port: true }, 'got true'],
    [{ NumCacheClusters: 1, Port: { Ref: 'Port' } }, 'got {"Ref":"Port"}'],
    [{ NumCacheClusters: 1, Port: undefined }, 'got undefined'],
  ])('%p is refused', (group, message) => {
    expect(() => read(group)).toThrow(message);
  });

  test('parameters are the Properties of the parameter group', () => {
    const parameters = { 'cluster-enabled': 'yes', 'maxmemory-policy': 'volatile-lru' };
    expect(read({ NumCacheClusters: 2 }, parameters).parameters).toEqual(parameters);
  });
});

describe('Users are read with their secrets and schedules', () => {
  const change = (changes: Readonly<Record<string, Resource | undefined>>) => () => {
    const resources = Object.entries({ ...usersResources(), ...changes });
    const kept = resources.filter((entry): entry is [string, Resource] => entry[1] !== undefined);
    return blueprintOf('test', 'test', '/out', Object.fromEntries(kept));
  };

  test('one after another, as the group lists them; only `default` never rotates', () => {
    const { access } = usersBlueprint();
    if (access.kind !== 'users') throw new Error('no users');
    expect(access.group).toEqual({ id: 'test-users', engine: 'valkey' });
    expect(access.users.map(({ id, name }) => [id, name])).toEqual([
      ['test-default', 'default'],
      ['test-app', 'app'],
      ['test-reports', 'reports'],
    ]);
    const rotated = { schedule: 'rate(90 days)', runsAtDeploy: true };
    expect(access.users.map(({ credentials }) => credentials)).toEqual([
      undefined,
      { id: 'Secretapp', ...rotated },
      { id: 'Secretreports', ...rotated },
    ]);
    expect(access.users[1]?.passwords).toEqual([
      '{{resolve:secretsmanager:Secretapp:SecretString:password}}',
    ]);
    expect(access.secrets.map(({ id }) => id)).toEqual([
      'Secretdefault',
      'Secretapp',
      'Secretreports',
    ]);
  });

  const { Group, Userapp, Scheduleapp } = usersResources();

  test.each<[string, Readonly<Record<string, Resource | undefined>>, string]>([
    [
      'a password beside the users',
      { Group: withProperties(Group, { AuthToken: 'x' }) },
      'the replication group must have one of AuthToken and UserGroupIds, got both',
    ],
    [
      'two groups',
      { Group: withProperties(Group, { UserGroupIds: [{ Ref: 'Users' }, { Ref: 'Others' }] }) },
      'the template has 2 of UserGroupIds; the rehearsal needs exactly one',
    ],
    ['a user that is missing', { Userapp: undefined }, 'the template names Userapp and does not'],
    [
      'a login without a password',
      {
        Userapp: withProperties(Userapp, { AuthenticationMode: { Type: 'no-password-required' } }),
      },
      'AuthenticationMode of Userapp must be of Type "password" with a list of Passwords, or of ' +
        'Type "iam" without, got Type "no-password-required"',
    ],
    [
      'another function',
      { Scheduleapp: withProperties(Scheduleapp, { RotationLambdaARN: { Ref: 'Other' } }) },
      'the template has 2 of rotation function; the rehearsal needs exactly one',
    ],
    [
      'an intrinsic function without support',
      { Userapp: withProperties(Userapp, { AccessString: { 'Fn::Base64': 'x' } }) },
      'the rehearsal cannot resolve Fn::Base64',
    ],
  ])('%s is refused', (_, changes, message) => {
    expect(change(changes)).toThrow(message);
  });
});

function withProperties(resource: Resource | undefined, changed: object): Resource {
  return { Type: '', ...resource, Properties: { ...resource?.Properties, ...changed } };
}
