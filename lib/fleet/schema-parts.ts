/** Parts of a JSON Schema, each with a `title` that describes the allowed values. */

import { type Limit, wholeNumber } from '../validation/limits';
import { anyOf } from '../validation/must-be';

export type Schema = Readonly<Record<string, unknown>>;

export const integer = ({ min, max }: Limit, unit: string, rest: Schema = {}): Schema => ({
  title: wholeNumber({ min, max }, unit),
  type: 'integer',
  minimum: min,
  maximum: max,
  ...rest,
});

export const text = (title: string, pattern: string, rest: Schema = {}): Schema => ({
  title,
  type: 'string',
  pattern,
  ...rest,
});

export const choice = (values: readonly string[], rest: Schema = {}): Schema => ({
  title: anyOf(values.map((value) => `"${value}"`)),
  enum: values,
  ...rest,
});

export const flag = (value: boolean): Schema => ({
  title: 'true or false',
  type: 'boolean',
  default: value,
});

export const list = (title: string, items: Schema, rest: Schema = {}): Schema => ({
  title,
  type: 'array',
  items,
  uniqueItems: true,
  ...rest,
});

export const object = (title: string, properties: Schema, rest: Schema = {}): Schema => ({
  title,
  type: 'object',
  additionalProperties: false,
  properties,
  ...rest,
});

export type Schemas = Readonly<Record<string, Schema>>;

/** The schema of the setting at a path of a file. */
export function schemaAt(schema: Schema, path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((within, name) => {
    const { properties = {}, additionalProperties, items } = within ?? {};
    if (items !== undefined) return items as Schema;
    if (Object.hasOwn(properties as object, name)) return (properties as Schemas)[name];
    return typeof additionalProperties === 'object' ? (additionalProperties as Schema) : undefined;
  }, schema);
}
