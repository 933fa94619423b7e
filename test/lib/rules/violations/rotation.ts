/** Ways to break the rules of the rotation function and its role, and those of every resource. */

import {
  CfnManagedPolicy,
  CfnPolicy,
  type CfnRole,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  CfnEventInvokeConfig,
  CfnEventSourceMapping,
  type CfnFunction,
  CfnUrl,
  type Function as LambdaFunction,
  LayerVersion,
} from 'aws-cdk-lib/aws-lambda';
import { CfnCondition, CfnResource, Fn } from 'aws-cdk-lib/core';
import { type Given, remove, set, type Violation } from '../../../support/rules';

const ROLE = 'Rotation/Role/Role/Resource';
const POLICY = 'Rotation/Role/Policy/Resource';
const FUNCTION = 'Rotation/Function/Resource';
const REMOVE = 'Remove what changes it.';
const BOUND = 'A bound is set with a permissions boundary.';
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

const roleOf = ({ cache }: Given) =>
  cache.node.findChild('Rotation').node.findChild('Role').node.findChild('Role') as Role;
const policyOf = ({ cache }: Given) =>
  cache.node.findChild('Rotation').node.findChild('Role').node.findChild('Policy') as ManagedPolicy;
const functionOf = ({ cache }: Given) =>
  cache.node.findChild('Rotation').node.findChild('Function') as LambdaFunction;

const other = (path: string, part: string) =>
  `${path}: ${part} must be other than the rotation function's role, got Test/Cache/${ROLE}. Remove ` +
  `the policy. ${BOUND}`;
const own = (part: string, given: string) =>
  `Test/Cache/${ROLE}: ${part} must be absent, got ${given}. ${REMOVE} ${BOUND}`;
const trust = (given: string) =>
  `Test/Cache/${ROLE}: AssumeRolePolicyDocument must be Lambda alone, got ${given}. ${REMOVE}`;
const statements = (given: string) =>
  `Test/Cache/${POLICY}: PolicyDocument must be the statements of the construct, got ${given}. ` +
  REMOVE;
const holders = (part: string, given: string) =>
  `Test/Cache/${POLICY}: ${part} must be the rotation function's role alone, got ${given}. Remove ` +
  'the other holders.';

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
      '[{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/AdministratorAccess"]]}]',
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

const PATH = `Test/Cache/${FUNCTION}`;
const line = (part: string, allowed: string, given: string, fix = REMOVE) =>
  `${PATH}: ${part} must be ${allowed}, got ${given}. ${fix}`;
const neighbour = (path: string, part: string, fix: string) =>
  `${path}: ${part} must be another function, got ${PATH}. ${fix}`;
const BY_KEY = 'Pass the key as the prop `encryptionKey`.';
const NETWORK = "the subnets of the cache's network and the function's own security group";
const VARIABLES = 'the variables of the construct';

