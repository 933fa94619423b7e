/**
 * Example of every delivery of the connection to an application: the code of `docs/deliver.md`. A
 * test compares the two and synthesizes this file.
 */

import {
  Instance,
  InstanceType,
  InterfaceVpcEndpointAwsService,
  MachineImage,
} from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import { Cluster as EksCluster, type ICluster, KubectlProvider } from 'aws-cdk-lib/aws-eks';
import { AnyPrincipal, OpenIdConnectProvider, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type App, Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { EcsRedeployment, SecretKey, SecureRedis } from '../lib';

const image = ContainerImage.fromRegistry('shop');

/** Two stacks: the cache, and an application that uses it in every way. */
export function deliverEverywhere(app: App): void {
  const cache = new SecureRedis(new Stack(app, 'Data'), 'Cache');
  const shop = new Stack(app, 'Shop');
  toContainers(shop, cache);
  toContainersThatRead(shop, cache);
  toLambda(shop, cache);
  toMachine(shop, cache);
  toKubernetes(importedCluster(shop), cache);
}

function toContainers(stack: Stack, cache: SecureRedis): void {
  const cluster = new Cluster(stack, 'Cluster', { vpc: cache.vpc });
  const logging = LogDrivers.awsLogs({ streamPrefix: 'shop' });

  const taskDefinition = new FargateTaskDefinition(stack, 'Task');
  taskDefinition.addContainer('App', { image, logging, secrets: cache.delivery.ecsSecrets() });
  const service = new FargateService(stack, 'Service', {
    cluster,
    taskDefinition,
    securityGroups: [cache.clientSecurityGroup],
    circuitBreaker: { rollback: true },
    minHealthyPercent: 100,
  });

  const secrets = cache.delivery.ecsSecrets({
    CACHE_HOST: SecretKey.HOST,
    CACHE_PORT: SecretKey.PORT,
    CACHE_PASSWORD: SecretKey.PASSWORD,
  });

  new EcsRedeployment(stack, 'Redeployment', { cache, services: [service] });

  taskDefinition.addContainer('Sidecar', { image, logging, secrets });
}

function toContainersThatRead(stack: Stack, cache: SecureRedis): void {
  const taskDefinition = new FargateTaskDefinition(stack, 'ReadingTask');
  taskDefinition.addContainer('App', { image, environment: cache.delivery.environment() });
  cache.grantRead(taskDefinition.taskRole);
}

function toLambda(stack: Stack, cache: SecureRedis): void {
  const application = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => process.env.REDIS_SECRET_ARN;'),
    vpc: cache.vpc,
    vpcSubnets: { subnets: cache.vpc.isolatedSubnets },
    securityGroups: [cache.clientSecurityGroup],
  });
  cache.delivery.toFunction(application);
}

function toMachine(stack: Stack, cache: SecureRedis): void {
  const machine = new Instance(stack, 'Machine', {
    vpc: cache.vpc,
    vpcSubnets: { subnets: cache.vpc.isolatedSubnets },
    instanceType: new InstanceType('t4g.small'),
    machineImage: MachineImage.latestAmazonLinux2023(),
    securityGroup: cache.clientSecurityGroup,
    requireImdsv2: true,
  });
  cache.delivery.toHost(machine);
  machine.userData.addCommands(...cache.delivery.hostCommands());

  const ssm = cache.vpc.addInterfaceEndpoint('Ssm', {
    service: InterfaceVpcEndpointAwsService.SSM,
    securityGroups: [cache.network.endpointSecurityGroup],
    open: false,
  });
  ssm.addToPolicy(
    new PolicyStatement({
      principals: [new AnyPrincipal()],
      actions: ['ssm:GetParameter', 'ssm:GetParameters'],
      resources: [
        stack.formatArn({
          service: 'ssm',
          resource: `parameter${cache.parameterPath}`,
          resourceName: '*',
        }),
      ],
      conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
    }),
  );
}

function toKubernetes(cluster: ICluster, cache: SecureRedis): void {
  const reader = cluster.addServiceAccount('Reader', { namespace: 'shop', name: 'redis-reader' });
  cache.grantRead(reader);
  const manifests = cache.delivery.externalSecrets({
    namespace: 'shop',
    serviceAccountName: 'redis-reader',
    refreshInterval: Duration.minutes(15),
  });
  cluster.addManifest('Redis', ...manifests);
}

function importedCluster(stack: Stack): ICluster {
  const arn = (service: string, resource: string, resourceName: string) =>
    stack.formatArn({ service, resource, resourceName });
  const provider = arn('iam', 'oidc-provider', 'oidc.example/id/1');
  return EksCluster.fromClusterAttributes(stack, 'Eks', {
    clusterName: 'shop',
    openIdConnectProvider: OpenIdConnectProvider.fromOpenIdConnectProviderArn(
      stack,
      'Oidc',
      provider,
    ),
    kubectlProvider: KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
      functionArn: arn('lambda', 'function', 'kubectl'),
      kubectlRoleArn: arn('iam', 'role', 'kubectl'),
      handlerRole: Role.fromRoleArn(stack, 'Handler', arn('iam', 'role', 'handler')),
    }),
  });
}
