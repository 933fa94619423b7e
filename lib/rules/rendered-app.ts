/**
 * The templates of an app as CDK has written them, after overrides, mutations and aspects, with the
 * resources that rules ask about.
 *
 * The templates are read, not resolved again: that costs a tenth, and is what CloudFormation gets.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CfnElement,
  type CfnResource,
  Reference,
  Stack,
  Stage,
  Token,
  Tokenization,
} from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { listItems, possibleTexts, SYMBOL } from './expressions';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource as its template has it. */
export type Body = Readonly<{
  Type: string;
  Properties?: Properties;
  Condition?: unknown;
  DeletionPolicy?: unknown;
  UpdateReplacePolicy?: unknown;
}>;

interface Output {
  readonly Value?: unknown;
  readonly Export?: { readonly Name?: unknown };
}

interface Parameter {
  readonly AllowedValues?: readonly unknown[];
}

export type Template = Readonly<{
  Resources?: Readonly<Record<string, Body>>;
  Outputs?: Readonly<Record<string, Output>>;
  Parameters?: Readonly<Record<string, Parameter>>;
  Mappings?: Readonly<Record<string, Readonly<Record<string, Properties>>>>;
}>;

/** The property that holds the name of a resource, where a rule can meet it as a literal. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::ElastiCache::ReplicationGroup': 'ReplicationGroupId',
};

export class RenderedResource {
  constructor(
    readonly stack: RenderedStack,
    readonly id: string,
    readonly body: Body,
  ) {}

  /** What names it in a text of `possibleTexts`. */
  get key(): string {
    return `${this.stack.index}#${this.id}`;
  }

  get properties(): Properties {
    return this.body.Properties ?? {};
  }

  /** The path of its construct. Searched for, since only what breaks a rule asks for it. */
  get path(): string {
    const { stack } = this.stack;
    const found = stack.node
      .findAll()
      .find(
        (each) =>
          CfnElement.isCfnElement(each) &&
          Stack.of(each) === stack &&
          stack.resolve(each.logicalId) === this.id,
      );
    return found?.node.path ?? `${stack.node.path}/${this.id}`;
  }

  /** Every text that a property can have. */
  texts(property: string): readonly string[] {
    return possibleTexts(this.stack, this.properties[property]);
  }

  /** The items of a property that is a list. */
  items(property: string): readonly Properties[] {
    return listItems(this.properties[property]);
  }
}

export class RenderedStack {
  readonly template: Template;
  readonly #resolved = new Map<string, unknown>();

  constructor(
    readonly app: RenderedApp,
    readonly index: number,
    readonly stack: Stack,
  ) {
    this.template = templateOf(stack);
  }

  /** A value with its tokens as the template has them. Each text with a token is resolved once. */
  resolve(value: unknown): unknown {
    if (!Token.isUnresolved(value)) {
      if (Array.isArray(value)) return value.map((each) => this.resolve(each));
      if (!isPlain(value)) return value;
      const entries = Object.entries(value).filter(([, each]) => each !== undefined);
      return Object.fromEntries(entries.map(([key, each]) => [key, this.resolve(each)]));
    }
    if (typeof value !== 'string') return this.stack.resolve(value);
    if (!this.#resolved.has(value)) this.#resolved.set(value, this.#resolveText(value));
    return this.#resolved.get(value);
  }

  /** A reference within the stack, which most are, is written here: CDK takes ten times as long. */
  #resolveText(text: string): unknown {
    const token = Tokenization.reverse(text, { failConcat: false });
    if (Reference.isReference(token) && CfnElement.isCfnElement(token.target)) {
      const { target, displayName } = token;
      if (target.stack === this.stack) {
        const id = this.app.logicalId(target);
        return displayName === 'Ref' ? { Ref: id } : { 'Fn::GetAtt': [id, displayName] };
      }
    }
    return this.stack.resolve(text);
  }

  resource(id: string): RenderedResource | undefined {
    const body = this.template.Resources?.[id];
    return body && new RenderedResource(this, id, body);
  }
}

/** Whether a value is an object of names and values. A token is an object of a class. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Empty if the stack's synthesizer writes none: then what is protected there is missed. */
function templateOf(stack: Stack): Template {
  const file = join(Stage.of(stack)?.outdir ?? '', stack.templateFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

export class RenderedApp {
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
      for (const [id, body] of Object.entries(rendered.template.Resources ?? {})) {
        const same = this.#byType.get(body.Type);
        const resource = new RenderedResource(rendered, id, body);
        if (same) same.push(resource);
        else this.#byType.set(body.Type, [resource]);
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

  /** The id of an element in its template. */
  logicalId(element: CfnElement): string {
    const known = this.#ids.get(element);
    if (known !== undefined) return known;
    const id: string = element.stack.resolve(element.logicalId);
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

  /** The resources of a type with a property that names a resource, in whatever spelling. */
  naming(type: string, property: string, target: RenderedResource): readonly RenderedResource[] {
    const index = this.#indexOf(type, property);
    const byReference = index.get(target.key) ?? [];
    const name = target.properties[NAME_PROPERTIES[target.body.Type] ?? ''];
    if (typeof name !== 'string') return byReference;
    const { environment } = target.stack.stack;
    const byName = (index.get(name) ?? []).filter(
      ({ stack }) => stack.stack.environment === environment,
    );
    return [...byReference, ...byName];
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
    for (const resource of this.ofType(type)) {
      for (const key of new Set(resource.texts(property).flatMap(namesIn))) {
        const same = index.get(key);
        if (same) same.push(resource);
        else index.set(key, [resource]);
      }
    }
    return index;
  }
}

/** What a text names: the resources in it, or else the last part of a literal name or ARN. */
function namesIn(text: string): readonly string[] {
  const keys = Array.from(text.matchAll(SYMBOL), ([, key = '']) => key);
  return keys.length > 0 ? keys : [text.split(/[:/]/).at(-1) ?? text];
}
