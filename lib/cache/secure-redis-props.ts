/** Props of a cache: every value is a safe choice, and every prop has a default. */

import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Access } from '../access/access';
import type { AlarmRecipients } from '../monitoring/alarm-recipients';
import type { AlarmThresholds } from '../monitoring/alarm-thresholds';
import type { RedisNetwork } from '../network/redis-network';
import type { DurabilityMode } from '../settings/elasticache/durability';
import type { Engine } from '../settings/engine';
import type { Purpose } from '../settings/purpose';
import type { RestoreSource } from '../settings/restore-source';
import type { RotationSchedule } from '../settings/rotation-schedule';
import type { Topology } from '../settings/topology';

export interface SecureRedisProps {
  /**
   * What the cache is for. It determines eviction, alarms and how long snapshots are kept.
   *
   * @default Purpose.CACHE
   */
  readonly purpose?: Purpose;

  /**
   * The number of nodes, and whether keys are spread over shards. Changing between replicated and
   * sharded replaces the cache, and the new cache starts with the initial password. For other
   * changes: docs/operate.md, Changes.
   *
   * @default - one primary and one replica: Topology.replicated()
   */
  readonly topology?: Topology;

  /**
   * The engine and its version. Versions can only be upgraded. Redis OSS can become Valkey, but not
   * the reverse; AWS's sources disagree whether that replaces the cache (docs/operate.md, Changes).
   *
   * @default Engine.VALKEY_8_0
   */
  readonly engine?: Engine;

  /**
   * The node type, for example `cache.r7g.large`: AWS must offer it with the engine. Changing to or
   * from `r6gd` replaces the cache, and the new cache starts with the initial password.
   *
   * @default 'cache.t4g.small'
   */
  readonly nodeType?: string;

  /**
   * The TCP port, 1024 to 65535. Changing it replaces the cache, and the new cache starts with the
   * initial password.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * The id of the replication group: 1 to 40 letters, digits and single hyphens, a letter first.
   * Changing it replaces the cache, and the new cache starts with the initial password.
   *
   * AWS converts it to lower case. A cache with an explicit id cannot be replaced in place.
   *
   * @default - CloudFormation generates an id
   */
  readonly replicationGroupId?: string;

  /**
   * Engine parameters by name, overriding those of the purpose.
   *
   * Parameters that AWS rejects with the engine, or that would break the cache, its protection or
   * its purpose, are rejected with the reason. An empty value removes the parameter.
   *
   * @default - the parameters of the purpose
   */
  readonly parameters?: { readonly [name: string]: string };

  /**
   * How writes survive the loss of a primary: `sync` loses no acknowledged write and costs
   * milliseconds per write, `async` may lose ten seconds of writes.
   *
   * Recommended for a queue. It needs Valkey 9, a sharded topology with replicas and a node type of
   * r6g, r7g, r8g, m6g, m7g, m8g, c7gn or c8gn, and accepts 100 MiB of writes per second and
   * primary.
   *
   * Choose it when the cache is created. AWS's sources disagree about a later change: its guide
   * changes durability in place since 27 October 2026, as a separate modification; the
   * CloudFormation reference says that a change is an error. A change set does not show which is
   * true: try it on a copy, and deploy nothing else with it.
   *
   * @default - a write that has not reached a replica is lost with its primary
   */
  readonly durability?: DurabilityMode;

  /**
   * Commands that the cache rejects, by name: `preset` for FLUSHALL and SWAPDB, and others such as
   * FLUSHDB, KEYS or MONITOR.
   *
   * Clients that send such a command fail: `docs/elasticache.md` lists the senders of FLUSHDB and
   * KEYS. Commands that logins, the rotation or client libraries need cannot be blocked.
   *
   * It sets the parameter `rename-commands`, which AWS documents for Redis OSS and Valkey 7.2.
   * Whether AWS accepts it with Valkey 8 and 9 is unproven: synth warns, and each upgrade needs a
   * check.
   *
   * @default - no command is blocked
   */
  readonly blockedCommands?: readonly string[];

  /**
   * How clients log in: with one password, or each as a user with a role, which limits commands and
   * keys. Changing between the two replaces the cache, and the new cache is empty.
   *
   * @default Access.password()
   */
  readonly access?: Access;

  /**
   * How often the password changes, in whole days from 1 to 90.
   *
   * Changing it rotates at once.
   *
   * @default Duration.days(90)
   */
  readonly rotationInterval?: Duration;

  /**
   * The first weekday of every month or every second month, with the hour in UTC, instead of
   * `rotationInterval`: rotations are at most 63 days apart.
   *
   * Changing it rotates at once.
   *
   * @default - by `rotationInterval`, from 00:00 UTC
   */
  readonly rotationSchedule?: RotationSchedule;

  /**
   * The length of the window in which a rotation may start, in whole hours from 1 to 22; it opens
   * at 00:00 UTC, or at the hour of `rotationSchedule`.
   *
   * Changing it rotates at once.
   *
   * @default Duration.hours(2)
   */
  readonly rotationWindow?: Duration;

