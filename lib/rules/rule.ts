/** What a rule is, and the helpers that rules are made of. */

import type { CfnResource } from 'aws-cdk-lib/core';
import { comparable } from './expressions';
import type { RenderedApp } from './rendered-app';
import { isTemplateObject, type Properties, type RenderedResource } from './rendered-stack';

/** A rule as a reviewer reads it: `docs/rules.md` lists each. */
export interface RuleText {
  /** As an error ends with it. */
  readonly id: string;
  /** What is protected. */
  readonly protects: string;
  /** What is judged: properties of what is protected, and `Type Property` of other resources. */
  readonly properties: readonly string[];
  readonly why: string;
  /** As it follows "must be" in an error. */
  readonly allowed: string;
  /** What to do, in whole sentences. */
  readonly fix: string;
}

/** What breaks a rule. */
export interface Finding {
  readonly resource: RenderedResource;
  /** The property, or other part of the resource, that is wrong. */
  readonly part: string;
  /** As it is printed: never a secret. */
  readonly given: string;
  /**
   * What is allowed here.
   *
   * @default - as the rule says
   */
  readonly allowed?: string;
}

/** What a rule protects, as the construct that made it hands it over. */
export interface Subject {
  /** The resources that must stay as a whole. */
  readonly resources: readonly CfnResource[];
}

export interface Rule<S extends Subject> extends RuleText {
  /**
   * Whether it tells only of what no other rule of the same subject tells of, or follows from.
   *
   * @default false
   */
  readonly isToldLast?: boolean;
  judge(subject: S, app: RenderedApp): readonly Finding[];
}

const GIVEN_LENGTH_MAX = 160;

/** A value as an error prints it. Not for what may be a secret. */
export function clipped(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > GIVEN_LENGTH_MAX ? `${text.slice(0, GIVEN_LENGTH_MAX)}…` : text;
}

/** The properties of a resource as its construct set them, before anybody changed it. */
export type Made = Properties;
export type { Properties };

/**
 * Takes down what a construct has set, in the spelling of templates. A copy: nobody who changes a
 * list or an object in place changes it.
 */
export function madeOf(properties: Properties): Made {
  return capitalized(properties) as Made;
}

interface Wording extends Omit<RuleText, 'properties'> {
  readonly print?: (value: unknown) => string;
}

/** A rule that properties are as the construct set them, whatever that was. */
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

/** Whether a property is what the construct set. */
export function isMade(resource: RenderedResource, property: string, made: unknown): boolean {
  const given = resource.properties[property];
  return writes(resource, given, made) || sameValue(resource, given, resource.resolve(made));
}

/** Whether a template writes a value as it was made: nearly all are, which is seen at once. */
function writes(resource: RenderedResource, given: unknown, made: unknown): boolean {
  return sameJson(given, made, (one, token) => sameJson(one, resource.resolve(token)));
}

/**
 * Whether two values of JSON are the same. A name whose value is undefined does not count.
 *
 * `isSame` is asked about values that are neither equal nor lists nor objects of names.
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

/** Whether two values of a template are the same, in whatever spelling. */
export function sameValue({ stack }: RenderedResource, one: unknown, other: unknown): boolean {
  // Nearly all are, in the same spelling, which is seen at once.
  if (sameJson(one, other)) return true;
  return sameJson(comparable(stack, one), comparable(stack, other));
}

/** The JSON of a value with its names in order. */
export function ordered(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`;
  const names = Object.keys(value).sort();
  const parts = names.map((name) => `"${name}":${ordered(Reflect.get(value, name))}`);
  return `{${parts.join()}}`;
}

/** A copy, with names of nested properties as templates spell them, unless they are verbatim. */
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

/** A rule that no other resource of these types names what is protected. */
export function noOther<S extends Subject>(
  places: readonly (readonly [type: string, property: string])[],
  targetsOf: (subject: S) => readonly CfnResource[],
  text: Wording & {
    /** Which of those that name it are no offence. */
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
