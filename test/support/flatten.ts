/** Writes the references in a template as text, so that a test can name what it expects. */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** `{Ref: 'A'}` becomes `<A>`, `{'Fn::GetAtt': ['A', 'Arn']}` `<A.Arn>`; joins are joined. */
export function flatten(value: unknown): Json {
  return flat(JSON.parse(JSON.stringify(value)) as Json);
}

function flat(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(flat);
  if (value.Ref !== undefined) return `<${value.Ref}>`;
  const attribute = value['Fn::GetAtt'];
  if (attribute !== undefined) return `<${(attribute as readonly string[]).join('.')}>`;
  const join = value['Fn::Join'];
  if (join !== undefined) return (flat((join as readonly Json[])[1] ?? []) as string[]).join('');
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, flat(each)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
