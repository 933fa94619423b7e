/** `access` in a stage file: its schema, and the users that it names. */

import { USERS_MAX } from '../../contract/rotated-users';
import { Access } from '../access/access';
import { Role, type RoleLogin } from '../access/role';
import { ROLE_PROP_KINDS, type RoleKind } from '../access/role-props';
import { choice, list, object, type Schema } from './schema-parts';

/** Names of roles: those of the functions of `Role`. */
const ROLES: readonly RoleKind[] = [
  ...(Object.keys(ROLE_PROP_KINDS) as (keyof typeof ROLE_PROP_KINDS)[]),
  'custom',
];

const LOGINS: readonly RoleLogin[] = ['password', 'iam'];

/** A user in the file. What goes with which role, the role itself says. */
export interface UserFile {
  readonly role: RoleKind;
  /** @default 'password' */
  readonly login?: RoleLogin;
  readonly accessString?: string;
}

export interface AccessFile {
  readonly users?: { readonly [name: string]: UserFile };
}

const patterns = (what: string, example: string): Schema =>
  list(`a list of patterns of ${what} like "${example}"`, { title: 'a text', type: 'string' });

const flag: Schema = { title: 'true or false', type: 'boolean' };

const USER = object(
  'an object with `role`, like "readWrite", and the settings of the role, like `keys`',
  {
    role: choice(ROLES),
    login: choice(LOGINS, { default: 'password' }),
    keys: patterns('keys', 'app:*'),
    readKeys: patterns('keys', 'app:*'),
    writeKeys: patterns('keys', 'app:*'),
    channels: patterns('channels', 'news:*'),
    databases: list('a list of database numbers', { title: 'a number', type: 'integer' }),
    scan: flag,
    scripts: flag,
    clear: flag,
    prefix: { title: 'a text', type: 'string' },
    reason: { title: 'a text', type: 'string' },
    accessString: { title: 'an access string of ElastiCache', type: 'string' },
  },
  { required: ['role'] },
);

export const ACCESS = object('an object with `users`, or empty for one password', {
  users: {
    title: `an object of 1 to ${USERS_MAX} users by their names`,
    type: 'object',
    additionalProperties: USER,
  },
});

export function toAccess({ users }: AccessFile): Access {
  if (users === undefined) return Access.password();
  const roles = Object.entries(users).map(([name, user]) => [name, toRole(user)] as const);
  return Access.users(Object.fromEntries(roles));
}

function toRole({ login, ...user }: UserFile): Role {
  const role = withPassword(user);
  return login === 'iam' ? role.iam() : role;
}

function withPassword({ role, accessString, ...props }: UserFile): Role {
  if (role === 'custom' && Object.keys(props).length === 0) return Role.custom(accessString ?? '');
  const given = accessString === undefined ? props : { ...props, accessString };
  // Each role checks what it is given, beyond its type.
  const make = Role[role] as (given: object) => Role;
  return make(given);
}
