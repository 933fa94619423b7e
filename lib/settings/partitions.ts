/**
 * Service names in AWS partitions, which differ between aws, aws-cn, aws-us-gov, aws-eusc and the
 * isolated partitions.
 *
 * A stack with a known region gets literal names from CDK's region facts. Other stacks get
 * CloudFormation's pseudo parameters, which each partition resolves.
 */

import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib/core';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct, IConstruct } from 'constructs';

/** The partition of a region, if known. */
export function partitionOf(region: string): string | undefined {
  return Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
}

/**
 * The name `<service>.<region>.<suffix>` in the region of a construct: the principal of CloudWatch
 * Logs, and every value of `kms:ViaService`.
 */
export function regionalService(scope: IConstruct, service: string): string {
  return serviceIn(Stack.of(scope).region, service);
}

/** The same in a region by name. */
export function serviceIn(region: string, service: string): string {
  const suffix = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).domainSuffix;
  return `${service}.${region}.${suffix ?? Aws.URL_SUFFIX}`;
}

/**
 * The endpoint service of ElastiCache in the region of a construct. In China its name begins with
 * `cn.com.amazonaws`, unlike that of Secrets Manager. CDK handles a known region; otherwise a
 * condition chooses the name at deploy.
 */
export function elastiCacheEndpoint(scope: Construct): InterfaceVpcEndpointAwsService {
  if (!Token.isUnresolved(Stack.of(scope).region)) {
    return InterfaceVpcEndpointAwsService.ELASTICACHE;
  }
  const inChina = new CfnCondition(scope, 'InChina', {
    expression: Fn.conditionEquals(Aws.PARTITION, 'aws-cn'),
  });
  const prefix = Fn.conditionIf(inChina.logicalId, 'cn.com.amazonaws', 'com.amazonaws').toString();
  return new InterfaceVpcEndpointAwsService('elasticache', prefix);
}
