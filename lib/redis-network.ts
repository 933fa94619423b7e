/**
 * Where a cache lives: isolated subnets, and the two interface endpoints that its rotation needs,
 * since nothing here can reach the internet.
 */

import {
  CfnFlowLog,
  CfnVPCEndpoint,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  AnyPrincipal,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Aws, Fn } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { EncryptedLogGroup } from './encrypted-log-group';
import { GROUP_ACTIONS, SECRET_ACTIONS } from './rotation-actions';
import { SettingError } from './setting-error';

const AVAILABILITY_ZONES = 3;
const HTTPS = Port.tcp(443);
/** Not to the end: CDK closes a service's name with a token, which is empty in most regions. */
const OUR_SERVICE = /\.(secretsmanager|elasticache)(?![\w.-])/;

export interface RedisNetworkProps {
  readonly key: IKey;
  /**
   * The network to live in. It needs isolated subnets.
   *
   * @default - a new VPC over three availability zones, with isolated subnets and nothing else
   */
  readonly vpc?: IVpc;
  /**
   * Says that the VPC has interface endpoints for `secretsmanager` and `elasticache` with private
   * DNS already, behind this security group.
   *
   * @default - both endpoints are made
   */
  readonly endpointSecurityGroup?: ISecurityGroup;
}

export class RedisNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };
  readonly endpointSecurityGroup: ISecurityGroup;
  readonly #secretsManager?: InterfaceVpcEndpoint;
  readonly #elastiCache?: InterfaceVpcEndpoint;

  constructor(scope: Construct, id: string, props: RedisNetworkProps) {
    super(scope, id);
    this.vpc = props.vpc ?? this.#makeVpc(props.key);
    if (this.vpc.isolatedSubnets.length === 0) {
      throw new SettingError(
        '`vpc` has no isolated subnets; a cache must have no route to the internet; ' +
          'pass a VPC with subnets of type PRIVATE_ISOLATED, or none to have one made',
      );
    }
    if (props.endpointSecurityGroup) {
      this.endpointSecurityGroup = props.endpointSecurityGroup;
      return;
    }
    refuseSecondEndpoints(this.vpc);
    this.endpointSecurityGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'Secure Redis: interface endpoints',
      allowAllOutbound: false,
    });
    const { SECRETS_MANAGER, ELASTICACHE } = InterfaceVpcEndpointAwsService;
    this.#secretsManager = this.#makeEndpoint('SecretsManager', SECRETS_MANAGER);
    this.#elastiCache = this.#makeEndpoint('ElastiCache', ELASTICACHE);
  }

  /** What must exist before a function in this network can call AWS. */
  get dependencies(): readonly IConstruct[] {
    const made = [this.#secretsManager, this.#elastiCache].filter((each) => each !== undefined);
    return [...made, this.endpointSecurityGroup];
  }

  /** Lets a client reach the endpoints: both of its sides have no other way out or in. */
  admitToEndpoints(client: ISecurityGroup, description: string): void {
    // From the client's side: the rules go into its stack, since those of a given security group
    // would make its stack and this one wait for each other.
    client.connections.allowTo(this.endpointSecurityGroup, HTTPS, description);
  }

  /** Lets through the endpoints no more than what a cache and its clients need. */
  allowThroughEndpoints(secretArn: string, replicationGroupArn: string): void {
    this.#secretsManager?.addToPolicy(ofThisAccount(secretArn, SECRET_ACTIONS));
    this.#elastiCache?.addToPolicy(ofThisAccount(replicationGroupArn, GROUP_ACTIONS));
  }

  #makeEndpoint(id: string, service: InterfaceVpcEndpointAwsService): InterfaceVpcEndpoint {
    return new InterfaceVpcEndpoint(this, id, {
      vpc: this.vpc,
      service,
      subnets: this.subnets,
      securityGroups: [this.endpointSecurityGroup],
      privateDnsEnabled: true,
      // Otherwise CDK admits the whole VPC.
      open: false,
    });
  }

  #makeVpc(key: IKey): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      // Chosen by index at deploy: looking them up at synth would need an AWS account.
      availabilityZones: Array.from({ length: AVAILABILITY_ZONES }, (_, index) =>
        Fn.select(index, Fn.getAzs()),
      ),
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    this.#logFlows(vpc, key);
    return vpc;
  }

  #logFlows(vpc: IVpc, key: IKey): void {
    const logGroup = new EncryptedLogGroup(this, 'FlowLogGroup', key);
    const role = new Role(this, 'FlowLogRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const policy = new ManagedPolicy(this, 'FlowLogPolicy', {
      description: 'Secure Redis: writing the flow log',
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
      ],
    });
    const flowLog = new CfnFlowLog(this, 'FlowLog', {
      resourceId: vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: logGroup.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    flowLog.node.addDependency(policy);
  }
}

/** AWS refuses a second endpoint with private DNS for one service, but only during the deploy. */
function refuseSecondEndpoints(vpc: IVpc): void {
  const existing = vpc.node.root.node
    .findAll()
    .filter((each) => each instanceof CfnVPCEndpoint)
    .find(({ vpcId, serviceName = '' }) => vpcId === vpc.vpcId && OUR_SERVICE.test(serviceName));
  if (!existing) return;
  throw new SettingError(
    `\`vpc\` has the interface endpoint ${existing.node.path} already; allowed is one for each ` +
      'service in a VPC; pass its security group as `endpointSecurityGroup`, and let its policy ' +
      'through to this cache',
  );
}

/** An endpoint policy is a ceiling and grants nothing, so it names accounts, not roles. */
function ofThisAccount(resource: string, actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: [resource],
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  });
}
