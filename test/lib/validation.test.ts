/**
 * CDK's validation and five packs of cdk-nag find nothing on both stages. Acknowledged findings are
 * listed here, and each has a reason at its construct.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  type App,
  CloudFormationValidatePlugin,
  Duration,
  Stack,
  Validations,
} from 'aws-cdk-lib/core';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import {
  Access,
  EndpointChoice,
  EventTopic,
  Fleet,
  RedisNetwork,
  Role,
  readStageConfig,
  SecureRedis,
} from '../../lib';
import { makeApp } from '../support/synth';

const CONFIG = join(__dirname, '../../config');
const VALIDATED_MS_MAX = 120_000;

interface Violation {
  readonly ruleName: string;
  readonly reason?: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly Violation[];
    readonly suppressedViolations?: readonly Violation[];
  }[];
}

/** Acknowledged only in a cache with users, who replace the AUTH password. */
const OF_USERS = [
  'AwsSolutions-AEC6',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:elasticache:<AWS::Region>:' +
    '<AWS::AccountId>:user:*]',
];

type Spoil = (app: App) => void;

/** Synthesizes a stage with cdk-nag. */
function nagReport(stage: string, spoil: Spoil = () => undefined): Report {
  const app = makeApp();
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new HIPAASecurityChecks(app),
    new NIST80053R5Checks(app),
    new PCIDSS321Checks(app),
    new ServerlessChecks(app),
  );
  new Fleet(app, 'Fleet', readStageConfig(CONFIG, stage));
  spoil(app);
  return reportOf(app);
}

/** Reads the report that CDK writes, whatever it finds. */
function reportOf(app: App): Report {
  try {
    app.synth();
  } catch {
    // A finding makes synthesis throw; the report says which.
  }
  return JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
}

function rulesIn({ pluginReports }: Report, which: 'violations' | 'suppressedViolations') {
  return pluginReports
    .flatMap((each) => (each[which] ?? []).map(({ ruleName }) => ruleName))
    .sort();
}

const ACKNOWLEDGED = [
  'AwsSolutions-IAM5[Resource::*]',
  'AwsSolutions-SMG4',
  'HIPAA.Security-CloudWatchAlarmAction',
  'HIPAA.Security-LambdaDLQ',
  'HIPAA.Security-SecretsManagerRotationEnabled',
  'NIST.800.53.R5-CloudWatchAlarmAction',
  'NIST.800.53.R5-LambdaDLQ',
  'NIST.800.53.R5-SecretsManagerRotationEnabled',
  // Of the rules on rotations, the key and the secrets.
  'Serverless-EventBusDLQ',
  'Serverless-EventBusDLQ',
  'Serverless-EventBusDLQ',
  'Serverless-LambdaDLQ',
  'Serverless-LambdaTracing',
];

