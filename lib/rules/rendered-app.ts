/** The templates of an app, with the resources that rules ask about. */

import { type CfnElement, type CfnResource, Stack, Tokenization } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { possibleTexts, SYMBOL } from './expressions';
import { type RenderedResource, RenderedStack, type Templates } from './rendered-stack';

/** The property that holds the name of a resource, where a rule can meet it as a literal. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::ElastiCache::ReplicationGroup': 'ReplicationGroupId',
  'AWS::EC2::SecurityGroup': 'GroupName',
};

const ALIASES = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];

type Index = ReadonlyMap<string, readonly RenderedResource[]>;

/** Those of an index that name a resource by its own name, in its account and region. */
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
  readonly #naming = new Map<string, Map<string, RenderedResource[]>>();
  #exports: Map<string, { stack: RenderedStack; value: unknown }> | undefined;

  constructor(root: IConstruct, protectedResources: readonly CfnResource[]) {
    const found = root.node.findAll().filter(Stack.isStack);
    this.stacks = found.map((stack, index) => new RenderedStack(this, index, stack));
    for (const rendered of this.stacks) {
      this.#byStack.set(rendered.stack, rendered);
      for (const resource of rendered.resources.values()) {
        const same = this.#byType.get(resource.body.Type);
        if (same) same.push(resource);
        else this.#byType.set(resource.body.Type, [resource]);
      }
    }
    this.#protected = new Set(protectedResources.flatMap((each) => this.find(each)?.key ?? []));
  }

  stackOf(stack: Stack): RenderedStack | undefined {
    return this.#byStack.get(stack);
  }

  /** A resource in its template. Undefined if it was removed from the tree. */
  find(resource: CfnResource): RenderedResource | undefined {
    if (this.#found.has(resource)) return this.#found.get(resource);
    const found = this.#byStack.get(resource.stack)?.resource(this.logicalId(resource));
    this.#found.set(resource, found);
    return found;
  }

  /** A resource as each choice of its conditions makes it. None if it was removed. */
  branches(resource: CfnResource): readonly RenderedResource[] {
    return this.find(resource)?.branches ?? [];
  }

  /** The id of an element in its template. */
  logicalId(element: CfnElement): string {
    const known = this.#ids.get(element);
    if (known !== undefined) return known;
    // What its resolution by CDK ends in, at a tenth of the time.
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

  /** The resources that a property names. */
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
   * The resources of a type with a property that names a resource, in whatever spelling, in the
   * branches in which it does.
   */
  naming(type: string, property: string, target: RenderedResource): readonly RenderedResource[] {
    const index = this.#indexOf(type, property);
    const targets = [target, ...this.#aliasesOf(target)];
    const byReference = targets.flatMap(({ key }) => index.get(key) ?? []);
    const namedIn = NAME_PROPERTIES[target.body.Type];
    const hasName = namedIn !== undefined && target.properties[namedIn] !== undefined;
    const byName = hasName ? named(index, target, namedIn) : [];
    return Array.from(new Set([...byReference, ...byName]));
  }

  /** The resources of a type with a property that can have a text, or names what the text names. */
  namingText(type: string, property: string, text: string): readonly RenderedResource[] {
    const index = this.#indexOf(type, property);
    return Array.from(new Set(namesIn(text).flatMap((name) => index.get(name) ?? [])));
  }

  /** The aliases and versions of a function, by which it is invoked as well. */
  #aliasesOf(target: RenderedResource): readonly RenderedResource[] {
    if (target.body.Type !== 'AWS::Lambda::Function') return [];
    return ALIASES.flatMap((type) => {
      const index = this.#indexOf(type, 'FunctionName');
      return [...(index.get(target.key) ?? []), ...named(index, target, 'FunctionName')];
    });
  }

  /** The value that an output exports, by the name of the export. */
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

  #indexOf(type: string, property: string): Map<string, RenderedResource[]> {
    const known = this.#naming.get(`${type} ${property}`);
    if (known) return known;
    const index = new Map<string, RenderedResource[]>();
    this.#naming.set(`${type} ${property}`, index);
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

/** What a text names: the resources in it, and the last part of a name or ARN. */
function namesIn(text: string): readonly string[] {
  return [...Array.from(text.matchAll(SYMBOL), ([, key = '']) => key), lastPart(text)];
}

/** The name in a name or ARN, of a function without its alias or version. */
function lastPart(text: string): string {
  const [, name] = /(?:^|:function:)([\w-]+):[\w$-]+$/.exec(text) ?? [];
  return name ?? text.split(/[:/]/).at(-1) ?? text;
}
