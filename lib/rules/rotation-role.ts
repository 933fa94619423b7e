/** Rules of the role of the rotation function: what it may do, and who may be it. */

import {
  type CfnManagedPolicy,
  type CfnRole,
  PolicyDocument,
  type PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { comparable, listItems } from './expressions';
import type { Properties, RenderedResource } from './rendered-app';
import { type Finding, noOther, type Rule, type Subject, sameValue, shown } from './rule';

export interface RotationRoleSubject extends Subject {
  readonly role: CfnRole;
  readonly policy: CfnManagedPolicy;
  readonly document: PolicyDocument;
}

/** To be called as soon as both are made. The statements are those of the policy. */
export function rotationRoleSubject(
  role: CfnRole,
  policy: CfnManagedPolicy,
  statements: readonly PolicyStatement[],
): RotationRoleSubject {
  const document = new PolicyDocument({ statements: statements.map((each) => each.copy()) });
  return { role, policy, document, resources: [role, policy] };
}

const PROTECTS = "the rotation function's role";
const REMOVE = 'Remove what changes it.';

const statements: Rule<RotationRoleSubject> = {
  id: 'role-statements',
  protects: PROTECTS,
  why: 'it may write the password, so each action beyond a rotation is one that an attacker gains',
  allowed: 'the statements of the construct',
  fix: REMOVE,
  judge: ({ policy, document }, app) => {
    const resource = app.find(policy);
    if (resource === undefined) return [];
    const { stack } = resource.stack;
    const given = resource.properties.PolicyDocument;
    const made = stack.resolve(document);
    if (sameValue(resource, given, made)) return [];
    return [{ resource, part: 'PolicyDocument', given: difference(resource, given, made) }];
  },
};

/** The statements that are not those that were made. */
function difference(resource: RenderedResource, given: unknown, made: unknown): string {
  const textOf = (each: Properties) => JSON.stringify(comparable(resource.stack, each));
  const statementsOf = (document: unknown) =>
    listItems((document as Properties | undefined)?.Statement);
  const known = new Set(statementsOf(made).map(textOf));
  const others = statementsOf(given).filter((each) => !known.has(textOf(each)));
  return others.length === 0 ? 'fewer' : shown(others);
}

const holders: Rule<RotationRoleSubject> = {
  id: 'role-holders',
  protects: PROTECTS,
  why: 'whoever else holds this policy can write the password',
  allowed: "the rotation function's role alone",
  fix: 'Remove the other holders.',
  judge: ({ role, policy }, app) => {
    const resource = app.find(policy);
    const own = app.find(role);
    if (resource === undefined || own === undefined) return [];
    const named = app.namedBy(resource, 'Roles').map(({ key }) => key);
    const isOwn =
      named.length === 1 && named[0] === own.key && resource.texts('Roles').length === 1;
    const wrong = ['Users', 'Groups'].filter((part) => resource.properties[part] !== undefined);
    return [...(isOwn ? [] : ['Roles']), ...wrong].map((part) => ({
      resource,
      part,
      given: shown(resource.properties[part]),
    }));
  },
};

const OTHER_POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'] as const;

const otherPolicies = noOther<RotationRoleSubject>(
  [...OTHER_POLICIES.map((type) => [type, 'Roles'] as const), ['AWS::IAM::RolePolicy', 'RoleName']],
  ({ role }) => [role],
  {
    id: 'role-other-policies',
    protects: PROTECTS,
    why: 'a policy of somebody else lets it do more than a rotation needs',
    allowed: "other than the rotation function's role",
    fix: 'Remove the policy. A bound is set with a permissions boundary.',
    spare: (other, { policy }, app) => other.key === app.find(policy)?.key,
  },
);

const ownPolicies: Rule<RotationRoleSubject> = {
  id: 'role-own-policies',
  protects: PROTECTS,
  why: 'a policy in the role itself lets it do more than a rotation needs',
  allowed: 'absent',
  fix: `${REMOVE} A bound is set with a permissions boundary.`,
  judge: ({ role }, app) => {
    const resource = app.find(role);
    if (resource === undefined) return [];
    return ['Policies', 'ManagedPolicyArns']
      .filter((part) => resource.properties[part] !== undefined)
      .map((part) => ({ resource, part, given: shown(resource.properties[part]) }));
  },
};

const trust: Rule<RotationRoleSubject> = {
  id: 'role-trust',
  protects: PROTECTS,
  why: 'whoever may assume it can write the password',
  allowed: 'Lambda alone',
  fix: REMOVE,
  judge: ({ role }, app) => {
    const resource = app.find(role);
    if (resource === undefined) return [];
    const document = resource.properties.AssumeRolePolicyDocument as Properties | undefined;
    return listItems(document?.Statement)
      .filter((statement) => statement.Effect !== 'Deny' && !isOfLambda(resource, statement))
      .map(
        ({ Principal, NotPrincipal }): Finding => ({
          resource,
          part: 'AssumeRolePolicyDocument',
          given: shown(Principal ?? NotPrincipal),
        }),
      );
  },
};

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
