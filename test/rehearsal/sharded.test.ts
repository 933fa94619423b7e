/**
 * A sharded cache (cluster mode enabled) is rehearsed and rotated on real servers with every check,
 * also when AWS omits the address of a node.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { Password } from '../../contract/password';
import { checkLoopback, checkShards } from '../../rehearsal/checks/checks';
import { Transcript } from '../../rehearsal/checks/transcript';
import { logIn } from '../../rehearsal/redis/probe';
import type { RedisNode } from '../../rehearsal/redis/redis-node';
import { type RehearsalResult, rehearse } from '../../rehearsal/rehearse';
import { habitTraffic } from '../../rehearsal/traffic/habits';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

const TIMEOUT_MS = 60_000;

let local: LocalDeployment;
let result: RehearsalResult;
/** Actions of the AWS calls that the first rotation made. */
const actions: string[] = [];

beforeAll(async () => {
  local = await startLocally({
    topology: { isSharded: true, shards: 2, replicas: 1 },
    parameters: { 'cluster-enabled': 'yes', 'reserved-memory-percent': '25' },
    // Slow looks, so that one is enough however busy this machine is.
    pollIntervalMs: 400,
  });
  const { deployment, lines } = local;
  deployment.plane.hooks = { before: async ({ action }) => void actions.push(action) };
  result = await rehearse(deployment, new Transcript(noteOutput), lines);
}, TIMEOUT_MS);

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await local.deployment.stop();
});

const newTraffic = () => habitTraffic(local.deployment);

const detailOf = (id: string) => result.checks.find((check) => check.id === id)?.detail;

describe('A sharded cache is rotated under traffic', () => {
  test('every check passes, and one is about the shards', () => {
    expect(result.checks.filter(({ pass }) => !pass)).toStrictEqual([]);
    expect(result.checks.map(({ id }) => id)).toContain('all-shards');
    expect(result.rotations[0]?.failed).toBe(0);
    expect(result.rotations[0]?.commands).toBeGreaterThan(100);
  });

  test('every node of every shard accepts the new password', async () => {
    const { nodes, certificates } = local.deployment;
    const { username, password } = local.deployment.credentials();
    expect(nodes).toHaveLength(4);
    for (const node of nodes) {
      expect(await logIn(node, certificates.caPem, username, password)).toBe('PONG');
    }
  });

  test('the keys of the traffic are on every shard, and on its replica', async () => {
    const sizes = await Promise.all(local.deployment.nodes.map((node) => node.admin('DBSIZE')));
    expect(sizes.map(Number).every((size) => size > 20)).toBe(true);
  });

  test('traffic counts what fails, on one shard alone too', async () => {
    const { nodes } = local.deployment;
    const { password } = local.deployment.credentials();
    const traffic = newTraffic();
    await nodes[2]?.setPasswords([Password.of('another-password-0')]);
    await sleep(300);
    const { failed, commands, failures } = await traffic.stop();
    await nodes[2]?.setPasswords([password]);
    expect(failures).toContain('WRONGPASS');
    expect(failed).toBeLessThan(commands);
  });

  test('each step asks for the address of each node once, and for nothing else besides', () => {
    const asked = actions.filter((action) => action === 'DescribeCacheClusters');
    expect(asked).toHaveLength(4 * 4);
    expect(detailOf('few-calls')).toMatch(/^36 calls, and \d+ polls /);
  });

  test('the URL of the secret is the configuration endpoint, for readers too', () => {
    const secret = JSON.parse(local.deployment.secretString());
    const [first] = local.deployment.nodes;
    expect(secret).toMatchObject({ host: 'localhost', readerHost: 'localhost', port: first?.port });
    expect(new URL(secret.url).host).toBe(`localhost:${first?.port}`);
  });

  test('a parameter that only ElastiCache knows is named, the others are in force', () => {
    expect(detailOf('parameters')).toBe(
      '2 of 3 parameters on 4 nodes; differing: none; ' +
        'not known to this server: reserved-memory-percent',
    );
  });
});

describe('An incomplete cluster is detected', () => {
  test('on the one node that says so', async () => {
    const [, , primary] = local.deployment.nodes;
    await primary?.admin('CLUSTER', 'DELSLOTS', '16383');
    const broken = await checkShards(local.deployment);
    await primary?.admin('CLUSTER', 'ADDSLOTS', '16383');
    expect(broken.pass).toBe(false);
    expect(broken.detail).toMatch(/otherwise: 0002-001 (16383 of|cluster_state fail)/);
  });
});

test('a bus that other machines can reach is found', async () => {
  const { nodes } = local.deployment;
  const server = createServer((socket) => socket.destroy()).listen(0, '0.0.0.0');
  await once(server, 'listening');
  const busPort = (server.address() as AddressInfo).port;
  for (const node of nodes.slice(3)) jest.replaceProperty(node, 'busPort', busPort);
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const hasOutside = addresses.some(({ internal, family }) => !internal && family === 'IPv4');
  expect((await checkLoopback(local.deployment)).pass).toBe(!hasOutside);
  server.close();
});

