/**
 * Restart of ECS services after a rotation: it starts with the event of this secret's AWSCURRENT,
 * restarts exactly the named services, and every failure fires the alarm.
 * `redeployment-states.test.ts` has the states of one restart.
 */

import { BaseService, DeploymentControllerType } from 'aws-cdk-lib/aws-ecs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { EcsRedeployment, SettingError } from '../../../lib';
import {
  allowedIn,
  type Beside,
  beside,
  makeService,
  ofType,
  READS_SECRET,
  waitsFor,
} from '../../support/applications';
import { CacheStack, makeApp, templateOf } from '../../support/synth';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

function redeployed(count = 1, timeout?: Duration): Beside {
  const made = beside();
  const { cache, shop } = made;
  const services = Array.from({ length: count }, (_, n) => makeService(shop, cache, `Web${n}`));
  new EcsRedeployment(shop, 'Redeployment', { cache, services, timeout });
  return made;
}

describe('Services that cannot be restarted are refused at synth', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      'no service',
      () => redeployed(0),
      '`services.length` must be 1 to 5 services, got 0. Make another ' +
        '`EcsRedeployment` for more.',
    ],
    ['six services', () => redeployed(6), '`services.length` must be 1 to 5 services, got 6'],
    [
      'too little time',
      () => redeployed(1, Duration.minutes(4)),
      'must be an integer from 5 to 5040 minutes, half of the grace period',
    ],
    [
      'more time than there is',
      () => redeployed(1, Duration.minutes(5041)),
      'must be an integer from 5 to 5040 minutes, half of the grace period',
    ],
    [
      'a cache without a grace period',
      () => {
        const { cache, shop } = beside({ gracePeriod: Duration.days(0) });
        const services = [makeService(shop, cache)];
        new EcsRedeployment(shop, 'Redeployment', { cache, services });
      },
      '`gracePeriod` must be 1 day or more where services are restarted, got 0 days:',
    ],
    [
      'a service that CodeDeploy deploys',
      () => {
        const { cache, shop } = beside();
        const deploymentController = { type: DeploymentControllerType.CODE_DEPLOY };
        const services = [makeService(shop, cache, 'Web', { deploymentController })];
        new EcsRedeployment(shop, 'Redeployment', { cache, services });
      },
      'Shop/Web must be a service that ECS itself deploys, got CODE_DEPLOY',
    ],
    [
      'a service of another account',
      () => elsewhere({ account: '222222222222', region: 'eu-west-1' }),
      'the cache, 111111111111/eu-west-1, got 222222222222/eu-west-1',
    ],
    [
      'a service of another region',
      () => elsewhere({ account: '111111111111', region: 'eu-west-2' }),
      'the cache, 111111111111/eu-west-1, got 111111111111/eu-west-2',
    ],
  ];

  function elsewhere({ account, region }: { readonly account: string; readonly region: string }) {
    const app = makeApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const { cache } = new CacheStack(app, 'Here', {}, { env });
    const shop = new Stack(app, 'Shop', { env });
    const arn = `arn:aws:ecs:${region}:${account}:service/cluster/web`;
    const service = BaseService.fromServiceArnWithCluster(shop, 'Service', arn);
    new EcsRedeployment(shop, 'Redeployment', { cache, services: [service] });
  }

  test.each(cases)('%s', (_, make, message) => {
    expect(make).toThrow(SettingError);
    expect(make).toThrow(message);
  });

  test('a redeployment that is itself elsewhere', () => {
    const app = makeApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const { cache } = new CacheStack(app, 'Here', {}, { env });
    const there = new Stack(app, 'There', { env: { ...env, region: 'eu-west-2' } });
    const arn = 'arn:aws:ecs:eu-west-1:111111111111:service/cluster/web';
    const service = BaseService.fromServiceArnWithCluster(cache, 'Service', arn);
    const make = () => new EcsRedeployment(there, 'Redeployment', { cache, services: [service] });
    expect(make).toThrow(
      'There/Redeployment must be in the account and region of the cache, ' +
        '111111111111/eu-west-1, got 111111111111/eu-west-2',
    );
  });
});

describe('It begins when AWSCURRENT of this secret moves', () => {
  test('by the event that needs no trail, once a service', () => {
    const [rule] = ofType(redeployed(2).shop, 'AWS::Events::Rule');
    expect(rule?.EventPattern).toEqual({
      source: ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      resources: ['<secret>'],
      detail: { labelUpdated: ['AWSCURRENT'] },
    });
    const targets = rule?.Targets as readonly Record<string, unknown>[];
    expect(targets.map(({ Id, Input }) => [Id, JSON.parse(String(Input))])).toEqual([
      ['Service1', { cluster: '<Web0ClusterF9F98945.Arn>', service: '<Web0Service078B8598>' }],
      ['Service2', { cluster: '<Web1Cluster97F87EC1.Arn>', service: '<Web1ServiceDB4AFA73>' }],
    ]);
    for (const { Arn, RetryPolicy } of targets) {
      expect(Arn).toMatch(/^<RedeploymentStateMachine\w+>$/);
      expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 });
    }
  });
});

describe('Nothing begins before it is allowed to', () => {
  test.each([
    ['AWS::Events::Rule', /^RedeploymentRulePolicy/],
    ['AWS::StepFunctions::StateMachine', /^RedeploymentPolicy/],
  ])('%s waits for its policy', (type, policy) => {
    const resources = Object.values(templateOf(redeployed().shop).Resources);
    const { DependsOn } = resources.find(({ Type }) => Type === type) ?? {};
    expect(DependsOn).toEqual([expect.stringMatching(policy)]);
  });
});

