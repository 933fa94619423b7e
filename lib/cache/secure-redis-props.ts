/** What can be chosen about a cache: always among safe settings, and always with a default. */

import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
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
   * What the cache is for. It decides what is evicted, which alarms matter and how long snapshots
   * are kept.
   *
   * @default Purpose.CACHE
   */
  readonly purpose?: Purpose;

  /**
   * How many nodes there are, and how the keys are spread over them.
   * Changing between replicated and sharded replaces the cache, and the new one starts with the
   * initial password. For the other changes: docs/operate.md, Changes.
   *
   * @default - one primary and one replica: Topology.replicated()
   */
  readonly topology?: Topology;

  /**
   * The engine and its version. Versions only go up. Redis OSS may become Valkey, not the other
   * way round; whether that replaces the cache, AWS's sources disagree (docs/operate.md, Changes).
   *
   * @default Engine.VALKEY_8_0
   */
  readonly engine?: Engine;

  /**
   * The node type, for example `cache.r7g.large`: one that AWS offers with the engine.
   * Changing to or from `r6gd` replaces the cache, and the new one starts with the initial
   * password.
   *
   * @default 'cache.t4g.small'
   */
  readonly nodeType?: string;

  /**
   * The TCP port, 1024 to 65535.
   * Changing it replaces the cache, and the new one starts with the initial password.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * The id of the replication group: 1 to 40 letters, digits and single hyphens, a letter first.
   * Changing it replaces the cache, and the new one starts with the initial password.
   *
   * AWS keeps it in lower case. A cache with an id of its own cannot be replaced in place.
   *
   * @default - CloudFormation makes one
   */
  readonly replicationGroupId?: string;

  /**
   * Parameters of the engine, by their names, over those of the purpose.
   *
   * Those that AWS does not take with the engine, or that would break the cache, its protection or
   * its purpose, are refused with the reason. An empty value leaves the parameter out.
   *
   * @default - those of the purpose
   */
  readonly parameters?: { readonly [name: string]: string };

  /**
   * How writes survive the loss of a primary: `sync` loses no acknowledged write and costs
   * milliseconds per write, `async` may lose ten seconds of writes.
   *
   * Recommended for a queue. It needs Valkey 9, a sharded topology with replicas and a node type of
   * r6g, r7g, r8g, m6g, m7g, m8g, c7gn or c8gn, and takes 100 MiB of writes per second and primary.
   *
   * Choose it when the cache is created. About a later change AWS's sources disagree: its guide
   * changes durability in place since 27 October 2026, as a modification of its own; the
   * CloudFormation reference says that a change is an error. A change set does not tell: try it on
   * a copy, and deploy nothing else with it.
   *
   * @default - none: a write that no replica has yet is lost with its primary
   */
  readonly durability?: DurabilityMode;

  /**
   * Commands that the cache answers with an error, by their names: `preset` for FLUSHALL and
   * SWAPDB, and others such as FLUSHDB, KEYS or MONITOR.
   *
   * A client that sends one fails: `docs/elasticache.md` lists who sends FLUSHDB and KEYS. Commands
   * that logging in, the rotation or client libraries need cannot be blocked.
   *
   * It is the parameter `rename-commands`, which AWS documents for Redis OSS and Valkey 7.2. That
   * AWS takes it with Valkey 8 and 9 is unproven: synth says so, and each upgrade needs a check.
   *
   * @default - none
   */
  readonly blockedCommands?: readonly string[];

  /**
   * How often the password changes, in whole days from 1 to 90.
   *
   * A change of it rotates at once.
   *
   * @default Duration.days(90)
   */
  readonly rotationInterval?: Duration;

  /**
   * The first weekday of every month or every second month, with the hour in UTC, instead of
   * `rotationInterval`: rotations are at most 63 days apart.
   *
   * A change of it rotates at once.
   *
   * @default - by `rotationInterval`, from 00:00 UTC
   */
  readonly rotationSchedule?: RotationSchedule;

  /**
   * In which whole hours from 00:00 UTC, or from the hour of `rotationSchedule`, 1 to 22, a
   * rotation may start.
   *
   * A change of it rotates at once.
   *
   * @default Duration.hours(2)
   */
  readonly rotationWindow?: Duration;

  /**
   * How long the previous password stays accepted after a rotation, in whole days from 0 to the
   * rotation interval: for clients that have not read the secret again. Then the daily check
   * revokes it. A rotation within that time ends it earlier, since ElastiCache keeps two
   * passwords: one that you start, or one that a change of the rotation schedule starts.
   *
   * @default Duration.days(7), or the rotation interval if that is shorter
   */
  readonly gracePeriod?: Duration;

  /**
   * For how long the cache must look unchanged before a request of the rotation is taken for
   * lost, in whole seconds from 60 to 300.
   *
   * It is the one assumption of the rotation about time: that ElastiCache shows a request within
   * it, in its status or on a node. AWS documents no such bound. Were it wrong, and an answer lost
   * besides, the function could ask twice, and a cache that drops the other password then refuses
   * the current one to new connections. A longer time makes the repair of a lost request slower,
   * and nothing else (`docs/operate.md`, The quiet time).
   *
   * @default Duration.seconds(60)
   */
  readonly quietTime?: Duration;

  /**
   * How long daily snapshots are kept, in whole days from 1 to 35; 0 turns them off, which only
   * the purpose `CACHE` takes. Fewer than 16 fails the HIPAA and NIST checks on backups; 0 is
   * acknowledged with its reason.
   *
   * @default - 35 days for a queue, else 16
   */
  readonly snapshotRetention?: Duration;

  /**
   * When the daily snapshot is taken, in UTC: at least 60 minutes, outside of maintenance and
   * rotation.
   *
   * @default '02:00-03:00'
   */
  readonly snapshotWindow?: string;

  /**
   * When AWS may maintain the cache, weekly, in UTC: at least 60 minutes.
   *
   * @default 'sun:04:00-sun:05:00'
   */
  readonly maintenanceWindow?: string;

  /**
   * What the cache is filled with when it is made.
   * Adding, changing or removing it replaces the cache, and the new one starts with the initial
   * password. Give it to a new cache, and leave it there.
   *
   * @default - empty
   */
  readonly restoreFrom?: RestoreSource;

  /**
   * What happens to the data when the cache is deleted or replaced: SNAPSHOT takes a last
   * snapshot, DESTROY keeps nothing, no logs and no key either.
   *
   * @default RemovalPolicy.SNAPSHOT
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The network to live in: an existing VPC, or one that several caches share.
   * Changing it replaces the cache, and the new one starts with the initial password.
   *
   * @default - a new VPC over two availability zones: isolated subnets, no NAT, flow logs
   */
  readonly network?: RedisNetwork;

  /**
   * An existing VPC, made by your app or imported: the short form of `network`, and not beside it.
   * Changing it replaces the cache, and the new one starts with the initial password.
   *
   * The VPC gets what `new RedisNetwork(this, 'Network', { vpc })` makes: interface endpoints, with
   * a warning. For NAT, existing endpoints or a VPC that several caches use, pass `network`.
   *
   * @default - a new VPC, unless `network` has one
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of `vpc` for the cache, its rotation function and endpoints. Public ones are
   * refused.
   *
   * @default - the isolated subnets, or those behind NAT where there are none
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Networks that may be admitted although their addresses are not private: CIDR blocks of public
   * addresses that your organization owns, ids of prefix lists, or values that only the deploy
   * knows. Without it ingress from them is refused.
   *
   * It opens nothing by itself: admit them with `connections.allowDefaultPortFrom(peer)`.
   *
   * @default - private networks only: RFC 1918, RFC 6598, fc00::/7, public IPv6 of /48 or longer
   */
  readonly allowedNetworks?: readonly string[];

  /**
   * The symmetric key for data, secrets, logs and the function's environment.
   * Changing it replaces the cache, and the new one starts with the initial password.
   *
   * The policy of an imported key cannot be read here: it must let CloudWatch Logs encrypt the
   * log groups of the stack (`docs/operate.md`, An existing key).
   *
   * @default - a new key that rotates every year
   */
  readonly encryptionKey?: IKey;

  /**
   * Where alarms are published: `{ email: ['on-call@example.com'] }`, a channel of Slack, or an
   * existing topic. The policies of that one and of its key must let CloudWatch publish.
   *
   * @default - a new encrypted topic that nobody is subscribed to
   */
  readonly alarmTopic?: ITopic | AlarmRecipients;

  /**
   * Alarm thresholds.
   *
   * @default - see each threshold
   */
  readonly alarms?: AlarmThresholds;

  /**
   * Whether to make a dashboard of the cache. CloudWatch charges for it.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * The topic to which ElastiCache publishes its events: failovers, replaced nodes, snapshots and
   * the like. AWS takes only a topic without encryption: see `EventTopic`.
   *
   * @default - no events are published
   */
  readonly eventTopic?: ITopic;

  /**
   * How long logs are kept: the slow log, the engine's, the rotation's.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
}
