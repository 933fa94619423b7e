/**
 * The port to AWS of preflight: read-only calls. If AWS does not answer, the answer is `none` with
 * the reason: a missing permission is not an error.
 */

import type { StackTemplate } from '../template/stack-template';
import type { TemplatePlace } from '../template/values';

export type AwsAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'none'; readonly why: string };

export interface Concurrency {
  /** The limit of the account in the region. */
  readonly limit: number;
  /** The part of the limit that no function has reserved. */
  readonly unreserved: number;
}

export interface VpcEndpoint {
  /** `com.amazonaws.eu-central-1.secretsmanager`. */
  readonly service: string;
  /** False for gateway endpoints, which count towards another quota. */
  readonly isInterface: boolean;
  readonly hasPrivateDns: boolean;
}

/** Number of rules of a security group: the larger of the IPv4 and IPv6 counts, as AWS counts. */
export interface RuleCounts {
  readonly ingress: number;
  readonly egress: number;
  /** Whether a rule names a prefix list, whose entries count as rules. */
  readonly hasPrefixLists: boolean;
}

export interface KeyState {
  /** `Enabled`, `Disabled`, `PendingDeletion` and others. */
  readonly state: string;
  readonly isSymmetric: boolean;
}

export interface SecretAnswer {
  readonly current?: string;
  /** Absent while AWSPENDING is on the current version. */
  readonly pending?: string;
  readonly previous?: string;
  readonly isRevoked: boolean;
  readonly isRotationOn: boolean;
  /** `rate(90 days)`. */
  readonly schedule?: string;
  /** `2h`. */
  readonly window?: string;
  readonly changedMs?: number;
  readonly keyId?: string;
  readonly isDeleted: boolean;
}

export interface StackAnswer {
  /** `CREATE_COMPLETE`, `UPDATE_ROLLBACK_FAILED` and others. */
  readonly state: string;
  /** Whether termination protection is on. */
  readonly isProtected: boolean;
}

export interface AwsAccount {
  /** Account and region. @throws CliError if AWS is unreachable or the credentials are invalid. */
  place(): Promise<AwsAnswer<TemplatePlace>>;
  region(): Promise<string>;
  /** The parameters published under a path of Parameter Store, by the last part of their names. */
  published(path: string): Promise<AwsAnswer<Readonly<Record<string, string>>>>;
  /** The state of a deployed stack; `undefined` if there is no such stack. */
  stack(name: string): Promise<AwsAnswer<StackAnswer | undefined>>;
  /** The template of a deployed stack; `undefined` if there is no such stack. */
  template(stack: string): Promise<AwsAnswer<StackTemplate | undefined>>;
  secret(arn: string): Promise<AwsAnswer<SecretAnswer | undefined>>;
  quota(service: string, code: string): Promise<AwsAnswer<number>>;
  concurrency(): Promise<AwsAnswer<Concurrency>>;
  /** The number of ElastiCache nodes in the region. */
  nodes(): Promise<AwsAnswer<number>>;
  /** The ids of all users in the region. */
  users(): Promise<AwsAnswer<readonly string[]>>;
  /** The ids of all user groups in the region. */
  userGroups(): Promise<AwsAnswer<readonly string[]>>;
  isNodeTypeOffered(nodeType: string): Promise<AwsAnswer<boolean>>;
  /** The zones in which EC2 offers an instance type. */
  instanceZones(instanceType: string): Promise<AwsAnswer<readonly string[]>>;
  /** The zones of the region, in AWS's order. */
  zones(): Promise<AwsAnswer<readonly string[]>>;
  vpcs(): Promise<AwsAnswer<readonly string[]>>;
  /** The zone of each existing subnet in the account and region. */
  subnetZones(): Promise<AwsAnswer<Readonly<Record<string, string>>>>;
  endpoints(vpcId: string): Promise<AwsAnswer<readonly VpcEndpoint[]>>;
  /** The zones that offer an endpoint service; `undefined` if the region does not offer it. */
  serviceZones(service: string): Promise<AwsAnswer<readonly string[] | undefined>>;
  rules(groupId: string): Promise<AwsAnswer<RuleCounts | undefined>>;
  key(arn: string): Promise<AwsAnswer<KeyState | undefined>>;
  /** The key of a topic, empty without a key; `undefined` if there is no such topic. */
  topicKey(arn: string): Promise<AwsAnswer<string | undefined>>;
}
