/**
 * A stage with an account and a region: its stacks are there, synth makes no AWS call, and CDK
 * refuses a deploy with credentials of another account.
 */

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Fleet } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeApp } from '../support/synth';
import { temporaryFolder } from '../support/temporary-folder';

const CACHES = { a: {}, jobs: { purpose: 'queue', topology: { shards: 2 } } };
const SHARED = { network: {}, encryptionKey: {}, alarmTopic: {} };

function assemblyOf(place: object, outdir?: string) {
  const app = makeApp({ ...(outdir && { outdir }) });
  const config = checkedConfig('x.json', 'test', { ...place, caches: CACHES, shared: SHARED });
  new Fleet(app, 'Fleet', config);
  return app.synth();
}

const environments = (place: object) =>
  Array.from(new Set(assemblyOf(place).stacks.map(({ environment }) => environment.name)));

describe('The stacks of a stage are where it says', () => {
  test.each([
    [{}, 'aws://unknown-account/unknown-region'],
    [{ account: '111122223333' }, 'aws://111122223333/unknown-region'],
    [{ region: 'eu-central-1' }, 'aws://unknown-account/eu-central-1'],
    [{ account: '111122223333', region: 'cn-north-1' }, 'aws://111122223333/cn-north-1'],
    [{ account: '000011112222', region: 'eusc-de-east-1' }, 'aws://000011112222/eusc-de-east-1'],
  ])('%j', (place, environment) => {
    expect(environments(place)).toStrictEqual([environment]);
  });

  test('and the synth looks nothing up, since that needs credentials', () => {
    const { manifest, stacks } = assemblyOf({ account: '111122223333', region: 'eu-central-1' });
    expect(manifest.missing).toBeUndefined();
    expect(stacks).toHaveLength(3);
  });

  test('with the same resources as without account and region', () => {
    const idsOf = (place: object) =>
      assemblyOf(place).stacks.map(({ template }) => Object.keys(template.Resources).sort());
    const here = { account: '111122223333', region: 'eu-central-1' };
    expect(idsOf(here)).toStrictEqual(idsOf({}));
  });
});

/** Answers as AWS does to credentials of an account that may not assume a role of another one. */
function answer({ method }: IncomingMessage, response: ServerResponse, body: string): void {
  const xml = (code: number, text: string) => {
    response.writeHead(code, { 'content-type': 'text/xml' });
    response.end(text);
  };
  if (body.includes('Action=GetCallerIdentity')) {
    const identity = '<Account>444455556666</Account><Arn>arn:aws:iam::444455556666:user/x</Arn>';
    xml(
      200,
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        `<GetCallerIdentityResult>${identity}<UserId>X</UserId></GetCallerIdentityResult>` +
        '</GetCallerIdentityResponse>',
    );
    return;
  }
  xml(
    403,
    `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${method}</Message></Error>
    </ErrorResponse>`,
  );
}

const ACTION = /Action=(\w+)/;

/** What the CDK's command line prints, and what it asks of AWS. */
async function deploy(outdir: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(ACTION.exec(body)?.[1] ?? `${request.method} ${request.url}`);
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cdk = join(__dirname, '../../node_modules/aws-cdk/bin/cdk');
  const args = ['deploy', '--all', '--app', outdir, '--require-approval', 'never', '--no-notices'];
  const child = spawn(process.execPath, [cdk, ...args], {
    cwd: temporaryFolder('deploy'),
    env: {
      PATH: process.env.PATH,
      // Else the account of these credentials would be remembered for the next run.
      CDK_HOME: temporaryFolder('home'),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  });
  let printed = '';
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  child.stdout.resume();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  server.close();
  return { code, printed, asked: Array.from(new Set(asked)).sort() };
}

const TIMEOUT_MS = 60_000;

test(
  'A deploy with credentials of another account is refused before anything is made',
  async () => {
    const outdir = temporaryFolder('assembly');
    assemblyOf({ account: '111122223333', region: 'eu-central-1' }, outdir);
    const { code, printed, asked } = await deploy(outdir);
    expect(code).toBe(1);
    expect(printed).toContain('(which are for account 444455556666)');
    // It tries the roles of `cdk bootstrap`, which may trust another account, and no other call.
    expect(asked).toStrictEqual(['AssumeRole', 'GetCallerIdentity']);
  },
  TIMEOUT_MS,
);
