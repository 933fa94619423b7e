/**
 * Each call of preflight ends at its deadline, and preflight then reports `cannot tell` instead of
 * failing.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsAccount } from '../../cli/preflight/account';
import { awsAccount } from '../../cli/preflight/aws-account';

const CALL_MS = 300;
const before = { ...process.env };
let server: Server | undefined;

/** Sends one byte, and then nothing. */
beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(200).write('<');
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'ANY',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  process.env = { ...before };
});

const CALLS: readonly (readonly [string, (account: AwsAccount) => Promise<unknown>])[] = [
  ['GetParametersByPath', (account) => account.published('/any')],
  ['DescribeStacks', (account) => account.stack('any')],
  ['GetTemplate', (account) => account.template('any')],
  ['DescribeSecret', (account) => account.secret('any')],
  ['GetServiceQuota', (account) => account.quota('vpc', 'any')],
  ['GetAccountSettings', (account) => account.concurrency()],
  ['DescribeCacheClusters', (account) => account.nodes()],
  ['DescribeReservedCacheNodesOfferings', (account) => account.isNodeTypeOffered('any')],
  ['DescribeUsers', (account) => account.users()],
  ['DescribeUserGroups', (account) => account.userGroups()],
  ['DescribeInstanceTypeOfferings', (account) => account.instanceZones('any')],
  ['DescribeAvailabilityZones', (account) => account.zones()],
  ['DescribeVpcs', (account) => account.vpcs()],
  ['DescribeSubnets', (account) => account.subnetZones()],
  ['DescribeVpcEndpoints', (account) => account.endpoints('any')],
  ['DescribeVpcEndpointServices', (account) => account.serviceZones('any')],
  ['DescribeSecurityGroups', (account) => account.rules('any')],
  ['DescribeKey', (account) => account.key('any')],
  ['GetTopicAttributes', (account) => account.topicKey('any')],
];

test.each(CALLS)('%s ends, without an answer', async (operation, ask) => {
  expect(await ask(awsAccount({}, CALL_MS))).toStrictEqual({
    kind: 'none',
    why: expect.stringContaining(`${operation} failed: TimeoutError, request id none; AWS cannot`),
  });
});

test('GetCallerIdentity ends, and without an answer nothing else is asked', async () => {
  await expect(awsAccount({}, CALL_MS).place()).rejects.toThrow(
    'GetCallerIdentity failed: TimeoutError, request id none; AWS cannot be reached',
  );
});

test('without a region nothing is asked', async () => {
  process.env.AWS_REGION = undefined;
  delete process.env.AWS_REGION;
  await expect(awsAccount({}, CALL_MS).place()).rejects.toThrow(/NoRegion.*--region/);
});
