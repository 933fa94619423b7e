/** Rules of the rotation function: concurrency, code, network, and who may invoke it. */

import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Properties } from './rendered-stack';
import {
  asMade,
  clipped,
  isMade,
  type Made,
  madeOf,
  noOther,
  type Rule,
  type Subject,
} from './rule';

export interface RotationFunctionSubject extends Subject {
  readonly function: CfnFunction;
  readonly role: CfnRole;
  /** The permissions of Secrets Manager, and of the rule on updates of users, to invoke it. */
  readonly permissions: readonly CfnPermission[];
  readonly logGroup: CfnLogGroup;
  readonly made: Made;
  readonly madePermissions: ReadonlyMap<CfnPermission, Made>;
}

/** Call it directly after creating the resources, before they can be changed. */
export function rotationFunctionSubject(
  parts: Pick<RotationFunctionSubject, 'function' | 'role' | 'permissions' | 'logGroup'> & {
    readonly variables: Readonly<Record<string, string>>;
  },
): RotationFunctionSubject {
  const { function: made, permissions, logGroup, variables } = parts;
  return {
    ...parts,
    resources: [made, ...permissions, logGroup],
    made: madeOf({
      Timeout: made.timeout,
      Role: made.role,
      Code: made.code,
      Handler: made.handler,
      Environment: { Variables: variables },
      KmsKeyArn: made.kmsKeyArn,
      VpcConfig: made.vpcConfig,
      LoggingConfig: made.loggingConfig,
    }),
    madePermissions: new Map(permissions.map((each) => [each, madePermission(each)])),
  };
}

/** A condition that the construct did not set may be added: it only excludes invokers. */
function madePermission(permission: CfnPermission): Made {
  const { action, principal, sourceAccount, sourceArn, functionName } = permission;
  return madeOf({
    Action: action,
    Principal: principal,
    ...(sourceAccount === undefined ? {} : { SourceAccount: sourceAccount }),
    ...(sourceArn === undefined ? {} : { SourceArn: sourceArn }),
    FunctionName: functionName,
  });
}

type FunctionRule = Rule<RotationFunctionSubject>;

const PROTECTS = 'the rotation function';
const REMOVE = 'Remove what changes it.';
const functionOf = (subject: RotationFunctionSubject) => subject.function;

/** The oldest Node.js version that the code runs on. */
const NODE_MAJOR_MIN = 22;

function holds(
  part: string,
  test: (properties: Properties) => boolean,
  text: Parameters<typeof asMade>[2],
): FunctionRule {
  return {
    ...text,
    properties: [part],
    judge: (subject, app) =>
      app
        .branches(subject.function)
        .filter(({ properties }) => !test(properties))
        .map((resource) => ({ resource, part, given: clipped(resource.properties[part]) })),
  };
}

const RUN_RULES: readonly FunctionRule[] = [
  holds('ReservedConcurrentExecutions', (made) => Number(made.ReservedConcurrentExecutions) === 1, {
    id: 'function-concurrency',
    protects: PROTECTS,
    why: 'two concurrent rotations could invalidate the current password',
    allowed: '1',
    fix: REMOVE,
  }),
  asMade(['Timeout'], functionOf, {
    id: 'function-timeout',
    protects: PROTECTS,
    why: 'a change of the cache takes minutes, and the rotation waits for it',
    allowed: 'as the construct sets it',
    fix: REMOVE,
  }),
  holds('Runtime', ({ Runtime }) => isRuntime(Runtime), {
    id: 'function-runtime',
    protects: PROTECTS,
    why: 'the code is built for Node.js',
    allowed: `nodejs${NODE_MAJOR_MIN}.x or newer`,
    fix: REMOVE,
  }),
  asMade(['Code', 'Handler'], functionOf, {
    id: 'function-code',
    protects: PROTECTS,
    why: 'other code would run with permission to write the password',
    allowed: 'that of this library',
    fix: REMOVE,
    print: () => 'another one',
  }),
  holds('Layers', ({ Layers }) => Layers === undefined, {
    id: 'function-layers',
    protects: PROTECTS,
    why: 'a layer runs in the process that holds the password',
    allowed: 'absent',
    fix: REMOVE,
  }),
];

function isRuntime(runtime: unknown): boolean {
  return Number(/^nodejs(\d+)\.x$/.exec(String(runtime))?.[1] ?? 0) >= NODE_MAJOR_MIN;
}

