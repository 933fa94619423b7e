/**
 * What the template promises, each promise with a change that breaks it.
 *
 * A claim is a predicate over the template alone, as a reviewer would read it.
 */

import type { TemplateJson, TemplateResource } from '../support/synth';

export interface Claim {
  readonly claim: string;
  holds(template: TemplateJson): boolean;
  /** Changes a copy of the template so that the claim must not hold any more. */
  break(template: TemplateJson): void;
}

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const KEY = 'AWS::KMS::Key';
const SECRET = 'AWS::SecretsManager::Secret';
const FUNCTION = 'AWS::Lambda::Function';
const LOG_GROUP = 'AWS::Logs::LogGroup';
const TOPIC = 'AWS::SNS::Topic';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const POLICY = 'AWS::IAM::ManagedPolicy';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';

type Properties = Record<string, unknown>;

export function all(template: TemplateJson, type: string): readonly TemplateResource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}

/** The rotation function: CDK's own helper has no environment. */
export function rotationFunction(template: TemplateJson): Properties {
  const found = all(template, FUNCTION).filter(({ Properties }) => Properties.Environment);
  return found[0]?.Properties ?? {};
}

function first(template: TemplateJson, type: string): Properties {
  return all(template, type)[0]?.Properties ?? {};
}

/** Every resource of a type has a property with this value, and there is at least one. */
function everyHas(type: string, property: string, value: unknown) {
  return (template: TemplateJson) =>
    all(template, type).length > 0 &&
    all(template, type).every(({ Properties }) => same(Properties[property], value));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function property(type: string, name: string, value: unknown, broken: unknown, claim: string) {
  return {
    claim,
    holds: everyHas(type, name, value),
    break: (template: TemplateJson) => {
      first(template, type)[name] = broken;
    },
  };
}

function keyOf(template: TemplateJson): unknown {
  const [id] = Object.entries(template.Resources).find(([, { Type }]) => Type === KEY) ?? [];
  return { 'Fn::GetAtt': [id, 'Arn'] };
}

/** Every resource of a type is encrypted with the one key. */
function encrypted(type: string, name: string, claim: string): Claim {
  return {
    claim,
    holds: (template) => everyHas(type, name, keyOf(template))(template),
    break: (template) => {
      delete first(template, type)[name];
    },
  };
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  Resource: unknown;
  readonly Sid?: string;
  readonly Condition?: unknown;
}

function statements(properties: Properties): readonly Statement[] {
  const document = properties.PolicyDocument as { Statement?: readonly Statement[] } | undefined;
  return document?.Statement ?? [];
}

function allowed(template: TemplateJson): readonly Statement[] {
  const policies = all(template, POLICY).flatMap(({ Properties }) => statements(Properties));
  return policies.filter(({ Effect }) => Effect === 'Allow');
}

function actionsOf({ Action }: Statement): readonly string[] {
  return typeof Action === 'string' ? [Action] : Action;
}

function isOpen(properties: Properties): boolean {
  return /\/0*$/.test(String(properties.CidrIp ?? properties.CidrIpv6 ?? ''));
}

const GROUP_CLAIMS: readonly Claim[] = [
  property(GROUP, 'TransitEncryptionEnabled', true, false, 'traffic is encrypted'),
  property(GROUP, 'TransitEncryptionMode', 'required', 'preferred', 'plaintext is refused'),
  property(GROUP, 'AtRestEncryptionEnabled', true, false, 'data at rest is encrypted'),
  encrypted(GROUP, 'KmsKeyId', 'data at rest is encrypted with our key'),
  property(GROUP, 'AutomaticFailoverEnabled', true, false, 'a replica takes over by itself'),
  property(GROUP, 'MultiAZEnabled', true, false, 'the nodes are in different zones'),
  property(GROUP, 'NumCacheClusters', 2, 1, 'there is a replica'),
  property(GROUP, 'AutoMinorVersionUpgrade', true, false, 'minor versions are kept up to date'),
  {
    claim: 'the password is a version-less reference to a secret',
    holds: (template) =>
      /resolve:secretsmanager:.*SecretString:password::}}/.test(
        JSON.stringify(first(template, GROUP).AuthToken ?? ''),
      ),
    break: (template) => {
      first(template, GROUP).AuthToken = 'a-literal-password-0';
    },
  },
  {
    claim: 'daily snapshots are kept for 16 days or more',
    holds: (template) => Number(first(template, GROUP).SnapshotRetentionLimit) >= 16,
    break: (template) => {
      first(template, GROUP).SnapshotRetentionLimit = 15;
    },
  },
  {
    claim: 'a last snapshot is taken before the group is deleted or replaced',
    holds: (template) =>
      all(template, GROUP).every(
        (group) => group.DeletionPolicy === 'Snapshot' && group.UpdateReplacePolicy === 'Snapshot',
      ),
    break: (template) => {
      for (const group of all(template, GROUP)) group.UpdateReplacePolicy = 'Delete';
    },
  },
  {
    claim: 'the slow log and the engine log are delivered',
    holds: (template) =>
      same(
        (first(template, GROUP).LogDeliveryConfigurations as Properties[]).map(
          ({ LogType }) => LogType,
        ),
        ['slow-log', 'engine-log'],
      ),
    break: (template) => {
      (first(template, GROUP).LogDeliveryConfigurations as Properties[]).pop();
    },
  },
  {
    claim: 'the group has its own subnets and parameters',
    holds: (template) => {
      const { CacheSubnetGroupName: subnets, CacheParameterGroupName: parameters } = first(
        template,
        GROUP,
      );
      return [subnets, parameters].every((each) => typeof each === 'object' && each !== null);
    },
    break: (template) => {
      first(template, GROUP).CacheParameterGroupName = 'default.valkey8';
    },
  },
];

