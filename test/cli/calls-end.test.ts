/**
 * Each call of the command line to AWS ends at its deadline, whether the endpoint sends nothing, a
 * byte, slow bytes or endless pages. Connections are closed too: an open connection would keep the
 * process alive.
 */

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { awsCloud } from '../../cli/aws/aws';
import type { Cloud } from '../../cli/aws/cloud';

const CALL_MS = 400;
const DEADLINES = { callMs: CALL_MS, dailyCheckMs: CALL_MS };
const ENV = {
  AWS_ACCESS_KEY_ID: 'ANY',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

type Behaviour = (response: ServerResponse, request: number) => void;

const before = { ...process.env };
let server: Server | undefined;
let open = new Set<Socket>();
let requests = 0;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  process.env = { ...before };
});

/** A cloud behind an endpoint that behaves in one way. */
async function cloudBehind(behave: Behaviour): Promise<Cloud> {
  requests = 0;
  open = new Set();
  server = createServer((request, response) => {
    requests += 1;
    request.resume();
    behave(response, requests);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, ENV, { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  return awsCloud({}, DEADLINES);
}

const json = (body: object): Behaviour => {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  };
};

const STALLS: readonly (readonly [string, Behaviour])[] = [
  ['accepts and never answers', () => undefined],
  ['answers 200 and one byte', (response) => void response.writeHead(200).write('{')],
  [
    'sends a byte now and then',
    (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), CALL_MS / 8);
      response.on('close', () => clearInterval(timer));
    },
  ],
  [
    'says a length and sends less',
    (response) => void response.writeHead(200, { 'content-length': 1_000 }).write('{'),
  ],
];

const CALLS: readonly (readonly [string, (cloud: Cloud) => Promise<unknown>])[] = [
  ['GetParametersByPath', (cloud) => cloud.published('/any')],
  ['DescribeSecret', (cloud) => cloud.secret('any')],
  ['RotateSecret', (cloud) => cloud.rotate('any')],
  ['UpdateSecretVersionStage', (cloud) => cloud.removePending('any', 'one')],
  ['Invoke', (cloud) => cloud.dailyCheck('any', 'report')],
  ['DescribeAlarms', (cloud) => cloud.firing('any')],
  ['GetSecretValue', (cloud) => cloud.credentials('any')],
  ['DescribeReplicationGroups', (cloud) => cloud.attachUserGroup('any', 'one')],
];

const LOOKS_MAX = 100;

async function allClosed(): Promise<boolean> {
  for (let look = 0; look < LOOKS_MAX && open.size > 0; look++) await sleep(10);
  return open.size === 0;
}

describe('An endpoint that stalls', () => {
  const cases = STALLS.flatMap(([how, behave]) =>
    CALLS.map(([name, ask]) => [how, name, behave, ask] as const),
  );
  test.each(cases)('%s: %s ends at its deadline', async (_how, name, behave, ask) => {
    const cloud = await cloudBehind(behave);
    await expect(ask(cloud)).rejects.toThrow(
      `${name} failed: TimeoutError, request id none; AWS cannot be reached`,
    );
    expect(await allClosed()).toBe(true);
  });
});

describe('Pages that never end', () => {
  const LISTS = [
    ['GetParametersByPath', { Parameters: [] }, CALLS[0]?.[1]],
    ['DescribeAlarms', { MetricAlarms: [] }, CALLS[5]?.[1]],
  ] as const;
  const cases = LISTS.flatMap(([name, page, ask]) =>
    (['the same token again', 'a new token each time'] as const).map(
      (how) => [name, how, page, ask] as const,
    ),
  );
  test.each(cases)('%s with %s', async (_name, how, page, ask) => {
    const cloud = await cloudBehind((response, count) => {
      const NextToken = how === 'the same token again' ? 'same' : `token-${count}`;
      json({ ...page, NextToken })(response, count);
    });
    await expect(ask?.(cloud)).rejects.toThrow(/ within 100 pages |TimeoutError/);
    expect(requests).toBeLessThanOrEqual(how === 'the same token again' ? 2 : 100);
  });

  test('are all read, where they do end', async () => {
    const cloud = await cloudBehind((response, count) => {
      const Parameters = [{ Name: `/any/P${count}`, Value: String(count) }];
      json({ Parameters, NextToken: count < 12 ? `token-${count}` : undefined })(response, count);
    });
    expect(Object.keys(await cloud.published('/any'))).toHaveLength(12);
  });
});
