/** The interface of a rule, and helpers for writing rules. */

import type { CfnResource } from 'aws-cdk-lib/core';
import { comparable } from './expressions';
import type { RenderedApp } from './rendered-app';
import { isTemplateObject, type Properties, type RenderedResource } from './rendered-stack';

/** The text of a rule for reviewers: `docs/rules.md` lists all rules. */
export interface RuleText {
  /** The id, at the end of each error. */
  readonly id: string;
  /** The protected thing. */
  readonly protects: string;
  /** The checked properties: of the protected thing, and `Type Property` of other resources. */
  readonly properties: readonly string[];
  readonly why: string;
  /** The allowed values, after "must be" in an error. */
  readonly allowed: string;
  /** What to do, in whole sentences. */
  readonly fix: string;
}

/** A violation of a rule. */
export interface Finding {
  readonly resource: RenderedResource;
  /** The violating property, or other part of the resource. */
  readonly part: string;
  /** The given value, as printed: never a secret. */
  readonly given: string;
  /**
   * The allowed values in this case.
   *
   * @default - those of the rule
   */
  readonly allowed?: string;
}

/** The protected resources of a rule, registered by their construct. */
export interface Subject {
  /** Resources that must stay in the template with their type and without a condition. */
  readonly resources: readonly CfnResource[];
}

export interface Rule<S extends Subject> extends RuleText {
  /**
   * Whether its findings on properties that other rules of the subject check are dropped once any
   * of those rules has a finding.
   *
   * @default false
   */
  readonly isReportedLast?: boolean;
  judge(subject: S, app: RenderedApp): readonly Finding[];
}

const GIVEN_LENGTH_MAX = 160;

/** A value as printed in an error. Not for possible secrets. */
export function clipped(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > GIVEN_LENGTH_MAX ? `${text.slice(0, GIVEN_LENGTH_MAX)}…` : text;
}

/** The properties of a resource as its construct set them, recorded before later changes. */
export type Made = Properties;
export type { Properties };

/**
 * Records properties of a construct, with the names of templates. A deep copy, so that later
 * changes of a list or an object do not affect it.
 */
export function madeOf(properties: Properties): Made {
  return capitalized(properties) as Made;
}

interface Wording extends Omit<RuleText, 'properties'> {
  readonly print?: (value: unknown) => string;
}

/** A rule that properties stay as the construct set them. */
export function asMade<S extends Subject & { readonly made: Made }>(
  properties: readonly string[],
  resourceOf: (subject: S) => CfnResource,
  { print = clipped, ...text }: Wording,
): Rule<S> {
  return {
    ...text,
    properties,
    judge: (subject, app) =>
      app
        .branches(resourceOf(subject))
        .flatMap((resource) =>
          properties
            .filter((part) => !isMade(resource, part, subject.made[part]))
            .map((part) => ({ resource, part, given: print(resource.properties[part]) })),
        ),
  };
}

/** Whether a property has the value that the construct set. */
export function isMade(resource: RenderedResource, property: string, made: unknown): boolean {
  const given = resource.properties[property];
  // Tokens never are in a template.
  if (given === made) return true;
  return writes(resource, given, made) || sameValue(resource, given, resource.resolve(made));
}

/**
 * Whether a template value equals the recorded value in the same notation, resolving only the
 * tokens of the latter: a fast path for most values.
 */
export function writes(resource: RenderedResource, given: unknown, made: unknown): boolean {
  return sameJson(given, made, (one, token) => sameJson(one, resource.resolve(token)));
}

/**
 * Whether two JSON values are equal. Names with undefined values are ignored.
 *
 * `isSame` compares values that are neither equal nor lists nor plain objects.
 */
export function sameJson(
  one: unknown,
  other: unknown,
  isSame: (one: unknown, other: unknown) => boolean = () => false,
): boolean {
  if (one === other) return true;
  if (Array.isArray(other)) {
    if (!Array.isArray(one) || one.length !== other.length) return false;
    return other.every((each, index) => sameJson(one[index], each, isSame));
  }
  if (!isTemplateObject(other)) return isSame(one, other);
  if (!isTemplateObject(one)) return false;
  let count = 0;
  for (const name in other) {
    if (other[name] === undefined) continue;
    count += 1;
    if (!sameJson(one[name], other[name], isSame)) return false;
  }
  return Object.keys(one).length === count;
}

/** Whether two values of a template are equal in any notation. */
export function sameValue({ stack }: RenderedResource, one: unknown, other: unknown): boolean {
  // Fast path: most values are equal in the same notation.
  if (sameJson(one, other)) return true;
  return sameJson(comparable(stack, one), comparable(stack, other));
}

/** The JSON of a value with sorted names. */
export function ordered(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`;
  const names = Object.keys(value).sort();
  const parts = names.map((name) => `"${name}":${ordered(Reflect.get(value, name))}`);
  return `{${parts.join()}}`;
}

/** A copy with names of nested properties as in templates, unless verbatim. */
export function capitalized(value: unknown, isVerbatim = false): unknown {
  if (Array.isArray(value)) return value.map((each) => capitalized(each, isVerbatim));
  if (!isTemplateObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      isVerbatim ? key : key.charAt(0).toUpperCase() + key.slice(1),
      capitalized(each, isVerbatim),
    ]),
  );
}

/** A rule that no other resource of these types references the protected resource. */
export function noOther<S extends Subject>(
  places: readonly (readonly [type: string, property: string])[],
  targetsOf: (subject: S) => readonly CfnResource[],
  text: Wording & {
    /** Which referencing resources are allowed. */
    readonly spare?: (other: RenderedResource, subject: S, app: RenderedApp) => boolean;
  },
): Rule<S> {
  const { spare = () => false, print: _, ...words } = text;
  return {
    ...words,
    properties: places.map((place) => place.join(' ')),
    judge: (subject, app) =>
      targetsOf(subject).flatMap((target) => {
        const named = app.find(target);
        if (named === undefined) return [];
        return places.flatMap(([type, property]) =>
          app
            .naming(type, property, named)
            .filter((other) => !spare(other, subject, app))
            .map((resource) => ({ resource, part: property, given: named.path })),
        );
      }),
  };
}
