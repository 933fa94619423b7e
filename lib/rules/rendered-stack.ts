/**
 * A template as CDK has written it, after overrides, mutations and aspects, and its resources.
 *
 * The template is read, not resolved again: that costs a tenth, and is what CloudFormation gets.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CfnElement,
  type IResolvable,
  Reference,
  Stack,
  Stage,
  Token,
  Tokenization,
} from 'aws-cdk-lib/core';
import { type Branch, branchesOf, hasBranches } from './branches';
import { listItems, possibleTexts } from './expressions';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource as its template has it. */
export type Body = Readonly<{
  Type: string;
  Properties?: Properties;
  Condition?: unknown;
  DeletionPolicy?: unknown;
  UpdateReplacePolicy?: unknown;
  UpdatePolicy?: { readonly UseOnlineResharding?: unknown };
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

export class RenderedResource {
  #branches: readonly RenderedResource[] | undefined;

  constructor(
    readonly stack: RenderedStack,
    readonly id: string,
    readonly body: Body,
    /** Of a resource with conditions: what they are here, with which the body is resolved. */
    readonly branch?: Branch,
    /** Of such a branch: the resource as its template has it. */
    readonly whole?: RenderedResource,
  ) {}

  /** What names it in a text of `possibleTexts`. */
  get key(): string {
    return `${this.stack.index}#${this.id}`;
  }

  get properties(): Properties {
    return this.body.Properties ?? {};
  }

  /** The resource as each choice of its conditions makes it. Rules judge each of these. */
  get branches(): readonly RenderedResource[] {
    this.#branches ??= this.#resolveBranches();
    return this.#branches;
  }

  #resolveBranches(): readonly RenderedResource[] {
    if (this.branch || !this.stack.hasBranches || !hasBranches(this.properties)) return [this];
    return branchesOf(this.properties).map((branch) => {
      const body = { ...this.body, Properties: branch.value as Properties };
      return new RenderedResource(this.stack, this.id, body, branch, this);
    });
  }

  /** A value of a construct as the template of this resource has it, here. */
  resolve(value: unknown): unknown {
    const resolved = value === undefined ? undefined : this.stack.resolve(value);
    return this.branch ? this.branch.resolve(resolved) : resolved;
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

/** What a template asks of its app: `RenderedApp`. */
export interface Templates {
  readonly stacks: readonly RenderedStack[];
  stackOf(stack: Stack): RenderedStack | undefined;
  logicalId(element: CfnElement): string;
  exported(name: string): { readonly stack: RenderedStack; readonly value: unknown } | undefined;
}

export class RenderedStack {
  readonly template: Template;
  /** Whether any of its resources may depend on a condition. */
  readonly hasBranches: boolean;
  readonly resources: ReadonlyMap<string, RenderedResource>;
  readonly #resolved = new Map<unknown, unknown>();

  constructor(
    readonly app: Templates,
    readonly index: number,
    readonly stack: Stack,
  ) {
    const text = templateTextOf(stack);
    this.template = JSON.parse(text);
    this.hasBranches = /"Fn::If"|"AWS::NoValue"/.test(text);
    const bodies = Object.entries(this.template.Resources ?? {});
    this.resources = new Map(
      bodies.map(([id, body]) => [id, new RenderedResource(this, id, body)] as const),
    );
  }

  /** A value with its tokens as the template has them. Each text with a token is resolved once. */
  resolve(value: unknown): unknown {
    if (!Token.isUnresolved(value)) {
      if (Array.isArray(value)) return value.map((each) => this.resolve(each));
      if (!isTemplateObject(value)) return value;
      const entries = Object.entries(value).filter(([, each]) => each !== undefined);
      return Object.fromEntries(entries.map(([key, each]) => [key, this.resolve(each)]));
    }
    if (typeof value !== 'string') return this.stack.resolve(value);
    return this.#once(value, () => this.#resolveText(value));
  }

  /** What CDK makes of a text with tokens, at a fraction of its time. */
  #resolveText(text: string): unknown {
    const mapToken = (token: IResolvable) => this.#resolveToken(token);
    return Tokenization.reverseString(text).mapTokens({ mapToken }).join({ join: concatenated });
  }

  #resolveToken(token: IResolvable): unknown {
    if (!Reference.isReference(token)) {
      return this.#once(token, () => this.stack.resolve(token));
    }
    const { target, displayName } = token;
    if (CfnElement.isCfnElement(target) && target.stack === this.stack) {
      const id = this.app.logicalId(target);
      return displayName === 'Ref' ? { Ref: id } : { 'Fn::GetAtt': [id, displayName] };
    }
    // An import or a parameter, as CDK has chosen when it prepared the app.
    return this.resolve(token.resolve({ scope: this.stack } as never));
  }

  #once(value: unknown, resolve: () => unknown): unknown {
    if (!this.#resolved.has(value)) this.#resolved.set(value, resolve());
    return this.#resolved.get(value);
  }

  resource(id: string): RenderedResource | undefined {
    return this.resources.get(id);
  }
}

/** Two parts of a text as CDK writes them, where one may be a function of CloudFormation. */
function concatenated(left: unknown, right: unknown): unknown {
  const parts = [...partsOf(left), ...partsOf(right)];
  for (let index = parts.length - 1; index > 0; index -= 1) {
    const [one, other] = [parts[index - 1], parts[index]];
    if (typeof one === 'string' && typeof other === 'string') {
      parts.splice(index - 1, 2, one + other);
    }
  }
  return parts.length === 1 ? parts[0] : { 'Fn::Join': ['', parts] };
}

function partsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  const join = isTemplateObject(value) ? value['Fn::Join'] : undefined;
  return Array.isArray(join) && join[0] === '' && Array.isArray(join[1]) ? join[1] : [value];
}

/** Whether a value is an object of names and values. A token is an object of a class. */
export function isTemplateObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Empty if the stack's synthesizer writes none: then what is protected there is missed. */
function templateTextOf(stack: Stack): string {
  const file = join(Stage.of(stack)?.outdir ?? '', stack.templateFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : '{}';
}
