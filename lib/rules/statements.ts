/** Compares the statements of IAM policies, in whatever order and spelling. */

import { comparable, listItems } from './expressions';
import { isTemplateObject, type RenderedResource } from './rendered-stack';
import { ordered, sameJson } from './rule';

/** The statements of a document. Undefined if it has none that can be read. */
export function statementsIn(
  document: unknown,
): readonly Readonly<Record<string, unknown>>[] | undefined {
  const statements = isTemplateObject(document) ? listItems(document.Statement) : [];
  return statements.length > 0 ? statements : undefined;
}

/** What of the given statements is not known, and what of the known ones is not given. */
export function comparedStatements(
  given: readonly unknown[],
  known: readonly unknown[],
  { stack }: RenderedResource,
): { readonly more: readonly unknown[]; readonly fewer: readonly unknown[] } {
  // Nearly all are in the same place and spelling, which is seen at once.
  const isInPlace = given.map((each, index) => sameJson(each, known[index]));
  const textOf = (each: unknown) => ordered(unordered(comparable(stack, each)));
  const left = known
    .filter((_, index) => isInPlace[index] !== true)
    .map((each) => ({ each, text: textOf(each) }));
  // Of several that are alike, as many are known as there are.
  const more = given.filter((each, index) => {
    if (isInPlace[index]) return false;
    const text = textOf(each);
    const place = left.findIndex((other) => other.text === text);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  return { more, fewer: left.map(({ each }) => each) };
}

/** A statement whose lists are in order, and no list where one value is: CDK writes both ways. */
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
      // The order of what a function of CloudFormation is given matters.
      name.startsWith('Fn::') ? each : unordered(each),
    ]),
  );
}