describe('cdk-nag finds nothing that is not acknowledged with a reason', () => {
  test('while it does find a topic without encryption', () => {
    const spoiled = nagReport('dev', (app) => {
      new Topic(new Stack(app, 'Spoiled'), 'Unencrypted');
    });
    expect(rulesIn(spoiled, 'violations')).toStrictEqual([
      'AwsSolutions-SNS3',
      'HIPAA.Security-SNSEncryptedKMS',
      'NIST.800.53.R5-SNSEncryptedKMS',
      'PCI.DSS.321-SNSEncryptedKMS',
    ]);
  });

  test('in a network that is given', () => {
    const found = nagReport('dev', (app) => {
      const stack = new Stack(app, 'Given');
      const vpc = Vpc.fromVpcAttributes(stack, 'Given', {
        vpcId: 'vpc-1',
        availabilityZones: ['a', 'b'],
        isolatedSubnetIds: ['subnet-1', 'subnet-2'],
        isolatedSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
      });
      const network = new RedisNetwork(stack, 'Network', { vpc, endpoints: EndpointChoice.CREATE });
      new SecureRedis(stack, 'Neighbour', { network });
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    expect(rulesIn(found, 'suppressedViolations')).toStrictEqual(
      [...ACKNOWLEDGED, ...ACKNOWLEDGED].sort(),
    );
  });

  test('with a topic for events, which must not be encrypted', () => {
    const found = nagReport('dev', (app) => {
      const stack = new Stack(app, 'Given');
      const eventTopic = new EventTopic(stack, 'Events');
      new SecureRedis(stack, 'Neighbour', { eventTopic, dashboard: false });
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    expect(new Set(rulesIn(found, 'suppressedViolations'))).toEqual(
      new Set([
        ...ACKNOWLEDGED,
        'HIPAA.Security-SNSEncryptedKMS',
        'NIST.800.53.R5-SNSEncryptedKMS',
        'PCI.DSS.321-SNSEncryptedKMS',
      ]),
    );
  });

  test('in a cache without snapshots', () => {
    const found = nagReport('dev', (app) => {
      const cache = { snapshotRetention: Duration.days(0), dashboard: false };
      new SecureRedis(new Stack(app, 'Given'), 'Neighbour', cache);
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    expect(new Set(rulesIn(found, 'suppressedViolations'))).toEqual(
      new Set([
        ...ACKNOWLEDGED,
        'HIPAA.Security-ElastiCacheRedisClusterAutomaticBackup',
        'NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup',
      ]),
    );
  });

  test('in a cache with users', () => {
    const found = nagReport('dev', (app) => {
      const access = Access.users({ app: Role.readWrite({ keys: ['app:*'] }) });
      new SecureRedis(new Stack(app, 'Given'), 'Neighbour', { access, dashboard: false });
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    expect(new Set(rulesIn(found, 'suppressedViolations'))).toEqual(
      new Set([...ACKNOWLEDGED, ...OF_USERS]),
    );
  });

  test('in a cache with users, whose account and region are known at synth', () => {
    const found = nagReport('dev', (app) => {
      const access = Access.users({ app: Role.readWrite({ keys: ['app:*'] }) });
      const env = { account: '123456789012', region: 'eu-west-1' };
      new SecureRedis(new Stack(app, 'Given', { env }), 'Neighbour', { access, dashboard: false });
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
  });

  test('in a new VPC without a flow log', () => {
    const found = nagReport('dev', (app) => {
      const network = new RedisNetwork(new Stack(app, 'Quiet'), 'Network', { flowLogs: false });
      expect(network.vpc).toBeDefined();
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    expect(rulesIn(found, 'suppressedViolations')).toStrictEqual(
      [
        ...ACKNOWLEDGED,
        'AwsSolutions-VPC7',
        'HIPAA.Security-VPCFlowLogsEnabled',
        'NIST.800.53.R5-VPCFlowLogsEnabled',
        'PCI.DSS.321-VPCFlowLogsEnabled',
      ].sort(),
    );
  });

  test.each([
    ['dev', []],
    // It has a cache with users.
    ['prod', OF_USERS],
  ])('in %s', (stage, more) => {
    const found = nagReport(stage);
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    const rules = rulesIn(found, 'suppressedViolations');
    expect(new Set(rules)).toEqual(new Set([...ACKNOWLEDGED, ...more]));
    const acknowledged = found.pluginReports.flatMap((each) => each.suppressedViolations ?? []);
    for (const { reason } of acknowledged) expect(reason).toMatch(/.{60}/);
  });
});

describe('CDK finds nothing with its own validation', () => {
  let paths: readonly string[];

  // Together: to start the validation takes most of its CPU time.
  beforeAll(() => {
    const app = makeApp();
    Validations.of(app).addPlugins(new CloudFormationValidatePlugin());
    for (const stage of ['dev', 'prod']) new Fleet(app, stage, readStageConfig(CONFIG, stage));
    const stack = new Stack(app, 'Spoiled');
    const replicationGroupDescription = 'without encryption';
    new CfnReplicationGroup(stack, 'Group', { replicationGroupDescription, engine: 'valkey' });
    paths = reportOf(app)
      .pluginReports.flatMap(({ violations }) => violations)
      .flatMap(({ violatingConstructs }) => violatingConstructs.map((each) => each.constructPath));
  }, VALIDATED_MS_MAX);

  test('while it does find a group without encryption in transit', () => {
    expect(new Set(paths)).toEqual(new Set(['Spoiled/Group']));
  });

  test.each(['dev', 'prod'])('in %s', (stage) => {
    expect(paths.filter((path) => path.startsWith(`${stage}/`))).toStrictEqual([]);
  });
});