const NETWORK_CLAIMS: readonly Claim[] = [
  {
    claim: 'nothing has a public address or a way to the internet',
    holds: (template) =>
      !Object.values(template.Resources).some(({ Type }) =>
        /InternetGateway|NatGateway|::EIP/.test(Type),
      ) && all(template, 'AWS::EC2::Route').length === 0,
    break: (template) => {
      template.Resources.Added = { Type: 'AWS::EC2::NatGateway', Properties: {} };
    },
  },
  {
    claim: 'no security group lets everybody in or everything out',
    holds: (template) => {
      const groups = all(template, SECURITY_GROUP).map(({ Properties }) => Properties);
      const inline = groups.flatMap(
        ({ SecurityGroupIngress = [], SecurityGroupEgress = [] }) =>
          [SecurityGroupIngress, SecurityGroupEgress].flat() as Properties[],
      );
      const rules = [...all(template, INGRESS), ...all(template, 'AWS::EC2::SecurityGroupEgress')];
      return ![...inline, ...rules.map(({ Properties }) => Properties)].some(isOpen);
    },
    break: (template) => {
      Object.assign(first(template, INGRESS), { CidrIp: '0.0.0.0/0' });
    },
  },
  {
    claim: 'every rule names a security group, not a network, and says why',
    holds: (template) =>
      all(template, INGRESS).length === 4 &&
      all(template, INGRESS).every(
        ({ Properties }) => Properties.SourceSecurityGroupId && Properties.Description,
      ),
    break: (template) => {
      delete first(template, INGRESS).Description;
    },
  },
  {
    claim: 'endpoints let through only this account, to one secret and one group',
    holds: (template) =>
      all(template, ENDPOINT).length === 2 &&
      all(template, ENDPOINT).every(({ Properties }) =>
        statements(Properties).every(
          ({ Condition, Resource }) =>
            same(Condition, {
              StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } },
            }) && Resource !== '*',
        ),
      ) &&
      all(template, ENDPOINT).every(({ Properties }) => statements(Properties).length > 0),
    break: (template) => {
      delete first(template, ENDPOINT).PolicyDocument;
    },
  },
  property(ENDPOINT, 'PrivateDnsEnabled', true, false, 'endpoints answer to AWS names'),
  {
    claim: 'the flow of the network is logged',
    holds: everyHas('AWS::EC2::FlowLog', 'TrafficType', 'ALL'),
    break: (template) => {
      first(template, 'AWS::EC2::FlowLog').TrafficType = 'REJECT';
    },
  },
];

