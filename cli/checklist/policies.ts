/** The statements of identities in templates: inline, attached and managed policies. Pure. */

import {
  ofType,
  type StackTemplate,
  type TemplateProperties,
  type TemplateResource,
} from '../template/stack-template';
import { type Resolved, resourceOf, textOf } from '../template/values';

export interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: unknown;
}

/** A policy of identities. A statement that is known only at deploy is `undefined`. */
export interface IdentityPolicy {
  readonly statements: readonly (Statement | undefined)[];
  readonly identities: readonly string[];
  /** Where a person finds the statements. */
  readonly place: string;
  readonly template: StackTemplate;
}

const ATTACHED = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];
const LISTS = ['Roles', 'Users', 'Groups'];
const NAMED = {
  'AWS::IAM::RolePolicy': 'RoleName',
  'AWS::IAM::UserPolicy': 'UserName',
  'AWS::IAM::GroupPolicy': 'GroupName',
} as const;
const IDENTITIES = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];

/** Policies can be in these, and are not read. */
const NOT_READ = /^AWS::(Serverless::|SSO::PermissionSet$)/;

const EVERYTHING: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
/** What policies of AWS allow, of the actions that the checklist is about. */
const OF_AWS: Readonly<Record<string, readonly Statement[]>> = {
  AdministratorAccess: [EVERYTHING],
  PowerUserAccess: [EVERYTHING],
  SecretsManagerReadWrite: [{ ...EVERYTHING, Action: 'secretsmanager:*' }],
  AmazonElastiCacheFullAccess: [{ ...EVERYTHING, Action: 'elasticache:*' }],
  'service-role/AWSLambdaBasicExecutionRole': [],
  'service-role/AWSLambdaVPCAccessExecutionRole': [],
  'service-role/AmazonECSTaskExecutionRolePolicy': [],
  AWSXRayDaemonWriteAccess: [],
  CloudWatchAgentServerPolicy: [],
};

/** The path of a resource in its app, without the parts that the CDK adds. */
export function pathOfPlace({ template, id }: Resolved): string {
  const path = (template.resources[id] as TemplateResource | undefined)?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '') : `${template.stack}/${id}`;
}

/** All values of a list or a single value, those of both branches of `Fn::If`. */
export function valuesIn(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(valuesIn);
  const { 'Fn::If': branches, Ref } = value as TemplateProperties;
  if (Ref === 'AWS::NoValue') return [];
  return Array.isArray(branches) ? branches.slice(1).flatMap(valuesIn) : [value];
}

/** The statements of policy documents; `undefined` for one that is known only at deploy. */
export function statementsOf(policy: unknown): readonly (Statement | undefined)[] {
  return valuesIn(policy).flatMap((document) => {
    const { Statement: statements } = (parsed(document) ?? {}) as TemplateProperties;
    if (statements === undefined) return [undefined];
    return valuesIn(statements).map((each) => (isStatement(each) ? each : undefined));
  });
}

function parsed(document: unknown): unknown {
  if (typeof document !== 'string') return document;
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

function isStatement(value: unknown): value is Statement {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).every((key) => key !== 'Ref' && !key.startsWith('Fn::'));
}

export function identityPolicies(all: readonly StackTemplate[]): readonly IdentityPolicy[] {
  const managed = all.flatMap((template) => managedOf(template, all));
  return all.flatMap((template) => [
    ...attachedIn(template, managed),
    ...inlineIn(template),
    ...notReadIn(template, all),
    ...managed.filter((each) => each.template === template && each.policy === undefined),
  ]);
}

function attachedIn(
  template: StackTemplate,
  managed: readonly Managed[],
): readonly IdentityPolicy[] {
  const listed = ATTACHED.flatMap((type) =>
    ofType(template, type).map(([id, properties]) => {
      const place = pathOfPlace({ template, id });
      const names = LISTS.flatMap((key) => valuesIn(properties[key])).map((each) =>
        nameOfIdentity(each, template, place),
      );
      const by = managed
        .filter(({ policy }) => policy?.id === id && policy.template === template)
        .flatMap(({ identities }) => identities);
      const found = [...names, ...by];
      return {
        statements: statementsOf(properties.PolicyDocument),
        identities: found.length > 0 ? found : [`any principal with the policy ${place}`],
        place,
        template,
      };
    }),
  );
  const named = Object.entries(NAMED).flatMap(([type, key]) =>
    ofType(template, type).map(([id, properties]) => {
      const place = pathOfPlace({ template, id });
      return {
        statements: statementsOf(properties.PolicyDocument),
        identities: [nameOfIdentity(properties[key], template, place)],
        place,
        template,
      };
    }),
  );
  return [...listed, ...named];
}

function inlineIn(template: StackTemplate): readonly IdentityPolicy[] {
  return IDENTITIES.flatMap((type) => ofType(template, type)).map(([id, { Policies }]) => {
    const place = pathOfPlace({ template, id });
    const statements = valuesIn(Policies).flatMap((each) => {
      const { PolicyDocument } = each as TemplateProperties;
      return PolicyDocument === undefined ? [undefined] : statementsOf(PolicyDocument);
    });
    return { statements, identities: [place], place, template };
  });
}

/** A managed policy that an identity names, one of the templates or one that is elsewhere. */
interface Managed extends IdentityPolicy {
  /** Absent if its statements are not in the templates. */
  readonly policy?: Resolved;
}

function managedOf(template: StackTemplate, all: readonly StackTemplate[]): readonly Managed[] {
  return IDENTITIES.flatMap((type) => ofType(template, type)).flatMap(([id, properties]) => {
    const place = pathOfPlace({ template, id });
    return valuesIn(properties.ManagedPolicyArns).map((arn) => {
      const policy = resourceOf(arn, template, all);
      const common = { identities: [place], place: `${place}, ManagedPolicyArns`, template };
      const isRead =
        policy && policy.template.resources[policy.id]?.Type === 'AWS::IAM::ManagedPolicy';
      if (isRead) return { ...common, policy, statements: [] };
      const text = textOf(arn, template, { partition: 'aws', region: '', account: '' }) ?? '';
      const [, name = ''] = /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(text) ?? [];
      const known = Object.hasOwn(OF_AWS, name) ? OF_AWS[name] : undefined;
      return { ...common, statements: known ?? [undefined] };
    });
  });
}

/** Resources that can hold policies which this command does not read. */
function notReadIn(
  template: StackTemplate,
  all: readonly StackTemplate[],
): readonly IdentityPolicy[] {
  const found = Object.entries(template.resources).filter(([, { Type = '', Metadata }]) => {
    if (NOT_READ.test(Type)) return true;
    if (Type !== 'AWS::CloudFormation::Stack') return false;
    const file = String(Metadata?.['aws:asset:path']).replace(/\.template\.json$/, '');
    return !all.some(({ stack }) => stack === file);
  });
  return found.map(([id]) => ({
    statements: [undefined],
    identities: [],
    place: pathOfPlace({ template, id }),
    template,
  }));
}

function nameOfIdentity(value: unknown, template: StackTemplate, place: string): string {
  const found = resourceOf(value, template, [template]);
  if (found !== undefined) return pathOfPlace(found);
  return typeof value === 'string' ? value : `a principal known at deploy, of ${place}`;
}
