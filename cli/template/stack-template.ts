/** A CloudFormation template as the command line reads it. */

export interface StackTemplate {
  /** The name of the stack, or of the file if the name is unknown. */
  readonly stack: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly conditions?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, Output>>;
  readonly parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  /** `aws://123456789012/eu-central-1`, or with `unknown-account`, `unknown-region`. */
  readonly environment?: string;
}

export interface Output {
  readonly Value?: unknown;
  readonly Export?: { readonly Name?: unknown };
}

export interface TemplateResource {
  readonly Type?: string;
  readonly Properties?: TemplateProperties;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export type TemplateProperties = Readonly<Record<string, unknown>>;

/** The sections of a template in JSON. `undefined` if `content` is not a template. */
export function partsOf(content: unknown): Omit<StackTemplate, 'stack'> | undefined {
  const parts = (content ?? {}) as Readonly<Record<string, object>>;
  const { Resources, Conditions, Outputs, Parameters } = parts;
  if (typeof Resources !== 'object' || Resources === null) return undefined;
  return {
    resources: Resources as StackTemplate['resources'],
    conditions: (Conditions ?? {}) as StackTemplate['conditions'],
    outputs: (Outputs ?? {}) as StackTemplate['outputs'],
    parameters: (Parameters ?? {}) as StackTemplate['parameters'],
  };
}

/** The resources of one type, with their logical ids. */
export function ofType(
  { resources }: StackTemplate,
  type: string,
): readonly (readonly [id: string, properties: TemplateProperties])[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties = {} }]) => [id, Properties]);
}

/** The logical id that a `Ref` or an `Fn::GetAtt` names. */
export function referredBy(value: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof Ref === 'string') return Ref;
  const [id] = Array.isArray(attribute) ? attribute : String(attribute ?? '').split('.');
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** Shards and nodes of a replication group. A number is NaN if it is known only at deploy. */
export function topologyOf(group: TemplateProperties): {
  readonly isSharded: boolean;
  readonly shards: number;
  readonly nodes: number;
} {
  if (group.NumCacheClusters !== undefined) {
    return { isSharded: false, shards: 1, nodes: Number(group.NumCacheClusters) };
  }
  const shards = Number(group.NumNodeGroups ?? 1);
  return {
    isSharded: group.NumNodeGroups !== undefined,
    shards,
    nodes: shards * (Number(group.ReplicasPerNodeGroup ?? 0) + 1),
  };
}