describe('It may restart these services, and nothing else', () => {
  test('with what Step Functions needs to log, which takes no resource', () => {
    const allowed = allowedIn(redeployed(2).shop).filter((line) => !READS_SECRET.includes(line));
    expect(allowed).toEqual([
      'ecs:DescribeServices,ecs:UpdateService on <Web0Service078B8598>,<Web1ServiceDB4AFA73>',
      'logs:CreateLogDelivery,logs:DeleteLogDelivery,logs:DescribeLogGroups,' +
        'logs:DescribeResourcePolicies,logs:GetLogDelivery,logs:ListLogDeliveries,' +
        'logs:PutResourcePolicy,logs:UpdateLogDelivery on *',
      expect.stringMatching(/^states:StartExecution on <RedeploymentStateMachine\w+>$/),
    ]);
  });

  test('only for executions and rules of this account', () => {
    const roles = ofType(redeployed().shop, 'AWS::IAM::Role').map((role) =>
      JSON.stringify(role.AssumeRolePolicyDocument),
    );
    const ours = roles.filter((role) => /"(states|events)\.amazonaws\.com"/.test(role));
    expect(ours).toHaveLength(2);
    for (const role of ours) {
      expect(role).toContain('{"StringEquals":{"aws:SourceAccount":"<AWS::AccountId>"}}');
    }
  });
});

describe('What it does is logged with the key of the cache', () => {
  test('each step, without what passes through', () => {
    const { shop } = redeployed();
    expect(ofType(shop, 'AWS::Logs::LogGroup')).toEqual([
      { KmsKeyId: '<key>', RetentionInDays: 365 },
    ]);
    const [machine] = ofType(shop, 'AWS::StepFunctions::StateMachine');
    expect(machine?.LoggingConfiguration).toMatchObject({
      Level: 'ALL',
      IncludeExecutionData: false,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: expect.stringMatching(/Log/) } }],
    });
  });

  test('and the key lets the logs of the stack of the service encrypt', () => {
    const { cacheStack } = redeployed();
    const [key] = ofType(cacheStack, 'AWS::KMS::Key');
    expect(JSON.stringify(key)).toContain('log-group:shop-*');
  });
});

describe('A restart that fails, is late, is stopped or is never begun fires the alarm', () => {
  test('of the cache, with a runbook', () => {
    const [alarm] = ofType(redeployed().shop, 'AWS::CloudWatch::Alarm');
    expect(alarm).toMatchObject({
      AlarmActions: ['<topic>'],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmDescription: expect.stringContaining('docs/operate.md#redeploy-failed'),
    });
    const metrics = alarm?.Metrics as readonly {
      readonly Expression?: string;
      readonly ReturnData: boolean;
      readonly MetricStat?: { readonly Metric: Metric };
    }[];
    const seen = metrics.map(({ MetricStat, Expression }) => {
      if (!MetricStat) return Expression;
      const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
      const by = Dimensions.map(({ Name, Value }) => `${Name}=${Value.replace(/[\dA-F]{8}/, '')}`);
      return [Namespace, MetricName, ...by].join(' ');
    });
    expect(seen).toEqual([
      'AWS/States ExecutionsFailed StateMachineArn=<RedeploymentStateMachine>',
      'AWS/States ExecutionsTimedOut StateMachineArn=<RedeploymentStateMachine>',
      'AWS/States ExecutionsAborted StateMachineArn=<RedeploymentStateMachine>',
      'AWS/Events FailedInvocations RuleName=<RedeploymentRule>',
      'SUM(FILL(METRICS(), 0))',
    ]);
    expect(metrics.map(({ ReturnData }) => ReturnData)).toEqual([false, false, false, false, true]);
  });
});

describe('The alarm names the command for on-call', () => {
  const told = (count: number) => {
    const [alarm] = ofType(redeployed(count).shop, 'AWS::CloudWatch::Alarm');
    return String(alarm?.AlarmDescription);
  };
  const restart = 'aws ecs update-service --force-new-deployment';

  test('as it is, if it fits whatever the names turn out to be', () => {
    expect(told(1)).toContain(
      `First: \`${restart} --cluster <Web0ClusterF9F98945> ` +
        '--service <Web0Service078B8598.Name>`. Runbook:',
    );
  });

  test('as it is for more services whose names are known and short', () => {
    const { cache, shop } = beside();
    const services = ['web', 'jobs', 'mail', 'shop', 'cron'].map((name) => {
      const arn = `arn:aws:ecs:eu-west-1:111111111111:service/shops/${name}`;
      return BaseService.fromServiceArnWithCluster(shop, name, arn);
    });
    new EcsRedeployment(shop, 'Redeployment', { cache, services });
    const [alarm] = ofType(shop, 'AWS::CloudWatch::Alarm');
    const description = String(alarm?.AlarmDescription);
    expect(description).toContain(`\`${restart} --cluster shops --service web\` and \`${restart}`);
    expect(description).toContain('--cluster shops --service cron`. Runbook:');
    expect(description.length).toBeLessThanOrEqual(1024);
  });

  test('else how to find the names', () => {
    expect(told(2)).toMatch(
      /First: `aws ecs update-service --force-new-deployment --cluster … --service …` for each/,
    );
    expect(told(2)).toMatch(
      / of `aws events list-targets-by-rule --rule <RedeploymentRule\w+> --query 'Targets\[\]\.Inp/,
    );
  });
});

describe('Stacks wait for each other in one direction', () => {
  test('the one of the service for the one of the cache', () => {
    const { app, cacheStack, shop } = redeployed();
    expect(waitsFor(app, shop)).toEqual(['Test']);
    expect(cacheStack.dependencies).toEqual([]);
  });
});
