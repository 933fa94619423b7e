/**
 * What a deploy publishes: stack outputs and SSM parameters, and never a secret in them.
 */

import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { IRedisAccess } from './redis-access';

export interface Publishable extends Omit<IRedisAccess, 'parameterPath'> {
  readonly connectionStringTemplate: string;
  readonly rotationFunctionName: string;
  readonly replicationGroupId: string;
}

/** The parameters that a client may look up; the others are for operators and for imports. */
export const CLIENT_PARAMETERS = [
  'Endpoint',
  'ReaderEndpoint',
  'Port',
  'CredentialsSecretArn',
  'ConnectionStringTemplate',
] as const;

type Values = Readonly<Record<string, readonly [value: string, description: string]>>;

/** What people read too: published as an output and as a parameter. */
function forPeople(cache: Publishable): Values {
  return {
    Endpoint: [cache.endpointAddress, 'The host that takes writes'],
    ReaderEndpoint: [cache.readerEndpointAddress, 'The host that spreads reads over the replicas'],
    Port: [String(cache.port), 'The TCP port of both hosts'],
    CredentialsSecretArn: [cache.credentials.secretArn, 'The secret that an application reads'],
    ClientSecurityGroupId: [
      cache.clientSecurityGroup.securityGroupId,
      'The security group that lets a client in',
    ],
    RotationFunctionName: [
      cache.rotationFunctionName,
      'The function that rotates and checks daily',
    ],
    ConnectionStringTemplate: [
      cache.connectionStringTemplate,
      'The connection string, with {password} where the password goes',
    ],
  };
}

/** What else `SecureRedis.fromParameters` of another app reads. */
function forImports(cache: Publishable): Values {
  const [group] = cache.connections.securityGroups;
  return {
    EncryptionKeyArn: [cache.encryptionKey.keyArn, 'The key that encrypts the secret'],
    SecurityGroupId: [group?.securityGroupId ?? '', 'The security group of the cache'],
    ReplicationGroupId: [cache.replicationGroupId, 'The id of the replication group'],
    AlarmTopicArn: [cache.alarmTopic.topicArn, 'The topic of the alarms'],
    [shapeParameter(cache)]: ['as its name says', 'What an app that imports it must assume'],
  };
}

/**
 * The parameter whose name tells what an importing app must know before its deploy, and what never
 * changes unless the cache is replaced. The deploy of an app that assumes something else fails
 * before it changes anything, since no parameter of that name exists.
 */
export function shapeParameter(cache: { readonly isSharded: boolean; readonly port: number }) {
  return `Shape/${cache.isSharded ? 'sharded' : 'replicated'}-${cache.port}`;
}

/** @returns the path of the parameters, without a slash at its end */
export function publish(scope: Construct, cache: Publishable): string {
  // By the whole path: two caches of one stack may have the same id in different scopes.
  const stack = Stack.of(scope);
  const within = scope.node.scopes.slice(stack.node.scopes.length);
  const path = `/${[stack.stackName, ...within.map(({ node }) => node.id)].join('/')}`;
  const parameters = new Construct(scope, 'Parameters');
  const outputs = new Construct(scope, 'Outputs');
  const people = forPeople(cache);
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
  return path;
}
