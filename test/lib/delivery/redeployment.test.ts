/**
 * Proves about the restart of ECS services after a rotation: it begins with the event of this
 * secret's AWSCURRENT, restarts exactly the services that are named, ends when no old task is left,
 * and whatever goes wrong rings the alarm of the cache.
 */

import { BaseService, DeploymentControllerType } from 'aws-cdk-lib/aws-ecs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { EcsRedeployment, SecureRedisStack, SettingError } from '../../../lib';
import {
  allowedIn,
  type Beside,
  beside,
  makeService,
  ofType,
  READS_SECRET,
  waitsFor,
} from '../../support/applications';
import { runStates } from '../../support/states';
import { makeApp } from '../../support/synth';

function redeployed(count = 1, timeout?: Duration): Beside {
  const made = beside();
  const { cache, shop } = made;
  const services = Array.from({ length: count }, (_, n) => makeService(shop, cache, `Web${n}`));
  new EcsRedeployment(shop, 'Redeployment', { cache, services, timeout });
  return made;
}

describe('What could not work is refused at synth', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      'no service',
      () => redeployed(0),
      '`services.length` is 0; allowed is 1 to 5 services; make another `EcsRedeployment` for more',
    ],
    ['six services', () => redeployed(6), '`services.length` is 6; allowed is 1 to 5 services'],
    [
      'too little time',
      () => redeployed(1, Duration.minutes(4)),
      'allowed is whole minutes from 5 to 5040, half of the grace period',
    ],
    [
      'more time than there is',
      () => redeployed(1, Duration.minutes(5041)),
      'allowed is whole minutes from 5 to 5040, half of the grace period',
    ],
    [
      'a cache without a grace period',
      () => {
        const { cache, shop } = beside({ retirePreviousAfter: Duration.days(0) });
        const services = [makeService(shop, cache)];
        new EcsRedeployment(shop, 'Redeployment', { cache, services });
      },
      '`retirePreviousAfter` is 0 days); allowed is 1 day or more where services are restarted',
    ],
    [
      'a service that CodeDeploy deploys',
      () => {
        const { cache, shop } = beside();
        const deploymentController = { type: DeploymentControllerType.CODE_DEPLOY };
        const services = [makeService(shop, cache, 'Web', { deploymentController })];
        new EcsRedeployment(shop, 'Redeployment', { cache, services });
      },
      'Shop/Web is deployed by CODE_DEPLOY; allowed are services that ECS itself deploys',
    ],
    [
      'a service of another account',
      () => elsewhere({ account: '222222222222', region: 'eu-west-1' }),
      'Service is in 222222222222/eu-west-1, and the cache in 111111111111/eu-west-1; allowed is',
    ],
    [
      'a service of another region',
      () => elsewhere({ account: '111111111111', region: 'eu-west-2' }),
      'Service is in 111111111111/eu-west-2, and the cache in 111111111111/eu-west-1; allowed is',
    ],
  ];

  function elsewhere({ account, region }: { readonly account: string; readonly region: string }) {
    const app = makeApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const { cache } = new SecureRedisStack(app, 'Here', { env });
    const shop = new Stack(app, 'Shop', { env });
    const arn = `arn:aws:ecs:${region}:${account}:service/cluster/web`;
    const service = BaseService.fromServiceArnWithCluster(shop, 'Service', arn);
    new EcsRedeployment(shop, 'Redeployment', { cache, services: [service] });
  }

  test.each(cases)('%s', (_, make, message) => {
    expect(make).toThrow(SettingError);
    expect(make).toThrow(message);
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

describe('A restart that fails, is late, is stopped or is never begun rings the alarm', () => {
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
      readonly MetricStat?: { readonly Metric: { Namespace: string; MetricName: string } };
    }[];
    const names = metrics.map(({ MetricStat, Expression }) =>
      MetricStat ? `${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}` : Expression,
    );
    expect(names).toEqual([
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsTimedOut',
      'AWS/States ExecutionsAborted',
      'AWS/Events FailedInvocations',
      'SUM(FILL(METRICS(), 0))',
    ]);
    expect(metrics.map(({ ReturnData }) => ReturnData)).toEqual([false, false, false, false, true]);
  });
});

describe('Stacks wait for each other in one direction', () => {
  test('the one of the service for the one of the cache', () => {
    const { app, cacheStack, shop } = redeployed();
    expect(waitsFor(app, shop)).toEqual(['Test']);
    expect(cacheStack.dependencies).toEqual([]);
  });
});

interface Seen {
  readonly ids: readonly string[];
  readonly running: number;
}

/** Plays ECS: the deployments that are there at each look. */
function play(looks: readonly Seen[], timeout?: Duration) {
  const [machine] = ofType(redeployed(1, timeout).shop, 'AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(String(machine?.DefinitionString));
  let look = 0;
  return runStates(definition, { cluster: 'c', service: 's' }, (resource) => {
    if (resource.endsWith(':updateService')) {
      const Deployments = [
        { Id: 'old', Status: 'ACTIVE' },
        { Id: 'new', Status: 'PRIMARY' },
      ];
      return { Service: { Deployments } };
    }
    const { ids, running } = looks[Math.min(look++, looks.length - 1)] ?? { ids: [], running: 0 };
    const Deployments = ids.map((Id) => ({ Id }));
    return { Services: [{ Deployments, RunningCount: running, DesiredCount: 2 }] };
  });
}

describe('A restart is over when no task of before is left', () => {
  const both = { ids: ['new', 'old'], running: 3 };

  test('it asks for a new deployment after a minute, and then looks', () => {
    const { calls, ending, waitedSeconds } = play([both, both, { ids: ['new'], running: 2 }]);
    expect(calls).toEqual([
      [
        'arn:<AWS::Partition>:states:::aws-sdk:ecs:updateService',
        { Cluster: 'c', Service: 's', ForceNewDeployment: true },
      ],
      ...Array.from({ length: 3 }, () => [
        'arn:<AWS::Partition>:states:::aws-sdk:ecs:describeServices',
        { Cluster: 'c', Services: ['s'] },
      ]),
    ]);
    expect(ending).toBe('Done');
    expect(waitedSeconds).toBe(60 + 3 * 30);
  });

  test('not before all of the new ones run', () => {
    const { calls, ending } = play([
      { ids: ['new'], running: 1 },
      { ids: ['new'], running: 2 },
    ]);
    expect([ending, calls.length]).toEqual(['Done', 3]);
  });

  test('a rollback to the old one is a failure', () => {
    expect(play([both, { ids: ['old'], running: 2 }]).ending).toBe('Displaced');
  });

  test('one that does not end is a failure, after an hour or when you say', () => {
    expect(play([both])).toMatchObject({ ending: 'States.Timeout', waitedSeconds: 3600 });
    const { waitedSeconds } = play([both], Duration.minutes(5));
    expect(waitedSeconds).toBe(300);
  });

  test('a service that is gone is a failure', () => {
    expect(() => play([{ ids: [], running: 0 }])).toThrow('States.Runtime');
  });

  test('a call that fails is repeated five times, at growing intervals', () => {
    const [machine] = ofType(redeployed().shop, 'AWS::StepFunctions::StateMachine');
    const { States } = JSON.parse(String(machine?.DefinitionString));
    for (const { Retry } of [States.Redeploy, States.Look]) {
      expect(Retry).toEqual([
        { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 30, BackoffRate: 2, MaxAttempts: 5 },
      ]);
    }
  });
});
