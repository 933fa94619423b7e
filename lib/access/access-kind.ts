/** The kind of the prop `access`. */

import { isPlain, type Kind, type Kinds } from '../validation/kinds';
import { type Access, USERS_KIND } from './access';

const INSIDE: Kinds<Access> = { users: USERS_KIND };

export const ACCESS_KIND: Kind = {
  words: 'an Access',
  accepts: (value) => isPlain(value) && 'users' in value,
  inside: INSIDE,
  advice: () => 'Use Access.password() or Access.users({ … }).',
};
