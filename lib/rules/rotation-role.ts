/** Rules of the role of the rotation function: what it may do, and who may be it. */

import { isDeepStrictEqual } from 'node:util';
import type { CfnManagedPolicy, CfnRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { comparable, listItems } from './expressions';
import { isPlain, type Properties, type RenderedResource } from './rendered-stack';
import { type Finding, noOther, ordered, type Rule, type Subject, shown } from './rule';

export interface RotationRoleSubject extends Subject {
  readonly role: CfnRole;
  readonly policy: CfnManagedPolicy;
  /** As JSON with tokens, before anybody can change them. */
  readonly statements: readonly Properties[];
}

/** To be called as soon as both are made. The statements are those of the policy. */
export function rotationRoleSubject(
  role: CfnRole,
  policy: CfnManagedPolicy,
  statements: readonly PolicyStatement[],
): RotationRoleSubject {
  const made = statements.map((each): Properties => each.toStatementJson());
  return { role, policy, statements: made, resources: [role, policy] };
}

const PROTECTS = "the rotation function's role";
const REMOVE = 'Remove what changes it.';

const statements: Rule<RotationRoleSubject> = {
  id: 'role-statements',
  properties: ['PolicyDocument'],
  protects: PROTECTS,
  why: 'it may write the password, so each action beyond a rotation is one that an attacker gains',
  allowed: 'the statements of the construct',
  fix: REMOVE,
  judge: ({ policy, statements: made }, app) => {
    return app.branches(policy).flatMap((resource) => {
      const given = listItems((resource.properties.PolicyDocument as Properties)?.Statement);
      const expected = made.map((each) => resource.resolve(each));
      const more = without(given, expected, resource);
      const fewer = without(expected, given, resource);
      if (more.length === 0 && fewer.length === 0) return [];
      const text = more.length === 0 ? 'fewer' : shown(more);
      return [{ resource, part: 'PolicyDocument', given: text }];
    });
  },
};

/** Those that are not among the known ones, of several that are alike as often as they are not. */
function without(
  given: readonly unknown[],
  known: readonly unknown[],
  { stack }: RenderedResource,
): readonly unknown[] {
  // Nearly always they are in the same spelling, which is seen at once.
  if (isDeepStrictEqual(given, known)) return [];
  const textOf = (each: unknown) => ordered(unordered(comparable(stack, each)));
  const left = known.map(textOf);
  return given.filter((each) => {
    const place = left.indexOf(textOf(each));
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

/** A statement whose lists are in order, and no list where one value is: CDK writes both ways. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 1
      ? value[0]
      : [...value].sort((a, b) => compare(ordered(a), ordered(b)));
  }
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      // The order of what a function of CloudFormation is given matters.
      name.startsWith('Fn::') ? each : unordered(each),
    ]),
  );
}

const compare = (one: string, other: string) => (one < other ? -1 : 1);

const holders: Rule<RotationRoleSubject> = {
  id: 'role-holders',
  properties: ['Roles', 'Users', 'Groups'],
  protects: PROTECTS,
  why: 'whoever else holds this policy can write the password',
  allowed: "the rotation function's role alone",
  fix: 'Remove the other holders.',
  judge: ({ role, policy }, app) =>
    app.branches(policy).flatMap((resource) => {
      const named = app.namedBy(resource, 'Roles').map(({ key }) => key);
      const isOwn =
        named.length === 1 &&
        named[0] === app.find(role)?.key &&
        resource.texts('Roles').length === 1;
      const wrong = ['Users', 'Groups'].filter((part) => resource.properties[part] !== undefined);
      return [...(isOwn ? [] : ['Roles']), ...wrong].map((part) => ({
        resource,
        part,
        given: shown(resource.properties[part]),
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
    why: 'a policy of somebody else lets it do more than a rotation needs',
    allowed: "other than the rotation function's role",
    fix: 'Remove the policy. A bound is set with a permissions boundary.',
    spare: (other, { policy }, app) => other.key === app.find(policy)?.key,
  },
);

const ownPolicies: Rule<RotationRoleSubject> = {
  id: 'role-own-policies',
  properties: ['Policies', 'ManagedPolicyArns'],
  protects: PROTECTS,
  why: 'a policy in the role itself lets it do more than a rotation needs',
  allowed: 'absent',
  fix: `${REMOVE} A bound is set with a permissions boundary.`,
  judge: ({ role }, app) =>
    app
      .branches(role)
      .flatMap((resource) =>
        ['Policies', 'ManagedPolicyArns']
          .filter((part) => resource.properties[part] !== undefined)
          .map((part) => ({ resource, part, given: shown(resource.properties[part]) })),
      ),
};

const trust: Rule<RotationRoleSubject> = {
  id: 'role-trust',
  properties: ['AssumeRolePolicyDocument'],
  protects: PROTECTS,
  why: 'whoever may assume it can write the password',
  allowed: 'Lambda alone',
  fix: REMOVE,
  judge: ({ role }, app) =>
    app.branches(role).flatMap((resource) => {
      const { AssumeRolePolicyDocument: document } = resource.properties;
      const statements = isPlain(document) ? listItems(document.Statement) : [];
      // A text, or nothing that can be read.
      if (statements.length === 0) return [trusts(resource, document)];
      return statements
        .filter((statement) => statement.Effect !== 'Deny' && !isOfLambda(resource, statement))
        .map(({ Principal, NotPrincipal }) => trusts(resource, Principal ?? NotPrincipal));
    }),
};

const trusts = (resource: RenderedResource, given: unknown): Finding => ({
  resource,
  part: 'AssumeRolePolicyDocument',
  given: shown(given),
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
