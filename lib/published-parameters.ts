/**
 * What a deploy tells the world: stack outputs and SSM parameters, and never a secret in them.
 */

import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface Publishable {
  readonly endpointAddress: string;
  readonly readerEndpointAddress: string;
  readonly port: number;
  readonly connectionStringTemplate: string;
  readonly credentials: ISecret;
  readonly clientSecurityGroup: ISecurityGroup;
  readonly rotationFunctionName: string;
}

/** The parameters that a client may look up; the others are for operators. */
export const CLIENT_PARAMETERS = [
  'Endpoint',
  'ReaderEndpoint',
  'Port',
  'CredentialsSecretArn',
  'ConnectionStringTemplate',
] as const;

/**
 * Publishes each value twice: as an output for people, as a parameter for programs.
 *
 * @returns the path of the parameters, without a slash at its end
 */
export function publish(scope: Construct, cache: Publishable): string {
  const values: Readonly<Record<string, readonly [value: string, description: string]>> = {
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
  // By the whole path: two caches of one stack may have the same id in different scopes.
  const stack = Stack.of(scope);
  const within = scope.node.scopes.slice(stack.node.scopes.length);
  const path = `/${[stack.stackName, ...within.map(({ node }) => node.id)].join('/')}`;
  const parameters = new Construct(scope, 'Parameters');
  const outputs = new Construct(scope, 'Outputs');
  for (const [name, [value, description]] of Object.entries(values)) {
    new StringParameter(parameters, name, {
      parameterName: `${path}/${name}`,
      simpleName: false,
      stringValue: value,
      description: `Secure Redis: ${description}`,
    });
    new CfnOutput(outputs, name, { value, description });
  }
  return path;
}
