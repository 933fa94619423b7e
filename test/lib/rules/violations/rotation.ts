/** Ways to break the rules of the rotation function's role, and that of every resource. */

import {
  CfnManagedPolicy,
  CfnPolicy,
  type CfnRole,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnCondition, CfnResource, Fn } from 'aws-cdk-lib/core';
import { Access } from '../../../../lib/access/access';
import { Role as UserRole } from '../../../../lib/access/role';
import { type Given, set, type Violation } from '../../../support/rules';

const ROLE = 'Rotation/Role/Role/Resource';
const POLICY = 'Rotation/Role/Policy/Resource';
const REMOVE = 'Remove what changes it.';
const BOUND = 'A bound is set with a permissions boundary.';
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

const roleOf = ({ cache }: Given) =>
  cache.node.findChild('Rotation').node.findChild('Role').node.findChild('Role') as Role;
const policyOf = ({ cache }: Given) =>
  cache.node.findChild('Rotation').node.findChild('Role').node.findChild('Policy') as ManagedPolicy;

const other = (path: string, part: string) =>
  `${path}: ${part} must be other than the rotation function's role, got Test/Cache/${ROLE}. ` +
  `Remove the policy. ${BOUND}`;
const own = (part: string, given: string) =>
  `Test/Cache/${ROLE}: ${part} must be absent, got ${given}. ${REMOVE} ${BOUND}`;
const trust = (given: string) =>
  `Test/Cache/${ROLE}: AssumeRolePolicyDocument must be Lambda alone, got ${given}. ${REMOVE}`;
const statements = (given: string) =>
  `Test/Cache/${POLICY}: PolicyDocument must be the statements of the construct, got ${given}. ` +
  REMOVE;
const holders = (part: string, given: string) =>
  `Test/Cache/${POLICY}: ${part} must be the rotation function's role alone, got ${given}. ` +
  'Remove the other holders.';

export const ROLES: readonly Violation[] = [
  {
    rule: 'role-statements',
    by: 'override',
    what: 'other statements',
    spoil: set(POLICY, 'PolicyDocument', { Statement: [EVERYTHING] }),
    line: statements('[{"Effect":"Allow","Action":"*","Resource":"*"}]'),
  },
  {
    rule: 'role-statements',
    by: 'mutation',
    what: 'one statement more',
    spoil: (given) =>
      policyOf(given).addStatements(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })),
    line: statements('[{"Action":"s3:*","Effect":"Allow","Resource":"*"}]'),
  },
  {
    rule: 'role-statements',
    by: 'override',
    what: 'the denial gone',
    spoil: ({ part }) => part(POLICY).addPropertyDeletionOverride('PolicyDocument.Statement'),
    line: statements('fewer'),
  },
  {
    rule: 'role-holders',
    by: 'override',
    what: 'a user',
    spoil: set(POLICY, 'Users', ['me']),
    line: holders('Users', '["me"]'),
  },
  {
    rule: 'role-holders',
    by: 'mutation',
    what: 'another role',
    spoil: (given) =>
      policyOf(given).attachToRole(
        new Role(given.stack, 'Web', { assumedBy: new ServicePrincipal('ecs.amazonaws.com') }),
      ),
    line: holders('Roles', '[{"Ref":"CacheRotationRole837409F3"},{"Ref":"Web3C8945DB"}]'),
  },
  {
    rule: 'role-other-policies',
    by: 'neighbour',
    what: 'an inline policy',
    spoil: (given) =>
      new CfnPolicy(given.stack, 'More', {
        policyName: 'more',
        policyDocument: { Statement: [EVERYTHING] },
        roles: [roleOf(given).roleName],
      }),
    line: other('Test/More', 'Roles'),
  },
  {
    rule: 'role-other-policies',
    by: 'mutation',
    what: 'the methods of the role',
    spoil: (given) =>
      roleOf(given).addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })),
    line: other('Test/Cache/Rotation/Role/Role/DefaultPolicy/Resource', 'Roles'),
  },
  {
    rule: 'role-other-policies',
    by: 'neighbour',
    what: 'a managed policy',
    spoil: (given) =>
      new CfnManagedPolicy(given.stack, 'More', {
        policyDocument: { Statement: [EVERYTHING] },
        roles: ['x', roleOf(given).roleName],
      }),
    line: other('Test/More', 'Roles'),
  },
  {
    rule: 'role-other-policies',
    by: 'neighbour',
    what: 'a policy of the role as a resource',
    spoil: (given) =>
      new CfnResource(given.stack, 'More', {
        type: 'AWS::IAM::RolePolicy',
        properties: {
          RoleName: { 'Fn::Sub': `\${${given.stack.resolve(given.part(ROLE).logicalId)}}` },
        },
      }),
    line: other('Test/More', 'RoleName'),
  },
  {
    rule: 'role-other-policies',
    by: 'override',
    what: 'a policy by the name that the role was given',
    spoil: ({ stack, part }) => {
      part(ROLE).addPropertyOverride('RoleName', 'rotation');
      new CfnPolicy(stack, 'More', { policyName: 'm', policyDocument: {}, roles: ['rotation'] });
    },
    line: other('Test/More', 'Roles'),
  },
  {
    rule: 'role-other-policies',
    by: 'override',
    what: 'a policy by the same expression as the name of the role',
    spoil: ({ stack, part }) => {
      const name = { 'Fn::Sub': `\${AWS::StackName}-rotation` };
      part(ROLE).addPropertyOverride('RoleName', name);
      const properties = { Roles: [name], PolicyDocument: { Statement: [EVERYTHING] } };
      new CfnResource(stack, 'More', { type: 'AWS::IAM::Policy', properties });
    },
    line: other('Test/More', 'Roles'),
  },
  {
    rule: 'role-own-policies',
    by: 'override',
    what: 'a policy in the role',
    spoil: set(ROLE, 'Policies', [{ PolicyName: 'x', PolicyDocument: {} }]),
    line: own('Policies', '[{"PolicyName":"x","PolicyDocument":{}}]'),
  },
  {
    rule: 'role-own-policies',
    by: 'neighbour',
    what: 'a policy of AWS',
    spoil: (given) =>
      roleOf(given).addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')),
    line: own(
      'ManagedPolicyArns',
      '[{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},' +
        '":iam::aws:policy/AdministratorAccess"]]}]',
    ),
  },
  {
    rule: 'role-trust',
    by: 'mutation',
    what: 'another service',
    spoil: (given) =>
      roleOf(given).assumeRolePolicy?.addStatements(
        new PolicyStatement({
          actions: ['sts:AssumeRole'],
          principals: [new ServicePrincipal('ec2.amazonaws.com')],
        }),
      ),
    line: trust('{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}'),
  },
  {
    rule: 'role-trust',
    by: 'override',
    what: 'everybody',
    spoil: ({ part }) => {
      (part(ROLE) as CfnRole).addPropertyOverride('AssumeRolePolicyDocument.Statement', [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } },
      ]);
    },
    line: trust('{"AWS":"*"}'),
  },
];

