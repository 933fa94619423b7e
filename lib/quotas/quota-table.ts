/** Quotas of AWS that several caches of one app can use up, with their sources. Read 2026-11. */

export interface Quota {
  readonly max: number;
  /** The counted resources, in the plural. */
  readonly words: string;
  /** The scope of the quota. */
  readonly per: string;
  readonly source: string;
}

const VPC_QUOTAS = 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html';

/** Counted separately for ingress and egress, and for IPv4 and IPv6. AWS raises it on request. */
export const GROUP_RULES: Quota = {
  max: 60,
  words: 'rules',
  per: 'security group and direction',
  source: VPC_QUOTAS,
};

/** AWS raises it on request. */
export const VPCS: Quota = { max: 5, words: 'VPCs', per: 'region', source: VPC_QUOTAS };

/** AWS raises it on request. */
export const NODES: Quota = {
  max: 300,
  words: 'nodes',
  per: 'region',
  source: 'https://docs.aws.amazon.com/general/latest/gr/elasticache-service.html',
};

/** Fixed. */
export const KEY_POLICY: Quota = {
  max: 32_768,
  words: 'bytes',
  per: 'key policy',
  source: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
};

/** Fixed. */
export const ENDPOINT_POLICY: Quota = {
  max: 20_480,
  words: 'characters',
  per: 'endpoint policy',
  source: VPC_QUOTAS,
};
