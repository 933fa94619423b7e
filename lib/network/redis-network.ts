/**
 * Where caches live: isolated subnets, and the two interface endpoints that a rotation needs,
 * since nothing here can reach the internet. Several caches may share one.
 */

import {
  type CfnVPCEndpoint,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ArnFormat, Aws, type RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { CLUSTER_ACTIONS, GROUP_ACTIONS, SECRET_ACTIONS } from '../rotation/rotation-actions';
import { protect } from '../rules/engine';
import { checkKinds } from '../settings/kinds';
import { elastiCacheEndpoint } from '../settings/partitions';
import { checkPlaces } from '../settings/places';
import { NETWORK_KINDS } from '../settings/prop-kinds';
import { SettingError } from '../settings/setting-error';
import { makeVpc } from './new-vpc';

const HTTPS = Port.tcp(443);

/**
 * Caches of one network. Each adds two rules to the security group of the endpoints, which takes
 * 60 by AWS's quota, and some are left for clients.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
const CACHES_MAX = 25;

export interface RedisNetworkProps {
  /**
   * The VPC to use. An imported one does as well: nothing about it is looked up.
   *
   * @default - a new VPC over three availability zones: isolated subnets, no NAT, flow logs
   */
  readonly vpc?: IVpc;

  /**
   * The subnets for caches, rotation functions and endpoints. Public ones are refused.
   *
   * @default - the isolated subnets
   */
  readonly subnets?: SubnetSelection;

  /**
   * Says that `vpc` has interface endpoints for `secretsmanager` and `elasticache` with private
   * DNS already, behind this security group. Rotation functions are admitted to it on port 443.
   *
   * Without it both endpoints are made, and they let through the caches of this network only:
   * where other things use Secrets Manager or ElastiCache in the VPC, they would be shut out.
   *
   * @default - both endpoints are made, open to rotation functions and clients only
   */
  readonly endpointSecurityGroup?: ISecurityGroup;

  /**
   * The key for the flow log of a new VPC.
   *
   * @default - a new key, if a VPC is made
   */
  readonly encryptionKey?: IKey;

  /**
   * How long the flow log of a new VPC is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the flow log when the network is deleted. DESTROY where its key goes too.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly logRemovalPolicy?: RemovalPolicy;
}

export class RedisNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly endpointSecurityGroup: ISecurityGroup;
  readonly #secretsManager?: InterfaceVpcEndpoint;
  readonly #elastiCache?: InterfaceVpcEndpoint;
  #caches = 0;

  /** @throws SettingError if the subnets cannot carry a cache, or endpoints have no VPC. */
  constructor(scope: Construct, id: string, props: RedisNetworkProps = {}) {
    super(scope, id);
    checkKinds(this.node.path, props, NETWORK_KINDS);
    const { vpc, endpointSecurityGroup } = props;
    checkPlaces(this, placesOf(props));
    this.vpc = vpc ?? makeVpc(this, props);
    this.subnets = props.subnets ?? { subnetType: SubnetType.PRIVATE_ISOLATED };
    checkSubnets(this.vpc, props.subnets);
    if (endpointSecurityGroup) {
      if (!vpc) throw new SettingError(ENDPOINTS_WITHOUT_VPC);
      this.endpointSecurityGroup = endpointSecurityGroup;
      return;
    }
    this.endpointSecurityGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'Secure Redis: interface endpoints',
      allowAllOutbound: false,
    });
    const { SECRETS_MANAGER } = InterfaceVpcEndpointAwsService;
    this.#secretsManager = this.#makeEndpoint('SecretsManager', SECRETS_MANAGER);
    this.#elastiCache = this.#makeEndpoint('ElastiCache', elastiCacheEndpoint(this));
    const made = [this.#secretsManager, this.#elastiCache];
    const resources = made.map(({ node }) => node.defaultChild as CfnVPCEndpoint);
    protect(this, 'endpoints', { resources });
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

  /**
   * Lets through the endpoints no more than what a cache and its clients need. For a cache of
   * another stack that is this account's secrets and caches: to name one, the two stacks would
   * have to wait for each other.
   */
  allowThroughEndpoints(cache: CacheArns): void {
    this.#caches += 1;
    if (this.#caches > CACHES_MAX) throw new SettingError(tooManyCaches(this));
    const isNear = Stack.of(cache.scope) === Stack.of(this);
    const { secretArn, groupArn, nodeArns } = isNear ? cache : ofAnyCache(this);
    this.#secretsManager?.addToPolicy(ofThisAccount(secretArn, SECRET_ACTIONS));
    this.#elastiCache?.addToPolicy(ofThisAccount(groupArn, GROUP_ACTIONS));
    if (nodeArns) this.#elastiCache?.addToPolicy(ofThisAccount(nodeArns, CLUSTER_ACTIONS));
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
}

/** Another account may share its VPC, so that the account of VPC and groups may be another one. */
function placesOf({ vpc, endpointSecurityGroup, encryptionKey }: RedisNetworkProps) {
  const same = ['partition', 'region'] as const;
  return [
    { name: 'vpc', words: 'a VPC', resource: vpc, same },
    {
      name: 'endpointSecurityGroup',
      words: 'a security group',
      resource: endpointSecurityGroup,
      same,
    },
    { name: 'encryptionKey', words: 'a key', resource: encryptionKey, arn: encryptionKey?.keyArn },
  ];
}

/** What a cache's rotation calls AWS about. */
export interface CacheArns {
  readonly scope: IConstruct;
  readonly secretArn: string;
  readonly groupArn: string;
  /** Of the nodes, which only the rotation of a sharded cache asks about. */
  readonly nodeArns: string | undefined;
}

/** Patterns for the caches of this account and region, whatever their names. */
function ofAnyCache(scope: Construct): Omit<CacheArns, 'scope'> {
  const stack = Stack.of(scope);
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const arn = (service: string, resource: string) =>
    stack.formatArn({ service, resource, resourceName: '*', arnFormat });
  return {
    secretArn: arn('secretsmanager', 'secret'),
    groupArn: arn('elasticache', 'replicationgroup'),
    nodeArns: arn('elasticache', 'cluster'),
  };
}

const ENDPOINTS_WITHOUT_VPC =
  '`endpointSecurityGroup` is given without `vpc`; allowed is a VPC that has the endpoints; pass ' +
  'it as `vpc`, or remove `endpointSecurityGroup`';

function tooManyCaches({ node }: IConstruct): string {
  return (
    `${node.path} has more than ${CACHES_MAX} caches; allowed are ${CACHES_MAX}, since each adds ` +
    'two rules to the security group of the endpoints, and AWS takes 60; make another network'
  );
}

function checkSubnets(vpc: IVpc, subnets: SubnetSelection | undefined): void {
  if (subnets === undefined && vpc.isolatedSubnets.length === 0) {
    throw new SettingError(
      '`vpc` has no isolated subnets; allowed are subnets without a way in from the internet; ' +
        'pass a VPC with subnets of type PRIVATE_ISOLATED, or choose private ones with `subnets`',
    );
  }
  const publicIds = new Set(vpc.publicSubnets.map(({ subnetId }) => subnetId));
  const chosen = subnets === undefined ? [] : vpc.selectSubnets(subnets).subnetIds;
  if (chosen.some((subnetId) => publicIds.has(subnetId))) {
    throw new SettingError(
      '`subnets` has a public subnet in it; allowed are private and isolated ones; choose those ' +
        'with `subnetType`, `subnetGroupName` or `subnets`',
    );
  }
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
