/**
 * The rotation of a cache: the function, its access to the cache and to AWS, its schedule and its
 * alarms.
 *
 * The schedule depends on everything else: the first rotation runs during the first deploy, so all
 * that the function needs must exist by then. It replaces the initial password, which
 * CloudFormation has seen.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ISecurityGroup, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type CfnFunction,
  type CfnPermission,
  Code,
  Function as LambdaFunction,
  Runtime,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import type { CfnLogGroup, ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { ROTATION_ENV } from '../../contract/rotation';
import type { CacheLogins, RotatedLogin } from '../access/cache-logins';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../encryption/encrypted-log-group';
import { alarmText } from '../monitoring/alarm-text';
import { ALARM_KINDS } from '../monitoring/alarms';
import type { AlarmsOff } from '../monitoring/alarms-off';
import { DailyCheckAlarms } from '../monitoring/daily-check-alarms';
import { failureEvents } from '../monitoring/failure-events';
import type { CacheArns } from '../network/cache-arns';
import type { RedisNetwork } from '../network/redis-network';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { protect } from '../rules/check-templates';
import { protectGroups } from '../rules/keep-as-made';
import { rotationFunctionSubject } from '../rules/rotation-function';
import { scheduleSubject } from '../rules/secrets';
import { windowOf } from '../settings/rotation-schedule';
import { SettingError } from '../validation/setting-error';
import { DailyCheckSchedule } from './daily-check-schedule';
import { RotationRole } from './rotation-role';
import { UserUpdates } from './user-updates';

const BUNDLE = join(__dirname, '../../lambda/dist/rotation');

/** Lambda's maximum: a change of the cache can take 20 minutes, and the next attempt resumes. */
const TIMEOUT = Duration.minutes(15);

const MEMORY_MIB = 256;

/** By name, since CDK versions before November 2025 have no constant for it. */
const RUNTIME = new Runtime('nodejs24.x', RuntimeFamily.NODEJS);

/** Id of the permission of Secrets Manager to invoke the function. */
const PERMISSION = 'SecretsManager';

export interface RedisRotationProps {
  readonly network: RedisNetwork;
  readonly key: IKey;
  readonly logins: CacheLogins;
  readonly replicationGroup: CfnReplicationGroup;
  readonly nodeIds: readonly string[];
  readonly cache: CacheArns;
  readonly alarmTopic: ITopic;
  readonly alarmsOff: AlarmsOff;
  readonly log: EncryptedLogGroupProps;
  /** Maximum days between two rotations. */
  readonly rotationDays: number;
  readonly rotationExpression: string;
  /** UTC. */
  readonly rotationHour: number;
  readonly rotationWindowHours: number;
  readonly gracePeriodDays: number;
  readonly quietSeconds: number;
  readonly dailyCheckHour: number;
}

export class RedisRotation extends Construct {
  readonly securityGroup: ISecurityGroup;
  /** ARNs of its alarms, for the dashboard. */
  readonly alarmArns: readonly string[];
  readonly logGroupName: string;
  readonly functionName: string;
  readonly #function: LambdaFunction;
  /** Only of a cache with users: CloudFormation sets their passwords, too. */
  readonly #userUpdates: UserUpdates | undefined;
  readonly #schedules: readonly CfnRotationSchedule[];

