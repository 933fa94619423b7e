/** The templates of an app, with an index of their resources for the rules. */

import { type CfnElement, CfnResource, Stack, Tokenization } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { possibleTexts, SYMBOL } from './expressions';
import { type RenderedResource, RenderedStack, type Templates } from './rendered-stack';

/** The property with the name of a resource, which others may use as a literal. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::ElastiCache::ReplicationGroup': 'ReplicationGroupId',
  'AWS::ElastiCache::User': 'UserId',
  'AWS::ElastiCache::UserGroup': 'UserGroupId',
  'AWS::EC2::SecurityGroup': 'GroupName',
};

const ALIASES = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];

type Index = ReadonlyMap<string, readonly RenderedResource[]>;

/** Resources of an index that reference a resource by its literal name, in the same environment. */
function named(
  index: Index,
  target: RenderedResource,
  property: string,
): readonly RenderedResource[] {
  const names = target.branches.flatMap((branch) => branch.texts(property));
  return Array.from(new Set(names))
    .flatMap((name) => index.get(lastPart(name)) ?? [])
    .filter(({ stack }) => stack.stack.environment === target.stack.stack.environment);
}

export class RenderedApp implements Templates {
  readonly stacks: readonly RenderedStack[];
  readonly #byStack = new Map<Stack, RenderedStack>();
  readonly #byType = new Map<string, RenderedResource[]>();
  readonly #protected: ReadonlySet<string>;
  readonly #ids = new Map<CfnElement, string>();
  readonly #found = new Map<CfnResource, RenderedResource | undefined>();
  readonly #naming = new Map<string, Map<string, Index>>();
  #exports: Map<string, { stack: RenderedStack; value: unknown }> | undefined;

  constructor(root: IConstruct, protectedResources: readonly CfnResource[]) {
    const inTree = resourcesByStack(root);
    this.stacks = Array.from(
      inTree.keys(),
      (stack, index) => new RenderedStack(this, index, stack),
    );
    for (const rendered of this.stacks) {
      this.#byStack.set(rendered.stack, rendered);
      for (const resource of rendered.resources.values()) {
        const same = this.#byType.get(resource.body.Type);
        if (same) same.push(resource);
        else this.#byType.set(resource.body.Type, [resource]);
      }
      this.#nameInOrder(rendered, inTree.get(rendered.stack) ?? []);
    }
    this.#protected = new Set(protectedResources.flatMap((each) => this.find(each)?.key ?? []));
  }

