/**
 * Publishes the connection details of a cache as stack outputs and SSM parameters, never a secret.
 */

import type { CfnSubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnParameter, StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnOutput, Fn, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { APPLICATION_ENV } from '../../contract/application-env';
import { SettingError } from '../validation/setting-error';
import type { IRedisAccess } from './redis-access';

export interface Publishable
  extends Omit<IRedisAccess, 'parameterPath' | 'credentials' | 'grantRead'> {
  readonly rotationFunctionName: string;
  readonly replicationGroupId: string;
}

/** The parameter with the ARN of the secret of a cache with one password. */
export const SECRET_PARAMETER = 'CredentialsSecretArn';

/** The parameter with the ARN of the secret of a user. */
export function userParameter(name: string): string {
  return `Users/${name}/SecretArn`;
}

/** The parameter with the database of the connection string of a user, unless it is 0. */
export function userDatabaseParameter(name: string): string {
  return `Users/${name}/Database`;
}

/** The parameter with the id of a user that logs in by IAM. */
export function userIdParameter(name: string): string {
  return `Users/${name}/UserId`;
}

const GROUP_ID_PARAMETER = 'ReplicationGroupId';

/** Parameters that a client may read that logs in by IAM, by their variables. */
export function iamParameters(userParameter: string): Readonly<Record<string, string>> {
  return {
    [APPLICATION_ENV.host]: 'Endpoint',
    [APPLICATION_ENV.readerHost]: 'ReaderEndpoint',
    [APPLICATION_ENV.port]: 'Port',
    [APPLICATION_ENV.user]: userParameter,
    [APPLICATION_ENV.cacheName]: GROUP_ID_PARAMETER,
  };
}

/** Parameters that a client may read; operators and importing apps read the others. */
export function clientParameters(secretParameter = SECRET_PARAMETER): readonly string[] {
  const address = ['Endpoint', 'ReaderEndpoint', 'Port', secretParameter];
  return secretParameter === SECRET_PARAMETER ? [...address, 'ConnectionStringTemplate'] : address;
}

/** What is published of the logins of a cache: of its password, or of its users. */
export interface PublishedLogins {
  /** @default - users */
  readonly password?: { readonly secretArn: string; readonly connectionStringTemplate: string };
  /**
   * ARNs of the secrets of the users by name.
   *
   * @default - one password
   */
  readonly users?: ReadonlyMap<string, string>;
  /**
   * Databases of the connection strings of users, by name.
   *
   * @default - 0
   */
  readonly databases?: ReadonlyMap<string, number>;
  /**
   * Ids of the users that log in by IAM, by name.
   *
   * @default - no such user
   */
  readonly iamUsers?: ReadonlyMap<string, string>;
}

type Values = Readonly<Record<string, readonly [value: string, description: string]>>;

/** Values that people also read: published as output and as parameter. */
function forPeople(cache: Publishable, { password }: PublishedLogins): Values {
  return {
    Endpoint: [cache.endpointAddress, 'The host that takes writes'],
    ReaderEndpoint: [cache.readerEndpointAddress, 'The host that spreads reads over the replicas'],
    Port: [String(cache.port), 'The TCP port of both hosts'],
    ...(password && {
      [SECRET_PARAMETER]: [password.secretArn, 'The secret that an application reads'],
    }),
    ClientSecurityGroupId: [
      cache.clientSecurityGroup.securityGroupId,
      'The security group that lets a client in',
    ],
    RotationFunctionName: [
      cache.rotationFunctionName,
      'The function that rotates and checks daily',
    ],
    ...(password && {
      ConnectionStringTemplate: [
        password.connectionStringTemplate,
        'The connection string, with {password} where the password goes',
      ],
    }),
  };
}

/** Values that only `SecureRedis.fromParameters` of another app reads. */
function forImports(cache: Publishable): Values {
  const [group] = cache.connections.securityGroups;
  return {
    EncryptionKeyArn: [cache.encryptionKey.keyArn, 'The key that encrypts the secret'],
    SecurityGroupId: [group?.securityGroupId ?? '', 'The security group of the cache'],
    [GROUP_ID_PARAMETER]: [cache.replicationGroupId, 'The id of the replication group'],
    AlarmTopicArn: [cache.alarmTopic.topicArn, 'The topic of the alarms'],
    [shapeParameter(cache)]: ['as its name says', 'What an app that imports it must assume'],
  };
}

/**
 * The parameter whose name encodes what an importing app assumes at synth, and what only a
 * replacement changes. If the assumption is wrong, no parameter has that name, and the deploy of
 * the importing app fails before it changes anything.
 */
export function shapeParameter(cache: { readonly isSharded: boolean; readonly port: number }) {
  return `Shape/${cache.isSharded ? 'sharded' : 'replicated'}-${cache.port}`;
}

/** The whole path: two caches of one stack may have the same id in different scopes. */
function parameterPathOf(scope: Construct): string {
  const stack = Stack.of(scope);
  const within = scope.node.scopes.slice(stack.node.scopes.length);
  return `/${[stack.stackName, ...within.map(({ node }) => node.id)].join('/')}`;
}

/** Levels of a path: SSM allows 15, and the longest name below the path has two. */
const LEVELS_MAX = 13;

/** `Users/app/SecretArn` has three. */
const LEVELS_MAX_WITH_USERS = 12;

/**
 * Rejects names at synth that SSM would reject during the deploy.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 *
 * @throws SettingError if SSM does not accept the path
 */
export function checkParameterPath(
  scope: Construct,
  publisher: 'the cache' | 'the cache with users' | 'the network' = 'the cache',
): void {
  const { stackName } = Stack.of(scope);
  const [, ...names] = parameterPathOf(scope).split('/');
  const problem = (what: string, must: string, got: string, advice: string) => {
    throw new SettingError(
      `${scope.node.path}: ${what} must ${must}, got "${got}": ${publisher} publishes SSM ` +
        `parameters below it. ${advice}.`,
    );
  };
  if (/^(?:aws|ssm)/i.test(stackName)) {
    const must = 'not begin with "aws" or "ssm", which SSM reserves';
    problem('the name of the stack', must, stackName, 'Set another `stackName`');
  }
  const wrong = names.find((name) => !Token.isUnresolved(name) && !/^[\w.-]+$/.test(name));
  if (wrong !== undefined) {
    const must = 'consist of letters a to z, digits and _ . -';
    problem('each id from the stack down', must, wrong, 'Rename it');
  }
  const max = publisher === 'the cache with users' ? LEVELS_MAX_WITH_USERS : LEVELS_MAX;
  if (names.length > max) {
    const must = `be at most ${max} levels below the app`;
    problem(publisher, must, names.join('/'), 'Make it nearer to its stack');
  }
}

/** @returns the path of the parameters, without a trailing slash */
export function publish(scope: Construct, cache: Publishable, logins: PublishedLogins): string {
  const path = parameterPathOf(scope);
  const parameters = new Construct(scope, 'Parameters');
  const outputs = new Construct(scope, 'Outputs');
  const people = forPeople(cache, logins);
  for (const [name, [value, description]] of Object.entries(people)) {
    new CfnOutput(outputs, name, { value, description });
  }
  const all = Object.entries({ ...people, ...forImports(cache) });
  for (const [name, [value, description]] of all) {
    const [id = name] = name.split('/');
    new StringParameter(parameters, id, {
      parameterName: `${path}/${name}`,
      simpleName: false,
      stringValue: value,
      description: `Secure Redis: ${description}`,
    });
  }
  const publishUser = (user: string, name: string, value: string, what: string, id = 'User') =>
    new CfnParameter(parameters, `${id}-${user}`, {
      name: `${path}/${name}`,
      type: 'String',
      value,
      description: `Secure Redis: the ${what} of the user ${user}`,
    });
  for (const [user, secretArn] of logins.users ?? []) {
    publishUser(user, userParameter(user), secretArn, 'secret');
  }
  for (const [user, database] of logins.databases ?? []) {
    const name = userDatabaseParameter(user);
    // A resource only for a user that cannot select database 0.
    if (database !== 0) publishUser(user, name, String(database), 'database', 'Database');
  }
  for (const [user, userId] of logins.iamUsers ?? []) {
    publishUser(user, userIdParameter(user), userId, 'id');
  }
  return path;
}

/** Publishes what an app of another repository needs to use a VPC that is created here. */
export function publishVpc(scope: Construct, vpc: IVpc): void {
  checkParameterPath(scope, 'the network');
  const path = parameterPathOf(scope);
  const subnets = vpc.isolatedSubnets;
  // The deployed zone: in another account the same index may be another zone.
  const zones = subnets.map(({ node }) => (node.defaultChild as CfnSubnet).attrAvailabilityZone);
  const lists: readonly (readonly [name: string, values: readonly string[], words: string])[] = [
    ['SubnetIds', subnets.map(({ subnetId }) => subnetId), 'The isolated subnets, one per zone'],
    ['AvailabilityZones', zones, 'The availability zones of the subnets, in the same order'],
  ];
  const parameters = new Construct(scope, 'Parameters');
  const outputs = new Construct(scope, 'Outputs');
  const id = { value: vpc.vpcId, description: 'The VPC of the caches' };
  new CfnOutput(outputs, 'VpcId', id);
  new StringParameter(parameters, 'VpcId', {
    parameterName: `${path}/VpcId`,
    simpleName: false,
    stringValue: id.value,
    description: `Secure Redis: ${id.description}`,
  });
  for (const [name, values, description] of lists) {
    new CfnOutput(outputs, name, { value: Fn.join(',', [...values]), description });
    new StringListParameter(parameters, name, {
      parameterName: `${path}/${name}`,
      simpleName: false,
      stringListValue: [...values],
      description: `Secure Redis: ${description}`,
    });
  }
}
