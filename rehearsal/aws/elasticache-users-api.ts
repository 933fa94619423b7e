/**
 * ElastiCache API over `UserGroup`: DescribeUsers, DescribeUserGroups, ModifyUser and
 * ModifyUserGroup.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUser.html
 */

import type { CacheGroup } from './cache-group';
import { ACCOUNT_ID, REGION } from './deployed-names';
import { AwsError } from './secrets-manager-store';
import { type CacheUser, type UserGroup, userPassword } from './user-group';
import { element, escapeXml } from './xml';

/** AWS's default page size. */
const PAGE_MAX = 50;

/** The result element, or `undefined` for another action. @throws AwsError as AWS does. */
export function answerUsers(
  cache: CacheGroup,
  action: string,
  input: URLSearchParams,
): string | undefined {
  switch (action) {
    case 'DescribeUsers':
      if (isOfAccount(input) && !cache.users) return element('Users', '');
      return describeUsers(groupOf(cache), input);
    case 'DescribeUserGroups':
      if (isOfAccount(input) && !cache.users) return element('UserGroups', '');
      return describeGroups(cache, groupOf(cache), input);
    case 'ModifyUser': {
      const group = groupOf(cache);
      const id = input.get('UserId') ?? '';
      modifyUser(group, id, input);
      return described(group, group.user(id));
    }
    case 'ModifyUserGroup': {
      const group = groupOf(cache);
      mustBe(group, input.get('UserGroupId'));
      refuseOthers(input, [/^UserGroupId$/, ADDED, REMOVED]);
      group.modifyMembers(listed(input, ADDED), listed(input, REMOVED));
      return describedGroup(cache, group);
    }
    default:
      return undefined;
  }
}

/** Whether no user or group is named: preflight asks for those of the account. */
function isOfAccount(input: URLSearchParams): boolean {
  return !input.has('UserId') && !input.has('UserGroupId');
}

/** The members of a list, as the query protocol numbers them; an empty list has no number. */
const list = (name: string) => new RegExp(`^${name}(\\.member\\.\\d+)?$`);

const ADDED = list('UserIdsToAdd');
const REMOVED = list('UserIdsToRemove');
const PASSWORDS = list('Passwords');
const MODE_PASSWORDS = list('AuthenticationMode\\.Passwords');

function listed(input: URLSearchParams, name: RegExp): readonly string[] {
  return Array.from(input).flatMap(([key, value]) =>
    name.test(key) && /\d$/.test(key) ? [value] : [],
  );
}

function groupOf({ users, unattached }: CacheGroup): UserGroup {
  const group = users ?? unattached;
  if (group !== undefined) return group;
  throw new AwsError('InvalidAction', 'the account of this rehearsal has no users');
}

function describeUsers(group: UserGroup, input: URLSearchParams): string {
  refuseOthers(input, [/^UserId$/, /^Engine$/, /^MaxRecords$/, /^Marker$/]);
  const [id, engine] = [input.get('UserId'), input.get('Engine')];
  const users = id === null ? group.users : [group.user(id)];
  const wanted = users.filter((user) => engine === null || user.engine === engine);
  const start = Number(input.get('Marker') ?? 0);
  const end = start + Number(input.get('MaxRecords') ?? PAGE_MAX);
  const page = wanted.slice(start, end).map((user) => element('member', described(group, user)));
  const marker = end < wanted.length ? text('Marker', String(end)) : '';
  return element('Users', page.join('')) + marker;
}

function describeGroups(cache: CacheGroup, group: UserGroup, input: URLSearchParams): string {
  refuseOthers(input, [/^UserGroupId$/, /^MaxRecords$/, /^Marker$/]);
  if (input.has('UserGroupId')) mustBe(group, input.get('UserGroupId'));
  return element('UserGroups', element('member', describedGroup(cache, group)));
}

function mustBe(group: UserGroup, id: string | null): void {
  if (id?.toLowerCase() === group.id) return;
  throw new AwsError('UserGroupNotFound', `User group ${id} not found.`);
}

function modifyUser(group: UserGroup, id: string, input: URLSearchParams): void {
  refuseOthers(input, [
    /^UserId$/,
    /^AccessString$/,
    /^AuthenticationMode\.Type$/,
    PASSWORDS,
    MODE_PASSWORDS,
  ]);
  const type = input.get('AuthenticationMode.Type');
  const [direct, ofMode] = [listed(input, PASSWORDS), listed(input, MODE_PASSWORDS)];
  if (type !== null && type !== 'password' && type !== 'iam') {
    throw new AwsError('InvalidParameterValue', `the type ${type} is not part of the rehearsal`);
  }
  if (direct.length > 0 && type !== null) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Passwords and AuthenticationMode cannot be specified together.',
    );
  }
  if (type === 'iam' && ofMode.length > 0) {
    const message = 'Password field is not allowed with authentication type: iam';
    throw new AwsError('InvalidParameterCombination', message);
  }
  if (type === null && ofMode.length > 0) {
    throw new AwsError('InvalidParameterCombination', 'AuthenticationMode needs a Type.');
  }
  const isOfPasswords = type !== null || direct.length > 0;
  group.modifyUser(id, {
    accessString: input.get('AccessString') ?? undefined,
    passwords: isOfPasswords ? [...direct, ...ofMode].map(userPassword) : undefined,
    login: type ?? (isOfPasswords ? 'password' : undefined),
  });
}

/** Refuses parameters that are not modelled. Their values can be passwords. */
function refuseOthers(input: URLSearchParams, known: readonly RegExp[]): void {
  const other = Array.from(input.keys()).find(
    (key) => key !== 'Action' && key !== 'Version' && !known.some((name) => name.test(key)),
  );
  if (other === undefined) return;
  throw new AwsError('InvalidParameterValue', `${other} is not part of the rehearsal`);
}

function described(group: UserGroup, user: CacheUser): string {
  const { id, name, engine, accessString, login, passwords } = user;
  const isMember = group.members.some((member) => member.id === id);
  return [
    text('UserId', id),
    text('UserName', name),
    text('Status', group.statusOf(id)),
    text('Engine', engine),
    text('MinimumEngineVersion', engine === 'redis' ? '6.0' : '7.2'),
    text('AccessString', accessString),
    element('UserGroupIds', isMember ? text('member', group.id) : ''),
    element(
      'Authentication',
      // Of a user that logs in by IAM, AWS shows no number of passwords.
      login === 'iam'
        ? text('Type', 'iam')
        : text('Type', 'password') + text('PasswordCount', String(passwords.length)),
    ),
    text('ARN', arn('user', id)),
  ].join('');
}

function describedGroup({ id, users }: CacheGroup, group: UserGroup): string {
  const members = group.members.map((user) => text('member', user.id));
  return [
    text('UserGroupId', group.id),
    text('Status', group.status),
    text('Engine', group.engine),
    element('UserIds', members.join('')),
    text('MinimumEngineVersion', group.engine === 'redis' ? '6.0' : '7.2'),
    element('ReplicationGroups', users === group ? text('member', id) : ''),
    text('ARN', arn('usergroup', group.id)),
  ].join('');
}

function arn(type: string, id: string): string {
  return `arn:aws:elasticache:${REGION}:${ACCOUNT_ID}:${type}:${id}`;
}

function text(name: string, content: string): string {
  return element(name, escapeXml(content));
}