  /**
   * Takes the logical ids from the template, which has the order of the construct tree: computing
   * them costs more than any rule. Not where the two differ in number or in a type.
   */
  #nameInOrder({ resources }: RenderedStack, inTree: readonly CfnResource[]): void {
    if (resources.size !== inTree.length) return;
    const written = Array.from(resources.values());
    const isSame = written.every(
      // JavaScript puts names that are numbers first.
      ({ id, body }, index) => body.Type === inTree[index]?.cfnResourceType && !/^\d/.test(id),
    );
    if (!isSame) return;
    for (const [index, resource] of inTree.entries()) {
      this.#ids.set(resource, written[index]?.id ?? '');
      this.#found.set(resource, written[index]);
    }
  }

  stackOf(stack: Stack): RenderedStack | undefined {
    return this.#byStack.get(stack);
  }

  /** A resource in its template. Undefined if it was removed from the tree. */
  find(resource: CfnResource): RenderedResource | undefined {
    const known = this.#found.get(resource);
    if (known !== undefined || this.#found.has(resource)) return known;
    const found = this.#byStack.get(resource.stack)?.resource(this.logicalId(resource));
    this.#found.set(resource, found);
    return found;
  }

  /** A resource under each choice of its conditions. Empty if it was removed. */
  branches(resource: CfnResource): readonly RenderedResource[] {
    return this.find(resource)?.branches ?? [];
  }

  /** The logical id of an element in its template. */
  logicalId(element: CfnElement): string {
    const known = this.#ids.get(element);
    if (known !== undefined) return known;
    // Equals CDK's resolution of the id, in a tenth of the time.
    const token = Tokenization.reverse(element.logicalId);
    const id = String(
      token === undefined ? element.logicalId : token.resolve({ scope: element } as never),
    );
    this.#ids.set(element, id);
    return id;
  }

  byKey(key: string): RenderedResource | undefined {
    const [index, id = ''] = key.split('#');
    return this.stacks[Number(index)]?.resource(id);
  }

  /** The resources that a property references. */
  namedBy(resource: RenderedResource, property: string): readonly RenderedResource[] {
    return resource
      .texts(property)
      .flatMap(namesIn)
      .flatMap((key) => this.byKey(key) ?? []);
  }

  /** Whether a resource is part of a cache of this library. */
  isProtected({ key }: RenderedResource): boolean {
    return this.#protected.has(key);
  }

  ofType(type: string): readonly RenderedResource[] {
    return this.#byType.get(type) ?? [];
  }

  /**
   * The resources of a type whose property references a resource, in any notation, in the branches
   * with that reference.
   */
  naming(type: string, property: string, target: RenderedResource): readonly RenderedResource[] {
    const index = this.#indexOf(type, property);
    if (index.size === 0) return [];
    const namedIn = NAME_PROPERTIES[target.body.Type];
    const hasName = namedIn !== undefined && target.properties[namedIn] !== undefined;
    const byName = hasName ? named(index, target, namedIn) : [];
    const aliases = this.#aliasesOf(target);
    const byReference = index.get(target.key) ?? [];
    if (byName.length === 0 && aliases.length === 0) return byReference;
    const ofAliases = aliases.flatMap(({ key }) => index.get(key) ?? []);
    return Array.from(new Set([...byReference, ...ofAliases, ...byName]));
  }

  /** The resources of a type whose property can have a text, or references the text's resource. */
  namingText(type: string, property: string, text: string): readonly RenderedResource[] {
    const index = this.#indexOf(type, property);
    return Array.from(new Set(namesIn(text).flatMap((name) => index.get(name) ?? [])));
  }

  /** Aliases and versions of a function, which also invoke it. */
  #aliasesOf(target: RenderedResource): readonly RenderedResource[] {
    if (target.body.Type !== 'AWS::Lambda::Function') return [];
    return ALIASES.flatMap((type) => {
      const index = this.#indexOf(type, 'FunctionName');
      return [...(index.get(target.key) ?? []), ...named(index, target, 'FunctionName')];
    });
  }

  /** The value of an export, by its name. */
  exported(name: string): { stack: RenderedStack; value: unknown } | undefined {
    this.#exports ??= new Map(
      this.stacks.flatMap((stack) =>
        Object.values(stack.template.Outputs ?? {}).flatMap(({ Value: value, Export }) =>
          possibleTexts(stack, Export?.Name).map(
            (exportName) => [exportName, { stack, value }] as const,
          ),
        ),
      ),
    );
    return this.#exports.get(name);
  }

  #indexOf(type: string, property: string): Index {
    const known = this.#naming.get(type)?.get(property);
    if (known) return known;
    const index = new Map<string, RenderedResource[]>();
    const ofType = this.#naming.get(type) ?? new Map<string, Index>();
    this.#naming.set(type, ofType.set(property, index));
    for (const resource of this.ofType(type).flatMap(({ branches }) => branches)) {
      for (const key of new Set(resource.texts(property).flatMap(namesIn))) {
        const same = index.get(key);
        if (same) same.push(resource);
        else index.set(key, [resource]);
      }
    }
    return index;
  }
}

/** The stacks below a construct, each with its resources in the order of the tree. */
function resourcesByStack(root: IConstruct): ReadonlyMap<Stack, readonly CfnResource[]> {
  const found = new Map<Stack, CfnResource[]>();
  for (const each of root.node.findAll()) {
    if (Stack.isStack(each)) found.set(each, []);
    else if (CfnResource.isCfnResource(each)) found.get(each.stack)?.push(each);
  }
  return found;
}

/** Keys of a text: its resources, and the last part of a name or ARN. */
function namesIn(text: string): readonly string[] {
  return [...Array.from(text.matchAll(SYMBOL), ([, key = '']) => key), lastPart(text)];
}

/** The name in a name or ARN; of a function without alias or version. */
function lastPart(text: string): string {
  const [, name] = /(?:^|:function:)([\w-]+):[\w$-]+$/.exec(text) ?? [];
  return name ?? text.split(/[:/]/).at(-1) ?? text;
}
