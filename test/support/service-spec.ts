/** AWS's own service spec of CloudFormation: which property replaces which resource. */

/** As much of the spec's property as the tests read. */
interface SpecProperty {
  readonly causesReplacement?: 'yes' | 'maybe' | 'no';
}

interface Spec {
  lookup(
    entity: 'resource',
    index: 'cloudFormationType',
    comparison: 'equals',
    type: string,
  ): readonly { readonly properties: Readonly<Record<string, SpecProperty>> }[];
}

const {
  loadAwsServiceSpecSync,
}: { loadAwsServiceSpecSync(): Spec } = require('@aws-cdk/aws-service-spec');

const SPEC = loadAwsServiceSpecSync();

/** Of each property of a resource type, whether AWS says that its change replaces the resource. */
export function replacementBySpec(type: string): ReadonlyMap<string, 'yes' | 'maybe' | 'no'> {
  const [resource] = SPEC.lookup('resource', 'cloudFormationType', 'equals', type);
  if (resource === undefined) throw new Error(`the service spec has no ${type}`);
  const properties = Object.entries(resource.properties);
  return new Map(
    properties.map(([name, { causesReplacement }]) => [name, causesReplacement ?? 'no']),
  );
}
