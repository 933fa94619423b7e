/**
 * Configurations whose stateful resources a release records: possible deployments, as stage files
 * and as constructs in an app.
 *
 * Never change or remove a configuration: a further one goes at the end, then `npm run upgrades`.
 */

import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { type App, Stack, Validations } from 'aws-cdk-lib/core';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import {
  AlarmTopic,
  EcsRedeployment,
  EncryptionKey,
  Fleet,
  Purpose,
  RedisNetwork,
  SecureRedis,
} from '../../lib';
import { Baseline } from '../../lib/fleet/baseline';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeService } from './applications';
import { makeApp, type TemplateJson } from './synth';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms';
const ZONES = { vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a', 'eu-west-1b'] };
const SUBNETS = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'];
const ISOLATED = { ...ZONES, isolatedSubnetIds: SUBNETS };
const ISOLATED_ALL = { ...ISOLATED, endpointSecurityGroupId: 'sg-0e0e0e0e' };

/** Stage files by the name of the stage. The first two are those of `config/`. */
const STAGES: Readonly<Record<string, object>> = {
  dev: { caches: { main: { nodeType: 'cache.t4g.small', removal: 'destroy' } } },
  prod: {
    shared: { network: { zones: 3 }, encryptionKey: {}, alarmTopic: {} },
    defaults: { engine: 'valkey-8.0', nodeType: 'cache.r7g.large', rotationDays: 90 },
    caches: {
      cache: { purpose: 'cache' },
      sessions: { purpose: 'sessions', topology: { replicas: 2 } },
      jobs: { purpose: 'queue', topology: { shards: 3, replicasPerShard: 1 } },
    },
    tags: { 'data-class': 'phi' },
    terminationProtection: true,
  },
  // Nothing of the network, the key and the topic is made.
  given: {
    account: '111122223333',
    region: 'eu-west-1',
    shared: {
      network: ISOLATED_ALL,
      encryptionKey: { arn: KEY },
      alarmTopic: { arn: TOPIC },
    },
    caches: { a: {}, b: { own: ['encryptionKey', 'alarmTopic'] } },
  },
  endpoints: { shared: { network: { ...ISOLATED, endpoints: 'create' } }, caches: { a: {} } },
  nat: {
    shared: { network: { ...ZONES, privateSubnetIds: SUBNETS, endpoints: 'none' } },
    caches: { a: {} },
  },
  vpc: {
    shared: { network: { ...ISOLATED, endpoints: 'existing', sharedVpc: true } },
    caches: { a: {} },
  },
  network: { shared: { network: { cidr: '10.20.0.0/20', flowLogs: false } }, caches: { a: {} } },
  people: {
    shared: {
      alarmTopic: {
        email: ['on-call@example.com'],
        chat: { slackWorkspaceId: 'T07EA123LEP', slackChannelId: 'C07EZ1ABC23' },
      },
    },
    caches: { a: { eventTopic: true, dashboard: false, alarms: { off: { swap: 'a test' } } } },
  },
  settings: {
    shared: { network: ISOLATED_ALL, encryptionKey: { arn: KEY }, alarmTopic: { arn: TOPIC } },
    caches: {
      pure: { purpose: 'cache', snapshotRetentionDays: 0, topology: { replicas: 0 } },
      weekday: { rotationSchedule: { weekday: 'tue', hour: 9, everyMonths: 2 } },
      often: { rotationDays: 7, rotationWindowHours: 2, gracePeriodDays: 1, quietSeconds: 120 },
      named: { replicationGroupId: 'orders', port: 6400, clients: ['sg-0123456789abcdef0'] },
      restored: { restoreFrom: { snapshot: 'orders-2026-11-01' }, logRetentionDays: 30 },
      redis6: { engine: 'redis-6.2', blockedCommands: ['preset'] },
      redis7: { engine: 'redis-7.1', parameters: { timeout: '300' } },
      shards: { topology: { shards: 2, replicasPerShard: 2 }, engine: 'valkey-9.0' },
      durable: {
        engine: 'valkey-9.0',
        nodeType: 'cache.r7g.large',
        topology: { shards: 2 },
        durability: 'sync',
      },
    },
  },
  users: {
    shared: { network: ISOLATED_ALL, encryptionKey: { arn: KEY }, alarmTopic: { arn: TOPIC } },
    caches: {
      mixed: {
        access: {
          users: {
            app: { role: 'readWrite', keys: ['app:*'] },
            worker: { role: 'queue', keys: ['bull:*'] },
            audit: { role: 'readOnly', login: 'iam' },
          },
        },
      },
      iam: { access: { users: { app: { role: 'readWrite', keys: ['app:*'], login: 'iam' } } } },
    },
  },
};

/** Constructs in a stack of an application, by the name of the stack. */
const STACKS: Readonly<Record<string, (stack: Stack) => void>> = {
  'upgrade-own-alone': (stack) => {
    new SecureRedis(stack, 'Cache');
  },
  'upgrade-own-shared': (stack) => {
    const encryptionKey = new EncryptionKey(stack, 'Key');
    const network = new RedisNetwork(stack, 'Network', { encryptionKey });
    const alarmTopic = new AlarmTopic(stack, 'OnCall', encryptionKey, { email: ['a@example.com'] });
    const shared = { network, encryptionKey, alarmTopic };
    new SecureRedis(stack, 'Sessions', { ...shared, purpose: Purpose.SESSIONS });
    new SecureRedis(stack, 'Jobs', { ...shared, purpose: Purpose.QUEUE });
  },
  'upgrade-own-service': (stack) => {
    const cache = new SecureRedis(stack, 'Cache');
    new EcsRedeployment(stack, 'Redeployment', { cache, services: [makeService(stack, cache)] });
  },
  'upgrade-own-vpc': (stack) => {
    new SecureRedis(stack, 'Cache', { vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }) });
  },
};

const ACKNOWLEDGED = {
  'quota-of-VPCs': 'nobody deploys all configurations together',
  'endpoints-in-given-vpc': 'nothing else runs in the VPC',
};

/** As much of a synthesized stack as a baseline reads. */
export interface UpgradeStack {
  readonly stackName: string;
  readonly template: { readonly Resources: TemplateJson['Resources'] };
  readonly tags: Readonly<Record<string, string>>;
}

/** The stacks of all configurations, in one app. */
export function upgradeStacks(): readonly UpgradeStack[] {
  const app: App = makeApp();
  for (const [stage, file] of Object.entries(STAGES)) {
    new Fleet(app, `Stage-${stage}`, checkedConfig(`${stage}.json`, `upgrade-${stage}`, file));
  }
  for (const [name, make] of Object.entries(STACKS)) make(new Stack(app, name));
  for (const [rule, reason] of Object.entries(ACKNOWLEDGED)) {
    Validations.of(app).acknowledge({ id: `Annotation::secure-redis:${rule}`, reason });
  }
  return app.synth().stacks;
}

export function baselineOf(stacks: readonly UpgradeStack[]): Baseline {
  return Baseline.of({ stacksRecursively: stacks } as unknown as CloudAssembly);
}
