/** Ways to break the rules of the users of a cache. */

import {
  CfnReplicationGroup,
  CfnServerlessCache,
  type CfnUser,
  CfnUserGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Access } from '../../../../lib/access/access';
import { type Given, remove, set, type Violation } from '../../../support/rules';
import { USERS } from '../../../support/users';

const props = { access: Access.users(USERS) };
const APP = 'Users/User-app';
const OFF = 'Users/User-default';
const GROUP = 'Users/Group';
const PATH = 'Test/Cache/Users';

const userOf = ({ part }: Given) => part(APP) as CfnUser;

const rights = (user: string, part: string, given: string) =>
  `${PATH}/User-${user}: ${part} must be as the construct made it, got ${given}. Remove what ` +
  'changes it. Set the role of the user.';
const password = (part: string) =>
  `${PATH}/User-app: ${part} must be a reference to the secret of the user, without a version, ` +
  'or IAM by its role, got another value. Remove what changes it.';
const UPDATES = 'Rotation/UserUpdates';
const FUNCTION = 'Rotation/Function/Resource';
const updates = (part: string, given: string) =>
  `Test/Cache/${UPDATES}/Rule: ${part} must be as the construct made it, got ${given}. Remove ` +
  'what changes it.';
const permission = (part: string, given: string) =>
  `Test/Cache/${UPDATES}/Permission: ${part} must be Secrets Manager of this account, or the ` +
  `rule on updates of users, got ${given}. Remove what changes it.`;
const INVOKER =
  `FunctionName must be another function, got Test/Cache/${FUNCTION}. Remove the permission. ` +
  'People rotate with `npx secure-redis rotate`.';
const OF_GROUP = 'Remove what changes it. Add users with the prop `access`.';
const ALONE = 'the users of the cache alone, with the default user, which is off';

