/** Ways to break the rules of a user that logs in by IAM. */

import { Access } from '../../../../lib/access/access';
import { set, type Violation } from '../../../support/rules';
import { USERS } from '../../../support/users';

const props = { access: Access.users({ app: USERS.app.iam() }) };
const APP = 'Users/User-app';
const PATH = `Test/Cache/${APP}`;

const login = (part: string) =>
  `${PATH}: ${part} must be a reference to the secret of the user, without a version, or IAM by ` +
  'its role, got another value. Remove what changes it.';

export const IAM_USERS_OF_CACHE: readonly Violation[] = [
  {
    rule: 'user-password',
    by: 'override',
    what: 'a password for a user with an IAM login',
    spoil: set(APP, 'AuthenticationMode', { Type: 'password', Passwords: ['0123456789abcdef'] }),
    line: login('AuthenticationMode'),
    props,
  },
  {
    rule: 'user-password',
    by: 'override',
    what: 'no password for a user with an IAM login',
    spoil: set(APP, 'NoPasswordRequired', true),
    line: login('NoPasswordRequired'),
    props,
  },
  {
    rule: 'user-rights',
    by: 'override',
    what: 'another name than the id of a user with an IAM login',
    spoil: set(APP, 'UserName', 'app'),
    line:
      `${PATH}: UserName must be as the construct made it, got "app". Remove what changes it. ` +
      'Set the role of the user.',
    props,
  },
];
