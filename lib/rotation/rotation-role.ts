/**
 * The role of the rotation function: exact actions on exact resources, in a managed policy.
 *
 * CDK must not add permissions, so the function gets `sealed`, which accepts no policies.
 */

import {
  type CfnManagedPolicy,
  type CfnRole,
  Effect,
  type IRole,
  ManagedPolicy,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeArn, serviceRole } from '../iam/service-role';
import { anyUserArn, type CacheArns } from '../network/cache-arns';
import {
  ACCESS_SECRET_ACTIONS,
  CLUSTER_ACTIONS,
  groupActions,
  SECRET_ACTIONS,
  USER_ACTIONS,
  USER_GROUP_ACTIONS,
} from '../network/rotation-actions';
import { protect } from '../rules/check-templates';
import { rotationRoleSubject } from '../rules/rotation-role';
import { regionalService } from '../settings/partitions';

export interface RotationRoleProps {
  readonly key: IKey;
  readonly logGroup: ILogGroup;
  readonly cache: CacheArns;
}

/**
 * Needed by Lambda for a function in a VPC, and possibly by ElastiCache on behalf of its caller.
 */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'ec2:UnassignPrivateIpAddresses',
];

const WHY_ANY_USER =
  'IAM asks ModifyUserGroup for the user that leaves the group too, which can be any user that ' +
  'somebody has added; the only group that it names is that of this cache';

/**
 * Characters of logins in the first managed policy, which has all other statements too, and in each
 * further one, of 6,144 that IAM takes. Each user adds the ARN of its secret twice, and its own; a
 * user with an IAM login only its own.
 */
const FIRST_LOGINS_LENGTH_MAX = 2_500;
const LOGINS_LENGTH_MAX = 5_000;
const LOGIN_LENGTH_MAX = 310;
const IAM_LOGIN_LENGTH_MAX = 100;

export class RotationRole extends Construct {
  readonly sealed: IRole;
  /** What uses the role must wait for its policies: a role alone permits nothing. */
  readonly policies: readonly ManagedPolicy[];
  /** The L1 resource of `sealed`. */
  readonly resource: CfnRole;

  constructor(scope: Construct, id: string, props: RotationRoleProps) {
    super(scope, id);
    const [first = [], ...others] = loginsOf(props.cache).map((logins) =>
      loginStatements(this, props.key, logins),
    );
    const ofAccess = accessStatements(this, props);
    const statements = [
      ...first,
      ...ofAccess,
      ...rotationStatements(props),
      ...networkStatements(),
    ];
    const { role, policy } = serviceRole(this, '', {
      description: 'Secure Redis: rotating one password',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      statements,
      whyAnyResource:
        'EC2 offers no narrower resource for the network interfaces that Lambda makes in a VPC; ' +
        'the function code itself is denied these actions',
    });
    if (props.cache.access) acknowledgeArn(policy, anyUserArn(this), WHY_ANY_USER);
    const made: (readonly [ManagedPolicy, PolicyStatement[]])[] = [[policy, statements]];
    for (const [index, more] of others.entries()) {
      const id = `Policy${index + 2}`;
      const description = 'Secure Redis: rotating the passwords of more users';
      made.push([
        new ManagedPolicy(this, id, { description, roles: [role], statements: more }),
        more,
      ]);
    }
    this.policies = made.map(([each]) => each);
    this.resource = role.node.defaultChild as CfnRole;
    const byPolicy = made.map(
      ([{ node }, its]) => [node.defaultChild as CfnManagedPolicy, its] as const,
    );
    protect(this, 'rotationRole', rotationRoleSubject(this.resource, new Map(byPolicy)));
    this.sealed = role.withoutPolicyUpdates();
  }
}

/** Secrets and users that one policy names. */
interface Logins {
  readonly secretArns: string[];
  readonly userArns: string[];
  readonly otherUserArns: string[];
}

/** The logins of a cache, in as many parts as policies are needed. */
function loginsOf({ secretArns, userArns = [], otherUserArns = [] }: CacheArns): readonly Logins[] {
  const none = (): Logins => ({ secretArns: [], userArns: [], otherUserArns: [] });
  const parts = [none()];
  let length = 0;
  const partFor = (more: number): Logins => {
    length += more;
    const max = parts.length === 1 ? FIRST_LOGINS_LENGTH_MAX : LOGINS_LENGTH_MAX;
    if (length > max) {
      parts.push(none());
      length = more;
    }
    return parts.at(-1) as Logins;
  };
  for (const [index, secretArn] of secretArns.entries()) {
    const part = partFor(LOGIN_LENGTH_MAX);
    part.secretArns.push(secretArn);
    part.userArns.push(...userArns.slice(index, index + 1));
  }
  for (const arn of otherUserArns) partFor(IAM_LOGIN_LENGTH_MAX).otherUserArns.push(arn);
  return parts;
}

