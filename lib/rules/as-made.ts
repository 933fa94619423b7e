/**
 * Checks that properties of resources stay as the constructs created them.
 *
 * One mechanism for every row of the table: it records a value when its construct is finished, and
 * compares each branch of the template with it. If a prop determines the value, the prop's value is
 * expected.
 */

import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { CfnResource } from 'aws-cdk-lib/core';
import type { RenderedResource } from './rendered-stack';
import {
  capitalized,
  clipped,
  type Finding,
  isMade,
  type Properties,
  type Rule,
  type RuleText,
  type Subject,
  sameValue,
} from './rule';
import { comparedStatements, statementsIn } from './statements';

/** How a value of a template is compared with the recorded value. */
type Comparison =
  /** Equal. */
  | 'same'
  /** Contains each recorded item, and may contain more. */
  | 'holds'
  /** The same statements as when the construct was finished. */
  | 'statements'
  /** Contains each statement that constructs and their methods added. */
  | 'holds statements';

export interface AsMadeRow extends Omit<RuleText, 'allowed' | 'fix'> {
  readonly type: string;
  /** @default 'as the construct made it' */
  readonly allowed?: string;
  /** @default 'Remove what changes it.' */
  readonly fix?: string;
  /** @default 'same' */
  readonly compare?: Comparison;
  /** How an error prints a value that may be secret. @default - as JSON, cut at a length */
  readonly print?: (value: unknown) => string;
  /**
   * Only constructs whose path contains this text.
   *
   * @default - all constructs
   */
  readonly inside?: string;
  /**
   * Excludes constructs whose path contains this text.
   *
   * @default - excludes nothing
   */
  readonly outside?: string;
}

interface MadeResource {
  readonly resource: CfnResource;
  readonly values: Properties;
}

export interface AsMadeSubject extends Subject {
  /** Recorded values by the id of the rule. */
  readonly made: ReadonlyMap<string, readonly MadeResource[]>;
}

/** Records the values of the rows for some resources. */
export function asMadeSubject(
  resources: readonly CfnResource[],
  rows: readonly AsMadeRow[],
): AsMadeSubject {
  const made = new Map<string, MadeResource[]>();
  const kept = new Set<CfnResource>();
  const byType = groupedByType(rows);
  for (const resource of resources) {
    for (const row of byType.get(resource.cfnResourceType) ?? []) {
      const { path } = resource.node;
      if (row.inside !== undefined && !path.includes(row.inside)) continue;
      if (row.outside !== undefined && path.includes(row.outside)) continue;
      kept.add(resource);
      const values = row.properties.map((name) => [name, setValue(resource, name, row)] as const);
      const each = { resource, values: Object.fromEntries(values) };
      made.set(row.id, [...(made.get(row.id) ?? []), each]);
    }
  }
  return { resources: Array.from(kept), made };
}

function groupedByType(rows: readonly AsMadeRow[]): Map<string, AsMadeRow[]> {
  const found = new Map<string, AsMadeRow[]>();
  for (const row of rows) found.set(row.type, [...(found.get(row.type) ?? []), row]);
  return found;
}

/** A property as its construct set it, by its name in templates. */
function setValue(resource: CfnResource, name: string, { compare }: AsMadeRow): unknown {
  const [, first = '', rest = ''] = /^([A-Z]+(?![a-z])|[A-Z])(.*)$/.exec(name) ?? [];
  const value: unknown =
    Reflect.get(resource, first.toLowerCase() + rest) ??
    Reflect.get(Reflect.get(resource, '_cfnProperties') ?? {}, name);
  // Excludes statements that methods add later, unless more are allowed.
  if (value instanceof PolicyDocument && compare === 'statements') return value.toJSON();
  // Names in an event pattern are not property names.
  return capitalized(value, name === 'EventPattern');
}

/** The rule of a row. */
export function asMadeRule(row: AsMadeRow): Rule<AsMadeSubject> {
  const { type, compare = 'same', print = clipped, inside: _, outside: __, ...text } = row;
  const isSame = COMPARED[compare];
  return {
    allowed: 'as the construct made it',
    fix: 'Remove what changes it.',
    ...text,
    judge: ({ made }, app) => {
      const findings: Finding[] = [];
      for (const { resource, values } of made.get(row.id) ?? []) {
        for (const branch of app.branches(resource)) {
          for (const part of row.properties) {
            if (isSame(branch, part, values[part])) continue;
            findings.push({ resource: branch, part, given: print(branch.properties[part]) });
          }
        }
      }
      return findings;
    },
  };
}

type IsSame = (resource: RenderedResource, property: string, made: unknown) => boolean;

const COMPARED: Readonly<Record<Comparison, IsSame>> = {
  same: isMade,
  holds: (resource, property, made) => {
    const items = (value: unknown) => (Array.isArray(value) ? value : [value]);
    const given = items(resource.properties[property]);
    if (made === undefined) return true;
    return items(resource.resolve(made)).every((item) =>
      given.some((each) => sameValue(resource, each, item)),
    );
  },
  statements: (resource, property, made) => {
    const given = statementsIn(resource.properties[property]) ?? [];
    const known = statementsIn(resource.resolve(made)) ?? [];
    const { more, fewer } = comparedStatements(given, known, resource);
    return more.length === 0 && fewer.length === 0;
  },
  'holds statements': (resource, property, made) => {
    const known = statementsIn(resource.resolve(made)) ?? [];
    const given = statementsIn(resource.properties[property]) ?? [];
    return comparedStatements(given, known, resource).fewer.length === 0;
  },
};
