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
  type ManagedPolicy,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { serviceRole } from '../iam/service-role';
import type { CacheArns } from '../network/redis-network';
import { CLUSTER_ACTIONS, GROUP_ACTIONS, SECRET_ACTIONS } from '../network/rotation-actions';
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

export class RotationRole extends Construct {
  readonly sealed: IRole;
  readonly policy: ManagedPolicy;
  /** The L1 resource of `sealed`. */
  readonly resource: CfnRole;

  constructor(scope: Construct, id: string, props: RotationRoleProps) {
    super(scope, id);
    const statements = [...rotationStatements(this, props), ...networkStatements()];
    const { role, policy: made } = serviceRole(this, '', {
      description: 'Secure Redis: rotating one password',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      statements,
      whyAnyResource:
        'EC2 offers no narrower resource for the network interfaces that Lambda makes in a VPC; ' +
        'the function code itself is denied these actions',
    });
    this.policy = made;
    this.resource = role.node.defaultChild as CfnRole;
    const policy = made.node.defaultChild as CfnManagedPolicy;
    protect(this, 'rotationRole', rotationRoleSubject(this.resource, policy, statements));
    this.sealed = role.withoutPolicyUpdates();
  }
}

function rotationStatements(scope: Construct, props: RotationRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'CredentialsSecret',
      actions: [...SECRET_ACTIONS],
      resources: [props.cache.secretArn],
    }),
    new PolicyStatement({
      sid: 'SecretEncryption',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [props.key.keyArn],
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:SecretARN': props.cache.secretArn,
          'kms:ViaService': regionalService(scope, 'secretsmanager'),
        },
      },
    }),
    new PolicyStatement({
      // Without a condition: the encryption context of Lambda is not documented.
      sid: 'FunctionEnvironment',
      actions: ['kms:Decrypt'],
      resources: [props.key.keyArn],
    }),
    new PolicyStatement({
      sid: 'ReplicationGroup',
      actions: [...GROUP_ACTIONS],
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
