/** The kind of the prop `access`. Each role is checked later, with the name of its user. */

import { objectOf } from '../settings/value-kinds';
import { isPlain, type Kind, type Kinds } from '../validation/kinds';
import type { Access } from './access';

const INSIDE: Kinds<Access> = {
  users: objectOf('an object of roles by the names of users'),
};

export const ACCESS_KIND: Kind = {
  words: 'an Access',
  accepts: (value) => isPlain(value) && 'users' in value,
  inside: INSIDE,
  advice: () => 'Use Access.password() or Access.users({ … }).',
};