export const FUNCTIONS: readonly Violation[] = [
  {
    rule: 'function-concurrency',
    by: 'override',
    what: 'two at a time',
    spoil: set(FUNCTION, 'ReservedConcurrentExecutions', 2),
    line: line('ReservedConcurrentExecutions', '1', '2'),
  },
  {
    rule: 'function-concurrency',
    by: 'mutation',
    what: 'as many as there are',
    spoil: ({ part }) => {
      (part(FUNCTION) as CfnFunction).reservedConcurrentExecutions = undefined;
    },
    line: line('ReservedConcurrentExecutions', '1', 'nothing'),
  },
  {
    rule: 'function-timeout',
    by: 'override',
    what: 'three seconds',
    spoil: set(FUNCTION, 'Timeout', 3),
    line: line('Timeout', 'as the construct sets it', '3'),
  },
  {
    rule: 'function-runtime',
    by: 'override',
    what: 'Python',
    spoil: set(FUNCTION, 'Runtime', 'python3.13'),
    line: line('Runtime', 'nodejs22.x or newer', '"python3.13"'),
  },
  {
    rule: 'function-code',
    by: 'override',
    what: 'other code',
    spoil: set(FUNCTION, 'Code', { ZipFile: 'exports.handler = async () => {}' }),
    line: line('Code', 'that of this library', 'another one'),
  },
  {
    rule: 'function-layers',
    by: 'neighbour',
    what: 'a layer',
    spoil: (given) =>
      functionOf(given).addLayers(
        LayerVersion.fromLayerVersionArn(given.stack, 'Layer', 'arn:aws:lambda:x:1:layer:y:1'),
      ),
    line: line('Layers', 'absent', '["arn:aws:lambda:x:1:layer:y:1"]'),
  },
  {
    rule: 'function-layers',
    by: 'override',
    what: 'a layer',
    spoil: set(FUNCTION, 'Layers', ['arn:aws:lambda:x:1:layer:y:1']),
    line: line('Layers', 'absent', '["arn:aws:lambda:x:1:layer:y:1"]'),
  },
  {
    rule: 'function-environment',
    by: 'mutation',
    what: 'certificates are not verified',
    spoil: (given) => functionOf(given).addEnvironment('NODE_TLS_REJECT_UNAUTHORIZED', '0'),
    line: line(
      'Environment',
      VARIABLES,
      'CREDENTIALS_SECRET_ARN, REPLICATION_GROUP_ID, POLL_INTERVAL_MS, QUIET_MS, ROTATION_DAYS, ' +
        'GRACE_DAYS, NODE_TLS_REJECT_UNAUTHORIZED',
    ),
  },
  {
    rule: 'function-environment',
    by: 'override',
    what: 'nothing',
    spoil: remove(FUNCTION, 'Environment'),
    line: line('Environment', VARIABLES, 'nothing'),
  },
  {
    rule: 'function-key',
    by: 'override',
    what: 'AWS’s own key',
    spoil: remove(FUNCTION, 'KmsKeyArn'),
    line: line('KmsKeyArn', "the cache's key", 'nothing', BY_KEY),
  },
  {
    rule: 'function-role',
    by: 'override',
    what: 'another role',
    spoil: set(FUNCTION, 'Role', 'arn:aws:iam::111122223333:role/admin'),
    line: line('Role', 'the role of the construct', '"arn:aws:iam::111122223333:role/admin"'),
  },
  {
    rule: 'function-network',
    by: 'override',
    what: 'no network',
    spoil: remove(FUNCTION, 'VpcConfig'),
    line: line('VpcConfig', NETWORK, 'nothing', 'Choose subnets with the prop `network`.'),
  },
  {
    rule: 'function-log',
    by: 'override',
    what: 'another log group',
    spoil: set(FUNCTION, 'LoggingConfig', { LogGroup: 'other' }),
    line: line('LoggingConfig', "the function's own log group", '{"LogGroup":"other"}'),
  },
  {
    rule: 'function-log-key',
    by: 'override',
    what: 'a log without a key',
    spoil: remove('Rotation/Log/Resource', 'KmsKeyId'),
    line: `Test/Cache/Rotation/Log/Resource: KmsKeyId must be the cache's key, got nothing. ${BY_KEY}`,
  },
  {
    rule: 'function-dead-letters',
    by: 'override',
    what: 'a queue',
    spoil: set(FUNCTION, 'DeadLetterConfig', { TargetArn: 'arn:aws:sqs:x:1:q' }),
    line: line('DeadLetterConfig', 'absent', '{"TargetArn":"arn:aws:sqs:x:1:q"}'),
  },
];

const PERMISSION = 'Remove the permission. People rotate with `npx secure-redis rotate`.';

export const CALLERS: readonly Violation[] = [
  {
    rule: 'function-permission',
    by: 'override',
    what: 'of every account',
    spoil: remove('Rotation/Function/SecretsManager', 'SourceAccount'),
    line:
      'Test/Cache/Rotation/Function/SecretsManager: SourceAccount must be Secrets Manager of this ' +
      `account, got nothing. ${REMOVE}`,
  },
  {
    rule: 'function-invokers',
    by: 'neighbour',
    what: 'another service',
    spoil: (given) =>
      functionOf(given).addPermission('Topic', {
        principal: new ServicePrincipal('sns.amazonaws.com'),
      }),
    line: neighbour('Test/Cache/Rotation/Function/Topic', 'FunctionName', PERMISSION),
  },
  {
    rule: 'function-invokers',
    by: 'neighbour',
    what: 'everybody, by the name of the function in an ARN',
    spoil: (given) =>
      new CfnResource(given.stack, 'Open', {
        type: 'AWS::Lambda::Permission',
        properties: {
          Action: 'lambda:InvokeFunction',
          Principal: '*',
          FunctionName: Fn.join(':', ['arn:aws:lambda:x:1:function', given.part(FUNCTION).ref]),
        },
      }),
    line: neighbour('Test/Open', 'FunctionName', PERMISSION),
  },
  {
    rule: 'function-url',
    by: 'neighbour',
    what: 'a URL',
    spoil: (given) =>
      new CfnUrl(given.stack, 'Url', {
        authType: 'NONE',
        targetFunctionArn: functionOf(given).functionArn,
      }),
    line: neighbour('Test/Url', 'TargetFunctionArn', 'Remove the URL.'),
  },
  {
    rule: 'function-event-source',
    by: 'neighbour',
    what: 'a queue',
    spoil: (given) =>
      new CfnEventSourceMapping(given.stack, 'Source', {
        functionName: functionOf(given).functionName,
        eventSourceArn: 'arn:aws:sqs:x:1:q',
      }),
    line: neighbour('Test/Source', 'FunctionName', 'Remove the mapping.'),
  },
  {
    rule: 'function-destination',
    by: 'neighbour',
    what: 'a queue for failures',
    spoil: (given) =>
      new CfnEventInvokeConfig(given.stack, 'Invoke', {
        functionName: functionOf(given).functionName,
        qualifier: '$LATEST',
        destinationConfig: { onFailure: { destination: 'arn:aws:sqs:x:1:q' } },
      }),
    line: neighbour(
      'Test/Invoke',
      'FunctionName',
      'Remove the destination. The alarms tell of failures.',
    ),
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
];
