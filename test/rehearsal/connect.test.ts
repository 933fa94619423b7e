/**
 * The snippets of `docs/connect.md` behave as documented, for runtimes and libraries on this
 * machine; `npm run connect -- --install` runs the others. Snippets that are not run are printed.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CLIENT_PROFILES } from '../../lib/client-profiles/client-profiles';
import { errorLine } from '../../rehearsal/connect/error-line';
import { PROJECTS } from '../../rehearsal/connect/projects';
import { type ClientResult, runClient } from '../../rehearsal/connect/run-client';
import { SnippetServer } from '../../rehearsal/connect/server';
import { readSnippets, type Snippet } from '../../rehearsal/connect/snippets';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { temporaryFolder } from '../support/temporary-folder';

const TIMEOUT_MS = 180_000;
/** Installed with this project, or with the server that the tests need. */
const HERE = ['bullmq', 'ioredis', 'node-redis', 'redis-cli'];
/** Where somebody has installed them for all: nothing is fetched in a test. */
const PERHAPS = ['redis-py', 'redis-py-asyncio', 'celery', 'rq', 'django-redis', 'phpredis'];

const snippets = readSnippets();
const results: ClientResult[] = [];

async function run(local: LocalDeployment, chosen: readonly Snippet[], patienceMs = 2_000) {
  const server = await SnippetServer.of(local.deployment);
  const options = { folder: temporaryFolder('connect'), isInstalling: false, timeoutMs: 60_000 };
  for (const snippet of chosen) {
    const result = await runClient(snippet, server, { ...options, patienceMs });
    noteOutput(JSON.stringify(result));
    results.push(result);
  }
  server.stop();
}

const resultOf = (client: string, isSharded = false) =>
  results.find((each) => each.client === client && each.isSharded === isSharded);

const REPLICATED = { isSharded: false, shards: 1, replicas: 0 };
const SHARDED = { isSharded: true, shards: 3, replicas: 0 };

/** The snippets for one kind of cache, those of these clients. */
async function runAll(clients: readonly string[], topology: typeof SHARDED): Promise<void> {
  const { isSharded } = topology;
  const parameters: Record<string, string> = isSharded ? { 'cluster-enabled': 'yes' } : {};
  const local = await startLocally({ topology, parameters });
  const chosen = snippets.filter((each) => each.isSharded === isSharded);
  await run(
    local,
    chosen.filter(({ client }) => clients.includes(client)),
  );
  await local.deployment.stop();
}

beforeAll(async () => {
  await Promise.all([runAll([...HERE, ...PERHAPS], REPLICATED), runAll(HERE, SHARDED)]);
  const notRun = results.filter(({ outcome }) => outcome === 'not-run');
  const lines = notRun.map(({ client, detail }) => `not run here: ${client}: ${detail}\n`);
  process.stderr.write(lines.join(''));
}, TIMEOUT_MS);

