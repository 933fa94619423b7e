/** Compares statements of IAM policies, in any order and notation. */

import { comparable, listItems } from './expressions';
import { isTemplateObject, type RenderedResource } from './rendered-stack';
import { ordered, writes } from './rule';

/** The statements of a document. Undefined if they cannot be read. */
export function statementsIn(
  document: unknown,
): readonly Readonly<Record<string, unknown>>[] | undefined {
  const statements = isTemplateObject(document) ? listItems(document.Statement) : [];
  return statements.length > 0 ? statements : undefined;
}

/**
 * Statements of a resource that are given but unknown, and statements that are known but missing;
 * the known ones may hold tokens.
 */
export function comparedStatements(
  given: readonly unknown[],
  known: readonly unknown[],
  resource: RenderedResource,
): { readonly more: readonly unknown[]; readonly fewer: readonly unknown[] } {
  // Fast path: most statements have the same position and notation.
  const isInPlace = given.map((each, index) => writes(resource, each, known[index]));
  const textOf = (each: unknown) => ordered(unordered(comparable(resource.stack, each)));
  const left = known
    .filter((_, index) => isInPlace[index] !== true)
    .map((each) => resource.resolve(each))
    .map((each) => ({ each, text: textOf(each) }));
  // Each known statement matches only one equal given statement.
  const more = given.filter((each, index) => {
    if (isInPlace[index]) return false;
    const text = textOf(each);
    const place = left.findIndex((other) => other.text === text);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  return { more, fewer: left.map(({ each }) => each) };
}

/** A statement with sorted lists, and single values instead of lists of one: CDK writes both. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 1
      ? unordered(value[0])
      : value.map(unordered).sort((a, b) => (ordered(a) < ordered(b) ? -1 : 1));
  }
  if (!isTemplateObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      // The order of an intrinsic function's arguments matters.
      name.startsWith('Fn::') ? each : unordered(each),
    ]),
  );
}