  constructor(scope: Construct, id: string, props: RedisRotationProps) {
    super(scope, id);
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Secure Redis: the rotation function',
      allowAllOutbound: false,
    });
    this.securityGroup = securityGroup;
    const { _serviceNetworks: networks } = props.network;
    protectGroups(this, { callers: [securityGroup], networks });
    props.network.admitToEndpoints(this.securityGroup, 'Rotation calls AWS');
    const logGroup = new EncryptedLogGroup(this, 'Log', props.log);
    const role = new RotationRole(this, 'Role', {
      key: props.key,
      logGroup,
      cache: props.cache,
    });
    this.#function = this.#makeFunction(props, role, logGroup);
    new DailyCheckSchedule(this, 'DailyCheck', {
      function: this.#function,
      hour: props.dailyCheckHour,
    });
    if (props.logins.userArns !== undefined) {
      this.#userUpdates = new UserUpdates(this, 'UserUpdates', this.#function);
    }
    const dailyCheck = new DailyCheckAlarms(this, 'DailyCheckAlarms', {
      replicationGroupId: props.replicationGroup.ref,
      nodeIds: props.nodeIds,
      hasUsers: props.logins.userArns !== undefined,
      off: props.alarmsOff,
      topic: props.alarmTopic,
    });
    this.alarmArns = [...this.#alarmsOnFailure(props), ...dailyCheck.alarmArns];
    this.functionName = this.#function.functionName;
    this.logGroupName = logGroup.logGroupName;
    this.#schedules = this.#makeSchedules(props);
    this.#protect(props, role, logGroup);
    this.waitFor(props.replicationGroup, ...role.policies);
    this.waitFor(...props.network._dependencies, this.securityGroup);
  }

  /** Delays the first rotations until the dependencies exist: all wait for the first schedule. */
  waitFor(...dependencies: readonly IConstruct[]): void {
    this.#schedules[0]?.node.addDependency(...dependencies);
  }

  #protect(props: RedisRotationProps, role: RotationRole, logGroup: EncryptedLogGroup): void {
    const bySecrets = this.#function.node.tryFindChild(PERMISSION) as CfnPermission | undefined;
    const onUpdates = this.#userUpdates?.permission;
    const subject = rotationFunctionSubject({
      function: this.#function.node.defaultChild as CfnFunction,
      role: role.resource,
      permissions: [bySecrets, onUpdates].filter((each) => each !== undefined),
      logGroup: logGroup.node.defaultChild as CfnLogGroup,
      variables: environmentOf(props),
    });
    protect(this, 'rotationFunction', subject);
  }

  #makeFunction(props: RedisRotationProps, role: RotationRole, logGroup: ILogGroup) {
    if (!existsSync(join(BUNDLE, 'index.mjs'))) {
      throw new SettingError(
        `the bundle of the rotation function is missing at ${BUNDLE}; run \`npm run build\``,
      );
    }
    const rotation = new LambdaFunction(this, 'Function', {
      description: 'Secure Redis: rotates and checks daily the password of one cache',
      runtime: RUNTIME,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(BUNDLE),
      memorySize: MEMORY_MIB,
      timeout: TIMEOUT,
      // The protocol is safe with one writer. Two could invalidate the current password.
      reservedConcurrentExecutions: 1,
      role: role.sealed,
      logGroup,
      vpc: props.network.vpc,
      vpcSubnets: props.network.subnets,
      securityGroups: [this.securityGroup],
      environmentEncryption: props.key,
      environment: environmentOf(props),
    });
    rotation.node.addDependency(...role.policies);
    acknowledgeFunction(rotation);
    return rotation;
  }

  #alarmsOnFailure({ alarmTopic, alarmsOff: off, ...props }: RedisRotationProps): string[] {
    const events = failureEvents(this, {
      rotated: props.logins.arnPatterns.rotated,
      secrets: props.logins.arnPatterns.all,
      keyArn: props.key.keyArn,
      off,
      topic: alarmTopic,
    });
    return [...(off.has('functionErrors') ? [] : [this.#alarmOnErrors(alarmTopic)]), ...events];
  }

  #alarmOnErrors(alarmTopic: ITopic): string {
    const alarm = new Alarm(this, 'FailureAlarm', {
      alarmDescription: alarmText(ALARM_KINDS.functionErrors),
      metric: this.#function.metricErrors({ period: Duration.minutes(5) }),
      threshold: ALARM_KINDS.functionErrors.threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // The function runs once per day: usually there is no data.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(alarmTopic));
    return alarm.alarmArn;
  }

  /** None where all users log in by IAM: the function then only checks. */
  #makeSchedules(props: RedisRotationProps): readonly CfnRotationSchedule[] {
    if (props.logins.rotated.length === 0) return [];
    this.#function.addPermission(PERMISSION, {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
    });
    const schedules = props.logins.rotated.map((secret) => this.#makeSchedule(props, secret));
    const [first, ...others] = schedules;
    first?.node.addDependency(this.#function.node.findChild(PERMISSION));
    if (first) for (const { node } of others) node.addDependency(first);
    return schedules;
  }

  #makeSchedule(props: RedisRotationProps, secret: RotatedLogin): CfnRotationSchedule {
    const { expression, hours } = windowOf(props, secret.seed);
    const schedule = new CfnRotationSchedule(this, secret.scheduleId, {
      secretId: secret.resource.ref,
      rotationLambdaArn: this.#function.functionArn,
      rotationRules: {
        scheduleExpression: expression,
        // The window opens at midnight or at the hour of the schedule, in UTC. Without it a
        // rotation could start during the snapshot.
        duration: `${hours}h`,
      },
      rotateImmediatelyOnUpdate: true,
    });
    protect(this, 'schedule', scheduleSubject(schedule, secret.guarded));
    schedule.node.addDependency(...secret.dependencies);
    return schedule;
  }
}

function environmentOf(props: RedisRotationProps): Record<string, string> {
  return {
    ...props.logins.variables,
    [ROTATION_ENV.replicationGroupId]: props.replicationGroup.ref,
    [ROTATION_ENV.pollIntervalMs]: String(Duration.seconds(5).toMilliseconds()),
    [ROTATION_ENV.quietMs]: String(Duration.seconds(props.quietSeconds).toMilliseconds()),
    [ROTATION_ENV.rotationDays]: String(props.rotationDays),
    [ROTATION_ENV.graceDays]: String(props.gracePeriodDays),
  };
}

function acknowledgeFunction(rotation: LambdaFunction): void {
  const deadLetters =
    'Secrets Manager repeats a failed rotation by itself, and the failed event holds the ' +
    'RotationToken, which must not be kept in a queue; the alarm on errors reports a failure';
  acknowledge(
    rotation,
    inPacks('LambdaDLQ', 'HIPAA.Security', 'NIST.800.53.R5', 'Serverless'),
    deadLetters,
  );
  acknowledge(
    rotation,
    inPacks('LambdaTracing', 'Serverless'),
    'X-Ray needs permissions on every resource and egress from the isolated subnets; each ' +
      'iteration of the rotation is one log line instead',
  );
}
