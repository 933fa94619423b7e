/** Properties of the users of a cache and of their group that must stay as created. */

import type { AsMadeRow } from './as-made';

/** Path of the rule on updates of users. */
export const USER_UPDATES = '/Rotation/UserUpdates/';

const FIX = 'Remove what changes it. Set the role of the user.';

export const USER_ROWS: readonly AsMadeRow[] = [
  {
    id: 'user-rights',
    type: 'AWS::ElastiCache::User',
    properties: ['AccessString', 'UserName', 'UserId', 'Engine'],
    protects: 'each user of a cache',
    why:
      'its role is checked, an override is not, and the default user must be off: a login ' +
      'without a user name means it',
    fix: FIX,
  },
  {
    id: 'user-password',
    type: 'AWS::ElastiCache::User',
    properties: ['AuthenticationMode', 'Passwords', 'NoPasswordRequired'],
    protects: 'each user of a cache',
    why:
      'a literal is readable in the template, and an update of the user replaces its passwords ' +
      'by what is referred to here: any value but that of its own secret locks its clients out',
    allowed: 'a reference to the secret of the user, without a version, or IAM by its role',
    print: () => 'another value',
  },
  {
    id: 'user-group',
    type: 'AWS::ElastiCache::UserGroup',
    properties: ['UserIds', 'UserGroupId', 'Engine'],
    protects: 'the users of a cache',
    why: 'any other user in the group can log in, and its password does not rotate',
    allowed: 'the users of the cache alone, with the default user, which is off',
    fix: 'Remove what changes it. Add users with the prop `access`.',
  },
  {
    id: 'user-updates',
    type: 'AWS::Events::Rule',
    properties: [
      'State',
      'EventPattern',
      'EventBusName',
      'ScheduleExpression',
      'Targets',
      'RoleArn',
    ],
    inside: USER_UPDATES,
    protects: 'the check after a stack update of users',
    why:
      'a stack update can send a password from before a rotation, and clients are refused until ' +
      'the next check',
  },
];