const SECRET_CLAIMS: readonly Claim[] = [
  property(KEY, 'EnableKeyRotation', true, false, 'the key itself rotates'),
  encrypted(SECRET, 'KmsKeyId', 'both secrets are encrypted with our key'),
  encrypted(LOG_GROUP, 'KmsKeyId', 'every log group is encrypted with our key'),
  property(LOG_GROUP, 'RetentionInDays', 365, undefined, 'every log is kept for a year'),
  {
    claim: 'alarms go to an encrypted topic that takes no plaintext',
    holds: (template) =>
      everyHas(TOPIC, 'KmsMasterKeyId', keyOf(template))(template) &&
      statements(first(template, 'AWS::SNS::TopicPolicy')).some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' && same(Condition, { Bool: { 'aws:SecureTransport': 'false' } }),
      ),
    break: (template) => {
      first(template, 'AWS::SNS::TopicPolicy').PolicyDocument = { Statement: [] };
    },
  },
  {
    claim: 'the key works for this stack’s logs and this account’s alarms',
    holds: (template) => {
      const document = first(template, KEY).KeyPolicy as { Statement: readonly Statement[] };
      const ids = document.Statement.map(({ Sid }) => Sid);
      return ['LogGroupsOfThisStack', 'AlarmsOfThisAccount'].every((id) => ids.includes(id));
    },
    break: (template) => {
      (first(template, KEY).KeyPolicy as { Statement: Statement[] }).Statement.pop();
      (first(template, KEY).KeyPolicy as { Statement: Statement[] }).Statement.splice(1);
    },
  },
];

