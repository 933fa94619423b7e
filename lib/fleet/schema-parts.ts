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
