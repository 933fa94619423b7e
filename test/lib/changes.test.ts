/**
 * Changes that do not replace a cache: refusals of AWS with the alternative, disagreeing sources,
 * and commands that are no longer blocked.
 */

import { readFileSync } from 'node:fs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Baseline } from '../../lib/fleet/baseline';
import { effectsOf } from '../../lib/fleet/change-effects';
import { compared, JOBS_GROUP, made, recorded } from '../support/baselines';

const PLAIN = made({ jobs: {} });
const REPLICATED = recorded(PLAIN);

/** A cache as a template has it, and what comparing it with another state says. */
function group(properties: object, blocked = '', UpdatePolicy: object = {}): Baseline {
  const parameters = blocked === '' ? {} : { 'rename-commands': blocked };
  const template = {
    Resources: {
      Params: { Type: 'AWS::ElastiCache::ParameterGroup', Properties: { Properties: parameters } },
      Group: {
        Type: 'AWS::ElastiCache::ReplicationGroup',
        Properties: { CacheParameterGroupName: { Ref: 'Params' }, ...properties },
        UpdatePolicy,
      },
    },
  };
  return Baseline.of({ stacksRecursively: [{ stackName: 's', template }] } as CloudAssembly);
}

function effects(was: Baseline, now: Baseline) {
  const found = now.changesSince(was).map(effectsOf);
  return {
    replaced: found.flatMap(({ replacements }) => replacements.map(({ property }) => property)),
    refused: found.flatMap(({ refusals }) => refusals.map(({ text }) => text)),
    notices: found.flatMap(({ notices }) => notices.map(({ text }) => text)),
  };
}

const none = { replaced: [], refused: [], notices: [] };
const ONLINE = { UseOnlineResharding: true };
const sharded = (properties: object) => group(properties, '', ONLINE);
const valkey = (EngineVersion: string, rest: object = {}) =>
  group({ Engine: 'valkey', EngineVersion, ...rest });
const redis = (EngineVersion: string) => group({ Engine: 'redis', EngineVersion });

describe('An engine version goes up only', () => {
  test.each([
    ['8.1', '8.0'],
    ['8.0', '7.2'],
    ['9.0', '8.2'],
    ['8.0.1', '8.0'],
    ['10.0', '9.1'],
  ])('%s to %s is refused', (was, now) => {
    expect(effects(valkey(was), valkey(now))).toStrictEqual({
      ...none,
      refused: [
        `EngineVersion must be "${was}" or newer, got "${now}": ElastiCache does not go back to ` +
          'an older version. Make a second cache beside this one and move the clients ' +
          '(docs/operate.md, Replacing a cache); a snapshot of a newer version does not fill an ' +
          'older one.',
      ],
    });
  });

  test.each([
    ['7.2', '8.0'],
    ['8.0', '8.1'],
    ['8.2', '9.0'],
    ['9.1', '10.0'],
    ['8.0', '8.0.1'],
  ])('%s to %s is not', (was, now) => {
    expect(effects(valkey(was), valkey(now))).toStrictEqual(none);
  });

  test('in a stage file', () => {
    const [line, ...rest] = compared(REPLICATED, made({ jobs: { engine: 'valkey-7.2' } }));
    expect(rest).toStrictEqual([]);
    expect(line).toMatch(`${JOBS_GROUP}: EngineVersion must be "8.0" or newer, got "7.2": `);
  });
});

const CHANGE_SET =
  'A change set says which, and changes nothing: `npx cdk deploy -c stage=test ' +
  'SecureRedis-test/jobs --method=prepare-change-set --change-set-name look`, then ' +
  '`aws cloudformation describe-change-set --stack-name secure-redis-test-jobs --change-set-name ' +
  "look --query 'Changes[].ResourceChange.[ResourceType,Action,Replacement]' --output text`. " +
  'Deploy only if Replacement is False for the replication group.';