const ROTATION_CLAIMS: readonly Claim[] = [
  {
    claim: 'the password rotates at least every 90 days, and at the first deploy',
    holds: (template) => {
      const { RotationRules, RotateImmediatelyOnUpdate } = first(template, SCHEDULE);
      const { ScheduleExpression } = RotationRules as Record<string, string>;
      const days = Number(/^rate\((\d+) days?\)$/.exec(ScheduleExpression ?? '')?.[1]);
      return days >= 1 && days <= 90 && RotateImmediatelyOnUpdate === true;
    },
    break: (template) => {
      first(template, SCHEDULE).RotationRules = { ScheduleExpression: 'rate(91 days)' };
    },
  },
  {
    claim: 'the first rotation waits for the group, the endpoints, the permission and the policy',
    holds: (template) => {
      const waits = all(template, SCHEDULE).flatMap(({ DependsOn }) => DependsOn ?? []);
      const types = new Set(waits.map((id) => template.Resources[id]?.Type));
      return [GROUP, ENDPOINT, 'AWS::Lambda::Permission', POLICY, INGRESS].every((type) =>
        types.has(type),
      );
    },
    break: (template) => {
      for (const [id, { Type }] of Object.entries(template.Resources)) {
        if (Type === GROUP) delete template.Resources[id];
      }
    },
  },
  {
    claim: 'one rotation runs at a time, in the network, with an encrypted environment',
    holds: (template) => {
      const rotation = rotationFunction(template);
      return (
        rotation.ReservedConcurrentExecutions === 1 &&
        rotation.VpcConfig !== undefined &&
        same(rotation.KmsKeyArn, keyOf(template))
      );
    },
    break: (template) => {
      rotationFunction(template).ReservedConcurrentExecutions = 2;
    },
  },
  {
    claim: 'only Secrets Manager of this account may invoke it',
    holds: (template) =>
      all(template, 'AWS::Lambda::Permission').every(
        ({ Properties }) =>
          Properties.Principal === 'secretsmanager.amazonaws.com' &&
          same(Properties.SourceAccount, { Ref: 'AWS::AccountId' }),
      ),
    break: (template) => {
      delete first(template, 'AWS::Lambda::Permission').SourceAccount;
    },
  },
  {
    claim: 'the roles may do exact actions, and on every resource only what Lambda needs of EC2',
    holds: (template) =>
      allowed(template).length > 0 &&
      allowed(template).every((statement) => {
        const isExact = actionsOf(statement).every((action) => !action.includes('*'));
        const isForEc2 = actionsOf(statement).every((action) => action.startsWith('ec2:'));
        return isExact && (statement.Resource !== '*' || isForEc2);
      }),
    break: (template) => {
      for (const statement of allowed(template)) statement.Resource = '*';
    },
  },
  {
    claim: 'the code of the function may not make network interfaces',
    holds: (template) =>
      all(template, POLICY)
        .flatMap(({ Properties }) => statements(Properties))
        .some(({ Effect, Sid }) => Effect === 'Deny' && Sid === 'NoNetworkInterfacesForTheCode'),
    break: (template) => {
      for (const { Properties } of all(template, POLICY)) {
        const document = Properties.PolicyDocument as { Statement: Statement[] };
        document.Statement = document.Statement.filter(({ Effect }) => Effect === 'Allow');
      }
    },
  },
  {
    claim: 'no role has an inline policy',
    holds: (template) => all(template, 'AWS::IAM::Policy').length === 0,
    break: (template) => {
      template.Resources.Added = { Type: 'AWS::IAM::Policy', Properties: {} };
    },
  },
  {
    claim: 'a failed rotation raises an alarm',
    holds: (template) => {
      const { MetricName, Threshold, AlarmActions } = first(template, 'AWS::CloudWatch::Alarm');
      return MetricName === 'Errors' && Threshold === 1 && (AlarmActions as unknown[]).length === 1;
    },
    break: (template) => {
      first(template, 'AWS::CloudWatch::Alarm').AlarmActions = [];
    },
  },
];

const REFERENCE = /\{\{resolve:/;

const LEAK_CLAIMS: readonly Claim[] = [
  {
    claim: 'a secret is referred to in two properties only: the group and the credentials secret',
    holds: (template) => {
      const places = Object.values(template.Resources).filter(({ Properties }) =>
        REFERENCE.test(JSON.stringify(Properties ?? {})),
      );
      return same(places.map(({ Type }) => Type).sort(), [GROUP, SECRET]);
    },
    break: (template) => {
      const variables = rotationFunction(template).Environment as { Variables: Properties };
      variables.Variables.LEAK = '{{resolve:secretsmanager:x:SecretString:password::}}';
    },
  },
  {
    claim: 'outputs refer to no secret’s value',
    holds: ({ Outputs }) =>
      Object.keys(Outputs).length === 6 && !REFERENCE.test(JSON.stringify(Outputs)),
    break: ({ Outputs }) => {
      Outputs.Leak = { Value: '{{resolve:secretsmanager:x:SecretString:password::}}' };
    },
  },
  {
    claim: 'nothing in the template looks like a password',
    holds: (template) => {
      const words = JSON.stringify(template).match(/[A-Za-z0-9!&#$^<>-]{64,}/g) ?? [];
      // Long words are ids and hashes, which have no special character.
      return !words.some((word) => /[!&#$^<>-]/.test(word) && /[A-Z]/.test(word));
    },
    break: ({ Outputs }) => {
      Outputs.Leak = { Value: `Aa1-${'x'.repeat(60)}` };
    },
  },
];

export const CLAIMS: readonly Claim[] = [
  ...GROUP_CLAIMS,
  ...NETWORK_CLAIMS,
  ...SECRET_CLAIMS,
  ...ROTATION_CLAIMS,
  ...LEAK_CLAIMS,
];
