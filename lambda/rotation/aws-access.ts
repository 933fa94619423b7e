/**
 * Implements the port to users and their group with ElastiCache, and with Secrets Manager for what
 * was deployed.
 *
 * ModifyUser has only an access string, or only the type of an IAM login: never a password.
 */

import {
  DescribeUserGroupsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
  ModifyUserCommand,
  type ModifyUserCommandInput,
  ModifyUserGroupCommand,
  type ModifyUserGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type DeployedAccess, parseDeployedAccess } from '../../contract/deployed-access';
import { LABEL } from '../../contract/rotation';
import type { AccessPorts, UsersOfGroup } from './access-ports';
import { CALL, type CallOptions, namedWithin, unusable } from './aws-call';
import { lookAtGroup } from './aws-group';
import { userChangeWithin } from './aws-user-change';
import { probe } from './probe';
import { digestOf } from './text-digest';

/** The secret with what was deployed, and the cache of the users. */
interface Place {
  readonly accessSecretArn: string;
  /** The digest of the text that the deploy wrote. */
  readonly accessDigest: string;
  readonly replicationGroupId: string;
}

/** Each call ends within `callMsMax` milliseconds. */
export function awsUsersOfGroup(
  { accessSecretArn, accessDigest, replicationGroupId }: Place,
  callMsMax: number,
): Pick<AccessPorts, 'users' | 'cache'> {
  const client = new ElastiCacheClient(CALL);
  const secrets = new SecretsManagerClient(CALL);
  const named = namedWithin(callMsMax);
  const version = async (VersionStage: string) => {
    const command = new GetSecretValueCommand({ SecretId: accessSecretArn, VersionStage });
    const send = (options: CallOptions) => secrets.send(command, options);
    const answer = await named('GetSecretValue', send, 'ResourceNotFoundException');
    if (answer === undefined) return undefined;
    const { SecretString = '', CreatedDate } = answer;
    return {
      text: SecretString,
      sinceMs: CreatedDate?.getTime() ?? 0,
      isProven: digestOf(SecretString) === accessDigest,
    };
  };
  const change = userChangeWithin(callMsMax);
  const modifyUser = (input: ModifyUserCommandInput) =>
    change('ModifyUser', (options) => client.send(new ModifyUserCommand(input), options));
  const modifyGroup = (input: ModifyUserGroupCommandInput) =>
    change('ModifyUserGroup', (options) => client.send(new ModifyUserGroupCommand(input), options));
  const users: UsersOfGroup = {
    async deployed() {
      const current = await version(LABEL.current);
      if (!current) throw unusable('GetSecretValue: what was deployed has no version');
      const previous = await version(LABEL.previous);
      const { text, sinceMs, isProven } = current;
      const proven = isProven ? 'current' : previous?.isProven ? 'previous' : undefined;
      return {
        current: accessIn(text),
        sinceMs,
        previous: previous && accessIn(previous.text),
        proven,
      };
    },
    async lookAtUser(UserId) {
      const command = new DescribeUsersCommand({ UserId });
      const send = (options: CallOptions) => client.send(command, options);
      const answer = await named('DescribeUsers', send, 'UserNotFoundFault');
      if (answer === undefined) return undefined;
      const { Status, AccessString, Authentication } = answer.Users?.[0] ?? {};
      if (AccessString === undefined)
        throw unusable(`DescribeUsers: no access string of ${UserId}`);
      return {
        active: Status === 'active',
        authentication: Authentication?.Type ?? 'password',
        accessString: AccessString,
      };
    },
    async lookAtGroup(UserGroupId) {
      const command = new DescribeUserGroupsCommand({ UserGroupId });
      const send = (options: CallOptions) => client.send(command, options);
      const answer = await named('DescribeUserGroups', send, 'UserGroupNotFoundFault');
      const [group] = answer?.UserGroups ?? [];
      if (group === undefined) return undefined;
      const userIds = (group.UserIds ?? []).map((id) => id.toLowerCase());
      return { active: group.Status === 'active', userIds };
    },
    setAccess: (UserId, AccessString) => modifyUser({ UserId, AccessString }),
    setIam: (UserId) => modifyUser({ UserId, AuthenticationMode: { Type: 'iam' } }),
    changeMembers: (UserGroupId, { joining, leaving }) =>
      modifyGroup({
        UserGroupId,
        UserIdsToAdd: joining && [...joining],
        UserIdsToRemove: leaving && [...leaving],
      }),
  };
  return { users, cache: { look: lookAtGroup(client, named, replicationGroupId), probe } };
}

function accessIn(text: string): DeployedAccess {
  try {
    return parseDeployedAccess(text);
  } catch (error) {
    throw unusable(`GetSecretValue: what was deployed is unreadable: ${(error as Error).message}`);
  }
}
