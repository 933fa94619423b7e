/**
 * The users of a cache: a user and a secret each, or a user with an IAM login and no secret, the
 * user that logins without a name mean, which is off, and the one group that lets them in.
 *
 * A user's resource refers to its credentials secret itself: what CloudFormation sends with an
 * update of the user replaces all its passwords, and the current one of the moment is the only one
 * that locks nobody out. There is no initial secret, unlike with one password.
 */

import { createHash } from 'node:crypto';
import { CfnUser, CfnUserGroup, type CfnUserProps } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Aws, Fn } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { databaseOf } from '../../contract/connection-url';
import type { DeployedAccess } from '../../contract/deployed-access';
import { printUsers, type RotatedUser } from '../../contract/rotated-users';
import { ROTATION_ENV } from '../../contract/rotation';
import { protect } from '../rules/check-templates';
import { secretsSubject } from '../rules/secrets';
import type { Engine } from '../settings/engine';
import type { UsersByName } from './access';
import type { CacheLogins, RotatedLogin } from './cache-logins';
import { allowedDatabases, loginOf } from './check-access';
import { deployedAccessSecret } from './deployed-access-secret';
import { acknowledgeFixed, generatedSecret, passwordOf } from './login-secret';
import { warnOfStackTags } from './stack-tags';
import { DEFAULT_USER, UserIds } from './user-ids';

export interface CacheUsersProps {
  readonly users: UsersByName;
  readonly engine: Engine;
  readonly key: IKey;
}

/** The access string of a user that can neither log in nor run a command. */
const OFF = 'off -@all';

interface Login {
  readonly name: string;
  readonly user: CfnUser;
}

interface PasswordLogin extends Login {
  readonly secret: CfnSecret;
  readonly database: number;
}

const hasSecret = (login: Login): login is PasswordLogin => 'secret' in login;

export class CacheUsers extends Construct implements CacheLogins {
  /** The names of all users but the default user. */
  readonly names: readonly string[];
  /** The secrets of the users with passwords by name, without that of the default user. */
  readonly secrets: ReadonlyMap<string, CfnSecret>;
  /** The databases of the connection strings of the users with passwords by name. */
  readonly databases: ReadonlyMap<string, number>;
  /** The ids of the users with IAM logins by name. */
  readonly iamUsers: ReadonlyMap<string, string>;

  readonly ofGroup: CacheLogins['ofGroup'];
  readonly rotated: readonly RotatedLogin[];
  readonly userArns: readonly string[];
  readonly otherUserArns: readonly string[];
  readonly access: CacheLogins['access'];
  readonly variables: CacheLogins['variables'];
  readonly arnPatterns: CacheLogins['arnPatterns'];
  readonly #key: IKey;
  readonly #engine: Engine;
  readonly #ids: UserIds;

