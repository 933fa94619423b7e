/** Claims about the rotation: permissions, schedule, configuration. */

import {
  actionsOf,
  all,
  allowed,
  type Claim,
  ENDPOINT,
  first,
  GROUP,
  INGRESS,
  keyOf,
  POLICY,
  rotationFunction,
  SCHEDULE,
  type Statement,
  same,
  statements,
} from './claim';

export const ROTATION_CLAIMS: readonly Claim[] = [
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
      const [alarm] = all(template, 'AWS::CloudWatch::Alarm').filter(
        ({ Properties }) => Properties.MetricName === 'Errors',
      );
      const { Threshold, AlarmActions } = alarm?.Properties ?? {};
      return Threshold === 1 && (AlarmActions as unknown[]).length === 1;
    },
    break: (template) => {
      for (const { Properties } of all(template, 'AWS::CloudWatch::Alarm')) {
        Properties.AlarmActions = [];
      }
    },
  },
];
