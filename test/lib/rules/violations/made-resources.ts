/** Ways to break the rules of all that constructs make: keys, logs, topics, alarms, endpoints. */

import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Topology } from '../../../../lib';
import { type Given, remove, type Spoil, set, type Violation } from '../../../support/rules';

const REMOVE = 'Remove what changes it.';
const BY_KEY = 'Pass the key as the prop `encryptionKey`.';
const MADE = 'as the construct made it';
const KEY = 'Key/Resource';
const FLOW_LOG = 'Network/FlowLogGroup/Resource';
const ALARM = 'Rotation/DailyCheckAlarms/StuckPending';
const ENDPOINT = 'Network/SecretsManager/Resource';
const GROUP = 'ReplicationGroup/Group';
const VPC = 'or pass a VPC of your own.';

/** By an override of a property of the resource at a path; `undefined` removes it. */
function override(
  rule: string,
  path: string,
  property: string,
  value: unknown,
  { allowed = MADE, fix = REMOVE, props = {} } = {},
): Violation {
  const given = value === undefined ? 'nothing' : JSON.stringify(value);
  return {
    rule,
    by: 'override',
    what: `${path} ${property} ${given}`,
    spoil: value === undefined ? remove(path, property) : set(path, property, value),
    line: `Test/Cache/${path}: ${property} must be ${allowed}, got ${given}. ${fix}`,
    props,
  };
}

const STAR = { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' };

/** By a statement for everybody beside those of the construct. */
function everybody(path: string, property: string): Spoil {
  return ({ stack, part }: Given) => {
    const { Resources } = stack.resolve(part(path)._toCloudFormation());
    const [made] = Object.values<{ Properties: Record<string, { Statement: object[] }> }>(
      Resources,
    );
    const statements = [...(made?.Properties[property]?.Statement ?? []), STAR];
    part(path).addPropertyOverride(`${property}.Statement`, statements);
  };
}

const KEYS: readonly Violation[] = [
  ...[
    ['Enabled', false],
    ['EnableKeyRotation', false],
    ['EnableKeyRotation', undefined],
    ['KeySpec', 'RSA_2048'],
    ['KeyUsage', 'SIGN_VERIFY'],
    ['PendingWindowInDays', 7],
    ['MultiRegion', true],
  ].map(([property, value]) =>
    override('key-settings', KEY, `${property}`, value, { fix: `${REMOVE} ${BY_KEY}` }),
  ),
  {
    ...override('key-statements', KEY, 'KeyPolicy', undefined, {
      allowed: 'with each statement of the construct',
      fix: 'Remove the override. Add statements with `addToResourcePolicy`.',
    }),
    spoil: ({ part }) =>
      part(KEY).addPropertyOverride('KeyPolicy.Statement', [
        { ...STAR, Principal: { AWS: { Ref: 'AWS::AccountId' } } },
      ]),
    line:
      `Test/Cache/${KEY}: KeyPolicy must be with each statement of the construct, got ` +
      '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":{"AWS":{"Ref":' +
      '"AWS::AccountId"}}}],"Version":"2012-10-17"}. Remove the override. Add statements with ' +
      '`addToResourcePolicy`.',
  },
  {
    rule: 'key-policy',
    by: 'override',
    what: 'everybody',
    spoil: everybody(KEY, 'KeyPolicy'),
    line: keyPolicy('"*"'),
  },
  {
    rule: 'key-policy',
    by: 'mutation',
    what: 'everybody, by the methods of the key',
    spoil: ({ cache }) =>
      cache.encryptionKey.addToResourcePolicy(
        new PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: ['*'],
          principals: [new AnyPrincipal()],
        }),
      ),
    line: keyPolicy('{"AWS":"*"}'),
  },
];

function keyPolicy(given: string): string {
  return (
    `Test/Cache/${KEY}: Principal must be named, or held to this account by a condition, got ` +
    `${given}. Name accounts, roles or services.`
  );
}

const BY_RETENTION = 'Set the prop `logRetention`.';

const LOGS: readonly Violation[] = [
  ...['ReplicationGroup/SlowLog/Resource', 'Rotation/Log/Resource', FLOW_LOG].map((path) =>
    override('log-key', path, 'KmsKeyId', undefined, { allowed: "the cache's key", fix: BY_KEY }),
  ),
  override('log-settings', FLOW_LOG, 'RetentionInDays', undefined, { fix: BY_RETENTION }),
  override('log-settings', 'Rotation/Log/Resource', 'RetentionInDays', 1, { fix: BY_RETENTION }),
  override('log-settings', 'Rotation/Log/Resource', 'LogGroupName', 'mine', { fix: BY_RETENTION }),
];

