/**
 * The tables of ElastiCache's engines, node types and parameters equal AWS's pages, typed by hand;
 * AWS refuses no cache that synthesizes.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html and
 * ParameterGroups.Engine.html, read in November 2026.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../lib';
import { RENAMABLE_COMMANDS } from '../../lib/settings/elasticache/commands';
import { DURABILITY_NODE_FAMILIES } from '../../lib/settings/elasticache/durability';
import { ENGINES, engineRow } from '../../lib/settings/elasticache/engine-versions';
import {
  DATA_TIERING_POLICIES,
  NODE_FAMILIES,
  NODE_TYPES,
  nodeTypeOf,
  whyNoNodeType,
} from '../../lib/settings/elasticache/node-types';
import { PARAMETERS, whyNotSettable } from '../../lib/settings/elasticache/parameters';
import { SOURCES } from '../../lib/settings/elasticache/sources';
import { PARAMETER_NAMES } from '../../lib/settings/parameters';

/** How many sizes each family has in AWS's tables for Valkey, and its first and last one. */
const VALKEY_SIZES: readonly (readonly [string, number, string, string])[] = [
  ['t4g', 3, 'micro', 'medium'],
  ['t3', 3, 'micro', 'medium'],
  ['m8g', 7, 'large', '16xlarge'],
  ['m7g', 7, 'large', '16xlarge'],
  ['m6g', 7, 'large', '16xlarge'],
  ['m5', 6, 'large', '24xlarge'],
  ['m4', 5, 'large', '10xlarge'],
  ['r8g', 7, 'large', '16xlarge'],
  ['r7g', 7, 'large', '16xlarge'],
  ['r6g', 7, 'large', '16xlarge'],
  ['r6gd', 6, 'xlarge', '16xlarge'],
  ['r5', 6, 'large', '24xlarge'],
  ['r4', 6, 'large', '16xlarge'],
  ['c8gn', 7, 'large', '16xlarge'],
  ['c7gn', 7, 'large', '16xlarge'],
];

describe('Node types', () => {
  test('families and sizes, of which AWS makes new clusters', () => {
    const open = NODE_FAMILIES.filter(({ status }) => status === 'open');
    expect(
      open.map(({ family, sizes }) => [family, sizes.length, sizes[0], sizes.at(-1)]),
    ).toStrictEqual(VALKEY_SIZES);
    expect(NODE_TYPES).toHaveLength(91);
    expect(new Set(NODE_TYPES).size).toBe(91);
  });

  test('each of them is one by its name', () => {
    expect(NODE_TYPES.filter((name) => whyNoNodeType(name, 'valkey') !== undefined)).toEqual([]);
  });

  test('Redis OSS runs on all but the eighth generation', () => {
    const refused = NODE_TYPES.filter((name) => whyNoNodeType(name, 'redis') !== undefined);
    expect(new Set(refused.map((name) => nodeTypeOf(name)?.family))).toEqual(
      new Set(['m8g', 'r8g', 'c8gn']),
    );
  });

  test.each([
    'cache.m6i.large',
    'cache.r6i.large',
    'cache.m5d.large',
    'cache.c5.large',
    'cache.t4g.large',
    'cache.t3.2xlarge',
    'cache.r6gd.large',
    'cache.m5.8xlarge',
    'cache.r7g.24xlarge',
    'cache.m1.small',
    'cache.x2g.large',
    'cache.constructor.large',
    'db.r7g.large',
  ])('%s is none', (name) => {
    expect(whyNoNodeType(name, 'valkey')).toBeDefined();
  });

  test.each(['cache.m9g.large', 'cache.r9gd.xlarge', 'cache.t5g.small', 'cache.c9gn.large'])(
    '%s is of a newer generation, and left to AWS',
    (name) => {
      expect(whyNoNodeType(name, 'valkey')).toBeUndefined();
      expect(nodeTypeOf(name)).toMatchObject({ row: undefined, isNewer: true });
    },
  );
});

