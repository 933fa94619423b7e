/** The kinds of arguments of baselines and stage files, which plain JavaScript may get wrong. */

import { isPlain, type Kind } from '../validation/kinds';

const can = (value: unknown, method: string): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function';

/** A path of the file system. */
export const PATH: Kind = {
  words: 'a path',
  accepts: (value) => typeof value === 'string' && value !== '',
  advice: () => "Pass one like './config'.",
  isRequired: true,
};

export const STAGE: Kind = {
  words: 'the name of a stage',
  accepts: (value) => typeof value === 'string',
  advice: () => 'Pass one like "prod".',
  isRequired: true,
};

export const BASELINE: Kind = {
  words: 'a Baseline',
  accepts: (value) => can(value, 'changesSince') && can(value, 'checkCaches'),
  advice: () => 'Pass Baseline.of(app.synth()) or Baseline.read(file).',
  isRequired: true,
};

export const ASSEMBLY: Kind = {
  words: 'a cloud assembly',
  accepts: (value) => typeof value === 'object' && value !== null && 'stacksRecursively' in value,
  advice: () => 'Pass what `app.synth()` returns.',
  isRequired: true,
};

export const PERMISSIONS: Kind = {
  words: 'a list of permissions',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every(
      (each) =>
        isPlain(each) && typeof each.path === 'string' && Array.isArray(each.allowReplacement),
    ),
  advice: () => 'Pass `fleet.permissions`.',
  isRequired: true,
};
