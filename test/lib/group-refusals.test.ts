/**
 * What AWS accepts of one replication group and its parameter group, and what AWS refuses of
 * engines and parameters: the property, AWS's error code and the message.
 */

import type { GroupProperties } from '../../lib/settings/elasticache/refusal';
import {
  C,
  DURABLE,
  FAMILY,
  LATE,
  LONE,
  late,
  NINE,
  noReplica,
  redis,
  refused,
  set,
  TIERED,
  V,
} from '../support/refused-group';

type Accepted = readonly [what: string, group: GroupProperties, parameters: GroupProperties];
type Refused = readonly [...Accepted, refusals: readonly string[]];

describe('AWS accepts', () => {
  test.each<Accepted>([
    ['the group', {}, FAMILY],
    ['five replicas', { NumCacheClusters: 6 }, FAMILY],
    ['one node without failover', LONE, FAMILY],
    ['one node, which is the default', { ...LONE, NumCacheClusters: undefined }, FAMILY],
    ['a patch version', { EngineVersion: '8.0.1' }, FAMILY],
    ['a newer version than the table', { EngineVersion: '9.2' }, FAMILY],
    ['Redis OSS 6.x', redis('6.x'), { CacheParameterGroupFamily: 'redis6.x' }],
    [
      'the mode from Redis OSS 7.0.5',
      { ...redis('7.0.5'), TransitEncryptionMode: 'preferred' },
      { CacheParameterGroupFamily: 'redis7' },
    ],
    ['durability', DURABLE, NINE],
    ['asynchronous durability', { ...DURABLE, Durability: 'async' }, NINE],
    ['durability by default', { Durability: 'default' }, FAMILY],
    ['no durability', { Durability: 'disabled' }, FAMILY],
    ['data tiering', TIERED, set({ 'maxmemory-policy': 'allkeys-lru' })],
    ['data tiering with the default policy', TIERED, FAMILY],
    ['no data tiering, stated', { DataTieringEnabled: false }, FAMILY],
    ['another name of a command', {}, set({ 'rename-commands': 'keys k3ys' })],
    ['a blocked command', {}, set({ 'rename-commands': 'keys blocked' })],
    ['an id of 40 letters', { ReplicationGroupId: 'a'.repeat(40) }, FAMILY],
    ['no password', { AuthToken: undefined, UserGroupIds: ['users'] }, FAMILY],
    ['no shards and no replicas', { ...DURABLE, Durability: undefined, ...noReplica() }, NINE],
    ['what only the deploy knows', late(), FAMILY],
    ['a family that only the deploy knows', {}, { CacheParameterGroupFamily: LATE }],
    ['a value that only the deploy knows', {}, set({ timeout: LATE })],
    ['no properties', {}, FAMILY],
  ])('%s', (_what, group, parameters) => {
    expect(refused(group, parameters)).toStrictEqual([]);
  });
});

const SIX = 'Please use engine version 7.0.5 or higher.';

describe('AWS refuses engines and parameters', () => {
  test.each<Refused>([
    [
      'a family that does not exist',
      {},
      { CacheParameterGroupFamily: 'valkey10', Properties: { timeout: '1' } },
      [
        `CacheParameterGroupFamily ${V}: CacheParameterGroupFamily valkey10 is not a valid ` +
          'parameter group family.',
        `CacheParameterGroupName ${C}: Expected a parameter group of family valkey8 but found ` +
          'one of family valkey10',
      ],
    ],
    [
      'a parameter of another family',
      {},
      set({ 'cluster-databases': '2', timeout: '-1' }),
      [
        `cluster-databases ${V}: The parameter cluster-databases cannot be modified.`,
        `timeout ${V}: The value of the parameter timeout is not valid: -1`,
      ],
    ],
    [
      'a command that cannot be blocked',
      {},
      set({ 'rename-commands': 'keys blocked auth blocked' }),
      [
        `rename-commands ${V}: The value of the parameter rename-commands is not valid: keys ` +
          'blocked auth blocked',
      ],
    ],
    [
      'an unknown version of Valkey',
      { EngineVersion: '8.3' },
      FAMILY,
      [`EngineVersion ${C}: Cannot find version 8.3 for valkey`],
    ],
    [
      'a newer version of Redis OSS',
      redis('8.0'),
      FAMILY,
      [`EngineVersion ${C}: Cannot find version 8.0 for redis`],
    ],
    [
      'another engine',
      { Engine: 'memcached', EngineVersion: '1.6' },
      FAMILY,
      [`EngineVersion ${C}: Cannot find version 1.6 for memcached`],
    ],
    [
      'the mode with Redis OSS 7.0.4',
      { ...redis('7.0.4'), TransitEncryptionMode: 'required' },
      { CacheParameterGroupFamily: 'redis7' },
      [
        `TransitEncryptionMode ${C}: Transit encryption mode is not supported for engine ` +
          `version 7.0.4. ${SIX}`,
      ],
    ],
    [
      'the mode with Redis OSS 6.2',
      { ...redis('6.2'), TransitEncryptionMode: 'required' },
      { CacheParameterGroupFamily: 'redis6.x' },
      [
        `TransitEncryptionMode ${C}: Transit encryption mode is not supported for engine ` +
          `version 6.2. ${SIX}`,
      ],
    ],
    [
      'a password without TLS',
      { TransitEncryptionEnabled: false },
      FAMILY,
      [`AuthToken ${C}: An auth token needs encryption in transit.`],
    ],
    [
      'a password beside users',
      { UserGroupIds: ['users'] },
      FAMILY,
      [`UserGroupIds ${C}: Auth tokens cannot be enabled together with user groups.`],
    ],
    [
      'Valkey without a word about TLS',
      { AuthToken: undefined, TransitEncryptionEnabled: undefined },
      FAMILY,
      [`TransitEncryptionEnabled ${C}: Valkey needs TransitEncryptionEnabled to be stated.`],
    ],
  ])('%s', (_what, group, parameters, refusals) => {
    expect(refused(group, parameters)).toStrictEqual(refusals);
  });
});
