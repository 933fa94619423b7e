/**
 * Who may read a secret or use a key by the policies of templates. Pure.
 *
 * It reads policies as a person would, statement by statement: a denial or a condition is not
 * evaluated, so the list may name more than may read, and no policy outside of the templates.
 */

import {
  ofType,
  type StackTemplate,
  type TemplateProperties,
  type TemplateResource,
} from '../template/stack-template';
import { type Resolved, resourceOf, textOf } from '../template/values';

interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'] as const;
const IDENTITIES = ['Roles', 'Users', 'Groups'] as const;
const IDENTITY_TYPES = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'] as const;

export const ACCOUNT = 'every principal of the account whose own policy allows it';

/** The path of a resource in its app, without the parts that the CDK adds. */
export function pathOfPlace({ template, id }: Resolved): string {
  const path = (template.resources[id] as TemplateResource | undefined)?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '') : `${template.stack}/${id}`;
}

/** Principals with an action on a resource by policies of identities, sorted. */
export function allowedByIdentities(
  action: string,
  place: Resolved,
  all: readonly StackTemplate[],
): readonly string[] {
  const found = all.flatMap((template) =>
    policiesOf(template).flatMap(({ statements, identities }) =>
      statements.some((each) => allows(each, action) && covers(each, place, template, all))
        ? identities
        : [],
    ),
  );
  return Array.from(new Set(found)).sort();
}

/** Principals that a policy of a resource allows an action, sorted. */
export function allowedByPolicy(
  action: string,
  policy: unknown,
  template: StackTemplate,
  all: readonly StackTemplate[],
): readonly string[] {
  const found = statementsOf(policy)
    .filter((each) => allows(each, action))
    .flatMap(({ Principal, Condition }) =>
      principalsOf(Principal, template, all).map((name) =>
        Condition === undefined ? name : `${name}, under a condition`,
      ),
    );
  return Array.from(new Set(found)).sort();
}

interface IdentityPolicy {
  readonly statements: readonly Statement[];
  readonly identities: readonly string[];
}

function policiesOf(template: StackTemplate): readonly IdentityPolicy[] {
  const attached = POLICIES.flatMap((type) => ofType(template, type)).map(([, properties]) => ({
    statements: statementsOf(properties.PolicyDocument),
    identities: IDENTITIES.flatMap((key) => listOf(properties[key])).map((each) =>
      nameOfIdentity(each, template),
    ),
  }));
  const inline = IDENTITY_TYPES.flatMap((type) => ofType(template, type)).map(([id, role]) => ({
    statements: listOf(role.Policies).flatMap((each) =>
      statementsOf((each as TemplateProperties).PolicyDocument),
    ),
    identities: [pathOfPlace({ template, id })],
  }));
  return [...attached, ...inline];
}

function nameOfIdentity(value: unknown, template: StackTemplate): string {
  const found = resourceOf(value, template, [template]);
  if (found !== undefined) return pathOfPlace(found);
  return typeof value === 'string' ? value : '(a principal known at deploy)';
}

function statementsOf(policy: unknown): readonly Statement[] {
  return listOf((policy as TemplateProperties | undefined)?.Statement) as readonly Statement[];
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function allows({ Effect, Action }: Statement, action: string): boolean {
  return Effect === 'Allow' && listOf(Action).some((each) => isMatch(String(each), action));
}

/** IAM's wildcards; actions have no upper and lower case. */
function isMatch(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source.replaceAll('?', '.')}$`, 'i').test(text);
}

/** Whether a statement is about a resource: by reference, or by a wildcard. */
function covers(
  { Resource }: Statement,
  place: Resolved,
  template: StackTemplate,
  all: readonly StackTemplate[],
): boolean {
  return listOf(Resource).some((each) => {
    if (typeof each === 'string') return each.includes('*');
    const found = resourceOf(each, template, all);
    return found?.id === place.id && found.template === place.template;
  });
}

function principalsOf(
  principal: unknown,
  template: StackTemplate,
  all: readonly StackTemplate[],
): readonly string[] {
  if (principal === '*') return ['everybody'];
  const named = Object.entries((principal ?? {}) as TemplateProperties);
  return named.flatMap(([kind, values]) =>
    listOf(values).map((value) => {
      if (value === '*') return 'everybody';
      const found = resourceOf(value, template, all);
      if (found !== undefined) return pathOfPlace(found);
      const place = { partition: 'aws', region: 'REGION', account: 'ACCOUNT' };
      const text = textOf(value, template, place);
      if (text === undefined) return textOfService(value) ?? `(a ${kind} known at deploy)`;
      return text === 'arn:aws:iam::ACCOUNT:root' ? ACCOUNT : text;
    }),
  );
}

/** The name of a service in a region: `logs.<region>.<suffix>`. */
function textOfService(value: unknown): string | undefined {
  const { 'Fn::Join': join } = (value ?? {}) as TemplateProperties;
  const [, parts] = Array.isArray(join) ? join : [];
  const [first] = listOf(parts);
  return typeof first === 'string' && first.endsWith('.') ? `${first}amazonaws.com` : undefined;
}
