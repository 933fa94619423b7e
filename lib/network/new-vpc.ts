/**
 * The VPC that a network makes where none is given: isolated subnets in three availability zones,
 * no NAT gateway, no internet gateway, and a flow log.
 *
 * Its constructs are children of the network, so that their logical ids do not depend on this file.
 */

import { CfnFlowLog, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, type CfnResource, Fn, type RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../encrypted-log-group';
import { EncryptionKey } from '../encryption-key';
import { AppQuotas } from '../quotas/app-quotas';

const AVAILABILITY_ZONES = 3;

/** What of a network's props concerns a new VPC. */
export interface NewVpcProps {
  /** @default - a new key */
  readonly encryptionKey?: IKey;
  /** @default RetentionDays.ONE_YEAR */
  readonly logRetention?: RetentionDays;
  /** @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE */
  readonly logRemovalPolicy?: RemovalPolicy;
}

export function makeVpc(scope: Construct, props: NewVpcProps): IVpc {
  const key = props.encryptionKey ?? new EncryptionKey(scope, 'Key');
  AppQuotas.of(scope).addVpc(scope);
  const vpc = new Vpc(scope, 'Vpc', {
    // Chosen by index at deploy: looking them up at synth would need an AWS account.
    availabilityZones: Array.from({ length: AVAILABILITY_ZONES }, (_, index) =>
      Fn.select(index, Fn.getAzs()),
    ),
    natGateways: 0,
    createInternetGateway: false,
    restrictDefaultSecurityGroup: true,
    subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  });
  const log = { key, retention: props.logRetention, removalPolicy: props.logRemovalPolicy };
  logFlows(scope, vpc, log);
  logRestriction(scope, log);
  return vpc;
}

function logFlows(scope: Construct, vpc: IVpc, log: EncryptedLogGroupProps): void {
  const logGroup = new EncryptedLogGroup(scope, 'FlowLogGroup', log);
  const role = new Role(scope, 'FlowLogRole', {
    assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  const policy = new ManagedPolicy(scope, 'FlowLogPolicy', {
    description: 'Secure Redis: writing the flow log',
    roles: [role],
    statements: [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    ],
  });
  const flowLog = new CfnFlowLog(scope, 'FlowLog', {
    resourceId: vpc.vpcId,
    resourceType: 'VPC',
    trafficType: 'ALL',
    logDestinationType: 'cloud-watch-logs',
    logGroupName: logGroup.logGroupName,
    deliverLogsPermissionArn: role.roleArn,
  });
  flowLog.node.addDependency(policy);
}

const RESTRICTION = 'Custom::VpcRestrictDefaultSGCustomResourceProvider';

/**
 * Gives CDK's function that empties the default security group, one a stack, an encrypted log
 * group: else Lambda makes one without a key, for ever.
 */
function logRestriction(scope: Construct, log: EncryptedLogGroupProps): void {
  const provider = Stack.of(scope).node.findChild(RESTRICTION);
  const { logGroupName } = new EncryptedLogGroup(scope, 'RestrictionLog', log);
  const restriction = provider.node.findChild('Handler') as CfnResource;
  restriction.addPropertyOverride('LoggingConfig', { LogGroup: logGroupName });
}
