/** What can be chosen about a network: its VPC, its subnets, and the way to the two services. */

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
   * The VPC to use. An imported one does as well: nothing about it is looked up.
   *
   * @default - a new VPC over two availability zones: isolated subnets, no NAT, flow logs
   */
  readonly vpc?: IVpc;

  /**
   * In how many availability zones a new VPC has subnets: 2 or 3. Each has an endpoint of both
   * services, which AWS bills per zone. A later third zone only adds to the VPC.
   *
   * @default 2
   */
  readonly zones?: number;

  /**
   * The addresses of a new VPC: a private block of /16 to /24. A subnet gets a quarter.
   * Changing it replaces the VPC, and the caches in it.
   *
   * @default '10.0.0.0/16'
   */
  readonly cidr?: string;

  /**
   * Whether a new VPC records its traffic. Without it nobody can look up who connected to a cache:
   * findings of HIPAA, NIST and PCI checks are acknowledged, and synth notes it.
   *
   * @default true
   */
  readonly flowLogs?: boolean;

  /**
   * The subnets for caches, rotation functions and endpoints. Public ones are refused.
   *
   * @default - the isolated subnets; those behind NAT where there are none, or `endpoints` is NONE
   */
  readonly subnets?: SubnetSelection;

  /**
   * How rotation functions and clients reach Secrets Manager and the API of ElastiCache: endpoints
   * that are made, endpoints that the VPC has, or none, through NAT. See `docs/networks.md`.
   *
   * @default - EXISTING with `endpointSecurityGroup`, else CREATE; in an existing VPC that warns,
   * since the endpoints then serve everything in it
   */
  readonly endpoints?: EndpointChoice;

  /**
   * How Secrets Manager is reached, where that differs.
   *
   * @default - as `endpoints` says
   */
  readonly secretsManagerEndpoint?: EndpointChoice;

  /**
   * How the API of ElastiCache is reached, where that differs.
   *
   * @default - as `endpoints` says
   */
  readonly elastiCacheEndpoint?: EndpointChoice;

  /**
   * The security group of existing endpoints. Rotation functions and clients are admitted to it on
   * port 443, unless `sharedVpc` says that it is another account's.
   *
   * @default - no rule is added for existing endpoints: their owner must admit port 443
   */
  readonly endpointSecurityGroup?: ISecurityGroup;

  /**
   * Whether another account shares the VPC with this one (AWS RAM). Nothing of the owner is changed
   * or referred to: no endpoint is made, and no rule is added to the group of existing endpoints.
   *
   * @default false
   */
  readonly sharedVpc?: boolean;

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

/** Of a network, and of a cache in a VPC that is given. */
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