export const USERS_OF_CACHE: readonly Violation[] = [
  {
    rule: 'user-rights',
    by: 'override',
    what: 'every command on every key',
    spoil: set(APP, 'AccessString', 'on ~* +@all'),
    line: rights('app', 'AccessString', '"on ~* +@all"'),
    props,
  },
  {
    rule: 'user-rights',
    by: 'mutation',
    what: 'the default user is on',
    spoil: ({ part }) => {
      (part(OFF) as CfnUser).accessString = 'on ~* +@all';
    },
    line: rights('default', 'AccessString', '"on ~* +@all"'),
    props,
  },
  {
    rule: 'user-rights',
    by: 'override',
    what: 'another engine',
    spoil: set(APP, 'Engine', 'redis'),
    line: rights('app', 'Engine', '"redis"'),
    props,
  },
  {
    rule: 'user-password',
    by: 'override',
    what: 'a literal password, which no line prints',
    spoil: set(APP, 'AuthenticationMode', { Type: 'password', Passwords: ['0123456789abcdef'] }),
    line: password('AuthenticationMode'),
    props,
  },
  {
    rule: 'user-password',
    by: 'override',
    what: 'a password beside the reference',
    spoil: set(APP, 'Passwords', ['0123456789abcdef']),
    line: password('Passwords'),
    props,
  },
  {
    rule: 'user-password',
    by: 'mutation',
    what: 'no password',
    spoil: (given) => {
      userOf(given).authenticationMode = { Type: 'no-password-required' };
    },
    line: password('AuthenticationMode'),
    props,
  },
  {
    rule: 'user-group',
    by: 'override',
    what: 'one more user',
    spoil: set(GROUP, 'UserIds.4', 'stranger'),
    line:
      `${PATH}/Group: UserIds must be ${ALONE}, got [{"Ref":"CacheUsersUserdefault2AF76060"},` +
      '{"Ref":"CacheUsersUserappBE27B617"},{"Ref":"CacheUsersUserworker6C0410DF"},' +
      `{"Ref":"CacheUsersUserreports4AE0C7D2"},"str…. ${OF_GROUP}`,
    props,
  },
  {
    rule: 'user-group',
    by: 'mutation',
    what: 'without the default user, whom AWS then leaves on',
    spoil: (given) => {
      (given.part(GROUP) as CfnUserGroup).userIds = [userOf(given).ref];
    },
    line:
      `${PATH}/Group: UserIds must be ${ALONE}, got [{"Ref":"CacheUsersUserappBE27B617"}]. ` +
      OF_GROUP,
    props,
  },
  {
    rule: 'cache-user-groups',
    by: 'override',
    what: 'a second user group',
    spoil: set('ReplicationGroup/Group', 'UserGroupIds.1', 'people'),
    line:
      'Test/Cache/ReplicationGroup/Group: UserGroupIds must be absent, or the group of the ' +
      'cache\'s own users, got [{"Ref":"CacheUsersGroup9DFFF292"},"people"]. Remove what ' +
      'changes it.',
    props,
  },
  {
    rule: 'cache-password',
    by: 'override',
    what: 'a password beside the users',
    spoil: set('ReplicationGroup/Group', 'AuthToken', 'a-secret-password'),
    line:
      'Test/Cache/ReplicationGroup/Group: AuthToken must be a reference to the initial secret, ' +
      'without a version, got another value. Remove what changes it. Applications and rotation ' +
      'use `credentials`.',
    props,
  },
  {
    rule: 'user-other-groups',
    by: 'neighbour',
    what: 'a group with a user of the cache',
    spoil: (given) =>
      new CfnUserGroup(given.stack, 'Other', {
        engine: 'valkey',
        userGroupId: 'other',
        userIds: ['default', userOf(given).ref],
      }),
    line:
      'Test/Other: UserIds must be without a user of a cache of this library, got ' +
      `${PATH}/User-app. Make users of its own for the other cache.`,
    props,
  },
  {
    rule: 'user-other-groups',
    by: 'neighbour',
    what: 'a group with a user of the cache by its id',
    spoil: (given) =>
      new CfnUserGroup(given.stack, 'Other', {
        engine: 'valkey',
        userGroupId: 'other',
        userIds: [userOf(given).userId],
      }),
    line:
      'Test/Other: UserIds must be without a user of a cache of this library, got ' +
      `${PATH}/User-app. Make users of its own for the other cache.`,
    props,
  },
  {
    rule: 'user-group-other-caches',
    by: 'neighbour',
    what: 'another cache with the group',
    spoil: ({ stack, part }) =>
      new CfnReplicationGroup(stack, 'Other', {
        replicationGroupDescription: 'other',
        userGroupIds: [part(GROUP).ref],
      }),
    line:
      `Test/Other: UserGroupIds must be a group of its own users, got ${PATH}/Group. Make users ` +
      'and a group of its own for the other cache.',
    props,
  },
  {
    rule: 'user-group-other-caches',
    by: 'neighbour',
    what: 'a serverless cache with the group',
    spoil: ({ stack, part }) =>
      new CfnServerlessCache(stack, 'Other', {
        engine: 'valkey',
        serverlessCacheName: 'other',
        userGroupId: part(GROUP).ref,
      }),
    line:
      `Test/Other: UserGroupId must be a group of its own users, got ${PATH}/Group. Make users ` +
      'and a group of its own for the other cache.',
    props,
  },
  {
    rule: 'rotation-schedule',
    by: 'override',
    what: 'the schedule of one user',
    spoil: set('Rotation/Schedule-worker', 'RotationRules', { Duration: '24h' }),
    line:
      'Test/Cache/Rotation/Schedule-worker: RotationRules must be as the construct sets it, got ' +
      '{"Duration":"24h","ScheduleExpression":"rate(90 days)"}. Set the prop ' +
      '`rotationInterval` or `rotationSchedule`, ' +
      'and `rotationWindow`.',
    props,
  },
  {
    rule: 'rotation-single-schedule',
    by: 'neighbour',
    what: 'a schedule for the secret of the default user',
    spoil: ({ stack, part }) =>
      new CfnRotationSchedule(stack, 'Other', { secretId: part('Users/Secret-default').ref }),
    line:
      "Test/Other: SecretId must be a secret other than the cache's, got " +
      `${PATH}/Secret-default. Remove it. Set the prop \`rotationInterval\` or ` +
      '`rotationSchedule`, and `rotationWindow`.',
    props,
  },
  {
    rule: 'user-updates',
    by: 'override',
    what: 'no check after a stack update',
    spoil: set(`${UPDATES}/Rule`, 'State', 'DISABLED'),
    line: updates('State', '"DISABLED"'),
    props,
  },
  {
    rule: 'user-updates',
    by: 'override',
    what: 'another input, which would end sessions',
    spoil: set(`${UPDATES}/Rule`, 'Targets', [
      { Id: 'Rotation', Arn: 'arn:x', Input: '{"DailyCheck":"leaked"}' },
    ]),
    line: updates(
      'Targets',
      '[{"Id":"Rotation","Arn":"arn:x","Input":"{\\"DailyCheck\\":\\"leaked\\"}"}]',
    ),
    props,
  },
  {
    rule: 'user-updates',
    by: 'mutation',
    what: 'the events of another source',
    spoil: ({ part }) => {
      (part(`${UPDATES}/Rule`) as CfnRule).eventPattern = { source: ['mine'] };
    },
    line: updates('EventPattern', '{"source":["mine"]}'),
    props,
  },
  {
    rule: 'function-permission',
    by: 'override',
    what: 'of every rule of every account',
    spoil: remove(`${UPDATES}/Permission`, 'SourceArn'),
    line: permission('SourceArn', 'nothing'),
    props,
  },
  {
    rule: 'function-permission',
    by: 'mutation',
    what: 'of another service',
    spoil: ({ part }) => {
      (part(`${UPDATES}/Permission`) as CfnPermission).principal = 'sns.amazonaws.com';
    },
    line: permission('Principal', '"sns.amazonaws.com"'),
    props,
  },
  {
    rule: 'function-invokers',
    by: 'neighbour',
    what: 'another rule, beside that on updates of users',
    spoil: ({ stack, part }) => {
      const rule = new CfnRule(stack, 'Other', { scheduleExpression: 'rate(1 day)' });
      new CfnPermission(stack, 'Open', {
        action: 'lambda:InvokeFunction',
        functionName: part(FUNCTION).ref,
        principal: 'events.amazonaws.com',
        sourceArn: rule.attrArn,
      });
    },
    line: `Test/Open: ${INVOKER}`,
    props,
  },
];
