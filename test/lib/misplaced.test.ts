/**
 * A misplaced setting of a stage file, or one under the name of ElastiCache, CDK or Terraform, is
 * refused with its right place.
 */

import { SettingError } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';

/** The only error line of a file, after its path. */
function refusal(file: object): string {
  try {
    checkedConfig('x.json', 'dev', { caches: { a: {} }, ...file });
  } catch (error) {
    expect(error).toBeInstanceOf(SettingError);
    return (error as Error).message
      .replace(/^x\.json: [^ ]+ /, '')
      .replace(/, got "[^"]*"/, ', got NAME');
  }
  return 'accepted';
}

const moved = (...places: readonly string[]) =>
  `must be ${places.map(inWords).join(' or ')}, got NAME. Move it there.`;

const inWords = (place: string) =>
  place.includes('.') ? `\`${place}\`` : `\`${place}\` at the top of the file`;

const renamed = (place: string) => `must be \`${place}\`, got NAME. Rename it.`;

/** A name under `caches.a`, and where it belongs. */
const OF_CACHE: readonly (readonly [name: string, place: string])[] = [
  ['replicas', 'caches.a.topology.replicas'],
  ['shards', 'caches.a.topology.shards'],
  ['replicasPerShard', 'caches.a.topology.replicasPerShard'],
  ['numNodeGroups', 'caches.a.topology.shards'],
  ['num_node_groups', 'caches.a.topology.shards'],
  ['replicas_per_node_group', 'caches.a.topology.replicasPerShard'],
  ['NumCacheClusters', 'caches.a.topology.replicas'],
  ['multi_az_enabled', 'caches.a.topology.replicas'],
  ['AutomaticFailoverEnabled', 'caches.a.topology.replicas'],
  ['engineVersion', 'caches.a.engine'],
  ['engine_version', 'caches.a.engine'],
  ['dataTieringEnabled', 'caches.a.nodeType'],
  ['vpcId', 'shared.network.vpcId'],
  ['subnetIds', 'shared.network.isolatedSubnetIds'],
  ['subnet_group_name', 'shared.network.isolatedSubnetIds'],
  ['availabilityZones', 'shared.network.availabilityZones'],
  ['endpointSecurityGroupId', 'shared.network.endpointSecurityGroupId'],
  ['securityGroupIds', 'caches.a.clients'],
  ['allowed_security_group_ids', 'caches.a.clients'],
  ['network', 'shared.network'],
  ['encryptionKey', 'shared.encryptionKey'],
  ['kms_key_id', 'shared.encryptionKey.arn'],
  ['alarmTopic', 'shared.alarmTopic'],
  ['notification_topic_arn', 'shared.alarmTopic.arn'],
  ['alarm_emails', 'shared.alarmTopic.email'],
  ['maxmemory-policy', 'caches.a.parameters.maxmemory-policy'],
  ['timeout', 'caches.a.parameters.timeout'],
  ['snapshotName', 'caches.a.restoreFrom.snapshot'],
  ['snapshotArns', 'caches.a.restoreFrom.s3'],
  ['memoryPercent', 'caches.a.alarms.memoryPercent'],
  ['terminationProtection', 'terminationProtection'],
  ['region', 'region'],
  ['accountId', 'account'],
  ['maxAzs', 'shared.network.zones'],
  ['vpc_cidr_block', 'shared.network.cidr'],
  ['awsRegion', 'region'],
];

/** Names that differ only in case or spelling: the place stays. */
const RENAMED: readonly (readonly [name: string, place: string])[] = [
  ['NodeType', 'caches.a.nodeType'],
  ['node_type', 'caches.a.nodeType'],
  ['cacheNodeType', 'caches.a.nodeType'],
  ['parameterGroupName', 'caches.a.parameters'],
  ['snapshotRetentionLimit', 'caches.a.snapshotRetentionDays'],
  ['preferredMaintenanceWindow', 'caches.a.maintenanceWindow'],
  ['final_snapshot_identifier', 'caches.a.removal'],
  ['removalPolicy', 'caches.a.removal'],
  ['rotationInterval', 'caches.a.rotationDays'],
  ['logRetention', 'caches.a.logRetentionDays'],
];

