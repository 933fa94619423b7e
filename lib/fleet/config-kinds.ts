/** The kinds of what `Fleet` takes: a stage file that was read, never its content. */

import { FLAG, objectOf, required, TEXT } from '../settings/value-kinds';
import { isPlain, type Kind, type Kinds } from '../validation/kinds';
import type { StageConfig } from './stage-config';

const FROM_FILE = 'Pass what `readStageConfig(folder, stage)` returns for a stage file.';

const fromFile = (kind: Kind): Kind => ({ ...kind, advice: () => FROM_FILE });

const CACHES: Kind = {
  words: 'a list of caches',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every(
      (cache) =>
        isPlain(cache) &&
        typeof cache.name === 'string' &&
        isPlain(cache.props) &&
        [cache.own, cache.clients, cache.allowReplacement].every(Array.isArray),
    ),
  advice: () => FROM_FILE,
};

const LIST: Kind = { words: 'a list', accepts: Array.isArray, advice: () => FROM_FILE };

/** Of a configuration that `readStageConfig` returned. */
export const CONFIG_KINDS: Kinds<StageConfig> = {
  caches: required(CACHES),
  stage: required(fromFile(TEXT)),
  shared: required(fromFile(objectOf('an object of what the caches share'))),
  tags: required(fromFile(objectOf('an object of tags'))),
  terminationProtection: required(fromFile(FLAG)),
  allowReplacement: required(LIST),
  account: TEXT,
  region: TEXT,
};