describe('Engines', () => {
  test('each has a row, and each row an engine', () => {
    expect(ENGINES.map(({ name, version }) => `${name}-${version}`)).toEqual(
      Engine.ALL.map(({ id }) => id),
    );
  });

  test('only Redis OSS 6.2 takes no TransitEncryptionMode', () => {
    const without = Engine.ALL.filter((each) => !each.takesTransitEncryptionMode);
    expect(without).toEqual([Engine.REDIS_6_2]);
  });

  test.each([
    ['redis', '6.2', 'redis6.x'],
    ['redis', '6.2.6', 'redis6.x'],
    ['redis', '6.x', 'redis6.x'],
    ['redis', '7.0.7', 'redis7'],
    ['valkey', '8.0.1', 'valkey8'],
    ['valkey', '9.1', 'valkey9'],
    ['valkey', '10.0', undefined],
    ['redis', '7.2', undefined],
    ['valkey', '8', undefined],
  ])('%s %s is of %s', (name, version, family) => {
    expect(engineRow(name, version)?.family).toBe(family);
  });
});

/** What AWS's page says of each family beyond what all of them have. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  activerehashing: ['redis6.x'],
  'hash-max-ziplist-entries': ['redis6.x'],
  'zset-max-ziplist-value': ['redis6.x'],
  'lazyfree-lazy-eviction': ['redis6.x', 'redis7', 'valkey7'],
  'lazyfree-lazy-user-del': ['redis6.x', 'redis7', 'valkey7'],
  'latency-tracking': ['redis7', 'valkey7', 'valkey8', 'valkey9'],
  'cluster-allow-pubsubshard-when-down': ['redis7', 'valkey7', 'valkey8', 'valkey9'],
  'hash-max-listpack-value': ['redis7', 'valkey7', 'valkey8', 'valkey9'],
  'extended-redis-compatibility': ['valkey8', 'valkey9'],
  'commandlog-request-larger-than': ['valkey8', 'valkey9'],
  'search-fanout-target-mode': ['valkey8', 'valkey9'],
  'cluster-databases': ['valkey9'],
};

describe('Parameters', () => {
  test.each(Object.entries(ONLY_IN))('%s', (name, families) => {
    expect(PARAMETERS.get(name)?.families).toEqual(families);
  });

  /** Modifiable in the guide, for families since Redis OSS 6. */
  const MODIFIABLE =
    'acl-pubsub-default acllog-max-len active-defrag-cycle-max active-defrag-cycle-min ' +
    'active-defrag-ignore-bytes active-defrag-max-scan-fields active-defrag-threshold-lower ' +
    'active-defrag-threshold-upper active-expire-effort activedefrag ' +
    'client-output-buffer-limit-normal-hard-limit client-output-buffer-limit-normal-soft-limit ' +
    'client-output-buffer-limit-normal-soft-seconds client-output-buffer-limit-pubsub-hard-limit ' +
    'client-output-buffer-limit-pubsub-soft-limit client-output-buffer-limit-pubsub-soft-seconds ' +
    'client-query-buffer-limit close-on-replica-write cluster-allow-reads-when-down ' +
    'cluster-require-full-coverage databases hll-sparse-max-bytes lfu-decay-time lfu-log-factor ' +
    'list-compress-depth maxmemory-policy maxmemory-samples min-replicas-max-lag ' +
    'min-replicas-to-write notify-keyspace-events proto-max-bulk-len repl-backlog-size ' +
    'repl-backlog-ttl reserved-memory-percent set-max-intset-entries slowlog-log-slower-than ' +
    'slowlog-max-len stream-node-max-bytes stream-node-max-entries tcp-keepalive timeout ' +
    'tracking-table-max-keys';

  test('every one that the guide lets a group of each family modify is offered', () => {
    for (const name of MODIFIABLE.split(' ')) {
      expect(PARAMETER_NAMES).toContain(name);
      expect([name, PARAMETERS.get(name)?.families.length]).toEqual([name, 5]);
    }
  });

  test.each([
    ['activerehashing', 'valkey8', 'support case'],
    ['maxclients', 'redis7', 'does not let it be changed'],
    ['repl-timeout', 'valkey7', '60 seconds'],
    ['tls-port', 'valkey8', 'protected'],
    ['requirepass', 'valkey9', 'credentials secret'],
  ])('%s of %s: the reason', (name, family, reason) => {
    expect(whyNotSettable(name, family)).toContain(reason);
  });

  test.each(['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'])(
    '%s is unknown, like every other name',
    (name) => {
      expect(PARAMETERS.get(name)).toBeUndefined();
      expect(whyNotSettable(name, 'valkey8')).toBeUndefined();
    },
  );

  test('values at their bounds', () => {
    const accepts = (name: string, value: string) => PARAMETERS.get(name)?.kind.accepts(value);
    expect(accepts('timeout', '19')).toBe(false);
    expect(accepts('timeout', '20')).toBe(true);
    expect(accepts('cluster-databases', '0')).toBe(false);
    expect(accepts('cluster-databases', '10000')).toBe(true);
    expect(accepts('client-query-buffer-limit', '1073741825')).toBe(false);
    expect(accepts('list-max-listpack-size', '0')).toBe(false);
    expect(accepts('list-max-listpack-size', '-2')).toBe(true);
    expect(accepts('commandlog-large-reply-max-len', '1025')).toBe(false);
  });
});