  constructor(scope: Construct, id: string, { users, engine, key }: CacheUsersProps) {
    super(scope, id);
    this.#key = key;
    this.#engine = engine;
    this.#ids = new UserIds(scope, engine.name);
    const off = this.#login(DEFAULT_USER, OFF);
    acknowledgeFixed(
      off.secret,
      'its user is off and may run no command, so its password opens nothing, and nobody reads it',
    );
    const made: readonly Login[] = Object.entries(users).map(([name, role]) =>
      loginOf(role) === 'iam'
        ? this.#iamLogin(name, role.accessString(engine))
        : this.#login(name, role.accessString(engine)),
    );
    const logins = made.filter(hasSecret);
    const iam = made.filter((each) => !hasSecret(each));
    const all = [off, ...made];
    const group = new CfnUserGroup(this, 'Group', {
      engine: engine.name,
      userGroupId: this.#ids.group,
      userIds: all.map(({ user }) => user.ref),
    });
    group.addPropertyDeletionOverride('Tags');
    warnOfStackTags(this);
    const text = JSON.stringify(this.#deployedAccess(users, all));
    const access = this.#accessSecret(text, all);
    const secrets = [...[off, ...logins].map(({ secret }) => secret), access];
    // With a rotation, its schedule guards them.
    const fixed = logins.length === 0 ? [off.secret, access] : [];
    protect(this, 'secrets', secretsSubject(secrets, fixed));
    this.ofGroup = { userGroupIds: [group.ref] };
    this.names = Object.keys(users);
    this.secrets = new Map(logins.map(({ name, secret }) => [name, secret]));
    this.databases = new Map(logins.map(({ name, database }) => [name, database]));
    // As text, since CloudFormation lets no other stack keep a reference to a replaced user.
    this.iamUsers = new Map(iam.map(({ name, user }) => [name, user.userId]));
    this.rotated = logins.map(({ name, user, secret }, index) => ({
      resource: secret,
      scheduleId: `Schedule-${name}`,
      guarded: index === 0 ? [secret, off.secret, access] : [secret],
      dependencies: [user, group],
      seed: this.#ids.seed(name),
    }));
    this.userArns = logins.map(({ user }) => user.attrArn);
    this.otherUserArns = [off, ...iam].map(({ user }) => user.attrArn);
    this.access = { secretArn: access.ref, groupArn: group.attrArn };
    const arnPrefix = secretArnPrefix();
    this.variables = {
      [ROTATION_ENV.secretArnPrefix]: arnPrefix,
      [ROTATION_ENV.users]: printUsers({
        rotated: logins.map(rotatedUser),
        iam: iam.map(({ name, user: { userId } }) => ({ name, userId })),
      }),
      [ROTATION_ENV.accessSecret]: nameInArn(access),
      [ROTATION_ENV.accessDigest]: createHash('sha256').update(text).digest('base64url'),
    };
    // Of names, which begin alike, since an event pattern has no place for 40 ARNs.
    const patterns = [{ prefix: `${arnPrefix}${this.#ids.secretPrefix}` }];
    this.arnPatterns = { rotated: patterns, all: patterns };
  }

  #deployedAccess(users: UsersByName, all: readonly Login[]): DeployedAccess {
    const { name, version } = this.#engine;
    return {
      engine: { name, version },
      group: this.#ids.group,
      users: all.map((login) => ({
        name: login.name,
        id: login.user.userId,
        access: login.user.accessString ?? '',
        login: hasSecret(login) ? 'password' : 'iam',
        role: users[login.name]?.description ?? 'off: it can neither log in nor run a command',
      })),
    };
  }

  /** Written before any user is changed, so that a check during a stack update knows both. */
  #accessSecret(text: string, all: readonly Login[]): CfnSecret {
    const secret = deployedAccessSecret(this, 'Access', { key: this.#key, text });
    secret.overrideLogicalId(this.#ids.accessSecret);
    for (const { user } of all) user.node.addDependency(secret);
    return secret;
  }

  #login(name: string, accessString: string): PasswordLogin {
    const secret = generatedSecret(this, `Secret-${name}`, { key: this.#key, username: name });
    secret.overrideLogicalId(this.#ids.secret(name));
    const user = this.#user(name, {
      userId: this.#ids.user(name),
      userName: name,
      accessString,
      authenticationMode: { Type: 'password', Passwords: [passwordOf(secret)] },
    });
    const database = databaseOf(allowedDatabases(accessString, this.#engine));
    return { name, user, secret, database };
  }

  /** AWS demands that name and id of a user with an IAM login are the same. */
  #iamLogin(name: string, accessString: string): Login {
    const id = this.#ids.user(name, 'iam');
    const authenticationMode = { Type: 'iam' };
    const user = this.#user(name, { userId: id, userName: id, accessString, authenticationMode });
    return { name, user };
  }

  #user(name: string, props: Omit<CfnUserProps, 'engine'>): CfnUser {
    const user = new CfnUser(this, `User-${name}`, { engine: this.#engine.name, ...props });
    // A changed tag would update the user, which sends its passwords again.
    user.addPropertyDeletionOverride('Tags');
    return user;
  }
}

function secretArnPrefix(): string {
  const { PARTITION, REGION, ACCOUNT_ID } = Aws;
  return `arn:${PARTITION}:secretsmanager:${REGION}:${ACCOUNT_ID}:secret:`;
}

/** The last part of an ARN, `arn:<partition>:secretsmanager:<region>:<account>:secret:<name>`. */
const NAME_IN_ARN = 6;

function rotatedUser({ name, user, secret, database }: PasswordLogin): RotatedUser {
  return { name, userId: user.ref, secretName: nameInArn(secret), database };
}

function nameInArn(secret: CfnSecret): string {
  return Fn.select(NAME_IN_ARN, Fn.split(':', secret.ref));
}
