/** Claims about the replication group. */

import { all, type Claim, encrypted, first, GROUP, type Properties, property, same } from './claim';

export const GROUP_CLAIMS: readonly Claim[] = [
  property(GROUP, 'TransitEncryptionEnabled', true, false, 'traffic is encrypted'),
  property(GROUP, 'TransitEncryptionMode', 'required', 'preferred', 'plaintext is refused'),
  property(GROUP, 'AtRestEncryptionEnabled', true, false, 'data at rest is encrypted'),
  encrypted(GROUP, 'KmsKeyId', 'data at rest is encrypted with our key'),
  property(GROUP, 'AutomaticFailoverEnabled', true, false, 'a replica takes over by itself'),
  property(GROUP, 'MultiAZEnabled', true, false, 'the nodes are in different zones'),
  property(GROUP, 'NumCacheClusters', 2, 1, 'there is a replica'),
  property(GROUP, 'AutoMinorVersionUpgrade', true, false, 'minor versions are kept up to date'),
  {
    claim: 'the password is a version-less reference to a secret',
    holds: (template) =>
      /resolve:secretsmanager:.*SecretString:password::}}/.test(
        JSON.stringify(first(template, GROUP).AuthToken ?? ''),
      ),
    break: (template) => {
      first(template, GROUP).AuthToken = 'a-literal-password-0';
    },
  },
  {
    claim: 'daily snapshots are kept for 16 days or more',
    holds: (template) => Number(first(template, GROUP).SnapshotRetentionLimit) >= 16,
    break: (template) => {
      first(template, GROUP).SnapshotRetentionLimit = 15;
    },
  },
  {
    claim: 'a last snapshot is taken before the group is deleted or replaced',
    holds: (template) =>
      all(template, GROUP).every(
        (group) => group.DeletionPolicy === 'Snapshot' && group.UpdateReplacePolicy === 'Snapshot',
      ),
    break: (template) => {
      for (const group of all(template, GROUP)) group.UpdateReplacePolicy = 'Delete';
    },
  },
  {
    claim: 'the slow log and the engine log are delivered',
    holds: (template) =>
      same(
        (first(template, GROUP).LogDeliveryConfigurations as Properties[]).map(
          ({ LogType }) => LogType,
        ),
        ['slow-log', 'engine-log'],
      ),
    break: (template) => {
      (first(template, GROUP).LogDeliveryConfigurations as Properties[]).pop();
    },
  },
  {
    claim: 'the group has its own subnets and parameters',
    holds: (template) => {
      const { CacheSubnetGroupName: subnets, CacheParameterGroupName: parameters } = first(
        template,
        GROUP,
      );
      return [subnets, parameters].every((each) => typeof each === 'object' && each !== null);
    },
    break: (template) => {
      first(template, GROUP).CacheParameterGroupName = 'default.valkey8';
    },
  },
];
