/**
 * Resolves values of a template: to a text once account, region and partition are known, or to a
 * resource of the same or another stack. Pure.
 */

import { referredBy, type StackTemplate, type TemplateProperties } from './stack-template';

export interface TemplatePlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string | undefined;
}

const DEPTH_MAX = 20;

/** The text of a value, if it depends only on account, region and partition. */
export function textOf(
  value: unknown,
  template: StackTemplate,
  place: TemplatePlace,
  depth = 0,
): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return undefined;
  const [[name, given] = ['', undefined]] = Object.entries(value);
  const text = (each: unknown) => textOf(each, template, place, depth + 1);
  switch (name) {
    case 'Ref':
      return pseudo(String(given), place);
    case 'Fn::Join':
      return joined(given, text);
    case 'Fn::Sub':
      return typeof given === 'string' ? substituted(given, place) : undefined;
    case 'Fn::If': {
      const [condition, then, otherwise] = given as readonly unknown[];
      const isTrue = isMet(template.conditions?.[String(condition)], text);
      return isTrue === undefined ? undefined : text(isTrue ? then : otherwise);
    }
    default:
      return undefined;
  }
}

function pseudo(name: string, { partition, region, account }: TemplatePlace): string | undefined {
  if (name === 'AWS::Partition') return partition;
  if (name === 'AWS::Region') return region;
  return name === 'AWS::AccountId' ? account : undefined;
}

type Text = (value: unknown) => string | undefined;

function joined(given: unknown, text: Text): string | undefined {
  const [separator, parts] = given as readonly [string, unknown];
  if (!Array.isArray(parts)) return undefined;
  const texts = parts.map(text);
  return texts.includes(undefined) ? undefined : texts.join(separator);
}

function substituted(given: string, place: TemplatePlace): string | undefined {
  const text = given.replaceAll(/\$\{([\w:]+)\}/g, (whole, name) => pseudo(name, place) ?? whole);
  return text.includes('${') ? undefined : text;
}

function isMet(condition: unknown, text: Text): boolean | undefined {
  const { 'Fn::Equals': sides } = (condition ?? {}) as TemplateProperties;
  if (!Array.isArray(sides)) return undefined;
  const [one, other] = sides.map(text);
  return one === undefined || other === undefined ? undefined : one === other;
}

export interface Resolved {
  readonly template: StackTemplate;
  readonly id: string;
}

/** The resource that a value references, in any of the stacks. */
export function resourceOf(
  value: unknown,
  template: StackTemplate,
  all: readonly StackTemplate[],
): Resolved | undefined {
  const own = referredBy(value);
  if (own !== undefined) {
    return template.resources[own] === undefined ? undefined : { template, id: own };
  }
  const { 'Fn::GetStackOutput': output, 'Fn::ImportValue': exported } = (value ??
    {}) as TemplateProperties;
  for (const other of all) {
    const { StackName, OutputName } = (output ?? {}) as TemplateProperties;
    const found =
      other.stack === StackName
        ? other.outputs?.[String(OutputName)]
        : Object.values(other.outputs ?? {}).find(
            ({ Export }) => exported !== undefined && Export?.Name === exported,
          );
    const id = referredBy(found?.Value);
    if (id !== undefined && other.resources[id] !== undefined) return { template: other, id };
  }
  return undefined;
}
