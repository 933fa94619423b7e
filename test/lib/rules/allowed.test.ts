/** Legitimate settings that the rules must accept: clients, tags, bounds, policies, removal. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  AccountPrincipal,
  AnyPrincipal,
  ManagedPolicy,
  PermissionsBoundary,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Code,
  FunctionUrlAuthType,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ResourcePolicy } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  Aspects,
  CfnResource,
  Duration,
  RemovalPolicies,
  RemovalPolicy,
  Stack,
  Tags,
} from 'aws-cdk-lib/core';
import { Engine, RedisNetwork, SecureRedis, Topology } from '../../../lib';
import { RULES } from '../../../lib/rules/rules';
import { rulesPage } from '../../../scripts/rules';
import { linesAfter, linesOf, type Spoil, set } from '../../support/rules';
import { makeApp } from '../../support/synth';
import { FINE_POLICIES } from './violations/secrets';

describe('What a user may do is not refused', () => {
  const FINE: readonly (readonly [what: string, does: Spoil, props?: object])[] = [
    ['nothing', () => undefined],
    ['no replica', () => undefined, { topology: Topology.replicated({ replicas: 0 }) }],
    ['shards', () => undefined, { topology: Topology.sharded({ shards: 2 }) }],
    [
      'shards without replicas',
      () => undefined,
      { topology: Topology.sharded({ shards: 2, replicasPerShard: 0 }) },
    ],
    ['an engine without a TLS mode', () => undefined, { engine: Engine.REDIS_6_2 }],
    ['no snapshots', () => undefined, { snapshotRetention: Duration.days(0) }],
    ['removal', () => undefined, { removalPolicy: RemovalPolicy.DESTROY }],
    [
      'a client of the stack, an imported one, and a network',
      ({ stack, cache: { connections, vpc } }) => {
        connections.allowDefaultPortFrom(new SecurityGroup(stack, 'Client', { vpc }));
        const imported = SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-0123');
        connections.allowDefaultPortFrom(imported);
        imported.connections.allowTo(connections, Port.tcp(6380));
        connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/8'));
        connections.allowDefaultPortFrom(Peer.ipv6('fd00::/8'));
      },
    ],
    [
      'a client of another stack',
      ({ app, cache }) => {
        const web = new Stack(app, 'Web');
        const client = new SecurityGroup(web, 'Client', { vpc: cache.vpc });
        client.connections.allowToDefaultPort(cache);
        cache.grantRead(
          new Role(web, 'Role', { assumedBy: new ServicePrincipal('ecs.amazonaws.com') }),
        );
      },
    ],
    ['tags', ({ app }) => Tags.of(app).add('team', 'blue')],
    [
      'a permissions boundary on every role',
      ({ app, stack }) => {
        const statements = [new PolicyStatement({ actions: ['*'], resources: ['*'] })];
        PermissionsBoundary.of(app).apply(new ManagedPolicy(stack, 'Bound', { statements }));
      },
    ],
    [
      'metadata and a suppression on every resource',
      ({ app }) =>
        Aspects.of(app).add({
          visit: (node) => {
            if (CfnResource.isCfnResource(node)) node.addMetadata('guard', { rules: [] });
          },
        }),
    ],
    [
      'a policy on the secret for a role of the app',
      ({ stack, cache }) => {
        const assumedBy = new ServicePrincipal('ecs.amazonaws.com');
        const made = new ResourcePolicy(stack, 'Policy', { secret: cache.credentials });
        made.document.addStatements(
          new PolicyStatement({
            actions: ['secretsmanager:GetSecretValue'],
            resources: ['*'],
            principals: [new Role(stack, 'Web', { assumedBy })],
          }),
        );
      },
    ],
    ['more snapshots', set('ReplicationGroup/Group', 'SnapshotRetentionLimit', 35)],
    ['a larger node', set('ReplicationGroup/Group', 'CacheNodeType', 'cache.r7g.large')],
    ['data that is kept', ({ app }) => RemovalPolicies.of(app).retain()],
    [
      'ordinary resources beside the cache, with what no rule allows in those of a cache',
      ({ stack, cache: { vpc } }) => {
        new Bucket(stack, 'Bucket');
        const key = new Key(stack, 'Key', { pendingWindow: Duration.days(7) });
        key.addToResourcePolicy(
          new PolicyStatement({
            actions: ['kms:*'],
            resources: ['*'],
            principals: [new AnyPrincipal()],
          }),
        );
        new Topic(stack, 'Topic').grantPublish(new AnyPrincipal());
        const log = new LogGroup(stack, 'Log', { retention: RetentionDays.ONE_DAY });
        log.applyRemovalPolicy(RemovalPolicy.DESTROY);
        const code = Code.fromInline('exports.handler = async () => {}');
        const runtime = Runtime.NODEJS_24_X;
        const other = new LambdaFunction(stack, 'Other', {
          runtime,
          code,
          handler: 'index.handler',
          vpc,
          vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        });
        other.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
        other.currentVersion.addAlias('live').addPermission('Open', {
          principal: new AccountPrincipal('444455556666'),
        });
        new Alarm(stack, 'Alarm', {
          metric: other.metricErrors(),
          threshold: 1,
          evaluationPeriods: 1,
          actionsEnabled: false,
        });
        vpc.addInterfaceEndpoint('Queues', { service: InterfaceVpcEndpointAwsService.SQS });
        new SecurityGroup(stack, 'Web', { vpc }).addIngressRule(Peer.anyIpv4(), Port.tcp(443));
      },
    ],
    [
      'an action beside that of the topic, and a threshold of a node',
      ({ part }) => {
        const alarms = 'Rotation/DailyCheckAlarms/StuckPending';
        part(alarms).addPropertyOverride('AlarmActions.1', 'arn:aws:sns:x:1:more');
        part('Alarms/Processor1').addPropertyOverride('Threshold', 95);
      },
    ],
    [
      'a client of others too, by the security group for clients',
      ({ stack, cache }) => {
        const database = new SecurityGroup(stack, 'Database', { vpc: cache.vpc });
        cache.clientSecurityGroup.connections.allowTo(database, Port.tcp(5432));
        cache.clientSecurityGroup.addEgressRule(Peer.ipv4('10.0.0.0/8'), Port.tcp(5432));
        cache.clientSecurityGroup.addEgressRule(Peer.prefixList('pl-0123'), Port.tcp(443));
        cache.network.endpointSecurityGroup.addIngressRule(
          Peer.ipv4(cache.vpc.vpcCidrBlock),
          Port.tcp(443),
        );
      },
    ],
    [
      'grants of the key',
      ({ stack, cache: { encryptionKey } }) => {
        const assumedBy = new ServicePrincipal('ecs.amazonaws.com');
        encryptionKey.grantDecrypt(new Role(stack, 'Reader', { assumedBy }));
        encryptionKey.grantEncrypt(new ServicePrincipal('events.amazonaws.com'));
        encryptionKey.grantDecrypt(new AccountPrincipal('444455556666'));
      },
    ],
    [
      'a topic of events, and logs that are kept for ever',
      () => undefined,
      { logRetention: RetentionDays.INFINITE },
    ],
    [
      'values that the same condition decides in both ways',
      set('ReplicationGroup/Group', 'CacheNodeType', {
        'Fn::If': ['IsProd', 'cache.r7g.large', 'cache.t4g.small'],
      }),
    ],
    [
      'a policy on another role',
      ({ stack }) => {
        const role = new Role(stack, 'Web', {
          assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
        });
        role.addToPolicy(new PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] }));
      },
    ],
  ];
  test.each(FINE.map((each) => [each[0], each] as const))('%s', (_, [, does, props]) => {
    expect(linesAfter(does, props)).toStrictEqual([]);
  });

  test.each(FINE_POLICIES.map((policy, index) => [index, policy] as const))(
    'a policy on the secret that admits no other account: %i',
    (_, policy) => {
      expect(linesAfter(policy)).toStrictEqual([]);
    },
  );

  test('two caches with one network, and one of a stack with an account', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Data');
    const { network } = new SecureRedis(stack, 'One');
    new SecureRedis(stack, 'Two', { network });
    new SecureRedis(new Stack(app, 'More'), 'Three', { network });
    const env = { account: '111122223333', region: 'eu-west-1' };
    const known = new Stack(app, 'Known', { env });
    new SecureRedis(known, 'Cache', {
      network: new RedisNetwork(known, 'Network', {
        vpc: new Vpc(known, 'Vpc', {
          subnetConfiguration: [
            { name: 'Public', subnetType: SubnetType.PUBLIC },
            { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
          ],
        }),
      }),
    });
    expect(linesOf({ app })).toStrictEqual([]);
  });

  test('rules in resources of their own, as an app may ask of CDK', () => {
    const app = makeApp();
    app.node.setContext('@aws-cdk/aws-ec2.securityGroupDisableInlineRules', true);
    const { connections } = new SecureRedis(new Stack(app, 'Data'), 'Cache');
    connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/8'));
    expect(linesOf({ app })).toStrictEqual([]);
  });
});

describe('docs/rules.md', () => {
  test('lists every rule, as `npm run rules` writes it', () => {
    const page = readFileSync(join(__dirname, '../../../docs/rules.md'), 'utf8');
    expect(page).toBe(rulesPage());
    for (const { id } of RULES) expect(page).toContain(`### \`${id}\``);
  });

  test('and every rule says what, why, and what to do', () => {
    for (const rule of RULES) {
      expect(rule.properties.length).toBeGreaterThan(0);
      for (const words of [rule.protects, rule.why, rule.allowed]) {
        expect(words).not.toMatch(/\.$|^$/);
      }
      expect(rule.fix).toMatch(/\.$/);
    }
  });
});