function loginStatements(
  scope: Construct,
  { keyArn }: IKey,
  { secretArns, userArns, otherUserArns }: Logins,
): PolicyStatement[] {
  const ofSecrets = () => [
    new PolicyStatement({
      sid: 'CredentialsSecret',
      actions: [...SECRET_ACTIONS],
      resources: secretArns,
    }),
    encryption(scope, keyArn, {
      sid: 'SecretEncryption',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      secretArns,
    }),
  ];
  const onUsers = (sid: string, actions: readonly string[], resources: string[]) =>
    resources.length === 0 ? [] : [new PolicyStatement({ sid, actions: [...actions], resources })];
  return [
    ...(secretArns.length > 0 ? ofSecrets() : []),
    ...onUsers('Users', USER_ACTIONS, userArns),
    ...onUsers('OtherUsers', USER_ACTIONS, otherUserArns),
  ];
}

/** Use of the key for these secrets only, and only by Secrets Manager. */
function encryption(
  scope: Construct,
  keyArn: string,
  { sid, actions, secretArns }: { sid: string; actions: string[]; secretArns: string[] },
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions,
    resources: [keyArn],
    conditions: {
      StringEquals: {
        'kms:EncryptionContext:SecretARN': secretArns.length === 1 ? secretArns[0] : secretArns,
        'kms:ViaService': regionalService(scope, 'secretsmanager'),
      },
    },
  });
}

/** What the check of the access of users reads and takes back, besides the users. */
function accessStatements(scope: Construct, { key, cache }: RotationRoleProps): PolicyStatement[] {
  if (cache.access === undefined) return [];
  const { secretArn, groupArn } = cache.access;
  return [
    new PolicyStatement({
      sid: 'DeployedAccess',
      actions: [...ACCESS_SECRET_ACTIONS],
      resources: [secretArn],
    }),
    encryption(scope, key.keyArn, {
      sid: 'DeployedAccessEncryption',
      actions: ['kms:Decrypt'],
      secretArns: [secretArn],
    }),
    new PolicyStatement({
      sid: 'UserGroup',
      actions: [...USER_GROUP_ACTIONS],
      // IAM asks for the user that joins or leaves, too: one that leaves can be any user.
      resources: [groupArn, anyUserArn(scope)],
    }),
  ];
}

function rotationStatements(props: RotationRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      // Without a condition: the encryption context of Lambda is not documented.
      sid: 'FunctionEnvironment',
      actions: ['kms:Decrypt'],
      resources: [props.key.keyArn],
    }),
    new PolicyStatement({
      sid: 'ReplicationGroup',
      actions: [...groupActions(props.cache)],
      resources: [props.cache.groupArn],
    }),
    ...nodeStatements(props.cache),
    new PolicyStatement({
      sid: 'OwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [props.logGroup.logGroupArn],
    }),
  ];
}

function nodeStatements({ nodeArns }: CacheArns): PolicyStatement[] {
  if (nodeArns === undefined) return [];
  return [
    new PolicyStatement({
      sid: 'Nodes',
      actions: [...CLUSTER_ACTIONS],
      resources: [nodeArns],
    }),
  ];
}

function networkStatements(): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'NetworkInterfaces',
      actions: NETWORK_INTERFACE_ACTIONS,
      resources: ['*'],
    }),
    // Lambda needs these actions, the function's code does not:
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    new PolicyStatement({
      sid: 'NoNetworkInterfacesForTheCode',
      effect: Effect.DENY,
      actions: NETWORK_INTERFACE_ACTIONS,
      resources: ['*'],
      conditions: {
        ArnLike: { 'lambda:SourceFunctionArn': everyFunction() },
        // ElastiCache may change network interfaces on behalf of its caller, this function.
        Bool: { 'aws:ViaAWSService': 'false' },
      },
    }),
  ];
}

/** A pattern: naming the function would make function and role depend on each other. */
function everyFunction(): string {
  return `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:*`;
}
