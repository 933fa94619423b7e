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

interface Violation {
  readonly ruleName: string;
  readonly reason?: string;
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly Violation[];
    readonly suppressedViolations?: readonly Violation[];
  }[];
}

type Spoil = (app: App) => void;

/** Synthesizes a stage with plugins and reads the report that CDK writes, whatever it finds. */
function report(stage: string, plugins: 'nag' | 'cdk', spoil: Spoil = () => undefined): Report {
  const app = makeApp();
  const validations = Validations.of(app);
  if (plugins === 'cdk') validations.addPlugins(new CloudFormationValidatePlugin());
  else {
    validations.addPlugins(
      new AwsSolutionsChecks(app),
      new HIPAASecurityChecks(app),
      new NIST80053R5Checks(app),
      new PCIDSS321Checks(app),
      new ServerlessChecks(app),
    );
  }
  new Fleet(app, 'Fleet', readStageConfig(CONFIG, stage));
  spoil(app);
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
    const spoiled = report('dev', 'nag', (app) => {
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
    const found = report('dev', 'nag', (app) => {
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
    const found = report('dev', 'nag', (app) => {
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
    const found = report('dev', 'nag', (app) => {
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
    const found = report('dev', 'nag', (app) => {
      const access = Access.users({ app: Role.readWrite({ keys: ['app:*'] }) });
      new SecureRedis(new Stack(app, 'Given'), 'Neighbour', { access, dashboard: false });
    });
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    expect(new Set(rulesIn(found, 'suppressedViolations'))).toEqual(
      new Set([...ACKNOWLEDGED, 'AwsSolutions-AEC6']),
    );
  });

  test('in a new VPC without a flow log', () => {
    const found = report('dev', 'nag', (app) => {
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

  test.each(['dev', 'prod'])('in %s', (stage) => {
    const found = report(stage, 'nag');
    expect(rulesIn(found, 'violations')).toStrictEqual([]);
    const rules = rulesIn(found, 'suppressedViolations');
    expect(new Set(rules)).toEqual(new Set(ACKNOWLEDGED));
    const acknowledged = found.pluginReports.flatMap((each) => each.suppressedViolations ?? []);
    for (const { reason } of acknowledged) expect(reason).toMatch(/.{60}/);
  });
});

describe('CDK finds nothing with its own validation', () => {
  test('while it does find a group without encryption in transit', () => {
    const spoiled = report('dev', 'cdk', (app) => {
      const stack = new Stack(app, 'Spoiled');
      const replicationGroupDescription = 'without encryption';
      new CfnReplicationGroup(stack, 'Group', { replicationGroupDescription, engine: 'valkey' });
    });
    expect(rulesIn(spoiled, 'violations').length).toBeGreaterThan(0);
  });

  test.each(['dev', 'prod'])('in %s', (stage) => {
    expect(rulesIn(report(stage, 'cdk'), 'violations')).toStrictEqual([]);
  });
});
