/** The kinds of the arguments of `readStageConfig`, which plain JavaScript may get wrong. */

import type { Kind } from '../validation/kinds';

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
