/** What is wrong in a stage file, and how it is said: file, path, given, allowed, what to do. */

import type { ErrorObject } from 'ajv';

export interface FileProblem {
  readonly path: readonly string[];
  /** What is wrong, with what was given. */
  readonly wrong: string;
  readonly allowed: string;
  readonly advice: string;
}

/** What a file cannot do without: itself, and its caches. */
const REQUIRED = ['', 'caches'];

/** One line, without its end. */
export function say(file: string, { path, wrong, allowed, advice }: FileProblem): string {
  const where = path.join('.') || 'the whole file';
  return `${file}: ${where}: ${wrong}; allowed is ${allowed}; ${advice}`;
}

/** The problems of form, from the schema's errors. */
export function formProblems(errors: readonly ErrorObject[]): FileProblem[] {
  // The rule on a name is told by the error of the object that has it.
  return errors.filter(({ propertyName }) => propertyName === undefined).map(problemOf);
}

function problemOf(error: ErrorObject): FileProblem {
  const { keyword, params, parentSchema, data } = error;
  const path = error.instancePath.split('/').slice(1).map(fromPointer);
  if (keyword === 'additionalProperties') {
    const known = Object.keys(parentSchema?.properties ?? {}).filter((key) => key !== '$schema');
    return {
      path: [...path, params.additionalProperty],
      wrong: 'is not a setting',
      allowed: known.join(', '),
      advice: 'correct its name or remove it',
    };
  }
  if (keyword === 'propertyNames') {
    return {
      path: [...path, params.propertyName],
      wrong: 'is not a name',
      allowed: parentSchema?.propertyNames?.title,
      advice: 'rename it',
    };
  }
  if (keyword === 'required' || keyword === 'dependencies') {
    return {
      path: [...path, params.missingProperty],
      wrong: 'is missing',
      allowed: parentSchema?.properties?.[params.missingProperty]?.title,
      advice: params.property ? `add it, or remove \`${params.property}\`` : 'add it',
    };
  }
  return {
    path,
    wrong: `${JSON.stringify(data)} is not allowed`,
    allowed: parentSchema?.title,
    advice: REQUIRED.includes(path.join())
      ? 'correct it'
      : 'change it, or remove it for the default',
  };
}

/** As JSON Pointer writes `/` and `~`. */
function fromPointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