describe('Where the sources of AWS disagree, both are named, and nothing has to be allowed', () => {
  const before = recorded(made({ jobs: { engine: 'redis-7.1' } }));

  test('Redis OSS to Valkey', () => {
    expect(compared(before, PLAIN)).toStrictEqual([
      `look: ${JOBS_GROUP}: Engine changes from "redis" to "valkey", and AWS's sources disagree: ` +
        'the text of the CloudFormation reference says in place, without interruption, and ' +
        "others have done so; CloudFormation's service spec says replacement. " +
        CHANGE_SET,
    ]);
  });

  test('an entry for it is not an unused one', () => {
    const jobs = { allowReplacement: ['Engine'] };
    expect(compared(before, made({ jobs }))).toStrictEqual([expect.stringMatching(/^look: /)]);
  });

  test('nothing is said of it where the cache is replaced anyway', () => {
    const jobs = { port: 7000, allowReplacement: ['Port'] };
    expect(compared(before, made({ jobs }))).toStrictEqual([expect.stringMatching(/^allowed: /)]);
  });

  test('replicas of a shard', () => {
    const shards = (ReplicasPerNodeGroup: number) =>
      sharded({ NumNodeGroups: 3, ReplicasPerNodeGroup });
    expect(effects(shards(1), shards(2))).toStrictEqual({
      ...none,
      notices: [
        "ReplicasPerNodeGroup changes from 1 to 2, and AWS's sources disagree: since 1 July 2026 " +
          "AWS says that CloudFormation changes it in place; CloudFormation's service spec still " +
          'says replacement',
      ],
    });
  });

  test.each([
    [undefined, 'sync'],
    ['async', 'sync'],
    ['sync', undefined],
  ])('durability from %p to %p', (was, now) => {
    const at = (Durability: string | undefined) => valkey('9.0', { Durability });
    const [notice = '', ...rest] = effects(at(was), at(now)).notices;
    expect(rest).toStrictEqual([]);
    expect(notice).toMatch(/^Durability changes from .* disagree: since 27 October 2026 Elasti/);
    expect(notice).toMatch(/; CloudFormation's service spec says that it can only be set at crea/);
  });
});

describe('Valkey does not go back to Redis OSS', () => {
  test('whatever is allowed', () => {
    const jobs = { engine: 'redis-7.1', allowReplacement: ['Engine'] };
    expect(compared(REPLICATED, made({ jobs }))).toStrictEqual([
      `${JOBS_GROUP}: Engine must stay "valkey", got "redis": ElastiCache changes Redis OSS to ` +
        'Valkey, and not back. Make a second cache beside this one and move the clients ' +
        '(docs/operate.md, Replacing a cache); its data cannot come from a snapshot of Valkey.',
      'caches.jobs.allowReplacement must name replacements that happen, got "Engine". Remove it: ' +
        'it would let a later change pass unseen.',
    ]);
  });

  test('a version of another engine is neither newer nor older', () => {
    expect(effects(redis('7.1'), valkey('7.2')).refused).toStrictEqual([]);
    expect(effects(valkey('7.2'), redis('7.1')).refused).toHaveLength(1);
  });

  test('an engine that is neither replaces', () => {
    const other = group({ Engine: 'other', EngineVersion: '8.0' });
    expect(effects(valkey('8.0'), other)).toStrictEqual({ ...none, replaced: ['Engine'] });
  });
});

describe('The first replica takes two deploys', () => {
  const one = { replicas: 0 };
  const alone = recorded(made({ jobs: { topology: one } }));
  const first = made({ jobs: { topology: { replicas: 1, failover: false } } });

  test('together with failover it is refused, and both deploys are named', () => {
    expect(compared(alone, PLAIN)).toStrictEqual([
      `${JOBS_GROUP}: AutomaticFailoverEnabled and MultiAZEnabled must stay false in the deploy ` +
        'that adds the first replica, got true: ElastiCache answers "Replication group must have ' +
        'at least one read replica to enable autofailover". Deploy twice: first with "failover": ' +
        'false in `topology`, then without it; record the baseline after each.',
    ]);
  });

  test('each of the two is taken', () => {
    expect(compared(alone, first)).toStrictEqual([]);
    expect(compared(recorded(first), PLAIN)).toStrictEqual([]);
  });

  test('`failover` is off in the template between them, and on without it', () => {
    const failover = (made: { baseline: Baseline }) => {
      const { stacks } = JSON.parse(readFileSync(recorded(made as typeof PLAIN), 'utf8'));
      const { inPlace } = stacks['secure-redis-test-jobs'].CacheReplicationGroup5B07CC82;
      return [inPlace.NumCacheClusters, inPlace.AutomaticFailoverEnabled, inPlace.MultiAZEnabled];
    };
    expect(failover(first)).toStrictEqual([2, false, false]);
    expect(failover(PLAIN)).toStrictEqual([2, true, true]);
  });

  test('a second replica is added in one deploy', () => {
    const nodes = (NumCacheClusters: number) =>
      group({ NumCacheClusters, AutomaticFailoverEnabled: true, MultiAZEnabled: true });
    expect(effects(nodes(2), nodes(4))).toStrictEqual(none);
  });
});

describe('Resharding and durability stand alone', () => {
  const shards = (NumNodeGroups: number, rest: object = {}) =>
    sharded({ NumNodeGroups, CacheNodeType: 'cache.r7g.large', Tags: [], ...rest });

  test.each<[string, object, string]>([
    ['another node type', { CacheNodeType: 'cache.r7g.xlarge' }, 'CacheNodeType'],
    ['a tag', { Tags: [{ Key: 'a', Value: 'b' }] }, 'Tags'],
    ['an upgrade', { EngineVersion: '9.0', SnapshotWindow: 'x' }, 'EngineVersion, SnapshotWindow'],
    ['replicas', { ReplicasPerNodeGroup: 2 }, 'ReplicasPerNodeGroup'],
  ])('shards with %s', (_, rest, names) => {
    expect(effects(shards(3), shards(4, rest)).refused).toStrictEqual([
      `NumNodeGroups must be the only change of the cache in a deploy, got ${names} with it: AWS ` +
        `reshards online alone. Deploy twice: first ${names}, then NumNodeGroups; record the ` +
        'baseline after each.',
    ]);
  });

  test('alone, and with the places of their nodes, they are taken', () => {
    expect(effects(shards(3), shards(4))).toStrictEqual(none);
    expect(effects(shards(3), shards(2, { NodeGroupConfiguration: [] }))).toStrictEqual(none);
    expect(effects(shards(3), shards(3, { NodeGroupConfiguration: [] }))).toStrictEqual(none);
  });

  test('without online resharding it is a replacement, and so is the first shard', () => {
    const offline = (NumNodeGroups: number) => group({ NumNodeGroups });
    expect(effects(offline(3), offline(4))).toStrictEqual({ ...none, replaced: ['NumNodeGroups'] });
    expect(effects(group({}), sharded({ NumNodeGroups: 3 })).replaced).toStrictEqual([
      'NumNodeGroups',
    ]);
  });

  test('durability with the upgrade that it needs: the upgrade first', () => {
    const [refusal, ...rest] = effects(
      valkey('8.0'),
      valkey('9.0', { Durability: 'sync' }),
    ).refused;
    expect(rest).toStrictEqual([]);
    expect(refusal).toBe(
      'Durability must be the only change of the cache in a deploy, got EngineVersion with it: ' +
        'AWS changes the durability alone. Deploy twice: first EngineVersion, then Durability; ' +
        'record the baseline after each.',
    );
  });

  test('a new cache is not updated', () => {
    const jobs = {
      engine: 'valkey-7.2',
      port: 7000,
      allowReplacement: ['Port'],
    };
    expect(compared(REPLICATED, made({ jobs }))).toStrictEqual([
      expect.stringMatching(
        /^allowed: .*: Port changes from 6380 to 7000: CloudFormation makes a /,
      ),
    ]);
  });
});

describe('A command that is no longer blocked is reported', () => {
  const blocks = (commands: string) => group({ Engine: 'valkey', EngineVersion: '7.2' }, commands);

  test.each([
    ['FLUSHALL blocked SWAPDB blocked', 'SWAPDB blocked', ['FLUSHALL']],
    ['FLUSHALL blocked SWAPDB blocked', '', ['FLUSHALL, SWAPDB']],
    ['flushall blocked', 'FLUSHALL blocked', []],
    ['FLUSHALL blocked SWAPDB blocked', 'SWAPDB blocked FLUSHALL blocked', []],
    ['', 'FLUSHALL blocked', []],
  ])('%p to %p', (was, now, free) => {
    expect(effects(blocks(was), blocks(now))).toStrictEqual({
      ...none,
      notices: free.map(
        (names) => `${names} would no longer be blocked: every client that logs in may send it`,
      ),
    });
  });

  test('by an upgrade that moves to a group of another family, too', () => {
    const upgraded = group({ Engine: 'valkey', EngineVersion: '9.0' });
    expect(effects(blocks('KEYS blocked'), upgraded).notices).toStrictEqual([
      'KEYS would no longer be blocked: every client that logs in may send it',
    ]);
  });

  test('in a stage file', () => {
    const engine = 'valkey-7.2';
    const before = recorded(made({ jobs: { engine, blockedCommands: ['FLUSHALL', 'SWAPDB'] } }));
    const after = made({ jobs: { engine, blockedCommands: ['SWAPDB'] } });
    expect(compared(before, after)).toStrictEqual([
      `look: ${JOBS_GROUP}: FLUSHALL would no longer be blocked: every client that logs in may ` +
        'send it',
    ]);
  });
});
