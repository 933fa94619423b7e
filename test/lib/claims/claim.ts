/** Claims about a template, and helpers to read a template. */

import type { TemplateJson, TemplateResource } from '../../support/synth';

export interface Claim {
  readonly claim: string;
  holds(template: TemplateJson): boolean;
  /** Changes a copy of the template so that the claim must not hold any more. */
  break(template: TemplateJson): void;
}

export const GROUP = 'AWS::ElastiCache::ReplicationGroup';
export const KEY = 'AWS::KMS::Key';
export const SECRET = 'AWS::SecretsManager::Secret';
export const FUNCTION = 'AWS::Lambda::Function';
export const LOG_GROUP = 'AWS::Logs::LogGroup';
export const TOPIC = 'AWS::SNS::Topic';
export const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
export const POLICY = 'AWS::IAM::ManagedPolicy';
export const ENDPOINT = 'AWS::EC2::VPCEndpoint';
export const INGRESS = 'AWS::EC2::SecurityGroupIngress';
export const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';

export type Properties = Record<string, unknown>;

export function all(template: TemplateJson, type: string): readonly TemplateResource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}

/** The rotation function: CDK's own helper has no environment. */
export function rotationFunction(template: TemplateJson): Properties {
  const found = all(template, FUNCTION).filter(({ Properties }) => Properties.Environment);
  return found[0]?.Properties ?? {};
}

export function first(template: TemplateJson, type: string): Properties {
  return all(template, type)[0]?.Properties ?? {};
}

/** Every resource of a type has a property with this value, and there is at least one. */
export function everyHas(type: string, property: string, value: unknown) {
  return (template: TemplateJson) =>
    all(template, type).length > 0 &&
    all(template, type).every(({ Properties }) => same(Properties[property], value));
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function property(
  type: string,
  name: string,
  value: unknown,
  broken: unknown,
  claim: string,
) {
  return {
    claim,
    holds: everyHas(type, name, value),
    break: (template: TemplateJson) => {
      first(template, type)[name] = broken;
    },
  };
}

export function keyOf(template: TemplateJson): unknown {
  const [id] = Object.entries(template.Resources).find(([, { Type }]) => Type === KEY) ?? [];
  return { 'Fn::GetAtt': [id, 'Arn'] };
}

/** Every resource of a type is encrypted with the one key. */
export function encrypted(type: string, name: string, claim: string): Claim {
  return {
    claim,
    holds: (template) => everyHas(type, name, keyOf(template))(template),
    break: (template) => {
      delete first(template, type)[name];
    },
  };
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  Resource: unknown;
  readonly Sid?: string;
  readonly Condition?: unknown;
}

export function statements(properties: Properties): readonly Statement[] {
  const document = properties.PolicyDocument as { Statement?: readonly Statement[] } | undefined;
  return document?.Statement ?? [];
}

export function allowed(template: TemplateJson): readonly Statement[] {
  const policies = all(template, POLICY).flatMap(({ Properties }) => statements(Properties));
  return policies.filter(({ Effect }) => Effect === 'Allow');
}

export function actionsOf({ Action }: Statement): readonly string[] {
  return typeof Action === 'string' ? [Action] : Action;
}

export function isOpen(properties: Properties): boolean {
  return /\/0*$/.test(String(properties.CidrIp ?? properties.CidrIpv6 ?? ''));
}
