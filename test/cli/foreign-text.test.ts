/**
 * Foreign error texts never reach the output: an error of AWS, a proxy or another function can
 * quote the request, and thus a password.
 */

import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { awsFailure } from '../../cli/aws/aws-failure';
import type { ControlPlane } from '../../rehearsal/aws/control-plane';
import { type Ran, runCli } from '../support/run-cli';
import { temporaryFolder } from '../support/temporary-folder';

const SECRET = 'a-password-that-was-quoted';
/** What a stack publishes, so that a command gets as far as the function. */
const PARAMETERS = Object.entries({
  CredentialsSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:jobs-AbCdEf',
  RotationFunctionName: 'jobs-Function',
  Endpoint: 'localhost',
  ReaderEndpoint: 'localhost',
  Port: '6380',
}).map(([name, Value]) => ({ Name: `/jobs/Cache/${name}`, Value }));

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object | string;
}

let server: Server | undefined;

afterEach(async () => {
  await new Promise((resolve) => server?.close(resolve));
});

/** A command that comes to an action, whose answer is told; the others are as AWS's. */
async function ran(action: string, reply: Reply): Promise<Ran> {
  const plane = await planeOf(action, reply);
  const command = action === 'Invoke' ? ['status'] : ['url', '--reveal'];
  return runCli(plane, [...command, '--cache', 'jobs'], {});
}