const kept = (path: string, part: string, given: string) =>
  `Test/Cache/${path}: ${part} must be as the construct made it, got ${given}. ${REMOVE}`;

export const KEPT: readonly Violation[] = [
  {
    rule: 'kept',
    by: 'removal',
    what: 'the schedule',
    spoil: ({ cache }) => cache.node.findChild('Rotation').node.tryRemoveChild('Schedule'),
    line: kept('Rotation/Schedule', 'the resource', 'nothing'),
  },
  {
    rule: 'kept',
    by: 'mutation',
    what: 'a schedule on a condition',
    spoil: ({ stack, part }) => {
      part('Rotation/Schedule').cfnOptions.condition = new CfnCondition(stack, 'IsProd', {
        expression: Fn.conditionEquals('a', 'b'),
      });
    },
    line: kept('Rotation/Schedule', 'Condition', '"IsProd"'),
  },
  {
    rule: 'kept',
    by: 'override',
    what: 'a policy that is something else',
    spoil: ({ part }) =>
      part(POLICY).addOverride('Type', 'AWS::CloudFormation::WaitConditionHandle'),
    line: kept(POLICY, 'Type', '"AWS::CloudFormation::WaitConditionHandle"'),
  },
  ...['Access', 'Secret-default'].map(
    (secret): Violation => ({
      rule: 'secret-without-schedule',
      by: 'neighbour',
      what: `a schedule for ${secret}, where all users log in by IAM`,
      spoil: ({ stack, part }) =>
        new CfnRotationSchedule(stack, 'Other', { secretId: part(`Users/${secret}`).ref }),
      line:
        "Test/Other: SecretId must be a secret other than the cache's, got " +
        `Test/Cache/Users/${secret}. Remove it: a cache whose users all log in by IAM has no ` +
        'password to rotate.',
      props: { access: Access.users({ audit: UserRole.readOnly().iam() }) },
    }),
  ),
];
