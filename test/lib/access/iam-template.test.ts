/** The template of users with IAM logins: no password anywhere, and a function that only looks. */

import { Role } from '../../../lib';
import { filled } from '../../support/filled';
import { templateOf } from '../../support/synth';
import { manyIamUsers, manyUsers, USERS, usersStack, WITH_IAM } from '../../support/users';

type Template = ReturnType<typeof templateOf>;

const ofType = ({ Resources }: Template, type: string) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);
const text = (value: unknown) => JSON.stringify(value);

function usersOf(template: Template) {
  return ofType(template, 'AWS::ElastiCache::User').map(([, { Properties }]) => Properties);
}

function environmentOf(template: Template): Record<string, string> {
  const [properties] = ofType(template, 'AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties)
    .filter((each) => text(each).includes('"USERS"'));
  const { Variables } = filled(template, properties?.Environment) as {
    Variables: Record<string, string>;
  };
  return Variables;
}

interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function statementsOf(template: Template): readonly Statement[] {
  return ofType(template, 'AWS::IAM::ManagedPolicy').flatMap(
    ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
  );
}

describe('A user with an IAM login beside users with passwords', () => {
  const template = templateOf(usersStack(WITH_IAM));
  const [, app, , reports] = usersOf(template);

  test('has its id for a name, lower case and legal, and no password', () => {
    expect(reports?.AuthenticationMode).toStrictEqual({ Type: 'iam' });
    expect(reports?.UserId).toMatch(/^reports-[a-z0-9]{8}$/);
    expect(reports?.UserName).toBe(reports?.UserId);
    expect(Object.keys(reports ?? {}).sort()).toStrictEqual(
      ['AccessString', 'AuthenticationMode', 'Engine', 'UserId', 'UserName'].sort(),
    );
    expect(reports?.AccessString).toMatch(/^on ~\* resetchannels -@all \+@read /);
    expect(app).toMatchObject({ UserName: 'app', AuthenticationMode: { Type: 'password' } });
  });

  test('keeps its id, which is another one with a password', () => {
    const idOf = (users: Record<string, Role>) =>
      usersOf(templateOf(usersStack(users))).at(-1)?.UserId;
    expect(idOf({ reports: Role.readOnly().iam() })).toBe(reports?.UserId);
    expect(idOf({ reports: Role.readOnly() })).not.toBe(reports?.UserId);
  });

  test('is in the one group, and has neither secret nor schedule', () => {
    const [[, group] = []] = ofType(template, 'AWS::ElastiCache::UserGroup');
    expect(group?.Properties.UserIds).toHaveLength(4);
    const secrets = ofType(template, 'AWS::SecretsManager::Secret');
    const generated = secrets.filter(([, { Properties }]) => 'GenerateSecretString' in Properties);
    expect(generated).toHaveLength(3);
    expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(2);
    expect(text(template).match(/\{\{resolve:secretsmanager:/g)).toHaveLength(3);
  });

  test('is known to the rotation function by name and id, beside the rotated users', () => {
    const [first, second, third, ...others] = environmentOf(template).USERS?.split(',') ?? [];
    expect(first).toMatch(/^app=app-\w+=U/);
    expect(second).toMatch(/^worker=worker-\w+=U/);
    expect(`reports${third?.slice('reports='.length)}`).toBe(reports?.UserId);
    expect(others).toStrictEqual([]);
  });

  test('may be described and restored by that function, which may not log in as it', () => {
    const onIt = statementsOf(template).filter((each) => text(each).includes('Userreports'));
    expect(onIt.map(({ Sid, Action }) => [Sid, Action])).toStrictEqual([
      ['OtherUsers', ['elasticache:DescribeUsers', 'elasticache:ModifyUser']],
    ]);
    expect(text(template)).not.toContain('elasticache:Connect');
  });
});

describe('A cache whose users all log in by IAM', () => {
  const template = templateOf(usersStack({ app: Role.readWrite().iam() }));

  test('has the daily check, which EventBridge starts, and no rotation', () => {
    const [[, schedule] = []] = ofType(template, 'AWS::Scheduler::Schedule');
    expect(text(schedule?.Properties.Target)).toContain('{\\"DailyCheck\\":\\"daily\\"}');
    expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toStrictEqual([]);
    expect(environmentOf(template).USERS).toMatch(/^app=-[a-z0-9]{8}$/);
  });

  test('has a function that Secrets Manager may not invoke, and that reads no password', () => {
    const invokers = ofType(template, 'AWS::Lambda::Permission').map(
      ([, { Properties }]) => Properties.Principal,
    );
    expect(invokers).toStrictEqual(['events.amazonaws.com']);
    const onSecrets = statementsOf(template).filter((each) =>
      text(each).includes('secretsmanager:'),
    );
    expect(onSecrets.map(({ Sid, Action }) => [Sid, Action])).toStrictEqual([
      ['DeployedAccess', 'secretsmanager:GetSecretValue'],
    ]);
    const [[access, secret] = []] = ofType(template, 'AWS::SecretsManager::Secret').filter(
      ([, { Properties }]) => 'SecretString' in Properties,
    );
    expect(onSecrets[0]?.Resource).toStrictEqual({ Ref: access });
    expect(text(secret)).not.toContain('GenerateSecretString');
  });

  test('has the alarms of a cache with passwords', () => {
    const alarms = (each: Template) => ofType(each, 'AWS::CloudWatch::Alarm').map(([id]) => id);
    expect(alarms(template)).toStrictEqual(alarms(templateOf(usersStack(USERS))));
  });

  test('has endpoints that let through this account alone', () => {
    for (const [, { Properties }] of ofType(template, 'AWS::EC2::VPCEndpoint')) {
      const { Statement: statements } = Properties.PolicyDocument as { Statement: object[] };
      expect(statements.length).toBeGreaterThan(0);
      for (const statement of statements) expect(text(statement)).toContain('aws:PrincipalAccount');
    }
  });
});

describe.each([
  ['99 users with IAM logins', manyIamUsers(99), 0],
  ['30 with passwords and 30 with IAM logins', { ...manyUsers(30), ...manyIamUsers(30) }, 30],
])('The template of %s, with the longest names', (_, users, withPasswords) => {
  const template = templateOf(usersStack(users));
  const lengthOf = (value: unknown) => text(filled(template, value)).length;

  test('has an environment of the function within the 4 KB of Lambda', () => {
    const length = Object.entries(environmentOf(template)).flat().join('').length;
    expect(length).toBeLessThanOrEqual(4096);
  });

  test('has at most ten managed policies, within the 6,144 characters of IAM', () => {
    const policies = ofType(template, 'AWS::IAM::ManagedPolicy');
    for (const [, { Properties }] of policies) {
      expect(lengthOf(Properties.PolicyDocument)).toBeLessThanOrEqual(6144);
    }
    const ofRotation = policies.filter(([id]) => id.includes('RotationRole'));
    expect(ofRotation.length).toBeLessThanOrEqual(10);
    expect(ofRotation.length).toBeGreaterThan(1);
  });

  test('permits the function to describe and to change each, and the default user', () => {
    const count = (sid: string) =>
      new Set(
        statementsOf(template)
          .filter(({ Sid }) => Sid === sid)
          .flatMap(({ Resource }) => Resource)
          .map(text),
      ).size;
    expect(count('Users')).toBe(withPasswords);
    expect(count('OtherUsers')).toBe(Object.keys(users).length - withPasswords + 1);
  });

  test('has endpoint policies within the 20,480 characters of EC2', () => {
    for (const [, { Properties }] of ofType(template, 'AWS::EC2::VPCEndpoint')) {
      expect(lengthOf(Properties.PolicyDocument)).toBeLessThanOrEqual(20_480);
    }
  });
});