describe('A sharded group is shown as ElastiCache shows it', () => {
  const client = () =>
    new ElastiCacheClient({
      region: 'us-east-1',
      endpoint: local.deployment.plane.url,
      credentials: local.deployment.plane.credentials,
      maxAttempts: 1,
    });
  const describeNode = (CacheClusterId: string, ShowCacheNodeInfo: boolean) =>
    client().send(new DescribeCacheClustersCommand({ CacheClusterId, ShowCacheNodeInfo }));

  test('one endpoint for all shards, and none of a node', async () => {
    const { nodes, group } = local.deployment;
    const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId: group.id });
    const { ReplicationGroups: groups } = await client().send(command);
    const member = (id: string) => ({ CacheClusterId: `test-group-${id}`, CacheNodeId: '0001' });
    const [[first, second], [third, fourth]] = [
      [member('0001-001'), member('0001-002')],
      [member('0002-001'), member('0002-002')],
    ];
    expect(groups).toStrictEqual([
      {
        ReplicationGroupId: 'test-group',
        Status: 'available',
        ClusterEnabled: true,
        ConfigurationEndpoint: { Address: 'localhost', Port: nodes[0]?.port },
        MemberClusters: [first, second, third, fourth].map((each) => each?.CacheClusterId),
        NodeGroups: [
          { NodeGroupId: '0001', Slots: '0-8191', NodeGroupMembers: [first, second] },
          { NodeGroupId: '0002', Slots: '8192-16383', NodeGroupMembers: [third, fourth] },
        ],
        AuthTokenEnabled: true,
        AuthTokenLastModifiedDate: expect.any(Date),
        TransitEncryptionEnabled: true,
      },
    ]);
  });

  test('a node says where it listens, if it is asked for that', async () => {
    const { nodes } = local.deployment;
    const id = { CacheClusterId: 'test-group-0002-001', ReplicationGroupId: 'test-group' };
    const told = await describeNode(id.CacheClusterId, true);
    const Endpoint = { Address: 'localhost', Port: nodes[2]?.port };
    expect(told.CacheClusters).toStrictEqual([
      { ...id, CacheNodes: [{ CacheNodeId: '0001', Endpoint }] },
    ]);
    const untold = await describeNode(id.CacheClusterId, false);
    expect(untold.CacheClusters).toStrictEqual([id]);
  });

  test.each(['test-group-0003-001', `a<b>&"c'`])('%s is no node of it', async (id) => {
    await expect(describeNode(id, true)).rejects.toMatchObject({
      name: 'CacheClusterNotFoundFault',
      message: `CacheCluster not found: ${id}`,
    });
  });
});

describe('The function goes on only if it knows every node', () => {
  let versionId: string;

  beforeEach(() => {
    versionId = local.deployment.service.begin();
  });

  afterEach(() => {
    local.deployment.group.withoutAddress.clear();
    local.deployment.plane.hooks = {};
    local.deployment.service.abandon(versionId);
  });

  async function createSecret() {
    const { rotation, secretArn: SecretId } = local.deployment;
    const event = { Step: 'createSecret', SecretId, ClientRequestToken: versionId } as const;
    const outcome = await rotation.invoke(event);
    noteOutput(JSON.stringify(outcome));
    return outcome;
  }

  const refusal = (detail: string) => ({
    ok: false,
    code: 'AwsCallFailed',
    message: expect.stringContaining(detail),
  });

  test('a node without an address is named', async () => {
    const { group, nodes } = local.deployment;
    for (const node of nodes.slice(3)) group.withoutAddress.add(node);
    const detail = 'DescribeCacheClusters: the node test-group-0002-002 has no endpoint';
    expect(await createSecret()).toMatchObject(refusal(detail));
  });

  test('a group without an endpoint is an error', async () => {
    const { group, plane, nodes } = local.deployment;
    for (const node of nodes.slice(0, 1)) group.withoutAddress.add(node);
    plane.hooks = {
      after: async ({ action }) => {
        if (action === 'DescribeReplicationGroups') group.withoutAddress.clear();
      },
    };
    const detail = 'DescribeReplicationGroups: the group has no endpoint';
    expect(await createSecret()).toMatchObject(refusal(detail));
  });

  test('a member that no shard lists is named', async () => {
    const { group, nodes } = local.deployment;
    const unlisted = { id: '0002-003' } as RedisNode;
    jest.spyOn(group, 'nodes', 'get').mockReturnValue([...nodes, unlisted]);
    const detail = 'DescribeReplicationGroups: no shard lists test-group-0002-003 of the nodes';
    expect(await createSecret()).toMatchObject(refusal(detail));
  });

  test('a group without a shard is an error', async () => {
    jest.replaceProperty(local.deployment.group, 'shards', []);
    const detail = 'DescribeReplicationGroups: no shard lists any of the nodes';
    expect(await createSecret()).toMatchObject(refusal(detail));
  });

  test('many nodes are asked about ten at a time', async () => {
    const { group, plane } = local.deployment;
    const node = (index: number) => ({ id: `0001-${index}`, host: 'localhost', port: 1 });
    const many = Array.from({ length: 24 }, (_, index) => node(index) as RedisNode);
    jest.replaceProperty(group, 'shards', [many]);
    let underWay = 0;
    let most = 0;
    let asked = 0;
    plane.hooks = {
      before: async ({ action }) => {
        if (action !== 'DescribeCacheClusters') return;
        asked += 1;
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      after: async ({ action }) => {
        if (action === 'DescribeCacheClusters') underWay -= 1;
      },
    };
    expect(await createSecret()).toEqual({ ok: true });
    expect([asked, most]).toStrictEqual([24, 10]);
  });
});

describe('When every node is gone', () => {
  // The last test of this file: none comes back.
  test('traffic counts that, and ends', async () => {
    const traffic = newTraffic();
    await sleep(150);
    await Promise.all(local.deployment.nodes.map((node) => node.stop()));
    await sleep(300);
    const { failed, reconnects } = await traffic.stop();
    expect(failed).toBeGreaterThan(20);
    expect(reconnects).toBeGreaterThan(0);
  });
});
