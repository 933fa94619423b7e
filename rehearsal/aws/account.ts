/**
 * Model of the AWS account, as far as preflight reads it: quotas, networks, offers, keys, topics
 * and deployed templates. Only tests change it.
 */

export interface EndpointOfVpc {
  readonly vpcId: string;
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
  readonly privateDns: boolean;
}

export interface RuleOfGroup {
  readonly isEgress: boolean;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
}

export interface Account {
  id: string;
  region: string;
  /** Permissions that the role does not have, such as `ec2:DescribeVpcs`. */
  denied: string[];
  /** Quotas by code: AWS's defaults, and the values of this account. */
  defaultQuotas: Record<string, number>;
  ownQuotas: Record<string, number>;
  concurrency: { limit: number; unreserved: number };
  zones: string[];
  /** Zones without any instance type. */
  zonesWithoutMachines: string[];
  /** Node types that ElastiCache does not offer. */
  missingNodeTypes: string[];
  vpcs: string[];
  /** The zone of each subnet by its id. */
  subnets: Record<string, string>;
  endpoints: EndpointOfVpc[];
  /** The zones of each endpoint service. */
  services: Record<string, string[]>;
  /** The rules of each security group by its id. */
  groups: Record<string, RuleOfGroup[]>;
  keys: Record<string, { state: string; spec: string }>;
  /** The key of each topic by its ARN; empty for none. */
  topics: Record<string, string>;
  /** The state of each stack that is not `CREATE_COMPLETE`. */
  stackStates: Record<string, string>;
  /** Stacks with termination protection. */
  protectedStacks: string[];
  /** The templates of deployed stacks as CloudFormation keeps them. */
  templates: Record<string, string>;
  /** `undefined` if `cdk bootstrap` has not run. */
  bootstrap: string | undefined;
}

/** The key of the secrets, as a deploy makes it. */
export const ACCOUNT_KEY_ARN = 'arn:aws:kms:us-east-1:000000000000:key/rehearsal';

/** An account in which a first deploy succeeds. */
export function newAccount(): Account {
  const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
  return {
    id: '000000000000',
    region: 'us-east-1',
    denied: [],
    defaultQuotas: {
      'L-F678F1CE': 5,
      'L-29B6F2EB': 50,
      'L-0EA8095F': 60,
      'L-DFE45DF3': 300,
      'L-80E085C7': 2_000,
      'L-AD484FC5': 200,
    },
    ownQuotas: {},
    concurrency: { limit: 1_000, unreserved: 1_000 },
    zones,
    zonesWithoutMachines: [],
    missingNodeTypes: [],
    vpcs: ['vpc-00000000000000001'],
    subnets: {},
    endpoints: [],
    services: {
      'com.amazonaws.us-east-1.secretsmanager': zones,
      'com.amazonaws.us-east-1.elasticache': zones,
    },
    groups: {},
    keys: { [ACCOUNT_KEY_ARN]: { state: 'Enabled', spec: 'SYMMETRIC_DEFAULT' } },
    topics: {},
    stackStates: {},
    protectedStacks: [],
    templates: {},
    bootstrap: '30',
  };
}

/** What `cdk bootstrap` publishes. */
export function bootstrapParameters({ bootstrap }: Account): Readonly<Record<string, string>> {
  return bootstrap === undefined ? {} : { '/cdk-bootstrap/hnb659fds/version': bootstrap };
}