const BY_TOPIC = 'Set the prop `alarmTopic`. More actions may stand beside it.';
const MAIL = 'AlarmTopic/Email/Toc63654f3';
const CHANNEL = { slackWorkspaceId: 'T1', slackChannelId: 'C1' };
const MAILED = {
  fix: `${REMOVE} Set \`email\` of the prop \`alarmTopic\`.`,
  props: { alarmTopic: { email: ['on-call@example.com'] } },
};
const CHATTED = {
  fix: `${REMOVE} For a channel that runs commands, pass its topic as \`arn\`.`,
  props: { alarmTopic: { chat: CHANNEL } },
};
const PAGING = 'Alarms/Paging/Nodes';
const TURNED_OFF = `${REMOVE} Turn alarms off with the prop \`alarms.off\`, with a reason.`;
const WATCHED = `${REMOVE} Thresholds are set with the prop \`alarms\`.`;

const ALARMS: readonly Violation[] = [
  override('topic-key', 'AlarmTopic/Resource', 'KmsMasterKeyId', undefined, {
    fix: 'Pass a topic as the prop `alarmTopic` or `eventTopic`.',
  }),
  override(
    'topic-statements',
    'AlarmTopic/Policy/Resource',
    'PolicyDocument',
    {
      Statement: [{ ...STAR, Principal: { Service: 'cloudwatch.amazonaws.com' } }],
      Version: '2012-10-17',
    },
    {
      allowed: 'with each statement of the construct',
      fix: 'Remove the override. Add statements with `addToResourcePolicy`.',
    },
  ),
  override('topic-policy-topics', 'AlarmTopic/Policy/Resource', 'Topics', ['other'], {
    allowed: "the construct's topic",
  }),
  {
    rule: 'topic-policy',
    by: 'override',
    what: 'everybody',
    spoil: everybody('AlarmTopic/Policy/Resource', 'PolicyDocument'),
    line:
      'Test/Cache/AlarmTopic/Policy/Resource: Principal must be named, or held to an account by ' +
      'a condition, got "*". Name accounts, roles or services.',
  },
  override('alarm-subscriptions', MAIL, 'FilterPolicy', { a: ['b'] }, MAILED),
  override('alarm-subscriptions', MAIL, 'Protocol', 'email-json', MAILED),
  override('alarm-chat', 'AlarmTopic/Slack/Channel', 'GuardrailPolicies', ['all'], CHATTED),
  override('alarm-chat', 'AlarmTopic/Slack/Channel', 'SnsTopicArns', [], CHATTED),
  override('alarm-actions', ALARM, 'AlarmActions', undefined, {
    allowed: 'with the alarm topic among them',
    fix: BY_TOPIC,
  }),
  override('alarm-watched', ALARM, 'ActionsEnabled', false, { fix: WATCHED }),
  override('alarm-watched', 'Alarms/Processor1', 'MetricName', 'Nothing', { fix: WATCHED }),
  override('alarm-paging-actions', PAGING, 'AlarmActions', [], {
    allowed: 'with the alarm topic among them',
    fix: BY_TOPIC,
  }),
  override('alarm-paging-rule', PAGING, 'AlarmRule', 'FALSE', { fix: TURNED_OFF }),
  override('alarm-paging-rule', PAGING, 'ActionsEnabled', false, { fix: TURNED_OFF }),
  override('alarm-paging-rule', PAGING, 'ActionsSuppressor', 'other', { fix: TURNED_OFF }),
  override('alarm-thresholds', ALARM, 'Threshold', 9000),
  override('alarm-thresholds', ALARM, 'TreatMissingData', undefined),
  override('daily-check', 'Rotation/DailyCheck/Daily', 'State', 'DISABLED', {
    fix: `${REMOVE} The hour is set by the windows of the cache.`,
  }),
  override('failure-events', 'Rotation/FailureEvents/Rule', 'State', 'DISABLED'),
];

const BY_ENDPOINTS =
  'Set the prop `endpoints`, or make endpoints of your own and choose "existing".';