describe('Every client has its section', () => {
  test('with a snippet, a project to run it in, and an entry in the library', () => {
    const documented = snippets.filter(({ isSharded }) => !isSharded).map(({ client }) => client);
    expect([...documented].sort()).toEqual(Object.keys(CLIENT_PROFILES).sort());
    expect(Object.keys(PROJECTS).sort()).toEqual(Object.keys(CLIENT_PROFILES).sort());
  });

  test('and a second one where it knows sharded caches, but one that finds them by itself', () => {
    const documented = snippets.filter(({ isSharded }) => isSharded).map(({ client }) => client);
    const able = Object.entries(CLIENT_PROFILES).filter(([, { use }]) => 'sharded' in use);
    const names = able.map(([name]) => name).filter((name) => name !== 'stackexchange-redis');
    expect([...documented].sort()).toEqual(names.sort());
  });

  test('which turns no verification off', () => {
    const off =
      /CERT_NONE|cert_reqs["']?\s*[:=]\s*["']?none|rejectUnauthorized|InsecureSkipVerify/i;
    const more =
      /verify_peer(_name)?' => false|#insecure['"]|SslVerifyMode\.(CA|INSECURE)|--insecure/;
    expect(snippets.filter(({ code }) => off.test(code) || more.test(code))).toEqual([]);
  });
});

describe('A snippet does what its section says', () => {
  test.each(HERE)('%s connects, verifies, and uses its database', (client) => {
    const name = client === 'redis-cli' ? 'name NOT verified' : 'name verified';
    expect(resultOf(client)).toMatchObject({
      outcome: 'passed',
      detail: `connected, database 3, certificate verified, ${name}`,
    });
  });

  test.each(HERE)('%s connects to a sharded cache and verifies', (client) => {
    const name = client === 'redis-cli' ? 'name NOT verified' : 'name verified';
    expect(resultOf(client, true)).toMatchObject({
      outcome: 'passed',
      detail: `connected, sharded, certificate verified, ${name}`,
    });
  });

  test.each(PERHAPS)(
    '%s, if it is here, which `npm run connect -- --install` sees to',
    (client) => {
      expect(resultOf(client)?.outcome).toMatch(/^(passed|not-run)$/);
      expect(resultOf(client)?.detail).toMatch(/^connected, database 3, |not installed/);
    },
  );
});

describe('A wrong snippet is detected', () => {
  const BARE = "import { Redis } from 'ioredis';\nconst client = new Redis(process.env.REDIS_URL";
  const USE =
    ");\nawait client.set('greeting', 'hello');\n" +
    "console.log(await client.get('greeting'));\nawait client.quit();\n";
  const wrong: ClientResult[] = [];

  beforeAll(async () => {
    const local = await startLocally();
    const server = await SnippetServer.of(local.deployment);
    const folder = temporaryFolder('connect-wrong');
    const options = { folder, isInstalling: false, timeoutMs: 30_000, patienceMs: 8_000 };
    for (const settings of [
      ', { tls: { rejectUnauthorized: false } }',
      ', { tls: { checkServerIdentity: () => undefined } }',
      ".replace(/3$/, '1')",
    ]) {
      const code = BARE + settings + USE;
      wrong.push(await runClient({ client: 'ioredis', isSharded: false, code }, server, options));
    }
    server.stop();
    await local.deployment.stop();
  }, TIMEOUT_MS);

  test.each([
    [0, /^it trusts a certificate of another authority; it trusts a certificate of another host$/],
    [1, /^it trusts a certificate of another host$/],
    [2, /^it used database 1, not 3$/],
  ])('number %d', (index, detail) => {
    expect(wrong[index]).toMatchObject({ outcome: 'failed' });
    expect(wrong[index]?.detail).toMatch(detail);
  });
});

describe('A failure is reported as one line of the client', () => {
  test.each([
    ['Python', 'Traceback:\n  File "a"\nredis.exceptions.NoPermissionError: no\n', /^redis.*no$/],
    [
      'Node.js',
      'a.js:1\n  throw\n\nReplyError: no\n    at a {\n  b: 1\n}\n\nNode.js v20',
      /^Reply/,
    ],
    ['Java', 'Exception in a\n\tat b\nCaused by: E: no\n\t... 9 more\n', /^Caused by: E: no$/],
    [
      'Go',
      'panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/a\nexit status 2\n',
      /^panic: no$/,
    ],
    ['Rust', 'thread panicked:\nResult: no\nnote: run with X\n', /^Result: no$/],
    ['nothing', '\n', /^it says nothing$/],
  ])('%s', (_, text, line) => {
    expect(errorLine(text)).toMatch(line);
  });
});

describe('The command says how it is used', () => {
  const ROOT = join(__dirname, '../..');
  const run = (option: string) => {
    const args = ['-r', join(ROOT, 'bin/register.cjs'), 'rehearsal/connect/main.ts', option];
    return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  };

  test('asked for it, without a failure', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^usage: npm run connect/);
  });

  test('and beside what it does not know', () => {
    const { status, stderr } = run('--nonsense');
    expect(status).toBe(1);
    expect(stderr).toMatch(/--nonsense[\s\S]*usage: npm run connect/);
  });
});
