/** Quotas of AWS that several caches of one app can use up, with their sources. Read 2026-11. */

export interface Quota {
  readonly max: number;
  /** What is counted, in the plural. */
  readonly words: string;
  /** Per what AWS counts it. */
  readonly per: string;
  readonly source: string;
}

const VPC_QUOTAS = 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html';

/** For ingress and egress, and IPv4 and IPv6, separately. AWS raises it on request. */
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
