/** Ways to break the rules of the rotation function. */

import { AccountPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  CfnEventInvokeConfig,
  CfnEventSourceMapping,
  type CfnFunction,
  CfnUrl,
  type Function as LambdaFunction,
  LayerVersion,
} from 'aws-cdk-lib/aws-lambda';
import { CfnResource, Fn } from 'aws-cdk-lib/core';
import { type Given, remove, set, type Violation } from '../../../support/rules';

const FUNCTION = 'Rotation/Function/Resource';
const REMOVE = 'Remove what changes it.';

const functionOf = ({ cache }: Given) =>
  cache.node.findChild('Rotation').node.findChild('Function') as LambdaFunction;

const OTHER_ACCOUNT = new AccountPrincipal('444455556666');

function aliasOf(given: Given): Alias {
  const version = functionOf(given).currentVersion;
  return new Alias(given.stack, 'Alias', { aliasName: 'live', version });
}

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
      'Test/Cache/Rotation/Function/SecretsManager: SourceAccount must be Secrets Manager of ' +
      `this account, or the rule on updates of users, got nothing. ${REMOVE}`,
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
    rule: 'function-invokers',
    by: 'neighbour',
    what: 'another account, by an alias',
    spoil: (given) => aliasOf(given).addPermission('Open', { principal: OTHER_ACCOUNT }),
    line: neighbour('Test/Alias/Open', 'FunctionName', PERMISSION),
  },
  {
    rule: 'function-invokers',
    by: 'neighbour',
    what: 'another account, by a version',
    spoil: (given) =>
      new CfnResource(given.stack, 'Open', {
        type: 'AWS::Lambda::Permission',
        properties: {
          Action: 'lambda:InvokeFunction',
          Principal: '444455556666',
          FunctionName: functionOf(given).currentVersion.functionArn,
        },
      }),
    line: neighbour('Test/Open', 'FunctionName', PERMISSION),
  },
  ...['jobs:live', '444455556666:function:jobs', 'arn:aws:lambda:x:1:function:jobs:live'].map(
    (name): Violation => ({
      rule: 'function-invokers',
      by: 'neighbour',
      what: `everybody, by ${name}`,
      spoil: ({ stack, part }) => {
        part(FUNCTION).addPropertyOverride('FunctionName', 'jobs');
        const properties = { Principal: '*', FunctionName: name };
        new CfnResource(stack, 'Open', { type: 'AWS::Lambda::Permission', properties });
      },
      line: neighbour('Test/Open', 'FunctionName', PERMISSION),
    }),
  ),
  {
    rule: 'role-other-functions',
    by: 'neighbour',
    what: 'another function',
    spoil: ({ stack, part }) =>
      new CfnResource(stack, 'Other', {
        type: 'AWS::Lambda::Function',
        properties: { Role: part('Rotation/Role/Role/Resource').getAtt('Arn') },
      }),
    line:
      "Test/Other: Role must be other than the rotation function's role, got " +
      'Test/Cache/Rotation/Role/Role/Resource. Give the function a role of its own.',
  },
  {
    rule: 'role-other-functions',
    by: 'neighbour',
    what: 'another function in one branch',
    spoil: ({ stack, part }) => {
      const role = part('Rotation/Role/Role/Resource').getAtt('Arn').toString();
      new CfnResource(stack, 'Other', {
        type: 'AWS::Lambda::Function',
        properties: { Role: { 'Fn::If': ['Cond', 'arn:aws:iam::1:role/x', role] } },
      });
    },
    line:
      "Test/Other: Role must be other than the rotation function's role, got " +
      'Test/Cache/Rotation/Role/Role/Resource where `Cond` is false. Give the function a role of ' +
      'its own.',
  },
  {
    rule: 'function-url',
    by: 'neighbour',
    what: 'a URL of an alias',
    spoil: (given) =>
      new CfnUrl(given.stack, 'Url', {
        authType: 'NONE',
        targetFunctionArn: aliasOf(given).functionArn,
      }),
    line: neighbour('Test/Url', 'TargetFunctionArn', 'Remove the URL.'),
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
      'Remove the destination. The alarms report failures.',
    ),
  },
];
