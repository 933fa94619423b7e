/**
 * Systems Manager API over the parameters of a deploy: GetParametersByPath only.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */

import type { Blueprint } from './blueprint';
import { AwsError } from './secrets-manager-store';
import { resolveReferences } from './template';

/** AWS's maximum and default page size. */
const PAGE_MAX = 10;

interface Input {
  readonly Path?: string;
  readonly Recursive?: boolean;
  readonly NextToken?: string;
}

/** Values of references in published parameters, by `Id` or `Id.Attribute`. */
export interface Known {
  readonly references: Readonly<Record<string, string>>;
  /** The actual endpoint of the primary; the template's port may be in use on this machine. */
  readonly port: number;
}

/**
 * The parameters of a deploy. References to resources that are not modelled keep the logical id.
 */
export function publishedParameters(
  { published, port }: Blueprint,
  known: Known,
): Readonly<Record<string, string>> {
  const resolve = (value: string) =>
    resolveReferences(value, known.references).replace(
      new RegExp(`(^|:)${port}(/|$)`),
      `$1${known.port}$2`,
    );
  return Object.fromEntries(
    Object.entries(published).map(([name, value]) => [name, resolve(value)]),
  );
}

/** The answer's body. @throws AwsError as AWS does. */
export function answerSsm(
  parameters: Readonly<Record<string, string>>,
  action: string,
  body: string,
): string {
  if (action !== 'GetParametersByPath') {
    throw new AwsError('UnknownOperationException', `${action} is not part of the rehearsal`);
  }
  const { Path: path = '', Recursive: isDeep = false, NextToken } = JSON.parse(body) as Input;
  if (!path.startsWith('/')) {
    throw new AwsError('ValidationException', 'The parameter path must begin with a slash');
  }
  const folder = path.endsWith('/') ? path : `${path}/`;
  const found = Object.entries(parameters).filter(
    ([name]) => name.startsWith(folder) && (isDeep || !name.slice(folder.length).includes('/')),
  );
  const start = Number(NextToken ?? 0);
  const page = found.slice(start, start + PAGE_MAX);
  const end = start + page.length;
  return JSON.stringify({
    Parameters: page.map(([Name, Value]) => ({ Name, Value, Type: 'String', Version: 1 })),
    NextToken: end < found.length ? String(end) : undefined,
  });
}
