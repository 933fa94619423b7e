/**
 * `npx secure-redis verify --stack` and `--secret` on rehearsed caches with real servers: one
 * password, sharded, and users. A line passes, fails for what is so, or says why it cannot be told.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANAGED_LINE_IDS } from '../../../cli/verify/managed/managed-lines';
import type { RedisNode } from '../../../rehearsal/redis/redis-node';
import { type LocalDeployment, startLocally } from '../../support/local-deployment';
import { runCli } from '../../support/run-cli';
import { templateBlueprint } from '../../support/template-blueprint';
import { temporaryFolder } from '../../support/temporary-folder';
import { usersStack } from '../../support/users';

interface Line {
  readonly id: string;
  readonly verdict: string;
  readonly evidence: string;
}

let local: LocalDeployment | undefined;

afterEach(async () => {
  await local?.deployment.stop();
  local = undefined;
});

async function verify(started: LocalDeployment, ...args: readonly string[]) {
  const { deployment } = started;
  const ca = join(temporaryFolder('managed'), 'ca.pem');
  writeFileSync(ca, deployment.certificates.caPem);
  const options = ['--json', '--ca', ca];
  const ran = await runCli(deployment.plane, ['verify', ...args, ...options], {});
  const lines: readonly Line[] = ran.out === '' ? [] : JSON.parse(ran.out).lines;
  const idsOf = (verdict: string) =>
    lines.filter((line) => line.verdict === verdict).map(({ id }) => id);
  const untold = idsOf('cannot tell').filter((id) => !SINCE_7_2.includes(id));
  return { ...ran, lines, failing: idsOf('fail').sort(), untold: untold.sort() };
}

/** The entry of docs/verify.md, on any day. */
function documentedEntry(): string {
  const page = readFileSync(join(__dirname, '../../../docs/verify.md'), 'utf8');
  const [, entry = ''] =
    /```json\n(\[\n? *\{ "id": "data-commands-refused",[^`]*)```/.exec(page) ?? [];
  return entry.replace(/\d{4}-\d\d-\d\d/, '9999-12-31');
}

/**
 * What AWS lists, with as many arguments as each needs.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
 */
const RESTRICTED_BY_AWS = [
  ...['bgrewriteaof', 'bgsave', 'config get x', 'debug object x', 'migrate h 1 k 0 1'],
  ...['psync x 1', 'replicaof h 1', 'save', 'slaveof h 1', 'shutdown', 'sync'],
  ...['acl setuser x', 'acl load', 'acl save', 'acl deluser x', 'cluster addslots 1'],
  ...['cluster addslotsrange 1 2', 'cluster bumpepoch', 'cluster delslots 1'],
  ...['cluster delslotsrange 1 2', 'cluster failover', 'cluster flushslots', 'cluster forget x'],
  ...['cluster links', 'cluster meet h 1', 'cluster setslot 1 stable'],
];

/** Of these, the commands that the user `default` of a node may run. */
async function allowedOn(node: RedisNode | undefined): Promise<readonly string[]> {
  const replies = await Promise.all(
    RESTRICTED_BY_AWS.map(async (command) => {
      const reply = await node?.admin('ACL', 'DRYRUN', 'default', ...command.split(' '));
      return [command, reply] as const;
    }),
  );
  return replies.flatMap(([command, reply]) =>
    /no permissions/.test(String(reply)) ? [] : command,
  );
}

/** What the model of AWS does not tell. */
const NOT_MODELLED = [
  'alarms-subscribed',
  'encrypted-at-rest',
  'failover',
  'minor-versions',
  'security-group-closed',
  'snapshots',
];

/** A login without CONFIG GET and ACL LOG is told these by INFO since 7.2. */
const SINCE_7_2 = ['failed-logins-logged', 'no-plaintext-port'];

describe('One password', () => {
  test.each<[string, boolean]>([
    ['one shard', false],
    ['sharded', true],
  ])(
    '%s: fails for what such a login may do',
    async (_, isSharded) => {
      const topology = { isSharded, shards: isSharded ? 2 : 1, replicas: 1 };
      local = await startLocally({ topology });
      await local.deployment.service.rotate();
      const seen = await verify(local, '--stack', 'test', '--purpose', 'sessions');
      expect([seen.code, seen.err]).toEqual([1, '']);
      // ElastiCache lets the user `default` of a cache with one password empty it.
      expect(seen.failing).toEqual(['data-commands-refused']);
      for (const node of local.deployment.nodes) expect(await allowedOn(node)).toEqual([]);
      const finding = seen.lines.find(({ id }) => id === 'data-commands-refused');
      expect(finding).toMatchObject({
        evidence: 'may run FLUSHALL, FLUSHDB, SWAPDB, KEYS',
        fix:
          'Set `blockedCommands` of the cache to ["FLUSHALL", "FLUSHDB", "SWAPDB", "KEYS"] where ' +
          'no client needs them, or give the cache users (`access`), each with a role that lacks ' +
          'them',
      });
      const accepted = join(temporaryFolder('managed'), 'accepted.json');
      writeFileSync(accepted, documentedEntry());
      const args = ['--stack', 'test', '--purpose', 'sessions', '--accepted', accepted];
      const withEntry = await verify(local, ...args);
      expect([withEntry.code, withEntry.err]).toEqual([0, '']);
      expect(JSON.parse(withEntry.out).counts).toMatchObject({ fail: 0, accepted: 1 });
      expect(JSON.parse(withEntry.out).notes).toEqual([]);
      expect(seen.untold).toEqual([...NOT_MODELLED, 'process-commands-refused'].sort());
      const ids = seen.lines.map(({ id }) => id);
      expect(MANAGED_LINE_IDS.filter((id) => !ids.includes(id))).toEqual([]);
      const evidenceOf = (id: string) => seen.lines.find((line) => line.id === id)?.evidence;
      expect(evidenceOf('cluster-nodes-refuse')).toBe(isSharded ? '4 nodes: NOAUTH' : undefined);
      expect(evidenceOf('password-age')).toMatch(/^0 days, since \d{4}-/);
      expect(evidenceOf('login-required')).toBe('one password for all clients');
      expect(evidenceOf('secret-key')).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\//);

      const arn = local.deployment.login('default').arn;
      const bySecret = await verify(local, '--secret', arn, '--purpose', 'sessions');
      expect(bySecret.failing).toEqual(seen.failing);
      expect(bySecret.lines.find(({ id }) => id === 'alarms-subscribed')?.evidence).toBe(
        'a secret does not name the alarms of its cache',
      );
    },
    60_000,
  );

  test('of a secret that has never rotated, and of no secret', async () => {
    local = await startLocally();
    const { code, failing } = await verify(local, '--stack', 'test');
    expect([code, failing.includes('login-accepted')]).toEqual([1, false]);
    const arn = local.deployment.login('default').arn;
    expect((await verify(local, '--secret', arn)).err).toMatch(
      /^the secret must have a `url`, got/,
    );
    const none = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:none';
    expect((await verify(local, '--secret', none)).err).toMatch(/^GetSecretValue failed: Resource/);
    expect((await verify(local, '--secret', arn, '--stack', 'test')).err).toMatch(
      /^verify must get one of a url, --secret, --stack, --compose and --reachable, got --secret a/,
    );
  }, 60_000);
});

describe('Users', () => {
  test('each has what its role allows, and no more', async () => {
    local = await startLocally({ blueprint: templateBlueprint(undefined, usersStack()) });
    for (const login of local.deployment.logins) await login.service.rotate();
    const args = ['--stack', 'secure-redis-test', '--user', 'app', '--purpose', 'cache'];
    const { code, failing, untold, lines } = await verify(local, ...args);
    expect([code, failing]).toEqual([0, []]);
    expect(untold).toEqual([...NOT_MODELLED, 'process-commands-refused'].sort());
    const mode = lines.find(({ id }) => id === 'login-required');
    expect(mode?.evidence).toMatch(/^users of /);
  }, 60_000);
});