const SURROUNDING_RULES: readonly FunctionRule[] = [
  asMade(['Environment'], functionOf, {
    id: 'function-environment',
    protects: PROTECTS,
    why: 'variables of Node.js can disable certificate verification, or load other code',
    allowed: 'the variables of the construct',
    fix: REMOVE,
    print: (environment) => {
      const { Variables = {} } = (environment ?? {}) as { Variables?: object };
      return Object.keys(Variables).join(', ') || 'nothing';
    },
  }),
  asMade(['KmsKeyArn'], functionOf, {
    id: 'function-key',
    protects: PROTECTS,
    why: 'its environment shows which secret belongs to which cache',
    allowed: "the cache's key",
    fix: 'Pass the key as the prop `encryptionKey`.',
  }),
  asMade(['Role'], functionOf, {
    id: 'function-role',
    protects: PROTECTS,
    why: 'another role may have more permissions, and no rule checks that role',
    allowed: 'the role of the construct',
    fix: REMOVE,
  }),
  asMade(['VpcConfig'], functionOf, {
    id: 'function-network',
    protects: PROTECTS,
    why: 'another network may allow egress of the password, and cannot reach the cache',
    allowed: "the subnets of the cache's network and the function's own security group",
    fix: 'Choose subnets with the prop `network`.',
  }),
  asMade(['LoggingConfig'], functionOf, {
    id: 'function-log',
    protects: PROTECTS,
    why: 'another log group may lack a customer managed key and a retention period',
    allowed: "the function's own log group",
    fix: REMOVE,
  }),
  holds('DeadLetterConfig', ({ DeadLetterConfig }) => DeadLetterConfig === undefined, {
    id: 'function-dead-letters',
    protects: PROTECTS,
    why: 'the event holds the RotationToken, which must not be kept in a queue',
    allowed: 'absent',
    fix: REMOVE,
  }),
];

const CALLER_RULES: readonly FunctionRule[] = [
  {
    id: 'function-permission',
    properties: ['Action', 'Principal', 'SourceAccount', 'SourceArn', 'FunctionName'],
    protects: PROTECTS,
    why:
      'without the account or the rule, any AWS account could have its secrets or rules invoke ' +
      'the function',
    allowed: 'Secrets Manager of this account, or the rule on updates of users',
    fix: REMOVE,
    judge: ({ madePermissions }, app) =>
      Array.from(madePermissions).flatMap(([permission, made]) =>
        app.branches(permission).flatMap((resource) =>
          Object.keys(made)
            .filter((part) => !isMade(resource, part, made[part]))
            .map((part) => ({ resource, part, given: clipped(resource.properties[part]) })),
        ),
      ),
  },
  noOther([['AWS::Lambda::Permission', 'FunctionName']], (subject) => [subject.function], {
    id: 'function-invokers',
    protects: PROTECTS,
    why: 'any invoker can start a rotation step',
    allowed: 'another function',
    fix: 'Remove the permission. People rotate with `npx secure-redis rotate`.',
    spare: (other, { permissions }, app) =>
      permissions.some((permission) => other.key === app.find(permission)?.key),
  }),
  noOther([['AWS::Lambda::Function', 'Role']], ({ role }) => [role], {
    id: 'role-other-functions',
    protects: "the rotation function's role",
    why: 'a function with this role can write the password',
    allowed: "other than the rotation function's role",
    fix: 'Give the function a role of its own.',
    spare: (other, subject, app) => other.key === app.find(subject.function)?.key,
  }),
  noOther([['AWS::Lambda::Url', 'TargetFunctionArn']], (subject) => [subject.function], {
    id: 'function-url',
    protects: PROTECTS,
    why: 'it would make the function reachable from the internet',
    allowed: 'another function',
    fix: 'Remove the URL.',
  }),
  noOther([['AWS::Lambda::EventSourceMapping', 'FunctionName']], (subject) => [subject.function], {
    id: 'function-event-source',
    protects: PROTECTS,
    why: 'any writer to the event source can start a rotation step',
    allowed: 'another function',
    fix: 'Remove the mapping.',
  }),
  noOther([['AWS::Lambda::EventInvokeConfig', 'FunctionName']], (subject) => [subject.function], {
    id: 'function-destination',
    protects: PROTECTS,
    why: 'a destination stores the event, which holds the RotationToken',
    allowed: 'another function',
    fix: 'Remove the destination. The alarms report failures.',
    spare: ({ properties }) => properties.DestinationConfig === undefined,
  }),
];

export const ROTATION_FUNCTION_RULES: readonly FunctionRule[] = [
  ...RUN_RULES,
  ...SURROUNDING_RULES,
  ...CALLER_RULES,
];
