/** Props of a network: its VPC, its subnets, and the routes to the two services. */

import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { RemovalPolicy } from 'aws-cdk-lib/core';
import {
  also,
  choiceKind,
  FLAG,
  KEY,
  NUMBER,
  objectOf,
  REMOVAL,
  RETENTION,
  SECURITY_GROUP,
  SUBNET_LIST,
  TEXT,
  TEXTS,
  VPC,
} from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';
import { ENDPOINT_CHOICES, EndpointChoice } from './endpoint-choice';

export interface RedisNetworkProps {
  /**
   * The VPC, of this app or imported: nothing about it is looked up.
   *
   * @default - a new VPC over two availability zones: isolated subnets, no NAT, flow logs
   */
  readonly vpc?: IVpc;

  /**
   * The number of availability zones of a new VPC: 2 or 3. Each zone has an endpoint for both
   * services, which AWS bills per zone. Adding a third zone later only adds resources.
   *
   * @default 2
   */
  readonly zones?: number;

  /**
   * The addresses of a new VPC: a private block of /16 to /24. Each subnet gets a quarter. Changing
   * it replaces the VPC and the caches in it.
   *
   * @default '10.0.0.0/16'
   */
  readonly cidr?: string;

  /**
   * Whether a new VPC has flow logs. Without them, connections to a cache cannot be investigated:
   * findings of HIPAA, NIST and PCI checks are acknowledged, and synth prints a note.
   *
   * @default true
   */
  readonly flowLogs?: boolean;

  /**
   * The subnets for caches, rotation functions and endpoints. Public subnets are rejected.
   *
   * @default - the isolated subnets; the subnets behind NAT if no subnet is isolated, or
   * `endpoints` is NONE
   */
  readonly subnets?: SubnetSelection;

  /**
   * How rotation functions and clients reach Secrets Manager and the ElastiCache API: new
   * endpoints, existing endpoints of the VPC, or no endpoints, through NAT. See `docs/networks.md`.
   *
   * @default - EXISTING with `endpointSecurityGroup`, else CREATE; in an existing VPC this warns,
   * since the endpoints then serve the whole VPC
   */
  readonly endpoints?: EndpointChoice;

  /**
   * The choice for Secrets Manager.
   *
   * @default - that of `endpoints`
   */
  readonly secretsManagerEndpoint?: EndpointChoice;

  /**
   * The choice for the ElastiCache API.
   *
   * @default - that of `endpoints`
   */
  readonly elastiCacheEndpoint?: EndpointChoice;

  /**
   * The security group of existing endpoints. Rotation functions and clients are admitted to it on
   * port 443, except with `sharedVpc`.
   *
   * @default - no rule is added for existing endpoints: their owner must admit port 443
   */
  readonly endpointSecurityGroup?: ISecurityGroup;

  /**
   * Whether another account shares the VPC with this account (AWS RAM). The owner's resources are
   * neither changed nor referenced: no endpoint is created, and no rule is added to the group of
   * existing endpoints.
   *
   * @default false
   */
  readonly sharedVpc?: boolean;

  /**
   * The key for the flow log of a new VPC.
   *
   * @default - a new key, if a VPC is created
   */
  readonly encryptionKey?: IKey;

  /**
   * How long the flow log of a new VPC is retained.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the flow log when the network is deleted. Use DESTROY if its key is destroyed,
   * too.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly logRemovalPolicy?: RemovalPolicy;
}

const ENDPOINT = choiceKind({
  words: 'an EndpointChoice',
  className: 'EndpointChoice',
  accepts: (value) => (ENDPOINT_CHOICES as unknown[]).includes(value),
  names: Object.keys(EndpointChoice),
});

const SELECTION: Kinds<SubnetSelection> = {
  subnetType: TEXT,
  subnetGroupName: TEXT,
  availabilityZones: TEXTS,
  onePerAz: FLAG,
  subnetFilters: { words: 'a list of filters', accepts: (value) => Array.isArray(value) },
  subnets: also(SUBNET_LIST, 'subnetIds'),
};

/** The kind of subnets of a network, and of a cache in a given VPC. */
export const SUBNETS = objectOf('a selection of subnets', {
  inside: SELECTION,
  advice: (value) =>
    Array.isArray(value)
      ? 'Use { subnets: […] }.'
      : 'Use for example { subnetType: SubnetType.PRIVATE_WITH_EGRESS }.',
});

export const NETWORK_KINDS: Kinds<RedisNetworkProps> = {
  vpc: VPC,
  subnets: also(SUBNETS, 'vpcSubnets', 'subnetSelection'),
  zones: also(NUMBER, 'maxAzs', 'azs', 'zoneCount'),
  cidr: also(TEXT, 'ipAddresses', 'vpcCidr', 'cidrBlock'),
  flowLogs: also(FLAG, 'flowLog', 'vpcFlowLogs'),
  endpoints: ENDPOINT,
  secretsManagerEndpoint: ENDPOINT,
  elastiCacheEndpoint: ENDPOINT,
  endpointSecurityGroup: SECURITY_GROUP,
  sharedVpc: FLAG,
  encryptionKey: KEY,
  logRetention: RETENTION,
  logRemovalPolicy: REMOVAL,
};
