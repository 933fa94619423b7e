/**
 * What is given of a cache that another app imports: the props and attributes, their kinds and
 * bounds.
 */

import type { Duration } from 'aws-cdk-lib/core';
import { USER_NAME } from '../access/user-name';
import {
  HOST,
  KEY_ARN,
  NAME,
  PARAMETER_PATH,
  SECRET_ARN,
  SECURITY_GROUP_ID,
  TOPIC_ARN,
  USER_ID,
} from '../settings/text-kinds';
import type { Topology } from '../settings/topology';
import { also, duration, NUMBER, objectOf, required, TOPOLOGY } from '../settings/value-kinds';
import { isPlain, type Kind, type Kinds } from '../validation/kinds';
import { COUNT, checkLimit, PORT, ROTATION_DAYS } from '../validation/limits';
import { Problems } from '../validation/setting-error';

/** Assumptions of an importing app at synth that no parameter can provide. */
export interface SecureRedisAssumptions {
  /**
   * The topology of the cache. Replicas and shards matter only for metrics of its nodes.
   *
   * @default - not sharded, with an unknown number of nodes
   */
  readonly topology?: Topology;

  /**
   * The TCP port of the cache.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * The number of logical databases.
   *
   * @default - 16, or 1 for a sharded cache
   */
  readonly databases?: number;

  /**
   * How long the cache accepts the previous password after a rotation. Restarts of services and
   * copies of the secret must complete within half of it.
   *
   * @default Duration.days(1)
   */
  readonly gracePeriod?: Duration;
}

/** What `SecureRedis.fromParameters` needs besides the path. */
export interface SecureRedisImportProps extends SecureRedisAssumptions {
  /**
   * The names of the users that this app takes, of a cache with users: `cache.user('app')`.
   *
   * @default - the cache has one password
   */
  readonly users?: readonly string[];

  /**
   * The names of the users with IAM logins that this app takes.
   *
   * @default - none
   */
  readonly iamUsers?: readonly string[];
}

/** A user of an imported cache. */
export interface ImportedUser {
  /** The complete ARN of its secret, including the six characters that AWS appends. */
  readonly secretArn: string;
}

/** A user of an imported cache that logs in by IAM. */
export interface ImportedIamUser {
  /** Its id in ElastiCache, which is also its name there. */
  readonly userId: string;
}

export interface SecureRedisAttributes extends SecureRedisAssumptions {
  /**
   * The complete ARN of the credentials secret, including the six characters that AWS appends.
   * Required unless `users` are given.
   *
   * @default - the cache has users
   */
  readonly credentialsSecretArn?: string;

  /**
   * The users that this app takes, by their names, of a cache with users.
   *
   * @default - the cache has one password
   */
  readonly users?: { readonly [name: string]: ImportedUser };

  /**
   * The users with IAM logins that this app takes, by their names.
   *
   * @default - none
   */
  readonly iamUsers?: { readonly [name: string]: ImportedIamUser };

  /** The ARN of the key that encrypts the secret, not of an alias. */
  readonly encryptionKeyArn: string;

  /** The primary endpoint; of a sharded cache, the configuration endpoint. A host name. */
  readonly endpointAddress: string;

  /**
   * The reader endpoint, a host name.
   *
   * @default - the same as `endpointAddress`
   */
  readonly readerEndpointAddress?: string;

  /** The security group of the cache, to which `connections` adds rules. */
  readonly securityGroupId: string;

  /**
   * The cache's security group for clients.
   *
   * @default - using `clientSecurityGroup` is an error
   */
  readonly clientSecurityGroupId?: string;

  /**
   * The id of the replication group.
   *
   * @default - using metrics is an error
   */
  readonly replicationGroupId?: string;

  /**
   * The topic of the cache's alarms.
   *
   * @default - using `alarmTopic`, and therefore `EcsRedeployment`, is an error
   */
  readonly alarmTopicArn?: string;

