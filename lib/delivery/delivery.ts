/**
 * Ways to pass the connection to an application. They change only the application's side and add
 * nothing to the cache, so its stack never depends on the application's.
 */

import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import { APPLICATION_ENV } from '../../contract/application-env';
import { CACHE, FUNCTION, GRANTEE, required } from '../settings/value-kinds';
import { clientParameters, iamParameters } from '../sharing/published-parameters';
import type { IamAccess, IRedisAccess } from '../sharing/redis-access';
import { checkKinds } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';
import { type EcsSecrets, ecsSecrets } from './ecs-secrets';
import {
  type ExternalSecretsProps,
  externalSecrets,
  MANIFEST_KINDS,
  type Manifest,
} from './external-secrets';
import { HOST_KINDS, type HostScriptProps, hostCommands } from './host-script';
import { type SecretVariables, VARIABLES_KIND } from './secret-key';

export class Delivery {
  readonly #cache: IRedisAccess;

  constructor(cache: IRedisAccess) {
    checkKinds('Delivery', { cache }, { cache: required(CACHE) });
    this.#cache = cache;
  }

  /**
   * Environment of an application that reads the secret itself: REDIS_SECRET_ARN, and REDIS_CLUSTER
   * if the cache is sharded. Nothing in it is secret. Its role needs `cache.grantRead(role)`.
   *
   * Of a user that logs in by IAM: REDIS_HOST, REDIS_READER_HOST, REDIS_PORT, REDIS_USER,
   * REDIS_CACHE_NAME and REDIS_REGION, and REDIS_DATABASE if its role does not allow database 0,
   * with `user.grantConnect(role)`.
   */
  environment(): { [variable: string]: string } {
    const cache = this.#cache;
    return {
      ...(cache._iam
        ? iamEnvironment(cache, cache._iam)
        : { [APPLICATION_ENV.secretArn]: cache.credentials.secretArn }),
      ...(cache.isSharded && { [APPLICATION_ENV.cluster]: 'true' }),
    };
  }

  /**
   * `secrets` of an ECS container: REDIS_URL and REDIS_READER_URL, or the given variables. The
   * task's execution role gets the grant.
   *
   * ECS reads them when a task starts: restart tasks before the grace period of a rotation ends,
   * for example with `EcsRedeployment`. The secret has no `url` until the first rotation ends;
   * until then ECS retries the start of the task.
   */
  ecsSecrets(variables?: SecretVariables): EcsSecrets {
    this.#mustHaveSecret('ecsSecrets', 'Pass `environment()` as `environment` of the container');
    this.#check({ variables }, { variables: VARIABLES_KIND });
    return ecsSecrets(this.#cache, variables);
  }

  /**
   * Sets `environment()` of a Lambda function and grants reading the secret, or to a user that logs
   * in by IAM the login. You must set the network: `vpc`, and `cache.clientSecurityGroup` among its
   * `securityGroups`.
   *
   * @throws SettingError if the function is not in a VPC
   */
  toFunction(application: LambdaFunction): Grant {
    this.#check({ application }, { application: required(FUNCTION) });
    if (!application.isBoundToVpc) {
      throw new SettingError(
        `${application.node.path} must be a function in the VPC of the cache, got one in no VPC. ` +
          'Pass `vpc: cache.vpc` and `securityGroups: [cache.clientSecurityGroup]` to it.',
      );
    }
    for (const [variable, value] of Object.entries(this.environment())) {
      application.addEnvironment(variable, value);
    }
    return this.#grantLogin(application);
  }

  /**
   * Allows a machine or its role to read the parameters for clients, and the secret, or of a user
   * that logs in by IAM the login.
   */
  toHost(grantee: IGrantable): Grant {
    this.#check({ grantee }, { grantee: required(GRANTEE) });
    const { region, account } = this.#cache.env;
    const parameters = Grant.addToPrincipal({
      grantee,
      actions: ['ssm:GetParameter', 'ssm:GetParameters'],
      // By name: references would create five exports between two stacks.
      resourceArns: parametersOf(this.#cache).map((name) =>
        Stack.of(this.#cache).formatArn({
          service: 'ssm',
          region,
          account,
          resource: 'parameter',
          resourceName: `${this.#cache.parameterPath}/${name}`.slice(1),
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      ),
    });
    return this.#grantLogin(grantee).combine(parameters);
  }

  /**
   * User data commands that install and run a script, which writes REDIS_URL, REDIS_READER_URL and
   * REDIS_PASSWORD, or `environment()` of a user that logs in by IAM, to a file for
   * `EnvironmentFile=` of systemd. They need the AWS CLI, Python 3 and access to SSM: a NAT
   * gateway, or an endpoint for `ssm`.
   */
  hostCommands(props: HostScriptProps = {}): string[] {
    this.#check(props, HOST_KINDS);
    return hostCommands(this.#cache, props);
  }

  /**
   * Manifests of a SecretStore and an ExternalSecret, for `cluster.addManifest('Redis', ...it)` or
   * as JSON for `kubectl apply`. The reader's role needs `cache.grantRead(role)`.
   */
  externalSecrets(props: ExternalSecretsProps): Manifest[] {
    this.#mustHaveSecret('externalSecrets', 'Put `environment()` into a ConfigMap or the pod');
    this.#check(props, MANIFEST_KINDS);
    return [...externalSecrets(this.#cache, props)];
  }

  #grantLogin(grantee: IGrantable): Grant {
    return this.#cache._iam?.grantConnect(grantee) ?? this.#cache.grantRead(grantee);
  }

  #mustHaveSecret(method: string, advice: string): void {
    if (this.#cache._iam === undefined) return;
    throw new SettingError(
      `${this.#cache.node.path}.delivery: \`${method}\` must be asked of a user with a secret, ` +
        `got one that logs in by IAM. ${advice}: nothing in it is secret.`,
    );
  }

  #check(given: object, kinds: Parameters<typeof checkKinds>[2]): void {
    checkKinds(`${this.#cache.node.path}.delivery`, given, kinds);
  }
}

function iamEnvironment(
  { endpointAddress, readerEndpointAddress, port, env }: IRedisAccess,
  { userId, replicationGroupId, database }: IamAccess,
): { [variable: string]: string } {
  return {
    [APPLICATION_ENV.host]: endpointAddress,
    [APPLICATION_ENV.readerHost]: readerEndpointAddress,
    [APPLICATION_ENV.port]: String(port),
    [APPLICATION_ENV.user]: userId,
    [APPLICATION_ENV.cacheName]: replicationGroupId,
    [APPLICATION_ENV.region]: env.region,
    ...(database !== 0 && { [APPLICATION_ENV.database]: String(database) }),
  };
}

/** Names of the parameters for clients, below the path of the cache. */
function parametersOf({ _iam: iam, _secretParameter }: IRedisAccess): readonly string[] {
  return iam ? Object.values(iamParameters(iam.parameter)) : clientParameters(_secretParameter);
}