const NETWORKS: readonly Violation[] = [
  override('endpoint-settings', ENDPOINT, 'PrivateDnsEnabled', false, { fix: BY_ENDPOINTS }),
  override('endpoint-settings', ENDPOINT, 'SecurityGroupIds', ['sg-1'], { fix: BY_ENDPOINTS }),
  override('endpoint-policy', ENDPOINT, 'PolicyDocument', undefined, {
    allowed: 'of this account, or about what is in this account',
    fix: 'Hold the statement to `aws:PrincipalAccount`, or to resources of this account.',
  }),
  {
    rule: 'endpoint-policy',
    by: 'override',
    what: 'everybody',
    spoil: everybody(ENDPOINT, 'PolicyDocument'),
    line:
      `Test/Cache/${ENDPOINT}: Principal must be of this account, or about what is in this ` +
      'account, got "*". Hold the statement to `aws:PrincipalAccount`, or to resources of this ' +
      'account.',
  },
  override('flow-log', 'Network/FlowLog', 'TrafficType', 'REJECT'),
  override('vpc-dns', 'Network/Vpc/Resource', 'EnableDnsSupport', false, {
    fix: `Remove what changes it, ${VPC}`,
  }),
  override('subnet-addresses', 'Network/Vpc/IsolatedSubnet1/Subnet', 'MapPublicIpOnLaunch', true, {
    fix: `Remove what changes it, ${VPC}`,
  }),
  override(
    'default-group',
    'Network/Vpc/RestrictDefaultSecurityGroupCustomResource/Default',
    'DefaultSecurityGroupId',
    'sg-1',
  ),
];

const KEPT_ALLOWED = '"Retain", "RetainExceptOnCreate" or "Snapshot"';
const kept = (path: string, part: string) =>
  `Test/Cache/${path}: ${part} must be ${KEPT_ALLOWED}, got "Delete". Set the prop ` +
  '`removalPolicy`, where DESTROY keeps nothing.';

const DATA: readonly Violation[] = [
  override('cache-upgrades', GROUP, 'AutoMinorVersionUpgrade', false),
  override('cache-events', GROUP, 'NotificationTopicArn', 'arn:aws:sns:eu-west-1:444455556666:t', {
    fix: 'Set the prop `eventTopic`.',
  }),
  override('cache-restore', GROUP, 'SnapshotName', 'other', { fix: 'Set the prop `restoreFrom`.' }),
  {
    rule: 'cache-resharding',
    by: 'override',
    what: 'a new cache for a change of the shards',
    spoil: ({ part }) => part(GROUP).addOverride('UpdatePolicy.UseOnlineResharding', false),
    props: { topology: Topology.sharded({ shards: 2 }) },
    line:
      `Test/Cache/${GROUP}: UpdatePolicy must be {"UseOnlineResharding":true} with shards, got ` +
      `{"UseOnlineResharding":false}. ${REMOVE}`,
  },
  ...['Secrets/Credentials', 'Secrets/Initial', KEY, FLOW_LOG].map(
    (path): Violation => ({
      rule: 'removal',
      by: 'override',
      what: path,
      spoil: ({ part }) => part(path).addOverride('UpdateReplacePolicy', 'Delete'),
      line: kept(path, 'UpdateReplacePolicy'),
    }),
  ),
  {
    rule: 'removal',
    by: 'mutation',
    what: 'a key that goes with its stack',
    spoil: ({ cache }) => (cache.encryptionKey as Key).applyRemovalPolicy(RemovalPolicy.DESTROY),
    line: `${kept(KEY, 'DeletionPolicy')}\n${kept(KEY, 'UpdateReplacePolicy')}`,
  },
];

const EVERYTHING = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
const CHECK = 'Rotation/DailyCheck';

const ROLES: readonly Violation[] = [
  override('service-role-trust', `${CHECK}/Role/Resource`, 'AssumeRolePolicyDocument', {
    Statement: [STAR],
    Version: '2012-10-17',
  }),
  override('service-role-policies', 'Network/FlowLogRole/Resource', 'ManagedPolicyArns', ['x']),
  override('service-role-statements', `${CHECK}/Policy/Resource`, 'PolicyDocument', {
    Statement: EVERYTHING,
    Version: '2012-10-17',
  }),
  override('service-role-holders', 'Network/FlowLogPolicy/Resource', 'Users', ['me']),
  override('function-settings', 'Rotation/Function/Resource', 'FileSystemConfigs', [
    { Arn: 'arn:aws:elasticfilesystem:x:1:access-point/y', LocalMountPath: '/mnt/y' },
  ]),
];

export const MADE_RESOURCES: readonly Violation[] = [
  ...KEYS,
  ...LOGS,
  ...ALARMS,
  ...NETWORKS,
  ...DATA,
  ...ROLES,
];