describe('A misplaced setting is refused with its place', () => {
  test.each(OF_CACHE)('under a cache: %s', (name, place) => {
    expect(refusal({ caches: { a: { [name]: 1 } } })).toContain(`must be ${inWords(place)}, `);
  });

  test.each(RENAMED)('under another name: %s', (name, place) => {
    expect(refusal({ caches: { a: { [name]: 1 } } })).toBe(renamed(place));
  });

  test('in `defaults`, in the place that holds for every cache', () => {
    expect(refusal({ defaults: { shards: 1 } })).toBe(moved('defaults.topology.shards'));
    expect(refusal({ defaults: { timeout: '1' } })).toBe(moved('defaults.parameters.timeout'));
  });

  test.each([
    ['nodeType', 'caches.<name>.nodeType', 'defaults.nodeType'],
    ['shards', 'caches.<name>.topology.shards', 'defaults.topology.shards'],
    ['rotationDays', 'caches.<name>.rotationDays', 'defaults.rotationDays'],
  ])('at the top, in both places that it may have: %s', (name, ...places) => {
    expect(refusal({ [name]: 1 })).toBe(moved(...places));
  });

  test.each<[string, object, string]>([
    ['the network at the top', { network: {} }, moved('shared.network')],
    ['an ARN at the top', { kmsKeyArn: 'x' }, moved('shared.encryptionKey.arn')],
    ['the VPC in `shared`', { shared: { vpcId: 'x' } }, moved('shared.network.vpcId')],
    ['the key in `shared`', { shared: { kmsKeyId: 'x' } }, moved('shared.encryptionKey.arn')],
    [
      'a node type in `shared`',
      { shared: { nodeType: 'x' } },
      moved('caches.<name>.nodeType', 'defaults.nodeType'),
    ],
    [
      'tags in `shared`',
      { shared: { tags: {} } },
      moved('caches.<name>.tags', 'defaults.tags', 'tags'),
    ],
    [
      'subnets in the network',
      { shared: { network: { subnetIds: [] } } },
      renamed('shared.network.isolatedSubnetIds'),
    ],
    [
      'the engine in the topology',
      { caches: { a: { topology: { engine: 'x' } } } },
      moved('caches.a.engine'),
    ],
    [
      'an alias of the key',
      { shared: { encryptionKey: { alias: 'x' } } },
      renamed('shared.encryptionKey.arn'),
    ],
    ['`cache` for `caches`', { cache: {} }, renamed('caches')],
  ])('%s', (_, file, line) => {
    expect(refusal(file)).toBe(line);
  });

  test.each([
    [
      'authToken',
      'nothing: the deploy generates the password, and it rotates; no file contains it',
    ],
    ['transitEncryptionEnabled', 'nothing: it is always on'],
    ['at_rest_encryption_enabled', 'nothing: it is always on'],
    ['name', 'nothing: the name of a cache is its key under `caches`'],
    ['profile', 'nothing: the profile is that of the command; use `--profile`'],
    [
      'serverless',
      'nothing: a cache of this file has nodes; a serverless cache is another resource',
    ],
    ['serverlessCacheName', 'nothing: a cache of this file has nodes; a serverless cache'],
  ])('there is none, and why: %s', (name, why) => {
    const line = refusal({ caches: { a: { [name]: 1 } } });
    const [, reason] = why.split(/: (.*)/);
    expect(line).toMatch(/^must not be set/);
    expect(line).toContain(`got NAME: ${reason}`);
    expect(line).toMatch(/\. Remove it\.$/);
  });

  test('an unknown name gets the list of settings', () => {
    for (const name of ['prot', 'constructor', 'toString', '__proto__']) {
      const file = JSON.parse(`{ "caches": { "a": { "${name}": 1 } } }`);
      expect(refusal(file)).toMatch(/^must be a setting, one of purpose, topology, engine, /);
    }
    for (const part of ['encryptionKey', 'network']) {
      const file = { shared: { [part]: { constructor: 1 } } };
      expect(refusal(file)).toMatch(/^must be a setting, \w+/);
    }
  });
});
