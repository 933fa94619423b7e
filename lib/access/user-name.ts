/** Names of users of a cache. */

import { USER_NAME_LENGTH } from '../../contract/rotated-users';
import type { Kind } from '../validation/kinds';
import { DEFAULT_USER } from './user-ids';

const PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export const USER_NAME_RULE =
  `1 to ${USER_NAME_LENGTH.max} lower-case letters, digits and single hyphens, a letter first ` +
  'and no hyphen last';

export const isUserName = (name: string): boolean =>
  PATTERN.test(name) && name.length <= USER_NAME_LENGTH.max;

/** The name of a user of an imported cache. That of the default user is off. */
export const USER_NAME: Kind = {
  words: `the name of a user, ${USER_NAME_RULE}`,
  accepts: (value) => typeof value === 'string' && isUserName(value) && value !== DEFAULT_USER,
  advice: (value) => {
    if (typeof value !== 'string') return 'Use one like "app".';
    const lower = value.toLowerCase();
    if (lower === DEFAULT_USER) return 'Use another user: this one is off.';
    return isUserName(lower) ? `Use ${JSON.stringify(lower)}.` : 'Use one like "app".';
  },
};