  /**
   * How long the previous password stays accepted after a rotation, in whole days from 0 to the
   * rotation interval, for clients that have not read the secret again. Then the daily check
   * revokes it. A rotation within that time ends it earlier, since ElastiCache keeps two passwords:
   * a manual rotation, or the rotation that a change of the schedule starts.
   *
   * @default Duration.days(7), or the rotation interval if that is shorter
   */
  readonly gracePeriod?: Duration;

  /**
   * How long the cache must look unchanged before the rotation treats its request as lost, in whole
   * seconds from 60 to 300.
   *
   * It is the only timing assumption of the rotation: ElastiCache shows a request within this time,
   * in its status or on a node. AWS documents no such bound. If it is wrong and a reply was lost,
   * the function could send the request twice, and a cache that drops the other password would
   * refuse the current one to new connections. A longer time only delays the repair of a lost
   * request (`docs/operate.md`, The quiet time).
   *
   * @default Duration.seconds(60)
   */
  readonly quietTime?: Duration;

  /**
   * How long daily snapshots are kept, in whole days from 1 to 35; 0 turns them off, which only the
   * purpose `CACHE` allows. Fewer than 16 days fail the HIPAA and NIST checks on backups; 0 is
   * acknowledged with its reason.
   *
   * @default - 35 days for a queue, else 16
   */
  readonly snapshotRetention?: Duration;

  /**
   * The window of the daily snapshot, in UTC: at least 60 minutes, outside of maintenance and
   * rotation.
   *
   * @default '02:00-03:00'
   */
  readonly snapshotWindow?: string;

  /**
   * The weekly maintenance window of AWS, in UTC: at least 60 minutes.
   *
   * @default 'sun:04:00-sun:05:00'
   */
  readonly maintenanceWindow?: string;

  /**
   * The data that a new cache starts with. Adding, changing or removing it replaces the cache, and
   * the new cache starts with the initial password. Set it for a new cache, and never change it.
   *
   * @default - the cache starts empty
   */
  readonly restoreFrom?: RestoreSource;

  /**
   * What happens to the data when the cache is deleted or replaced: SNAPSHOT takes a final
   * snapshot; DESTROY keeps nothing, including logs and key.
   *
   * @default RemovalPolicy.SNAPSHOT
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The network of the cache: in an existing VPC, or shared by several caches. Changing it replaces
   * the cache, and the new cache starts with the initial password.
   *
   * @default - a new VPC over two availability zones: isolated subnets, no NAT, flow logs
   */
  readonly network?: RedisNetwork;

  /**
   * An existing VPC, of this app or imported: a short form of `network`, which it excludes.
   * Changing it replaces the cache, and the new cache starts with the initial password.
   *
   * The VPC gets what `new RedisNetwork(this, 'Network', { vpc })` creates: interface endpoints,
   * with a warning. For NAT, existing endpoints or a VPC that several caches use, pass `network`.
   *
   * @default - a new VPC, or that of `network`
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of `vpc` for the cache, its rotation function and endpoints. Public subnets are
   * rejected.
   *
   * @default - the isolated subnets, or the subnets behind NAT if there are no isolated subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Networks that may be admitted although their addresses are not private: CIDR blocks of public
   * addresses that your organization owns, ids of prefix lists, or values known only at deploy.
   * Without it, ingress from them is rejected.
   *
   * It opens nothing by itself: admit them with `connections.allowDefaultPortFrom(peer)`.
   *
   * @default - private networks only: RFC 1918, RFC 6598, fc00::/7, public IPv6 of /48 or longer
   */
  readonly allowedNetworks?: readonly string[];

  /**
   * The symmetric key for data, secrets, logs and the function's environment. Changing it replaces
   * the cache, and the new cache starts with the initial password.
   *
   * Synth cannot read the policy of an imported key: it must let CloudWatch Logs encrypt the log
   * groups of the stack (`docs/operate.md`, An existing key).
   *
   * @default - a new key that rotates every year
   */
  readonly encryptionKey?: IKey;

  /**
   * Where alarms are published: `{ email: ['on-call@example.com'] }`, a Slack channel, or an
   * existing topic. The policies of an existing topic and of its key must let CloudWatch publish.
   *
   * @default - a new encrypted topic without subscribers
   */
  readonly alarmTopic?: ITopic | AlarmRecipients;

  /**
   * Alarm thresholds.
   *
   * @default - see each threshold
   */
  readonly alarms?: AlarmThresholds;

  /**
   * Whether to create a dashboard of the cache. CloudWatch charges for it.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * The topic to which ElastiCache publishes its events, such as failovers, replaced nodes and
   * snapshots. AWS accepts only a topic without encryption: see `EventTopic`.
   *
   * @default - events are not published
   */
  readonly eventTopic?: ITopic;

  /**
   * How long logs are kept: slow log, engine log and the function's log.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
}
