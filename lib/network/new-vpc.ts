/**
 * Creates the VPC of a network without a given VPC: an isolated subnet in each of two or three
 * availability zones, no NAT gateway, no internet gateway, and by default a flow log.
 *
 * Its constructs are children of the network, so that their logical ids do not depend on this file.
 */

import { CfnFlowLog, IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Annotations, type CfnResource, Fn, type RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../encryption/encrypted-log-group';
import { EncryptionKey } from '../encryption/encryption-key';
import { serviceOfThisAccount, serviceRole } from '../iam/service-role';
import { AppQuotas } from '../quotas/app-quotas';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { DEFAULTS } from '../settings/defaults';
import { publishVpc } from '../sharing/published-parameters';
import { type NewVpcSettings, subnetMaskOf } from './new-vpc-settings';

/** The props of a network that concern a new VPC. */
export interface NewVpcProps extends NewVpcSettings {
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
  const cidr = props.cidr ?? DEFAULTS.cidr;
  const vpc = new Vpc(scope, 'Vpc', {
    // Chosen by index at deploy: a lookup at synth would need an AWS account.
    availabilityZones: Array.from({ length: props.zones ?? DEFAULTS.zones }, (_, index) =>
      Fn.select(index, Fn.getAzs()),
    ),
    ipAddresses: IpAddresses.cidr(cidr),
    natGateways: 0,
    createInternetGateway: false,
    restrictDefaultSecurityGroup: true,
    subnetConfiguration: [
      { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: subnetMaskOf(cidr) },
    ],
  });
  const log = { key, retention: props.logRetention, removalPolicy: props.logRemovalPolicy };
  if (props.flowLogs ?? DEFAULTS.flowLogs) logFlows(scope, vpc, log);
  else noteWithoutFlows(vpc);
  logRestriction(scope, log);
  publishVpc(scope, vpc);
  return vpc;
}

function noteWithoutFlows(vpc: Vpc): void {
  acknowledge(
    vpc,
    [
      ...inPacks('VPC7', 'AwsSolutions'),
      ...inPacks('VPCFlowLogsEnabled', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'),
    ],
    '`flowLogs` is false: the app has chosen to record no traffic of this VPC, for example since ' +
      'the account records that of all of its VPCs',
  );
  Annotations.of(vpc).addInfoV2(
    'secure-redis:no-flow-logs',
    'the VPC has no flow log: who connected to a cache, and who was rejected, cannot be looked ' +
      'up afterwards, and AWS Config reports it unless the account logs flows otherwise. Leave ' +
      '`flowLogs` out to record them',
  );
}

function logFlows(scope: Construct, vpc: IVpc, log: EncryptedLogGroupProps): void {
  const logGroup = new EncryptedLogGroup(scope, 'FlowLogGroup', log);
  const { role, policy } = serviceRole(scope, 'FlowLog', {
    description: 'Secure Redis: writing the flow log',
    assumedBy: serviceOfThisAccount('vpc-flow-logs.amazonaws.com'),
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
 * Gives CDK's function that empties the default security group, one per stack, an encrypted log
 * group: otherwise Lambda creates one without a key and without expiry.
 */
function logRestriction(scope: Construct, log: EncryptedLogGroupProps): void {
  const provider = Stack.of(scope).node.findChild(RESTRICTION);
  const { logGroupName } = new EncryptedLogGroup(scope, 'RestrictionLog', log);
  const restriction = provider.node.findChild('Handler') as CfnResource;
  restriction.addPropertyOverride('LoggingConfig', { LogGroup: logGroupName });
}