test('Commands that can be blocked: 178 of AWS’s list, and never AUTH or CLUSTER', () => {
  expect(RENAMABLE_COMMANDS.size).toBe(178);
  for (const command of ['FLUSHALL', 'FLUSHDB', 'KEYS', 'SWAPDB', 'SCRIPT', 'MONITOR', 'PING']) {
    expect(RENAMABLE_COMMANDS.has(command)).toBe(true);
  }
  for (const command of ['AUTH', 'CLUSTER', 'CONFIG', 'HELLO', 'DEBUG']) {
    expect(RENAMABLE_COMMANDS.has(command)).toBe(false);
  }
});

test('Every source has an address and the month in which it was read', () => {
  for (const { url, read } of Object.values(SOURCES)) {
    expect(url).toMatch(/^https:\/\//);
    expect(read).toMatch(/^20\d\d-\d\d$/);
  }
});

describe('docs/elasticache.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/elasticache.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());

  test('has a row for each engine, as the table', () => {
    const found = rows.map(cells).filter(([, name = '']) => /^`(valkey|redis)-/.test(name));
    expect(found.map(([, id, family, mode]) => [id, family, mode === 'required'])).toEqual(
      Engine.ALL.map(({ id, parameterFamily, takesTransitEncryptionMode }) => [
        `\`${id}\``,
        parameterFamily,
        takesTransitEncryptionMode,
      ]),
    );
  });

  test('has a row for each node family of which AWS makes new clusters', () => {
    const open = NODE_FAMILIES.filter(({ status }) => status === 'open');
    const lines = open.map(({ family, sizes, since }) => {
      const engines = since.redis === undefined ? 'Valkey' : 'Valkey, Redis OSS';
      return `| ${family} | ${sizes.join(', ')} | ${engines} |`;
    });
    expect(rows.filter((line) => /^\| [tmrc]\d\w* \|/.test(line))).toEqual(lines);
  });

  test('names the node families and policies of durability and data tiering', () => {
    const text = page.replaceAll(/\s+/g, ' ');
    const [last, ...others] = [...DURABILITY_NODE_FAMILIES].reverse();
    expect(text).toContain(`a node type of ${others.reverse().join(', ')} or ${last}.`);
    expect(text).toContain('must be volatile-lru, allkeys-lru or noeviction.');
    expect(DATA_TIERING_POLICIES).toEqual(['volatile-lru', 'allkeys-lru', 'noeviction']);
  });
});
