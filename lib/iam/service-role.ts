/**
 * A role that an AWS service assumes, its permissions in one managed policy, and the reason where
 * a statement applies to any resource.
 */

import {
  type IPrincipal,
  ManagedPolicy,
  type PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Aws, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from '../rules/acknowledge';

export interface ServiceRoleProps {
  /** The description of both role and policy: what the service does with them. */
  readonly description: string;
  readonly assumedBy: IPrincipal;
  readonly statements: PolicyStatement[];
  /**
   * Why a statement has the resource `*`, for cdk-nag.
   *
   * @default - no statement has it
   */
  readonly whyAnyResource?: string;
}

export interface ServiceRole {
  readonly role: Role;
  /** What uses the role must wait for its policy: a role alone permits nothing. */
  readonly policy: ManagedPolicy;
}

/** Creates `<prefix>Role` and `<prefix>Policy` in the scope. */
export function serviceRole(
  scope: Construct,
  prefix: string,
  { description, assumedBy, statements, whyAnyResource }: ServiceRoleProps,
): ServiceRole {
  const role = new Role(scope, `${prefix}Role`, { description, assumedBy });
  const policy = new ManagedPolicy(scope, `${prefix}Policy`, {
    description,
    roles: [role],
    statements,
  });
  if (whyAnyResource !== undefined) {
    acknowledge(policy, ['AwsSolutions::AwsSolutions-IAM5[Resource::*]'], whyAnyResource);
  }
  return { role, policy };
}

/** Acknowledges that statements of a policy apply to every resource that fits an ARN. */
export function acknowledgeArn(policy: ManagedPolicy, arn: string, reason: string): void {
  const resolved = Stack.of(policy).resolve(arn);
  const parts: readonly unknown[] = resolved['Fn::Join']?.[1] ?? [resolved];
  // cdk-nag writes `<name>` for a reference.
  const text = parts.map((part) => (isText(part) ? part : `<${(part as { Ref: string }).Ref}>`));
  acknowledge(policy, [`AwsSolutions::AwsSolutions-IAM5[Resource::${text.join('')}]`], reason);
}

function isText(part: unknown): part is string {
  return typeof part === 'string';
}

/** The service on behalf of the account of the stack only: no other account can use the role. */
export function serviceOfThisAccount(name: string): ServicePrincipal {
  return new ServicePrincipal(name, {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
