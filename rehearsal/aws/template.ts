/** Reads a synthesized template: its resources by type, and its values without the intrinsics. */

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: ResourceProperties;
  readonly Metadata?: Readonly<Record<string, string>>;
}

export type ResourceProperties = Readonly<Record<string, unknown>>;

export type Resources = Readonly<Record<string, Resource>>;

export type Named = readonly [id: string, properties: ResourceProperties];

export function all(resources: Resources, type: string): readonly Named[] {
  return Object.entries(resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties]);
}

export function find(resources: Resources, type: string): Named {
  return only(type, all(resources, type));
}

/** The resource that a `Ref` or `Fn::GetAtt` points at. */
export function referenced(resources: Resources, reference: unknown): Named {
  const id = resolvedText(reference);
  const resource = resources[id];
  if (!resource) throw new Error(`the template names ${id} and does not have it`);
  return [id, resource.Properties];
}

export function only<T>(what: string, found: readonly T[]): T {
  const [first] = found;
  if (first === undefined || found.length !== 1) {
    throw new Error(`the template has ${found.length} of ${what}; the rehearsal needs exactly one`);
  }
  return first;
}

/** The value of a `Ref`, or of a `Fn::GetAtt` with its attribute. */
export type Refer = (id: string, attribute?: string) => string;

/** A reference in the notation of Fn::Sub. */
export const reference: Refer = (id, attribute) =>
  `\${${[id, attribute].filter(Boolean).join('.')}}`;

/** Replaces each `${Id}` or `${Id.Attribute}` by its value, or by the id if unknown. */
export function resolveReferences(
  value: string,
  references: Readonly<Record<string, string>>,
): string {
  return value.replaceAll(/\$\{([\w.]+)\}/g, (_, name: string) => references[name] ?? name);
}

/**
 * A string of the template; references become the logical id by default.
 *
 * @throws Error that names an intrinsic function without support here.
 */
export function resolvedText(value: unknown, refer: Refer = (id) => id): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = []] = Object.entries(value ?? {});
  if (intrinsic === 'Ref' && typeof argument === 'string') return refer(argument);
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) {
    return refer(String(argument[0]), String(argument[1]));
  }
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument as [string, readonly unknown[]];
    return parts.map((part) => resolvedText(part, refer)).join(separator);
  }
  if (intrinsic === 'Fn::Select' && Array.isArray(argument)) {
    const [index, list] = argument as [number | string, unknown];
    return listOf(list, refer)[Number(index)] ?? unsupported(intrinsic);
  }
  // Values of another stack, which the rehearsal does not deploy.
  if (intrinsic === 'Fn::GetStackOutput') return refer(resolvedText(Object(argument).OutputName));
  if (intrinsic === 'Fn::ImportValue') return refer(resolvedText(argument));
  return unsupported(intrinsic ?? typeof value);
}

/** The argument of Fn::Select. */
function listOf(list: unknown, refer: Refer): readonly string[] {
  if (Array.isArray(list)) return list.map((each) => resolvedText(each, refer));
  const [[intrinsic, argument] = []] = Object.entries(list ?? {});
  if (intrinsic !== 'Fn::Split' || !Array.isArray(argument)) {
    return unsupported(intrinsic ?? typeof list);
  }
  const [separator, whole] = argument as [string, unknown];
  return resolvedText(whole, refer).split(separator);
}

function unsupported(what: string): never {
  throw new Error(`the rehearsal cannot resolve ${what}; add it to rehearsal/aws/template.ts`);
}

export function mapValues<T>(
  record: ResourceProperties,
  map: (value: unknown) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** CloudFormation also accepts numbers as strings. */
export function integerOf(
  group: ResourceProperties,
  name: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const given = group[name];
  const value = /^-?\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return value;
  const allowed = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new Error(
    `${name} of the replication group must be an integer ${allowed}, got ` +
      `${JSON.stringify(given)}. Write it into the template as a number, not as a reference.`,
  );
}
