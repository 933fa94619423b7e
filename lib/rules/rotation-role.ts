/** Rules of the rotation function's role: its permissions, and who may assume it. */

import type { CfnManagedPolicy, CfnRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { comparable } from './expressions';
import type { Properties, RenderedResource } from './rendered-stack';
import { clipped, type Finding, noOther, type Rule, type Subject } from './rule';
import { comparedStatements, statementsIn } from './statements';

export interface RotationRoleSubject extends Subject {
  readonly role: CfnRole;
  /** Statements as JSON with tokens, recorded before they can be changed. */
  readonly policies: ReadonlyMap<CfnManagedPolicy, readonly Properties[]>;
}

/** Call it directly after creating the role and its policies, with their statements. */
export function rotationRoleSubject(
  role: CfnRole,
  policies: ReadonlyMap<CfnManagedPolicy, readonly PolicyStatement[]>,
): RotationRoleSubject {
  const made = Array.from(policies, ([policy, statements]) => {
    return [policy, statements.map((each): Properties => each.toStatementJson())] as const;
  });
  return { role, policies: new Map(made), resources: [role, ...policies.keys()] };
}

const PROTECTS = "the rotation function's role";
const REMOVE = 'Remove what changes it.';

const statements: Rule<RotationRoleSubject> = {
  id: 'role-statements',
  properties: ['PolicyDocument'],
  protects: PROTECTS,
  why: 'it may write the password, so every unneeded permission helps an attacker',
  allowed: 'the statements of the construct',
  fix: REMOVE,
  judge: ({ policies }, app) =>
    Array.from(policies).flatMap(([policy, made]) =>
      app.branches(policy).flatMap((resource) => {
        const given = statementsIn(resource.properties.PolicyDocument) ?? [];
        const { more, fewer } = comparedStatements(given, made, resource);
        if (more.length === 0 && fewer.length === 0) return [];
        const text = more.length === 0 ? 'fewer' : clipped(more);
        return [{ resource, part: 'PolicyDocument', given: text }];
      }),
    ),
};

const holders: Rule<RotationRoleSubject> = {
  id: 'role-holders',
  properties: ['Roles', 'Users', 'Groups'],
  protects: PROTECTS,
  why: 'any other principal with this policy can write the password',
  allowed: "the rotation function's role alone",
  fix: 'Remove the other holders.',
  judge: ({ role, policies }, app) =>
    Array.from(policies.keys())
      .flatMap((policy) => app.branches(policy))
      .flatMap((resource) => {
        const named = app.namedBy(resource, 'Roles').map(({ key }) => key);
        const isOwn =
          named.length === 1 &&
          named[0] === app.find(role)?.key &&
          resource.texts('Roles').length === 1;
        const wrong = ['Users', 'Groups'].filter((part) => resource.properties[part] !== undefined);
        return [...(isOwn ? [] : ['Roles']), ...wrong].map((part) => ({
          resource,
          part,
          given: clipped(resource.properties[part]),
        }));
      }),
};

const OTHER_POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'] as const;

const otherPolicies = noOther<RotationRoleSubject>(
  [...OTHER_POLICIES.map((type) => [type, 'Roles'] as const), ['AWS::IAM::RolePolicy', 'RoleName']],
  ({ role }) => [role],
  {
    id: 'role-other-policies',
    protects: PROTECTS,
    why: 'another policy grants more than a rotation needs',
    allowed: "other than the rotation function's role",
    fix: 'Remove the policy. A bound is set with a permissions boundary.',
    spare: (other, { policies }, app) =>
      Array.from(policies.keys()).some((policy) => other.key === app.find(policy)?.key),
  },
);

const ownPolicies: Rule<RotationRoleSubject> = {
  id: 'role-own-policies',
  properties: ['Policies', 'ManagedPolicyArns'],
  protects: PROTECTS,
  why: 'an inline or attached policy grants more than a rotation needs',
  allowed: 'absent',
  fix: `${REMOVE} A bound is set with a permissions boundary.`,
  judge: ({ role }, app) =>
    app
      .branches(role)
      .flatMap((resource) =>
        ['Policies', 'ManagedPolicyArns']
          .filter((part) => resource.properties[part] !== undefined)
          .map((part) => ({ resource, part, given: clipped(resource.properties[part]) })),
      ),
};

const trust: Rule<RotationRoleSubject> = {
  id: 'role-trust',
  properties: ['AssumeRolePolicyDocument'],
  protects: PROTECTS,
  why: 'any principal that may assume it can write the password',
  allowed: 'Lambda alone',
  fix: REMOVE,
  judge: ({ role }, app) =>
    app.branches(role).flatMap((resource) => {
      const { AssumeRolePolicyDocument: document } = resource.properties;
      // Rejects a text or a missing document.
      const read = statementsIn(document);
      if (read === undefined) return [trusts(resource, document)];
      return read
        .filter((statement) => statement.Effect !== 'Deny' && !isOfLambda(resource, statement))
        .map(({ Principal, NotPrincipal }) => trusts(resource, Principal ?? NotPrincipal));
    }),
};

const trusts = (resource: RenderedResource, given: unknown): Finding => ({
  resource,
  part: 'AssumeRolePolicyDocument',
  given: clipped(given),
});

function isOfLambda({ stack }: RenderedResource, { Principal }: Properties): boolean {
  return /^\{"Service":"lambda\.amazonaws\.com(\.cn)?"\}$/.test(
    JSON.stringify(comparable(stack, Principal)) ?? '',
  );
}

export const ROTATION_ROLE_RULES: readonly Rule<RotationRoleSubject>[] = [
  statements,
  holders,
  otherPolicies,
  ownPolicies,
  trust,
];
