/**
 * Implements the ports of the cache with ElastiCache, for its own password and for a user's. Each
 * method but `look` is one call.
 */

import {
  DescribeUsersCommand,
  ElastiCacheClient,
  ModifyReplicationGroupCommand,
  ModifyUserCommand,
} from '@aws-sdk/client-elasticache';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { withDeadline } from '../../contract/deadline';
import type { Password } from '../../contract/password';
import { type AwsCallError, CALL, failedCall, namedWithin, unusable } from './aws-call';
import { lookAtGroup } from './aws-group';
import { userChangeWithin } from './aws-user-change';
import { endSessions } from './end-sessions';
import { login } from './login';
import type { TokenCache, UserCache } from './ports';
import { probe } from './probe';

/** Each call ends within `callMsMax` milliseconds. */
export function awsTokenCache(replicationGroupId: string, callMsMax: number): TokenCache {
  const client = new ElastiCacheClient(CALL);
  // One attempt, bounded only by the deadline: a retry after a lost answer could reach the cache
  // after the first request, and AWS does not document the effect of a password that the cache
  // already has.
  const onceClient = new ElastiCacheClient({ maxAttempts: 1 });
  const change = async (password: Password, AuthTokenUpdateStrategy: 'ROTATE' | 'SET') => {
    const command = new ModifyReplicationGroupCommand({
      ReplicationGroupId: replicationGroupId,
      AuthToken: password.reveal(),
      AuthTokenUpdateStrategy,
      // Otherwise the change waits for the maintenance window.
      ApplyImmediately: true,
    });
    try {
      await withDeadline(callMsMax, (abortSignal) => onceClient.send(command, { abortSignal }));
      return 'asked';
    } catch (error) {
      const { name, message } = error as AwsCallError;
      if (name === 'InvalidReplicationGroupStateFault') return 'busy';
      // The cache already has the requested state.
      if (message.startsWith('No modifications were requested')) return 'asked';
      const isNotNewest = NOT_NEWEST.some((each) => name.startsWith(each));
      if (AuthTokenUpdateStrategy === 'SET' && isNotNewest) return 'not-newest';
      throw failedCall('ModifyReplicationGroup', error as AwsCallError);
    }
  };
  return {
    username: DEFAULT_USERNAME,
    login,
    probe,
    endSessions,
    look: lookAtGroup(client, namedWithin(callMsMax), replicationGroupId),
    async ask(password) {
      return (await change(password, 'ROTATE')) === 'busy' ? 'busy' : 'asked';
    },
    askAlone: (password) => change(password, 'SET'),
  };
}

/** AWS's errors for a password that is not the newest, and for other mismatches. */
const NOT_NEWEST = ['InvalidParameterValue', 'InvalidParameterCombination'];

/** The last rule of the two is in force. */
function isOff(accessString = ''): boolean {
  const words = accessString.toLowerCase().split(/\s+/);
  return words.lastIndexOf('off') > words.lastIndexOf('on');
}

/** A user and the replication group whose nodes it logs in to. */
export interface UserOfGroup {
  readonly name: string;
  readonly userId: string;
  readonly replicationGroupId: string;
}

/** Each call ends within `callMsMax` milliseconds. */
export function awsUserCache(user: UserOfGroup, callMsMax: number): UserCache {
  const { name, userId: UserId, replicationGroupId } = user;
  const client = new ElastiCacheClient(CALL);
  const named = namedWithin(callMsMax);
  const change = userChangeWithin(callMsMax);
  return {
    username: name,
    login,
    probe,
    endSessions,
    look: lookAtGroup(client, named, replicationGroupId),
    async lookAtUser() {
      const command = new DescribeUsersCommand({ UserId });
      const answer = await named('DescribeUsers', (options) => client.send(command, options));
      const { Status, Authentication, AccessString, UserGroupIds } = answer.Users?.[0] ?? {};
      if (Status === undefined) throw unusable(`DescribeUsers: no status of ${UserId}`);
      return {
        active: Status === 'active',
        authentication: Authentication?.Type ?? 'password',
        passwordCount: Authentication?.PasswordCount,
        isOff: isOff(AccessString),
        userGroups: UserGroupIds?.map((id) => id.toLowerCase()),
      };
    },
    async askList(passwords) {
      const command = new ModifyUserCommand({
        UserId,
        // Nothing else: the access string is CloudFormation's.
        AuthenticationMode: {
          Type: 'password',
          Passwords: passwords.map((password) => password.reveal()),
        },
      });
      return change('ModifyUser', (options) => client.send(command, options));
    },
  };
}