async function planeOf(action: string, reply: Reply): Promise<ControlPlane> {
  const usual: Readonly<Record<string, object>> = {
    GetParametersByPath: { Parameters: PARAMETERS },
    DescribeSecret: { VersionIdsToStages: { one: ['AWSCURRENT'] }, RotationEnabled: true },
    DescribeAlarms: { MetricAlarms: [] },
  };
  server = createServer((request, response) => {
    request.resume();
    const asked = String(request.headers['x-amz-target'] ?? '.Invoke').split('.')[1] ?? '';
    const usually: Reply = { body: usual[asked] ?? {} };
    const { status: code = 200, headers, body } = asked === action ? reply : usually;
    response.writeHead(code, { 'content-type': 'application/x-amz-json-1.1', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'ANY', secretAccessKey: 'any' };
  return { url: `http://127.0.0.1:${port}`, credentials } as unknown as ControlPlane;
}

const thrown = (errorType: string, errorMessage: string): Reply => ({
  headers: { 'x-amz-function-error': 'Unhandled' },
  body: { errorType, errorMessage },
});

const FOREIGN: readonly (readonly [string, string, Reply, string])[] = [
  [
    'an error of the function that is not our own',
    'Invoke',
    thrown('Error', `AwsCallFailed in setSecret: ${SECRET}`),
    'the function ended with Error',
  ],
  [
    'one that is named as ours, with words that are not',
    'Invoke',
    thrown('RotationError', `${SECRET} is wrong`),
    'the function ended with RotationError',
  ],
  [
    'a name that is a sentence',
    'Invoke',
    thrown(`no password ${SECRET}`, 'x'),
    'the function ended with Unknown',
  ],
  [
    'the text of a service',
    'GetSecretValue',
    { status: 400, body: { __type: 'AccessDeniedException', Message: `no ${SECRET}` } },
    'GetSecretValue failed: AccessDeniedException, request id none; your role lacks',
  ],
  [
    'the name of an error of a service that is a sentence',
    'GetSecretValue',
    { status: 400, body: { __type: `your ${SECRET}!`, Message: 'x' } },
    'GetSecretValue failed: Unknown, request id none',
  ],
  [
    'a request id that is a sentence',
    'GetSecretValue',
    {
      status: 400,
      headers: { 'x-amzn-requestid': `id of ${SECRET}` },
      body: { __type: 'InternalServiceError' },
    },
    'GetSecretValue failed: InternalServiceError, request id none',
  ],
  [
    'a page of a proxy',
    'GetSecretValue',
    { body: `<html>the proxy says ${SECRET}</html>` },
    'GetSecretValue failed: SyntaxError, request id none, HTTP 200; the answer is not from AWS: ch',
  ],
  [
    'an answer of the function that is no JSON',
    'Invoke',
    { body: `not JSON ${SECRET}` },
    'Invoke failed: SyntaxError, request id none',
  ],
];

const AWS_FAULT = 'AWS has an internal error: try again in a minute';
const NOT_AWS = 'the answer is not from AWS: check the proxy, --region and AWS_ENDPOINT_URL';

describe('A response without an AWS error name is reported by its HTTP status', () => {
  test.each<[string, Reply, string]>([
    [
      '503 without a body',
      { status: 503, body: '' },
      `Unknown, request id none, HTTP 503; ${AWS_FAULT}`,
    ],
    [
      '502 of a load balancer',
      { status: 502, body: '<html>Bad Gateway</html>' },
      `SyntaxError, request id none, HTTP 502; ${AWS_FAULT}`,
    ],
    [
      '302 to a page where to log in',
      { status: 302, headers: { location: 'http://proxy.example/' }, body: '' },
      `Unknown, request id none, HTTP 302; ${NOT_AWS}`,
    ],
    [
      '403 of a proxy',
      { status: 403, body: '<html>not allowed</html>' },
      `SyntaxError, request id none, HTTP 403; ${NOT_AWS}`,
    ],
    ['407', { status: 407, body: '' }, `Unknown, request id none, HTTP 407; ${NOT_AWS}`],
    [
      '429 without a body',
      { status: 429, body: '' },
      'Unknown, request id none, HTTP 429; AWS throttles the requests: try again in a minute',
    ],
    [
      'a page of a proxy',
      { body: '<html>welcome</html>' },
      `SyntaxError, request id none, HTTP 200; ${NOT_AWS}`,
    ],
  ])('%s', async (_, reply, words) => {
    const { err, code } = await ran('GetSecretValue', reply);
    expect(err).toBe(`GetSecretValue failed: ${words}\n`);
    expect(code).toBe(2);
  });

  test.each(['nonsense', 'http://', 'https://127.0.0.1:1x'])(
    'AWS_ENDPOINT_URL=%s is no URL',
    async (AWS_ENDPOINT_URL) => {
      const plane = await planeOf('none', { body: {} });
      const { err, code } = await runCli(plane, ['status', '--cache', 'x'], { AWS_ENDPOINT_URL });
      expect(err).toMatch(
        /^GetParametersByPath failed: ERR_INVALID_URL, .*; check AWS_ENDPOINT_URL/,
      );
      expect(code).toBe(2);
    },
  );
});

describe('A foreign text does not reach the screen', () => {
  test.each(FOREIGN)('%s', async (_, action, reply, words) => {
    const { out, err, code } = await ran(action, reply);
    expect(`${out}${err}`).not.toContain(SECRET);
    expect(`${out}${err}`).toContain(words);
    expect(`${out}${err}`).not.toMatch(/\n\s+at /);
    expect(code).not.toBe(0);
  });

  test('an unexpected error of this machine', async () => {
    const folder = temporaryFolder('foreign');
    const stub = join(folder, 'stub.cjs');
    const thrown = `Object.assign(new Error('${SECRET}'), { code: 'ENAMETOOLONG' })`;
    writeFileSync(stub, `require('node:buffer').isUtf8 = () => { throw ${thrown}; };\n`);
    writeFileSync(join(folder, '.env'), 'COLOUR=blue\n');
    const plane = await planeOf('none', { body: {} });
    const args = ['env', '--cache', 'jobs', '--file', join(folder, '.env')];
    const { out, err, code } = await runCli(plane, args, {
      NODE_OPTIONS: `--require ${stub}`,
    });
    expect(`${out}${err}`).not.toContain(SECRET);
    expect(err).toMatch(/^an unexpected error \(Error, ENAMETOOLONG\); its message is left/);
    expect(code).toBe(2);
  });

  test('messages of this package do', async () => {
    const words = 'StillSettling in setSecret, version 1-2: the cache is changed; next: nothing';
    const { out } = await ran('Invoke', thrown('RotationError', words));
    expect(out).toContain(words);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', SECRET],
    ['an error whose name is a sentence', { name: `no ${SECRET}`, message: '' }],
    ['an error whose message is no text', { name: 'no name', message: { SECRET } }],
    ['an error whose code is a sentence', { name: 'Error', code: `no ${SECRET}`, message: '' }],
  ])('whatever is thrown: %s', (_, what) => {
    const { message } = awsFailure('GetSecretValue', what);
    expect(message).not.toContain(SECRET);
    expect(message).toMatch(/^GetSecretValue failed: Unknown, request id none; /);
  });
});
