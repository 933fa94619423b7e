/** Compares the statements of IAM policies, in whatever order and spelling. */

import { isDeepStrictEqual } from 'node:util';
import { comparable, listItems } from './expressions';
import { isPlain, type RenderedResource } from './rendered-stack';
import { ordered } from './rule';

/** The statements of a document. Undefined if it has none that can be read. */
export function statementsIn(
  document: unknown,
): readonly Readonly<Record<string, unknown>>[] | undefined {
  const statements = isPlain(document) ? listItems(document.Statement) : [];
  return statements.length > 0 ? statements : undefined;
}

/** Those that are not among the known ones, of several that are alike as often as they are not. */
export function statementsWithout(
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
      ? unordered(value[0])
      : value.map(unordered).sort((a, b) => (ordered(a) < ordered(b) ? -1 : 1));
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