  /**
   * The path of the SSM parameters that the cache's stack publishes, for example `/shop/Cache`.
   *
   * @default - deliveries to hosts, which read the parameters, are an error
   */
  readonly parameterPath?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const ASSUMED_KINDS: Kinds<SecureRedisAssumptions> = {
  topology: also(TOPOLOGY, 'isSharded', 'sharded', 'replicas', 'shards'),
  port: NUMBER,
  databases: NUMBER,
  gracePeriod: duration('days'),
};

const NAMES: Kind = {
  words: 'a list of one or more names of users',
  accepts: (value) => Array.isArray(value) && value.length > 0,
  each: USER_NAME,
  advice: (value) =>
    USER_NAME.accepts(value)
      ? `Use [${JSON.stringify(value)}].`
      : "Use for example ['app'], or leave it out for a cache with one password.",
};

export const IMPORT_KINDS: Kinds<SecureRedisImportProps> = {
  ...ASSUMED_KINDS,
  users: also(NAMES, 'user', 'access'),
  iamUsers: also(NAMES, 'iamUser', 'iam'),
};

export const PARAMETER_PATH_KINDS = { path: required(PARAMETER_PATH) };

const USERS: Kind = {
  words: 'an object of one or more users by their names',
  accepts: (value) => isPlain(value) && Object.keys(value).length > 0,
  each: objectOf('an object with `secretArn`', {
    inside: { secretArn: also(required(SECRET_ARN), 'arn', 'credentialsSecretArn') },
    advice: (value) => `Use { secretArn: ${isText(value) ? JSON.stringify(value) : '…'} }.`,
  }),
  advice: () =>
    'Use for example { app: { secretArn } }, or leave it out for a cache with one password.',
};

const IAM_USERS: Kind = {
  words: 'an object of one or more users by their names',
  accepts: (value) => isPlain(value) && Object.keys(value).length > 0,
  each: objectOf('an object with `userId`', {
    inside: { userId: also(required(USER_ID), 'id', 'userName') },
    advice: (value) => `Use { userId: ${isText(value) ? JSON.stringify(value) : '…'} }.`,
  }),
  advice: () => 'Use for example { reports: { userId } }, or leave it out.',
};

const ATTRIBUTES_KINDS: Kinds<SecureRedisAttributes> = {
  credentialsSecretArn: also(required(SECRET_ARN), 'secretArn', 'secretCompleteArn'),
  encryptionKeyArn: also(required(KEY_ARN), 'keyArn', 'encryptionKey', 'kmsKeyId'),
  endpointAddress: also(required(HOST), 'endpoint', 'host'),
  readerEndpointAddress: also(HOST, 'readerEndpoint', 'readerHost'),
  securityGroupId: also(required(SECURITY_GROUP_ID), 'securityGroup', 'securityGroups'),
  clientSecurityGroupId: also(SECURITY_GROUP_ID, 'clientSecurityGroup'),
  replicationGroupId: NAME,
  alarmTopicArn: also(TOPIC_ARN, 'alarmTopic'),
  parameterPath: PARAMETER_PATH,
  users: also(USERS, 'user', 'access'),
  iamUsers: also(IAM_USERS, 'iamUser', 'iam'),
  ...ASSUMED_KINDS,
};

const BESIDE_USERS: Kind = {
  words: 'nothing beside `users`: each user has a secret of its own',
  accepts: () => false,
  advice: () => 'Remove it, or remove `users` of a cache with one password.',
};

/** Users have a secret each; a cache without users has one. */
export function attributesKinds(given: unknown): Kinds<SecureRedisAttributes> {
  if (!isPlain(given) || (given.users ?? given.iamUsers) == null) return ATTRIBUTES_KINDS;
  return { ...ATTRIBUTES_KINDS, credentialsSecretArn: BESIDE_USERS };
}

/** @throws SettingError with a line per wrong name of a user or limit. */
export function checkAttributes(path: string, given: SecureRedisAttributes): void {
  const problems = new Problems();
  const { users = {}, iamUsers = {} } = given;
  for (const [setting, names] of Object.entries({ users, iamUsers })) {
    for (const name of Object.keys(names)) {
      if (USER_NAME.accepts(name)) continue;
      problems.add(`${setting}.${name}`, name, USER_NAME.words, USER_NAME.advice?.(name));
    }
  }
  addTwice(problems, Object.keys(users), Object.keys(iamUsers));
  addLimits(problems, given);
  problems.throwAny(path);
}

/** @throws SettingError with a line per user that is named twice, and per limit. */
export function checkImport(path: string, given: SecureRedisImportProps): void {
  const problems = new Problems();
  addTwice(problems, given.users, given.iamUsers);
  addLimits(problems, given);
  problems.throwAny(path);
}

/** A user logs in by a password, or by IAM. */
function addTwice(
  problems: Problems,
  users: readonly string[] = [],
  iamUsers: readonly string[] = [],
): void {
  for (const name of iamUsers.filter((each) => users.includes(each))) {
    const allowed = 'users that `users` does not name: a user has one kind of login';
    problems.add('iamUsers', name, allowed, 'remove it from one of them');
  }
}

function addLimits(problems: Problems, given: SecureRedisAssumptions): void {
  const { port, databases, gracePeriod } = given;
  if (port !== undefined) checkLimit(problems, 'port', port, PORT);
  if (databases !== undefined) checkLimit(problems, 'databases', databases, COUNT, 'databases');
  const days = gracePeriod?.toDays({ integral: false });
  if (days !== undefined) checkLimit(problems, 'gracePeriod', days, GRACE_DAYS, 'days');
}

const GRACE_DAYS = { min: 0, max: ROTATION_DAYS.max };
