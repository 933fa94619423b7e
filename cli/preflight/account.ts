/**
 * The port to AWS of preflight: what it asks, all of it read-only. Where AWS does not answer, the
 * answer is `none` with the reason: a permission that is missing is not an error.
 */

import type { StackTemplate } from '../template/stack-template';
import type { TemplatePlace } from '../template/values';

export type AwsAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'none'; readonly why: string };

export interface Concurrency {
  /** Of the account in the region. */
  readonly limit: number;
  /** What no function has reserved. */
  readonly unreserved: number;
}

export interface VpcEndpoint {
  /** `com.amazonaws.eu-central-1.secretsmanager`. */
  readonly service: string;
  /** Gateway endpoints are none, and count for another quota. */
  readonly isInterface: boolean;
  readonly hasPrivateDns: boolean;
}

/** Rules of a security group, of each address family as AWS counts them. */
export interface RuleCounts {
  readonly ingress: number;
  readonly egress: number;
  /** Whether a rule names a prefix list, whose entries count. */
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
  /** Whether CloudFormation refuses to delete it. */
  readonly isProtected: boolean;
}

export interface AwsAccount {
  /** Who asks, and where. @throws CliError if AWS is not reached or the credentials are no good. */
  place(): Promise<AwsAnswer<TemplatePlace>>;
  region(): Promise<string>;
  /** What is published under a path of Parameter Store, by the last part of the name. */
  published(path: string): Promise<AwsAnswer<Readonly<Record<string, string>>>>;
  /** The state of a deployed stack; `undefined` if there is no such stack. */
  stack(name: string): Promise<AwsAnswer<StackAnswer | undefined>>;
  /** The template of a deployed stack; `undefined` if there is no such stack. */
  template(stack: string): Promise<AwsAnswer<StackTemplate | undefined>>;
  secret(arn: string): Promise<AwsAnswer<SecretAnswer | undefined>>;
  quota(service: string, code: string): Promise<AwsAnswer<number>>;
  concurrency(): Promise<AwsAnswer<Concurrency>>;
  /** How many nodes ElastiCache runs in the region. */
  nodes(): Promise<AwsAnswer<number>>;
  isNodeTypeOffered(nodeType: string): Promise<AwsAnswer<boolean>>;
  /** The zones in which EC2 offers an instance type. */
  instanceZones(instanceType: string): Promise<AwsAnswer<readonly string[]>>;
  /** The zones of the region, in AWS's order. */
  zones(): Promise<AwsAnswer<readonly string[]>>;
  vpcs(): Promise<AwsAnswer<readonly string[]>>;
  /** The zone of each subnet that exists here. */
  subnetZones(): Promise<AwsAnswer<Readonly<Record<string, string>>>>;
  endpoints(vpcId: string): Promise<AwsAnswer<readonly VpcEndpoint[]>>;
  /** The zones in which an endpoint service is offered; `undefined` if it is not. */
  serviceZones(service: string): Promise<AwsAnswer<readonly string[] | undefined>>;
  rules(groupId: string): Promise<AwsAnswer<RuleCounts | undefined>>;
  key(arn: string): Promise<AwsAnswer<KeyState | undefined>>;
  /** The key of a topic, which is empty if it has none; `undefined` if there is no such topic. */
  topicKey(arn: string): Promise<AwsAnswer<string | undefined>>;
}
